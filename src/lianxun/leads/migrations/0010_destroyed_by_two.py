from uuid import NAMESPACE_DNS, uuid5

from django.db import migrations

from lianxun.documents.removal import SERVICE
from lianxun.duties.seed import shipped_at

_ACCOUNT = uuid5(NAMESPACE_DNS, "service.retention.lianxun")
_UNIT = uuid5(NAMESPACE_DNS, "platform.lianxun")  # made by duties 0004_service

_GUARD = """
create or replace function lx.guard_lead_destroyed() returns trigger
language plpgsql set search_path = '' as $$
begin
    if new.state = 'destroyed' and old.state <> 'destroyed'
            and not lx.may_be_destroyed('leads.lead', new.id) then
        raise exception 'a lead is destroyed only by a checked list' using errcode = 'LX002';
    end if;
    return new;
end $$;
create trigger guard_lead_destroyed before update of state on leads_lead
    for each row execute function lx.guard_lead_destroyed();
"""
# The row went with the transaction; has it really, before its key is erased?
_GONE = """
create function vault.is_gone(item_id uuid) returns boolean
language sql stable security definer set search_path = '' as $$
    select lx.signed_in() and not exists (select 1 from vault.item i where i.id = item_id)
$$"""


def employ(apps, schema_editor):  # type: ignore[no-untyped-def]
    """The identity of the nightly run: it lists what ran out and removes what lost its row."""
    account = apps.get_model("access", "Account").objects.using(schema_editor.connection.alias)
    account.get_or_create(
        id=_ACCOUNT,
        defaults={
            "username": "service:retention",
            "password": "!",
            "unit_id": _UNIT,
            "display_name": "期满清理服务",
            "clearance": 3,
            "roles": [],
            "duties": [],
            "compartments": [],
            "service": SERVICE,
            "created_at": shipped_at(),
        },
    )


class Migration(migrations.Migration):
    """Nobody destroys a lead alone; the retention service may look for what ran out."""

    dependencies = [
        ("leads", "0009_salt"),
        ("documents", "0006_keeping_security"),
        ("duties", "0004_service"),
    ]
    operations = [
        migrations.RunSQL(_GUARD, migrations.RunSQL.noop),
        migrations.RunPython(employ, migrations.RunPython.noop),
        migrations.RunSQL(
            [
                "set local role lx_vault",
                _GONE,
                "revoke all on function vault.is_gone(uuid) from public",
                "grant execute on function vault.is_gone(uuid) to lx_app",
                "reset role",
                "insert into lx.service_table(service, table_name) values "
                f"('{SERVICE}', 'leads_lead'), ('{SERVICE}', 'duties_duty'), "
                f"('{SERVICE}', 'duties_dutychange'), ('{SERVICE}', 'duties_dutypause') on conflict do nothing",
            ],
            migrations.RunSQL.noop,
        ),
    ]
