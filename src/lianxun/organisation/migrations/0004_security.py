from pathlib import Path
from uuid import NAMESPACE_DNS, uuid5

from django.db import migrations

_SQL = (Path(__file__).parent.parent / "sql" / "relabel.sql").read_text()

_DUTY = "(select lx.has_duty('organisation'))"
_OWN = "(unit_path >= (select lx.unit_path()) and unit_path < (select lx.unit_path_end()))"
_AREA = f"({_DUTY} and ({_OWN} or (region >= (select lx.region_lo()) and region <= (select lx.region_hi()))))"
# The inspected organisation's contact and the three administrators list no people.
_COLLEAGUE = (
    "(select lx.signed_in() and not lx.has_role('contact') and not lx.has_role('system_admin') "
    "and not lx.has_role('security_admin') and not lx.has_role('audit_admin'))"
)
_SELF = "(select a.person_id from access_account a where a.id = lx.account())"


def _secured(table: str, *, read: str, write: str, dropping: tuple[str, ...] = ()) -> list[str]:
    service = f"(select lx.service_may('{table}'))"
    first = (
        [f"drop policy {name} on {table}" for name in dropping]
        if dropping
        else [
            f"alter table {table} enable row level security",
            f"alter table {table} force row level security",
            f"create policy backup on {table} for select to lx_backup using (true)",
        ]
    )
    return [
        *first,
        f"create policy acc_read on {table} for select to lx_app using ({read} or {service})",
        f"create policy acc_insert on {table} for insert to lx_app with check ({write})",
        f"create policy acc_update on {table} for update to lx_app using ({write}) with check ({write})",
        f"create policy acc_delete on {table} for delete to lx_app using ({write})",
    ]


_UNITS = f"({_DUTY} or (select lx.has_role('system_admin')))"
_PUBLIC = "kind <> 'staff' and (valid_to is null or valid_to >= (select lx.today()))"
_POLICIES = [
    *_secured("organisation_unitperiod", read="(select lx.signed_in())", write=_UNITS),
    *_secured("organisation_post", read=_COLLEAGUE, write=_DUTY),
    # People: one's own unit, the keeper's area, oneself; liaison officers and heads are known to colleagues.
    *_secured(
        "organisation_person",
        read=f"({_COLLEAGUE} and ({_OWN} or contact_until >= (select lx.today()))) "
        f"or {_AREA} or id = {_SELF}",
        write=_AREA,
        dropping=("acc_read", "acc_write"),
    ),
    *_secured(
        "organisation_appointment",
        read=f"({_COLLEAGUE} and ({_OWN} or ({_PUBLIC}))) or {_AREA} or person_id = {_SELF}",
        write=_AREA,
    ),
    *_secured("organisation_poolentry", read=f"{_AREA} or person_id = {_SELF}", write=_AREA),
    # Facts for recusal: the person and the keeper of the area. Others learn 是 or 否 through the service.
    *_secured(
        "organisation_recusalfact",
        read=f"{_AREA} or person_id = {_SELF}",
        write=f"({_AREA} or person_id = {_SELF})",
        dropping=("acc_all",),
    ),
    *_secured("organisation_trainingrecord", read=f"{_AREA} or person_id = {_SELF}", write=_AREA),
    *_secured(
        "organisation_importbatch",
        read="account = (select lx.account())",
        write=f"(account = (select lx.account()) and {_DUTY})",
    ),
]


def employ(apps, schema_editor):  # type: ignore[no-untyped-def]
    """The service identity that answers 回避：是/否 without showing anybody the facts."""
    from lianxun.fabric.forced import unforced

    alias = schema_editor.connection.alias
    unit = uuid5(NAMESPACE_DNS, "platform.lianxun")
    since = "2026-11-22T00:00:00Z"
    with unforced("organisation_unit", using=alias, expect_change=False):
        apps.get_model("organisation", "Unit").objects.using(alias).get_or_create(
            id=unit,
            defaults={
                "created_at": since,
                "code": "LIANXUN",
                "name": "联巡平台（服务身份）",
                "short_name": "平台",
                "kind": "other",
                "tier": "province",
                "region": 0,
                "path": "0000/",
                "valid_from": since[:10],
            },
        )
    apps.get_model("access", "Account").objects.using(alias).get_or_create(
        id=uuid5(NAMESPACE_DNS, "service.recusal.lianxun"),
        defaults={
            "username": "service:recusal",
            "password": "!",
            "unit_id": unit,
            "display_name": "回避核查服务",
            "clearance": 3,
            "roles": [],
            "duties": [],
            "compartments": [],
            "service": "recusal",
            "created_at": since,
        },
    )


class Migration(migrations.Migration):
    dependencies = [("organisation", "0003_people"), ("access", "0003_recusal_facts")]
    operations = [
        migrations.RunSQL(_SQL, "drop function lx.move_path(text, text)"),
        migrations.RunSQL(_POLICIES, migrations.RunSQL.noop),
        migrations.RunPython(employ, migrations.RunPython.noop),
        migrations.RunSQL(
            [
                "insert into lx.service_table(service, table_name) values "
                "('recusal', 'organisation_person'), ('recusal', 'organisation_recusalfact') "
                "on conflict do nothing"
            ],
            ["delete from lx.service_table where service = 'recusal'"],
        ),
    ]
