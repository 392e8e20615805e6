from django.db import migrations

from lianxun.documents.removal import SERVICE
from lianxun.fabric.keeping import KeepColumns
from lianxun.fabric.rowsecurity import SecureRows
from lianxun.fabric.services import ServiceTables
from lianxun.fabric.transitions import GuardTransitions

_TABLE = "exchange_incoming"


class Migration(migrations.Migration):
    """A file on its way in is its provider's; what was handed in is never changed.

    The nightly job that lists what ran out sees the requests whose use has ended.
    """

    dependencies = [
        ("exchange", "0004_incoming"),
        ("access", "0002_guards"),
        ("documents", "0003_guards"),
    ]
    operations = [
        SecureRows(_TABLE, "exchange", kind="exchange.incoming", served=True),
        GuardTransitions(
            _TABLE,
            initial=["waiting"],
            moves={"waiting": ["reading", "refused"], "reading": ["taken", "refused"]},
        ),
        KeepColumns(_TABLE, columns=["request_id", "sender_id", "name", "size", "stored"]),
        ServiceTables(SERVICE, ["exchange_inforequest", "exchange_delivery"]),
    ]
