from django.db import migrations

from lianxun.fabric.keeping import KeepColumns
from lianxun.fabric.rowsecurity import SecureRows
from lianxun.fabric.search import SearchRows
from lianxun.fabric.transitions import GuardTransitions


class Migration(migrations.Migration):
    """A request is served on its provider, also when the provider is the inspected unit; the ladder of a refusal;
    what was said stays said."""

    dependencies = [("exchange", "0002_questions"), ("access", "0002_guards")]
    operations = [
        SecureRows("exchange_inforequest", "exchange", kind="exchange.request", served=True),
        SecureRows("exchange_delivery", "exchange", kind="exchange.delivery", served=True),
        SecureRows("exchange_refusalreceipt", "exchange", kind="exchange.receipt"),
        SecureRows("exchange_statement", "exchange", kind="exchange.statement", served=True),
        SecureRows("exchange_question", "exchange", kind="exchange.question", served=True),
        SecureRows("exchange_unitkey", "exchange", kind="exchange.key"),
        SearchRows(
            "exchange_inforequest",
            "exchange",
            text="purpose",
            reads=("purpose",),
            kind="exchange.request",
            served=True,
        ),
        GuardTransitions(
            "exchange_inforequest",
            initial=["draft"],
            moves={
                "accepted": ["delivered", "withdrawn"],
                "at_committee": ["refused", "sent", "withdrawn"],
                "at_group": ["refused", "sent", "withdrawn"],
                "compliance_check": ["draft", "sent", "withdrawn"],
                "delivered": ["expired", "in_use", "returned"],
                "draft": ["compliance_check", "withdrawn"],
                "expired": ["destroyed"],
                "in_use": ["delivered", "expired"],
                "negotiating": ["at_committee", "refused", "sent", "withdrawn"],
                "objected": ["refused", "sent", "withdrawn"],
                "refused": ["at_group", "negotiating"],
                "returned": ["delivered", "withdrawn"],
                "sent": ["accepted", "delivered", "objected", "refused", "withdrawn"],
            },
        ),
        GuardTransitions(
            "exchange_delivery",
            initial=["submitted"],
            moves={
                "accepted": ["destroyed", "replaced"],
                "replaced": ["destroyed"],
                "returned": ["destroyed", "replaced"],
                "submitted": ["accepted", "returned"],
            },
        ),
        GuardTransitions(
            "exchange_question",
            initial=["asked"],
            moves={
                "answered": ["destroyed"],
                "approved": ["answered", "refused", "withdrawn"],
                "asked": ["approved", "declined", "withdrawn"],
                "declined": ["destroyed"],
                "refused": ["destroyed"],
                "withdrawn": ["destroyed"],
            },
        ),
        KeepColumns(
            "exchange_statement",
            columns=["request_id", "kind", "rung", "account_id", "name", "unit_name", "text"],
        ),
        # A corrected file replaces the one in use; what it corrects and why stays as it was written.
        KeepColumns(
            "exchange_delivery",
            columns=[
                *("request_id", "file", "sha256", "sm3", "size", "rows", "manifest", "signer_id"),
                *("corrects_id", "correction"),
            ],
        ),
        KeepColumns(
            "exchange_question",
            columns=["number", "provider_id", "data_class", "sealed", "purpose", "asked_by_id"],
        ),
        KeepColumns("exchange_unitkey", columns=["public_key", "fingerprint", "registered_by_id"]),
        KeepColumns("exchange_refusalreceipt", columns=["rule", "stage", "drafted_by_id"]),
    ]
