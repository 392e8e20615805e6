from django.db import migrations

from lianxun.fabric.keeping import KeepColumns
from lianxun.fabric.rowsecurity import SecureRows
from lianxun.fabric.search import SearchRows
from lianxun.fabric.transitions import GuardTransitions

_SERVED = ("item", "report", "press", "assessment")
_OWN = ("review", "check", "closeout", "reopening", "use", "score")


class Migration(migrations.Migration):
    """Items, reports, letters and decided assessments are served on the unit; opinions of reviewers and checkers,
    results and scores are not. What was written stays written."""

    dependencies = [("rectification", "0003_assessments"), ("access", "0002_guards")]
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
        SearchRows(
            "rectification_item",
            "rectification",
            text="title",
            reads=("title",),
            kind="rectification.item",
            served=True,
        ),
        GuardTransitions(
            "rectification_item",
            initial=["issued"],
            moves={
                "approved": ["in_progress"],
                "closed": ["reopened"],
                "confirmed": ["closed"],
                "in_progress": ["submitted"],
                "issued": ["plan_drafted"],
                "plan_drafted": ["under_review"],
                "reopened": ["submitted"],
                "returned": ["submitted"],
                "submitted": ["confirmed", "returned"],
                "under_review": ["approved", "plan_drafted"],
            },
        ),
        GuardTransitions(
            "rectification_assessment",
            initial=["scoring"],
            moves={
                "merged": ["scoring", "served"],
                "objected": ["final", "scoring"],
                "scoring": ["merged"],
                "served": ["final", "objected"],
            },
        ),
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
        KeepColumns(
            "rectification_score",
            columns=["assessment_id", "unit_id", "account_id", "turn", "deductions", "reasons"],
        ),
    ]
