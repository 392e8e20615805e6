from django.db import migrations

from lianxun.duties import seed
from lianxun.duties.enums import DUTY_TRANSITIONS, DutyState
from lianxun.fabric.rowsecurity import OF_OBJECT, SecureLike, SecureRows
from lianxun.fabric.transitions import GuardTransitions
from lianxun.kernel.ids import new_id

_OWN = "account = (select lx.account())"
_NOTICE = [
    "alter table duties_notice enable row level security",
    "alter table duties_notice force row level security",
    # A notice is for one account; whoever acts may put one, nobody else reads or marks it.
    f"create policy acc_read on duties_notice for select to lx_app using ({_OWN})",
    "create policy acc_insert on duties_notice for insert to lx_app with check ((select lx.signed_in()))",
    f"create policy acc_update on duties_notice for update to lx_app using ({_OWN}) with check ({_OWN})",
    "create policy backup on duties_notice for select to lx_backup using (true)",
]


def plant(apps, schema_editor):  # type: ignore[no-untyped-def]
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
        for name in ("milestones", "clocks")
        for values in seed.template_rows(name)
    )


class Migration(migrations.Migration):
    dependencies = [("duties", "0001_first"), ("access", "0002_context")]
    operations = [
        migrations.RunPython(plant, migrations.RunPython.noop),
        SecureLike("duties_workday", writer="organisation"),
        SecureLike("duties_calendarversion", writer="organisation"),
        SecureLike("duties_dutytemplate", writer="organisation"),
        *(
            SecureRows(f"duties_{name}", OF_OBJECT, kind=f"duties.{name}", served=True)
            for name in ("duty", "dutypause", "dutychange", "letter")
        ),
        migrations.RunSQL(_NOTICE, migrations.RunSQL.noop),
        GuardTransitions(
            "duties_duty",
            initial=[DutyState.OPEN.value],
            transitions=[(a.value, b.value) for a, b in DUTY_TRANSITIONS],
        ),
        # The tick that writes letters (settled.md 1, P6): a fixed list of tables.
        migrations.RunSQL(
            [
                "insert into lx.service_table(service, table_name) values "
                "('duties', 'duties_duty'), ('duties', 'duties_dutychange'), "
                "('duties', 'duties_dutypause'), ('duties', 'duties_letter') on conflict do nothing"
            ],
            ["delete from lx.service_table where service = 'duties'"],
        ),
    ]
