from pathlib import Path

from django.db import migrations

from lianxun.fabric.rowsecurity import OF_OBJECT, rule_of

_SQL = (Path(__file__).parent.parent / "sql" / "cube.sql").read_text()
_TRIGGERS = {
    "insert": "referencing new table as added",
    "update": "referencing old table as removed new table as added",
    "delete": "referencing old table as removed",
    "truncate": "",
}
_RULE = rule_of("duties_duty", OF_OBJECT, kind="duties.reach", served=True)


def _secured(table: str) -> list[str]:
    """Forced row security; the owner's functions write, everybody else reads at most."""
    return [
        f"alter table {table} enable row level security",
        f"alter table {table} force row level security",
        f"create policy counts on {table} for all to lx_owner using (true) with check (true)",
        f"create policy backup on {table} for select to lx_backup using (true)",
        f"revoke insert, update, delete on {table} from lx_app",
    ]


class Migration(migrations.Migration):
    """The board cube, its rights, and the count of what is there."""

    dependencies = [("duties", "0008_notice_similar"), ("access", "0005_search")]
    operations = [
        migrations.RunSQL(
            _SQL,
            [
                "drop table duties_mark, duties_reach, duties_markedto",
                "drop function lx.count_duties(), lx.settle_duty_marks(date), "
                "lx.duty_marks(duties_duty), lx.duty_reach_of(duties_duty), lx.duty_reach("
                "smallint, int, text, uuid, uuid, text, text, text)",
            ],
        ),
        migrations.RunSQL(
            [
                *_secured("duties_reach"),
                *_secured("duties_mark"),
                *_secured("duties_markedto"),
                *(
                    f"create policy {name} on duties_reach as restrictive for select to lx_app using ({limit})"
                    for name, limit in _RULE.limits.items()
                ),
                f"create policy acc_read on duties_reach for select to lx_app using ({_RULE.read})",
                "create policy acc_read on duties_mark for select to lx_app "
                "using (reach in (select id from duties_reach))",
                "create policy acc_read on duties_markedto for select to lx_app using ((select lx.signed_in()))",
                "revoke all on function lx.count_duties(), lx.settle_duty_marks(date) from public",
                "grant execute on function lx.settle_duty_marks(date) to lx_app",
                *(
                    f"create trigger count_{verb} after {verb} on duties_duty {tables} "
                    "for each statement execute function lx.count_duties()"
                    for verb, tables in _TRIGGERS.items()
                ),
                # Also when rows are written past the other triggers (restore, replication).
                *(
                    f"alter table duties_duty enable always trigger count_{verb}"
                    for verb in _TRIGGERS
                ),
                "create index duty_compartment on duties_duty (compartment) where compartment is not null",
                # What is there already, counted by the owner for once without row security.
                "alter table duties_duty no force row level security",
                """insert into duties_reach
                   select distinct on (1) lx.duty_reach_of(d), d.level, d.region, d.owner_unit, d.owner_path,
                          d.engagement, d.subject_org, d.subject_path, d.addressee_unit, d.addressee_path,
                          null::text, d.object_kind
                   from duties_duty d where d.compartment is null order by 1""",
                """insert into duties_mark
                   select lx.duty_reach_of(d), d.region, d.engagement, d.object_kind, d.responsible_unit,
                          d.template_code, m.light, m.day, m.n
                   from duties_duty d, lx.duty_marks(d) m""",
                "alter table duties_duty force row level security",
            ],
            [
                *(f"drop trigger count_{verb} on duties_duty" for verb in _TRIGGERS),
                "drop index duty_compartment",
            ],
        ),
    ]
