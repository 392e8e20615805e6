from django.db import migrations

from lianxun.fabric.keeping import KeepColumns
from lianxun.fabric.rowsecurity import SecureRows
from lianxun.fabric.transitions import GuardTransitions


class Migration(migrations.Migration):
    """A decided assessment is served on the unit, scores never are; a score stays as it was given."""

    dependencies = [("rectification", "0006_assessments"), ("access", "0002_context")]
    operations = [
        SecureRows(
            "rectification_assessment",
            "rectification",
            kind="rectification.assessment",
            served=True,
        ),
        SecureRows("rectification_score", "rectification", kind="rectification.score"),
        KeepColumns(
            "rectification_score",
            columns=["assessment_id", "unit_id", "account_id", "turn", "deductions", "reasons"],
        ),
        GuardTransitions(
            "rectification_assessment",
            initial=["scoring"],
            transitions=[
                ("scoring", "merged"),
                ("merged", "served"),
                ("merged", "scoring"),
                ("served", "objected"),
                ("served", "final"),
                ("objected", "final"),
                ("objected", "scoring"),
            ],
        ),
    ]
