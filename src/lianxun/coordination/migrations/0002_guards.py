from django.db import migrations

from lianxun.fabric.keeping import KeepColumns
from lianxun.fabric.rowsecurity import SecureRows
from lianxun.fabric.sqlfiles import sql_of
from lianxun.fabric.transitions import GuardTransitions


class Migration(migrations.Migration):
    """A meeting is its body's and the office's; who was asked to come reads it and its parts."""

    dependencies = [("coordination", "0001_meetings"), ("access", "0003_participations")]
    operations = [
        SecureRows("coordination_meeting", "coordination", kind="coordination.meeting"),
        SecureRows("coordination_agendaitem", "coordination", kind="coordination.item"),
        SecureRows("coordination_invitation", "coordination", kind="coordination.invitation"),
        SecureRows("coordination_decision", "coordination", kind="coordination.decision"),
        migrations.RunSQL(sql_of(__file__, "meetings")),
        GuardTransitions(
            "coordination_meeting",
            initial=["convened"],
            moves={
                "convened": ["held", "cancelled"],
                "held": ["returned", "closed"],
                "returned": ["held"],
            },
        ),
        GuardTransitions(
            "coordination_decision",
            initial=["draft"],
            moves={
                "draft": ["dropped", "open"],
                "open": ["reported"],
                "reported": ["open", "done"],
            },
        ),
        KeepColumns("coordination_meeting", columns=["body_id", "kind", "convened_by_id"]),
        KeepColumns("coordination_agendaitem", columns=["meeting_id", "number", "topic"]),
        KeepColumns("coordination_invitation", columns=["meeting_id", "unit_id"]),
        KeepColumns(
            "coordination_decision", columns=["meeting_id", "item_id", "text", "unit_id", "due_on"]
        ),
    ]
