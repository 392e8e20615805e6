from django.db import migrations

from lianxun.fabric.rowsecurity import SecureRows
from lianxun.fabric.transitions import GuardTransitions

_TABLES = ("item", "review", "check", "closeout", "reopening")


class Migration(migrations.Migration):
    """Items are served on the inspected unit; opinions of reviewers and checkers are not."""

    dependencies = [("rectification", "0001_first"), ("access", "0002_context")]
    operations = [
        *(
            SecureRows(
                f"rectification_{t}", "rectification", kind=f"rectification.{t}", served=t == "item"
            )
            for t in _TABLES
        ),
        GuardTransitions(
            "rectification_item",
            initial=["issued"],
            transitions=[
                ("issued", "plan_drafted"),
                ("plan_drafted", "under_review"),
                ("under_review", "approved"),
                ("under_review", "plan_drafted"),
                ("approved", "in_progress"),
                ("in_progress", "submitted"),
                ("submitted", "returned"),
                ("submitted", "confirmed"),
                ("returned", "submitted"),
                ("confirmed", "closed"),
                ("closed", "reopened"),
                ("reopened", "submitted"),
            ],
        ),
    ]
