from uuid import NAMESPACE_DNS, uuid5

from django.db import migrations

from lianxun.advice.enums import RELEASE_TRANSITIONS, SERVICE, TRAINING_TRANSITIONS
from lianxun.duties.seed import shipped_at
from lianxun.fabric.transitions import GuardTransitions

_ACCOUNT = uuid5(NAMESPACE_DNS, "service.advice.lianxun")
_UNIT = uuid5(NAMESPACE_DNS, "platform.lianxun")  # made by duties 0004_service
_ME = "(select lx.account())"
_DUTY = "(select lx.has_duty('advice'))"
# Row security of leads_lead itself answers: what hides the lead hides everything about it.
_LEAD = "exists (select 1 from leads_lead l where l.id = {0}.lead_id)"
_OTHER = "exists (select 1 from leads_lead o where o.id = {0}.other_id)"
# Private life (TP-S1) is a restricted view: whoever decided it, the desk, the heads (text.md §4).
_PRIVATE = (
    "(not ('TP-S1' = any (decided)) or decided_by_id = "
    + _ME
    + " or (select lx.has_role('coordinator'))"
    " or (select lx.has_role('leader')) or (select lx.has_role('team_leader')))"
)


def _secured(
    table: str, *, read: str, insert: str = "", update: str = "", delete: str = ""
) -> list[str]:
    service = f"(select lx.service_may('{table}'))"
    rules = [
        f"alter table {table} enable row level security",
        f"alter table {table} force row level security",
        f"create policy backup on {table} for select to lx_backup using (true)",
        f"create policy acc_read on {table} for select to lx_app using ({service} or ({read}))",
        f"create policy acc_insert on {table} for insert to lx_app with check ({service}"
        + (f" or ({insert}))" if insert else ")"),
    ]
    if update:
        rules.append(
            f"create policy acc_update on {table} for update to lx_app using ({update}) with check ({update})"
        )
    if delete:
        rules.append(f"create policy acc_delete on {table} for delete to lx_app using ({delete})")
    return rules


def _of_lead(table: str) -> str:
    return _LEAD.format(table)


_TABLES = (
    "advice_advice",
    "advice_decision",
    "advice_similarhit",
    "advice_indexentry",
    "advice_similarquestion",
    "advice_modelversion",
    "advice_training",
    "advice_release",
)
_OWN_TABLES = {t: f"(select lx.service_may('{t}'))" for t in _TABLES}

POLICIES = [
    *_secured("advice_advice", read=_of_lead("advice_advice"), delete=_OWN_TABLES["advice_advice"]),
    *_secured(
        "advice_decision",
        read=f"{_of_lead('advice_decision')} and {_PRIVATE}",
        insert=f"{_of_lead('advice_decision')} and decided_by_id = {_ME}",
    ),
    *_secured(
        "advice_similarhit",
        read=f"{_of_lead('advice_similarhit')} and {_OTHER.format('advice_similarhit')}",
        delete=_OWN_TABLES["advice_similarhit"],
    ),
    *_secured(
        "advice_indexentry",
        read="false",
        update=_OWN_TABLES["advice_indexentry"],
        delete=_OWN_TABLES["advice_indexentry"],
    ),
    *_secured(
        "advice_similarquestion",
        read=f"asked_by_id = {_ME} or ((select lx.has_role('coordinator')) and {_of_lead('advice_similarquestion')})",
        insert=f"asked_by_id = {_ME} and {_of_lead('advice_similarquestion')}",
    ),
    *_secured("advice_modelversion", read=_DUTY),
    *_secured(
        "advice_training",
        read=_DUTY,
        insert=f"{_DUTY} and asked_by_id = {_ME}",
        update=f"{_DUTY} or {_OWN_TABLES['advice_training']}",
    ),
    *_secured(
        "advice_release",
        read=_DUTY,
        insert=f"{_DUTY} and proposed_by_id = {_ME}",
        update=_DUTY,
    ),
]


def employ(apps, schema_editor):  # type: ignore[no-untyped-def]
    """The identity of this room's jobs. Clearance 敏感 and no compartment: what is sealed above that
    cannot reach a model or the index, whatever the code does."""
    account = apps.get_model("access", "Account").objects.using(schema_editor.connection.alias)
    account.get_or_create(
        id=_ACCOUNT,
        defaults={
            "username": "service:advice",
            "password": "!",
            "unit_id": _UNIT,
            "display_name": "研判服务",
            "clearance": 2,
            "roles": [],
            "duties": [],
            "compartments": [],
            "service": SERVICE,
            "created_at": shipped_at(),
        },
    )


class Migration(migrations.Migration):
    dependencies = [
        ("advice", "0001_first"),
        ("leads", "0002_security"),
        ("duties", "0004_service"),
    ]
    operations = [
        migrations.RunSQL(POLICIES, migrations.RunSQL.noop),
        migrations.RunSQL(
            [
                "create sequence advice_index_seq",
                "grant usage on sequence advice_index_seq to lx_app",
                *(
                    f"insert into lx.service_table values ('{SERVICE}', '{table}') on conflict do nothing"
                    for table in ("leads_lead", *_TABLES)
                ),
            ],
            [
                "drop sequence advice_index_seq",
                f"delete from lx.service_table where service = '{SERVICE}'",
            ],
        ),
        GuardTransitions("advice_training", initial=["queued"], transitions=TRAINING_TRANSITIONS),
        GuardTransitions(
            "advice_release", initial=["proposed", "effective"], transitions=RELEASE_TRANSITIONS
        ),
        migrations.RunPython(employ, migrations.RunPython.noop),
    ]
