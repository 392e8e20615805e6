from django.db import migrations

from lianxun.fabric.rowsecurity import SecureRows
from lianxun.fabric.transitions import GuardTransitions

_TABLES = (
    "round",
    "engagement",
    "gate",
    "seat",
    "consultation",
    "listline",
    "plan",
    "paper",
    "signature",
    "corroboration",
    "pause",
    "obstacle",
)
_PAUSABLE = (
    "approved",
    "consulting",
    "prepared",
    "on_site",
    "extended",
    "reporting",
    "decided",
    "fed_back",
    "rectifying",
)


class Migration(migrations.Migration):
    """None of it is ever served on the inspected unit: teams, papers and plans stay behind the wall."""

    dependencies = [("inspection", "0001_first"), ("access", "0002_context")]
    operations = [
        *(SecureRows(f"inspection_{t}", "inspection", kind=f"inspection.{t}") for t in _TABLES),
        # Members of one of its engagements read the round: its name, focus and preset.
        migrations.RunSQL(
            "create policy acc_member on inspection_round for select to lx_app using (exists ("
            "select 1 from inspection_engagement e where e.round_id = inspection_round.id "
            "and e.engagement = any ((select lx.engagements())::uuid[])))",
            migrations.RunSQL.noop,
        ),
        # A decision about an engagement ends or moves the memberships of its team, whoever granted them
        # (without this the update would silently change nothing, and former members would stay inside).
        *(
            migrations.RunSQL(
                f"create policy acc_engagement_{verb} on access_grant for {verb} to lx_app using ("
                "kind = 'membership' and (select lx.has_duty('inspection')) and exists ("
                "select 1 from inspection_engagement e where e.id = access_grant.engagement))",
                migrations.RunSQL.noop,
            )
            for verb in ("select", "update")
        ),
        GuardTransitions(
            "inspection_round",
            initial=["draft"],
            transitions=[
                ("draft", "proposed"),
                ("proposed", "approved"),
                ("proposed", "draft"),
                ("approved", "closed"),
            ],
        ),
        GuardTransitions(
            "inspection_engagement",
            initial=["draft"],
            transitions=[
                ("draft", "approved"),
                ("approved", "consulting"),
                ("consulting", "prepared"),
                ("prepared", "on_site"),
                ("on_site", "extended"),
                ("on_site", "reporting"),
                ("extended", "reporting"),
                ("reporting", "decided"),
                ("decided", "fed_back"),
                ("fed_back", "rectifying"),
                ("rectifying", "assessed"),
                ("assessed", "look_back"),
                ("assessed", "archived"),
                ("look_back", "archived"),
                *((s, "paused") for s in _PAUSABLE),
                *(("paused", s) for s in _PAUSABLE),
            ],
        ),
        GuardTransitions(
            "inspection_seat",
            initial=["proposed", "recused"],
            transitions=[
                ("proposed", "confirmed"),
                ("proposed", "objected"),
                ("proposed", "recused"),
                ("proposed", "replaced"),
                ("objected", "confirmed"),
                ("objected", "replaced"),
                ("confirmed", "recused"),
                ("confirmed", "replaced"),
                ("recused", "replaced"),
            ],
        ),
        GuardTransitions(
            "inspection_paper",
            initial=["draft"],
            transitions=[
                ("draft", "signed_author"),
                ("signed_author", "signed_deputy"),
                ("signed_deputy", "signed_head"),
                ("signed_author", "draft"),
                ("signed_deputy", "draft"),
            ],
        ),
        GuardTransitions(
            "inspection_pause",
            initial=["requested"],
            transitions=[("requested", "refused"), ("requested", "active"), ("active", "resumed")],
        ),
    ]
