from uuid import NAMESPACE_DNS, uuid5

from django.db import migrations

from lianxun.duties.seed import shipped_at
from lianxun.fabric.forced import unforced

_UNIT = uuid5(NAMESPACE_DNS, "platform.lianxun")
_ACCOUNT = uuid5(NAMESPACE_DNS, "service.duties.lianxun")


def employ(apps, schema_editor):  # type: ignore[no-untyped-def]
    """The identity under which the platform itself writes letters: it signs in nowhere."""
    alias = schema_editor.connection.alias
    unit = apps.get_model("organisation", "Unit").objects.using(alias)
    account = apps.get_model("access", "Account").objects.using(alias)
    with unforced("organisation_unit", using=alias, expect_change=False):
        unit.get_or_create(
            id=_UNIT,
            defaults={
                "created_at": shipped_at(),
                "code": "LIANXUN",
                "name": "联巡平台（服务身份）",
                "short_name": "平台",
                "kind": "other",
                "tier": "province",
                "region": 0,
                "path": "0000/",
                "valid_from": shipped_at().date(),
            },
        )
    account.get_or_create(
        id=_ACCOUNT,
        defaults={
            "username": "service:duties",
            "password": "!",
            "unit_id": _UNIT,
            "display_name": "时限服务",
            "clearance": 3,
            "roles": [],
            "duties": [],
            "compartments": [],
            "service": "duties",
            "created_at": shipped_at(),
        },
    )


class Migration(migrations.Migration):
    dependencies = [("duties", "0003_windows"), ("access", "0002_context")]
    operations = [
        migrations.RunPython(employ, migrations.RunPython.noop),
        migrations.RunSQL(
            [
                "create sequence duties_letter_number",
                "grant usage on sequence duties_letter_number to lx_app",
            ],
            "drop sequence duties_letter_number",
        ),
    ]
