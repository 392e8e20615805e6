from django.db import migrations

from lianxun.fabric.keeping import KeepColumns
from lianxun.fabric.rowsecurity import SecureRows
from lianxun.fabric.sqlfiles import sql_of
from lianxun.fabric.transitions import GuardTransitions

_SERVED = ("supervision", "supervised", "reply", "escalation")
_OWN = ("supervisor", "sitefinding")


class Migration(migrations.Migration):
    """A joint supervision is served on the unit with its letter; who supervises and what was found are not. Its
    group reads its parts."""

    dependencies = [
        ("rectification", "0006_supervision"),
        ("access", "0003_participations"),
    ]
    operations = [
        *(
            SecureRows(
                f"rectification_{t}",
                "rectification",
                kind=f"rectification.{t}",
                served=t in _SERVED,
            )
            for t in (*_SERVED, *_OWN)
        ),
        migrations.RunSQL(sql_of(__file__, "supervision")),
        GuardTransitions(
            "rectification_supervision",
            initial=["proposed"],
            moves={
                "approved": ["notice"],
                "escalated": ["responding"],
                "notice": ["on_site_check", "responding"],
                "on_site_check": ["escalated", "lifted"],
                "proposed": ["approved", "dropped"],
                "responding": ["on_site_check"],
            },
        ),
        KeepColumns(
            "rectification_supervision",
            columns=["number", "units", "reason", "proposed_by_id", "rules_version"],
        ),
        KeepColumns(
            "rectification_supervised",
            columns=["supervision_id", "item_id", "number", "title", "triggers", "why"],
        ),
        KeepColumns(
            "rectification_supervisor",
            columns=["supervision_id", "account_id", "unit_id", "role", "valid_from"],
        ),
        KeepColumns("rectification_reply", columns=["supervised_id", "turn", "text", "account_id"]),
        KeepColumns(
            "rectification_sitefinding",
            columns=["supervised_id", "turn", "unit_id", "account_id", "verdict", "finding"],
        ),
        KeepColumns(
            "rectification_escalation",
            columns=[
                *("supervision_id", "position", "rung", "number", "held_on", "demand"),
                *("interviewer", "interviewee", "place", "pledge", "pledge_due_on"),
            ],
        ),
    ]
