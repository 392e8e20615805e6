from django.db import migrations

_TABLES = {
    "leads.lead": "leads_lead",
    "leads.batch": "leads_transferbatch",
    "exchange.request": "exchange_inforequest",
    "exchange.question": "exchange_question",
    "rectification.item": "rectification_item",
    "rectification.press": "rectification_press",
    "inspection.engagement": "inspection_engagement",
    "inspection.paper": "inspection_paper",
    "inspection.corroboration": "inspection_corroboration",
    "duties.letter": "duties_letter",
    "documents.file": "documents_storedfile",
}
_BEFORE = ("leads_lead", "exchange_inforequest", "rectification_item")
_NEW = [table for table in _TABLES.values() if table not in _BEFORE]


def _cases(what: str, by: str, value: str) -> str:
    return "\n".join(
        f"    when '{kind}' then (select t.{what} from public.{table} t where t.{by} = {value}"
        " order by t.id desc limit 1)"
        for kind, table in _TABLES.items()
    )


_FUNCTIONS = f"""
create or replace function lx.numbered(kind text, wanted text) returns uuid
language sql stable security definer set search_path = '' as $$
    select case kind
{_cases("id", "number", "wanted")}
    end where lx.signed_in() and wanted <> ''
$$;
create or replace function lx.owner_of(kind text, wanted uuid) returns uuid
language sql stable security definer set search_path = '' as $$
    select case kind
{_cases("owner_unit", "id", "wanted")}
    end where lx.signed_in()
$$
"""


class Migration(migrations.Migration):
    """Emergency access to everything that people know by a number, not to leads, requests and items alone.
    The search role reads id, number and owner of those tables and nothing else."""

    dependencies = [
        ("leads", "0010_destroyed_by_two"),
        ("rectification", "0004_plan_press_use"),
        ("inspection", "0005_depth"),
        ("duties", "0002_security"),
        ("documents", "0002_security"),
    ]
    operations = [
        migrations.RunSQL(
            [
                *(
                    f"create policy numbered on {table} for select to lx_search using (true)"
                    for table in _NEW
                ),
                *(
                    f"grant select (id, number, owner_unit) on {table} to lx_search"
                    for table in _NEW
                ),
                "grant create on schema lx to lx_search",
                "set local role lx_search",
                _FUNCTIONS,
                "reset role",
                "revoke create on schema lx from lx_search",
            ],
            migrations.RunSQL.noop,
        )
    ]
