from django.db import migrations

from lianxun.fabric.rowsecurity import SecureRows
from lianxun.fabric.transitions import GuardTransitions


class Migration(migrations.Migration):
    """A request is served on its provider, also when the provider is the inspected unit."""

    dependencies = [("exchange", "0001_first"), ("access", "0002_context")]
    operations = [
        SecureRows("exchange_inforequest", "exchange", kind="exchange.request", served=True),
        SecureRows("exchange_delivery", "exchange", kind="exchange.delivery", served=True),
        SecureRows("exchange_refusalreceipt", "exchange", kind="exchange.receipt"),
        GuardTransitions(
            "exchange_inforequest",
            initial=["draft"],
            transitions=[
                ("draft", "compliance_check"),
                ("compliance_check", "sent"),
                ("compliance_check", "draft"),
                ("sent", "accepted"),
                ("sent", "objected"),
                ("sent", "refused"),
                ("sent", "delivered"),
                ("objected", "sent"),
                ("objected", "refused"),
                ("accepted", "delivered"),
                ("delivered", "in_use"),
                ("delivered", "returned"),
                ("returned", "delivered"),
                ("in_use", "expired"),
                ("expired", "destroyed"),
                ("draft", "withdrawn"),
                ("compliance_check", "withdrawn"),
                ("sent", "withdrawn"),
                ("objected", "withdrawn"),
            ],
        ),
        GuardTransitions(
            "exchange_delivery",
            initial=["submitted"],
            transitions=[
                ("submitted", "accepted"),
                ("submitted", "returned"),
                ("accepted", "destroyed"),
                ("returned", "destroyed"),
            ],
        ),
    ]
