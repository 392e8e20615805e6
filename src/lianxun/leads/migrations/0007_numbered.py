from django.db import migrations

_TABLES = {
    "leads.lead": "leads_lead",
    "exchange.request": "exchange_inforequest",
    "rectification.item": "rectification_item",
}
_CASES = "\n".join(
    f"    when '{kind}' then (select t.{{what}} from public.{table} t where t.{{by}} = {{value}})"
    for kind, table in _TABLES.items()
)
_NUMBERED = f"""
create function lx.numbered(kind text, wanted text) returns uuid
language sql stable security definer set search_path = '' as $$
    select case kind
{_CASES.format(what="id", by="number", value="wanted")}
    end where lx.signed_in()
$$"""
_OWNER = f"""
create function lx.owner_of(kind text, wanted uuid) returns uuid
language sql stable security definer set search_path = '' as $$
    select case kind
{_CASES.format(what="owner_unit", by="id", value="wanted")}
    end where lx.signed_in()
$$"""
_UNREVIEWED = """
create function lx.unreviewed(before timestamptz) returns table (account uuid)
language sql stable security definer set search_path = '' as $$
    select distinct g.account_id from public.access_grant g
    where g.kind = 'break_glass' and g.consented_at < before and g.reviewed_at is null
      and lx.service() <> ''
$$"""


class Migration(migrations.Migration):
    """Break-glass asks by number: id and owner of an object nobody has to see (settled.md 5)."""

    dependencies = [
        ("leads", "0006_vault"),
        ("exchange", "0003_speed"),
        ("rectification", "0003_speed"),
        ("access", "0008_break_glass"),
    ]
    operations = [
        migrations.RunSQL(
            [
                *(
                    f"grant select (id, number, owner_unit) on {table} to lx_search"
                    for table in _TABLES.values()
                ),
                "grant create on schema lx to lx_search",
                "set local role lx_search",
                _NUMBERED,
                _OWNER,
                "revoke all on function lx.numbered(text, text), lx.owner_of(text, uuid) from public",
                "grant execute on function lx.numbered(text, text), lx.owner_of(text, uuid) to lx_app",
                "reset role",
                "revoke create on schema lx from lx_search",
                _UNREVIEWED,
                "revoke all on function lx.unreviewed(timestamptz) from public",
                "grant execute on function lx.unreviewed(timestamptz) to lx_app",
            ],
            migrations.RunSQL.noop,
        )
    ]
