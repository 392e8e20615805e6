from django.db import migrations

from lianxun.fabric.keeping import KeepColumns
from lianxun.fabric.rowsecurity import SecureRows


class Migration(migrations.Migration):
    """Reports and letters are served on the unit, results are not; what was written stays written."""

    dependencies = [("rectification", "0004_plan_press_use"), ("access", "0002_context")]
    operations = [
        SecureRows(
            "rectification_report", "rectification", kind="rectification.report", served=True
        ),
        SecureRows("rectification_press", "rectification", kind="rectification.press", served=True),
        SecureRows("rectification_use", "rectification", kind="rectification.use"),
        KeepColumns(
            "rectification_report", columns=["item_id", "kind", "percent", "text", "account_id"]
        ),
        KeepColumns("rectification_press", columns=["item_id", "number", "demand", "due_on"]),
        KeepColumns(
            "rectification_use",
            columns=["item_id", "kind", "text", "document", "amount", "used_on"],
        ),
        KeepColumns(
            "rectification_check",
            columns=["item_id", "submitted_by_id", "checker_id", "verdict", "finding"],
        ),
        KeepColumns("rectification_closeout", columns=["item_id", "unit_id", "account_id", "turn"]),
        KeepColumns("rectification_review", columns=["item_id", "unit_id", "opinion", "text"]),
    ]
