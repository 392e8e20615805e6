from django.db import migrations

from lianxun.fabric.keeping import KeepColumns
from lianxun.fabric.rowsecurity import SecureRows
from lianxun.fabric.sqlfiles import sql_of
from lianxun.fabric.transitions import GuardTransitions


class Migration(migrations.Migration):
    """A standing agreement is served on its provider once signed; its team reads what is delivered under it."""

    dependencies = [
        ("exchange", "0006_sharing"),
        ("access", "0002_guards"),
    ]
    operations = [
        SecureRows("exchange_sharing", "exchange", kind="exchange.sharing", served=True),
        SecureRows("exchange_firstreading", "exchange", kind="exchange.first_reading"),
        GuardTransitions(
            "exchange_sharing",
            initial=["drafted"],
            moves={
                "drafted": ["declined", "offered", "withdrawn"],
                "in_force": ["ended", "suspended"],
                "offered": ["declined", "in_force", "withdrawn"],
                "suspended": ["ended", "in_force"],
            },
        ),
        # What was signed is what holds: another wording is another agreement.
        KeepColumns(
            "exchange_sharing",
            columns=[
                *("number", "engagement", "provider_id", "classes", "fields", "purpose", "basis"),
                *("valid_from", "valid_to", "drafted_by_id"),
            ],
        ),
        KeepColumns("exchange_firstreading", columns=["delivery_id", "read_at"]),
        KeepColumns(
            "exchange_delivery",
            columns=[
                *("request_id", "file", "sha256", "sm3", "size", "rows", "manifest", "signer_id"),
                *("corrects_id", "correction", "standing_id"),
            ],
        ),
        KeepColumns("exchange_inforequest", columns=["standing_id"]),
        migrations.RunSQL(sql_of(__file__, "sharing")),
    ]
