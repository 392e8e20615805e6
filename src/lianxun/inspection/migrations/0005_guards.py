from django.db import migrations

from lianxun.fabric.rowsecurity import SecureRows
from lianxun.fabric.sqlfiles import sql_of
from lianxun.fabric.transitions import GuardTransitions

_TABLES = (
    *("round", "roundcheck", "engagement", "gate", "pause", "obstacle", "lookbackfinding"),
    *("seat", "consultation", "listline", "plan", "paper", "signature"),
)


class Migration(migrations.Migration):
    """None of it is ever served on the inspected unit: teams, papers and plans stay behind the wall. Every guard
    of the room's acts once more in the database."""

    dependencies = [("inspection", "0004_papers"), ("approvals", "0002_guards")]
    operations = [
        *(SecureRows(f"inspection_{t}", "inspection", kind=f"inspection.{t}") for t in _TABLES),
        # Served on the unit that is asked: member units work with requests, so that duty opens it.
        SecureRows("inspection_corroboration", "exchange", kind="inspection.corroboration"),
        # Whoever may read an engagement reads the name and focus of its round: without it an engagement that
        # was shared with somebody vanished from his list.
        migrations.RunSQL(
            "create policy acc_member on inspection_round for select to lx_app using (exists ("
            "select 1 from inspection_engagement e where e.round_id = inspection_round.id))"
        ),
        # A decision about an engagement ends or moves the memberships of its team, whoever granted them
        # (without this the update would silently change nothing, and former members would stay inside).
        *(
            migrations.RunSQL(
                f"create policy acc_engagement_{verb} on access_grant for {verb} to lx_app using ("
                "kind = 'membership' and (select lx.has_duty('inspection')) and exists ("
                "select 1 from inspection_engagement e where e.id = access_grant.engagement))"
            )
            for verb in ("select", "update")
        ),
        GuardTransitions(
            "inspection_engagement",
            initial=["draft"],
            moves={
                "approved": ["consulting", "paused"],
                "assessed": ["archived", "look_back"],
                "consulting": ["paused", "prepared"],
                "decided": ["fed_back", "paused"],
                "draft": ["approved"],
                "extended": ["paused", "reporting"],
                "fed_back": ["paused", "rectifying"],
                "look_back": ["archived"],
                "on_site": ["extended", "paused", "reporting"],
                "paused": [
                    "approved",
                    "consulting",
                    "decided",
                    "extended",
                    "fed_back",
                    "on_site",
                    "prepared",
                    "rectifying",
                    "reporting",
                ],
                "prepared": ["on_site", "paused"],
                "rectifying": ["assessed", "paused"],
                "reporting": ["decided", "paused"],
            },
        ),
        GuardTransitions(
            "inspection_round",
            initial=["draft"],
            moves={
                "approved": ["closed"],
                "draft": ["proposed"],
                "proposed": ["approved", "draft"],
            },
        ),
        GuardTransitions(
            "inspection_seat",
            initial=["alternate", "proposed", "recused"],
            moves={
                "alternate": ["objected", "proposed", "recused", "replaced"],
                "confirmed": ["recused", "replaced"],
                "objected": ["proposed", "replaced"],
                "proposed": ["confirmed", "objected", "recused", "replaced"],
                "recused": ["replaced"],
            },
        ),
        GuardTransitions(
            "inspection_paper",
            initial=["draft"],
            moves={
                "draft": ["signed_author"],
                "signed_author": ["draft", "signed_deputy"],
                "signed_deputy": ["draft", "signed_head"],
            },
        ),
        GuardTransitions(
            "inspection_pause",
            initial=["requested"],
            moves={"active": ["resumed"], "requested": ["active", "refused"]},
        ),
        GuardTransitions(
            "inspection_corroboration",
            initial=["asked"],
            moves={"asked": ["confirmed", "denied", "unable", "withdrawn"]},
        ),
        migrations.RunSQL(sql_of(__file__, "guards")),
    ]
