from django.db import migrations

from lianxun.fabric.keeping import KeepColumns
from lianxun.fabric.transitions import GuardTransitions


class Migration(migrations.Migration):
    """A corrected file replaces the one in use; what it corrects and why stays as it was written."""

    dependencies = [("exchange", "0006_corrections")]
    operations = [
        KeepColumns(
            "exchange_delivery",
            columns=[
                "request_id",
                "file",
                "sha256",
                "sm3",
                "size",
                "rows",
                "manifest",
                "signer_id",
                "corrects_id",
                "correction",
            ],
        ),
        GuardTransitions(
            "exchange_delivery",
            initial=["submitted"],
            transitions=[
                ("accepted", "destroyed"),
                ("accepted", "replaced"),
                ("replaced", "destroyed"),
                ("returned", "destroyed"),
                ("returned", "replaced"),
                ("submitted", "accepted"),
                ("submitted", "returned"),
            ],
        ),
        GuardTransitions(
            "exchange_inforequest",
            initial=["draft"],
            transitions=[
                ("accepted", "delivered"),
                ("accepted", "withdrawn"),
                ("at_committee", "refused"),
                ("at_committee", "sent"),
                ("at_committee", "withdrawn"),
                ("at_group", "refused"),
                ("at_group", "sent"),
                ("at_group", "withdrawn"),
                ("compliance_check", "draft"),
                ("compliance_check", "sent"),
                ("compliance_check", "withdrawn"),
                ("delivered", "expired"),
                ("delivered", "in_use"),
                ("delivered", "returned"),
                ("draft", "compliance_check"),
                ("draft", "withdrawn"),
                ("expired", "destroyed"),
                ("in_use", "delivered"),
                ("in_use", "expired"),
                ("negotiating", "at_committee"),
                ("negotiating", "refused"),
                ("negotiating", "sent"),
                ("negotiating", "withdrawn"),
                ("objected", "refused"),
                ("objected", "sent"),
                ("objected", "withdrawn"),
                ("refused", "at_group"),
                ("refused", "negotiating"),
                ("returned", "delivered"),
                ("returned", "withdrawn"),
                ("sent", "accepted"),
                ("sent", "delivered"),
                ("sent", "objected"),
                ("sent", "refused"),
                ("sent", "withdrawn"),
            ],
        ),
    ]
