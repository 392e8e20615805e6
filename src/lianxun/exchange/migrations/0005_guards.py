from django.db import migrations

from lianxun.fabric.keeping import KeepColumns
from lianxun.fabric.rowsecurity import SecureRows
from lianxun.fabric.transitions import GuardTransitions


class Migration(migrations.Migration):
    """Row security of questions, keys and statements; the ladder of a refusal; what was said stays said."""

    dependencies = [("exchange", "0004_questions_and_seals"), ("access", "0002_context")]
    operations = [
        SecureRows("exchange_statement", "exchange", kind="exchange.statement", served=True),
        SecureRows("exchange_question", "exchange", kind="exchange.question", served=True),
        SecureRows("exchange_unitkey", "exchange", kind="exchange.key"),
        KeepColumns(
            "exchange_statement",
            columns=["request_id", "kind", "rung", "account_id", "name", "unit_name", "text"],
        ),
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
            ],
        ),
        KeepColumns(
            "exchange_question",
            columns=["number", "provider_id", "data_class", "sealed", "purpose", "asked_by_id"],
        ),
        KeepColumns("exchange_unitkey", columns=["public_key", "fingerprint", "registered_by_id"]),
        KeepColumns("exchange_refusalreceipt", columns=["rule", "stage", "drafted_by_id"]),
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
        GuardTransitions(
            "exchange_question",
            initial=["asked"],
            transitions=[
                ("answered", "destroyed"),
                ("approved", "answered"),
                ("approved", "refused"),
                ("approved", "withdrawn"),
                ("asked", "approved"),
                ("asked", "declined"),
                ("asked", "withdrawn"),
                ("declined", "destroyed"),
                ("refused", "destroyed"),
                ("withdrawn", "destroyed"),
            ],
        ),
    ]
