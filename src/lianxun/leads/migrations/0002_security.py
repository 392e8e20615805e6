from pathlib import Path

from django.db import migrations

from lianxun.fabric.rowsecurity import SecureRows
from lianxun.fabric.transitions import GuardTransitions

_VAULT = (Path(__file__).parent.parent / "sql" / "vault.sql").read_text()
_FUNCTIONS = (
    "vault.put(uuid, bytea)",
    "vault.ask(uuid, uuid, text)",
    "vault.decide(uuid, boolean)",
    "vault.waiting()",
    "vault.open_decided(uuid)",
    "vault.shred(uuid)",
    "vault.set_custodian(bytea, bytea, bytea)",
    "vault.public_keys()",
    "vault.my_key()",
)
_TRANSITIONS = [
    ("registered", "screened"),
    ("registered", "returned"),
    ("registered", "forwarded"),
    ("screened", "under_group_study"),
    ("screened", "returned"),
    ("screened", "forwarded"),
    ("under_group_study", "approved"),
    ("under_group_study", "returned"),
    ("approved", "transferred"),
    ("transferred", "received"),
    ("transferred", "objected"),
    ("objected", "approved"),
    ("objected", "transferred"),
    ("received", "inquiry"),
    ("received", "prelim"),
    ("received", "held"),
    ("received", "closed"),
    ("held", "inquiry"),
    ("held", "prelim"),
    ("held", "closed"),
    ("inquiry", "prelim"),
    ("inquiry", "result"),
    ("prelim", "result"),
    ("closed", "result"),
    ("result", "fed_back"),
    ("fed_back", "done"),
]


class Migration(migrations.Migration):
    """Leads are never served on anybody they are about; identities lie in a schema of their own."""

    dependencies = [("leads", "0001_first"), ("access", "0002_context")]
    operations = [
        SecureRows("leads_lead", "leads", kind="leads.lead"),
        SecureRows("leads_transferbatch", "leads", kind="leads.batch"),
        SecureRows("leads_sealedrefusal", "leads", kind="leads.refusal"),
        GuardTransitions("leads_lead", initial=["registered"], transitions=_TRANSITIONS),
        migrations.RunSQL(_VAULT, "drop schema vault cascade"),
        migrations.RunSQL(
            [
                "revoke all on all tables in schema vault from public, lx_app",
                "revoke all on all functions in schema vault from public",
                "grant usage on schema vault to lx_app, lx_backup",
                "grant select on all tables in schema vault to lx_backup",
                *(f"grant execute on function {f} to lx_app" for f in _FUNCTIONS),
            ],
            migrations.RunSQL.noop,
        ),
    ]
