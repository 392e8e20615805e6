from typing import Any

from django.db import migrations

from lianxun.duties import seed
from lianxun.fabric.rowsecurity import OF_OBJECT, SecureBy, SecureLike, SecureRows, rule_of
from lianxun.fabric.services import ServiceIdentity
from lianxun.fabric.sqlfiles import sql_of
from lianxun.fabric.transitions import GuardTransitions
from lianxun.kernel.ids import new_id

_MINE = "account = (select lx.account())"
_REACH = rule_of("duties_duty", OF_OBJECT, kind="duties.reach", served=True)


def plant(apps: Any, schema_editor: Any) -> None:
    """The table of days to 2027 and the first version of every template (before row security)."""
    alias = schema_editor.connection.alias
    day = apps.get_model("duties", "WorkDay")
    rows = list(seed.day_rows())
    day.objects.using(alias).bulk_create(
        [
            day(date=r.date, is_work=r.is_work, name=r.name, source=r.source, status=r.status)
            for r in rows
        ],
        batch_size=2000,
    )
    apps.get_model("duties", "CalendarVersion").objects.using(alias).create(
        number=1,
        source="随产品交付：2004—2026 年正式公布，2027 年暂定",
        imported_at=seed.shipped_at(),
        changed_days=len(rows),
    )
    template = apps.get_model("duties", "DutyTemplate")
    template.objects.using(alias).bulk_create(
        template(id=new_id(), created_at=seed.shipped_at(), **values)
        for name in ("milestones", "clocks", "retention")
        for values in seed.template_rows(name)
    )


class Migration(migrations.Migration):
    """What is shipped; who knows a duty; the board cube; the service that writes letters."""

    dependencies = [("duties", "0002_duties"), ("organisation", "0003_guards")]
    operations = [
        migrations.RunPython(plant),
        SecureLike("duties_workday", writer="organisation"),
        SecureLike("duties_calendarversion", writer="organisation"),
        SecureLike("duties_dutytemplate", writer="organisation"),
        SecureRows("duties_duty", OF_OBJECT, kind="duties.duty", served=True),
        SecureRows("duties_dutypause", OF_OBJECT, kind="duties.dutypause", served=True),
        SecureRows("duties_dutychange", OF_OBJECT, kind="duties.dutychange", served=True),
        SecureRows("duties_letter", OF_OBJECT, kind="duties.letter", served=True),
        SecureBy("duties_notice", read=_MINE, insert="(select lx.signed_in())", update=_MINE),
        GuardTransitions(
            "duties_duty", initial=["open"], moves={"open": ["cancelled", "fulfilled"]}
        ),
        ServiceIdentity(
            "duties",
            name="时限服务",
            clearance=3,
            tables=[
                "duties_duty",
                "duties_dutychange",
                "duties_dutypause",
                "duties_letter",
                "documents_storedfile",
            ],
        ),
        migrations.RunSQL(
            [
                "create sequence duties_letter_number",
                "grant usage on sequence duties_letter_number to lx_app",
            ]
        ),
        migrations.RunSQL(sql_of(__file__, "cube")),
        migrations.RunSQL(
            [
                *(
                    f"create policy {name} on duties_reach as restrictive for select to lx_app using ({limit})"
                    for name, limit in _REACH.limits.items()
                ),
                f"create policy acc_read on duties_reach for select to lx_app using ({_REACH.read})",
            ]
        ),
        migrations.RunSQL(sql_of(__file__, "standstill")),
    ]
