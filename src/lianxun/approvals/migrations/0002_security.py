from django.db import migrations

from lianxun.fabric.rowsecurity import OF_OBJECT, SecureRows
from lianxun.fabric.transitions import GuardTransitions


class Migration(migrations.Migration):
    """A matter is served on the body that decides it; nobody about whom it is decides or sees it."""

    dependencies = [("approvals", "0001_first"), ("access", "0002_context")]
    operations = [
        SecureRows("approvals_matter", OF_OBJECT, kind="approvals.matter"),
        SecureRows("approvals_vote", "approvals", kind="approvals.vote"),
        GuardTransitions(
            "approvals_matter",
            initial=["pending"],
            transitions=[
                ("pending", "approved"),
                ("pending", "rejected"),
                ("pending", "returned"),
                ("pending", "withdrawn"),
            ],
        ),
    ]
