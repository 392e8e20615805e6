from django.db import migrations

from lianxun.fabric.rowsecurity import SecureBy
from lianxun.fabric.services import ServiceIdentity
from lianxun.fabric.transitions import GuardTransitions

_ME = "(select lx.account())"
_DUTY = "(select lx.has_duty('advice'))"
# Private life (TP-S1) is a restricted view: whoever decided it, the desk, the heads (text.md §4).
_PRIVATE = (
    f"(not ('TP-S1' = any (decided)) or decided_by_id = {_ME} or (select lx.has_role('coordinator'))"
    " or (select lx.has_role('leader')) or (select lx.has_role('team_leader')))"
)


def _service(table: str) -> str:
    return f"(select lx.service_may('{table}'))"


def _lead(table: str, column: str = "lead_id", alias: str = "l") -> str:
    """Row security of leads_lead itself answers: what hides the lead hides everything about it."""
    return f"exists (select 1 from leads_lead {alias} where {alias}.id = {table}.{column})"


def _advised(
    table: str, *, read: str, insert: str = "", update: str = "", delete: bool = False
) -> SecureBy:
    """A table that the service fills; ``read`` and ``insert``: what people may besides."""
    service = _service(table)
    return SecureBy(
        table,
        read=f"{service} or ({read})",
        insert=f"{service} or ({insert})" if insert else service,
        update=update,
        delete=service if delete else "",
    )


class Migration(migrations.Migration):
    """What is advised about a lead is known with the lead; models are the duty's; what hangs on a destroyed lead
    is destroyed with it, by the service."""

    dependencies = [("advice", "0002_models"), ("leads", "0002_guards")]
    operations = [
        _advised("advice_advice", read=_lead("advice_advice"), delete=True),
        _advised(
            "advice_decision",
            read=f"{_lead('advice_decision')} and {_PRIVATE}",
            insert=f"{_lead('advice_decision')} and decided_by_id = {_ME}",
            delete=True,
        ),
        _advised(
            "advice_similarhit",
            read=f"{_lead('advice_similarhit')} and {_lead('advice_similarhit', 'other_id', 'o')}",
            delete=True,
        ),
        _advised(
            "advice_indexentry", read="false", update=_service("advice_indexentry"), delete=True
        ),
        _advised(
            "advice_similarquestion",
            read=f"asked_by_id = {_ME} or ((select lx.has_role('coordinator')) and {_lead('advice_similarquestion')})",
            insert=f"asked_by_id = {_ME} and {_lead('advice_similarquestion')}",
            delete=True,
        ),
        _advised("advice_modelversion", read=_DUTY),
        _advised(
            "advice_training",
            read=_DUTY,
            insert=f"{_DUTY} and asked_by_id = {_ME}",
            update=f"{_DUTY} or {_service('advice_training')}",
        ),
        # A promotion begins as a proposal in one's own name and takes effect in another's: the database lets
        # nobody write both names, nor the name of somebody else.
        SecureBy(
            "advice_release",
            read=f"{_service('advice_release')} or ({_DUTY})",
            insert=f"(kind = 'install' and {_service('advice_release')}) or ({_DUTY} and proposed_by_id = {_ME} "
            "and confirmed_by_id is null and (kind = 'rollback' or (kind = 'promote' and state = 'proposed')))",
            update=(
                f"{_DUTY} and state = 'proposed' and proposed_by_id <> {_ME}",
                f"{_DUTY} and confirmed_by_id = {_ME} and proposed_by_id <> {_ME}",
            ),
        ),
        migrations.RunSQL(
            [
                # What was proposed stays what it was: only the second person's part is written later.
                "revoke update on advice_release from lx_app",
                "grant update (state, confirmed_by_id, effective_at, revision) on advice_release to lx_app",
                "create sequence advice_index_seq",
                "grant usage on sequence advice_index_seq to lx_app",
            ]
        ),
        # Clearance 敏感 and no compartment: what is sealed above that cannot reach a model or the index,
        # whatever the code does.
        ServiceIdentity(
            "advice",
            name="研判服务",
            clearance=2,
            tables=[
                *("leads_lead", "advice_advice", "advice_decision", "advice_similarhit"),
                *("advice_indexentry", "advice_similarquestion", "advice_modelversion"),
                *("advice_training", "advice_release"),
            ],
        ),
        GuardTransitions(
            "advice_training",
            initial=["queued"],
            moves={
                "queued": ["cancelled", "failed", "running"],
                "running": ["cancelled", "done", "failed"],
            },
        ),
        GuardTransitions(
            "advice_release",
            initial=["effective", "proposed"],
            moves={"proposed": ["effective", "rejected"]},
        ),
    ]
