from pathlib import Path

from django.db import migrations

_SQL = (Path(__file__).parent.parent / "sql" / "context.sql").read_text()

_ADMIN = "(select lx.has_role('system_admin'))"
_ME = "(select lx.account())"
_OWN = "unit_path >= (select lx.unit_path()) and unit_path < (select lx.unit_path_end())"


def _secured(table: str) -> list[str]:
    return [
        f"alter table {table} enable row level security",
        f"alter table {table} force row level security",
        f"create policy owner_reads on {table} for select to lx_owner using (true)",
        f"create policy backup on {table} for select to lx_backup using (true)",
    ]


class Migration(migrations.Migration):
    """Identity of a transaction, and row security of the rooms below (settled.md 18)."""

    dependencies = [
        ("access", "0001_first"),
        ("organisation", "0001_first"),
        ("trace", "0001_inbox"),
    ]
    operations = [
        migrations.RunSQL("create schema if not exists lx", migrations.RunSQL.noop),
        migrations.RunSQL(_SQL, migrations.RunSQL.noop),
        migrations.RunSQL(
            [
                *_secured("organisation_unit"),
                "create policy acc_read on organisation_unit for select to lx_app using ((select lx.signed_in()))",
                "create policy acc_write on organisation_unit for all to lx_app "
                f"using ({_ADMIN} or (select lx.has_duty('organisation'))) "
                f"with check ({_ADMIN} or (select lx.has_duty('organisation')))",
                *_secured("organisation_person"),
                "create policy acc_read on organisation_person for select to lx_app using "
                f"(({_OWN}) or (select lx.has_duty('organisation')) or {_ADMIN})",
                "create policy acc_write on organisation_person for all to lx_app "
                f"using ({_ADMIN} or (select lx.has_duty('organisation'))) "
                f"with check ({_ADMIN} or (select lx.has_duty('organisation')))",
                *_secured("access_grant"),
                # Who received, gave, seconds or reviews a grant may read it; nobody grants himself a
                # membership or a share (the database, not only the operation, refuses it).
                "create policy acc_read on access_grant for select to lx_app using "
                f"(account_id = {_ME} or granted_by_id = {_ME} or second_person_id = {_ME} "
                "or (unit_id = (select lx.unit()) and kind in ('share', 'participation')) "
                "or (select lx.has_role('security_admin')) or ((select lx.has_duty('access')) and "
                "owner_path >= (select lx.unit_path()) and owner_path < (select lx.unit_path_end())))",
                "create policy acc_insert on access_grant for insert to lx_app with check "
                f"(granted_by_id = {_ME} and (kind = 'break_glass' and account_id = {_ME} "
                f"and consented_at is null or kind <> 'break_glass' and account_id is distinct from {_ME}))",
                "create policy acc_update on access_grant for update to lx_app using "
                f"((granted_by_id = {_ME} and kind <> 'break_glass') or second_person_id = {_ME} "
                "or (select lx.has_role('security_admin')) or (select lx.has_duty('access')))",
                *_secured("access_recusal"),
                "create policy acc_read on access_recusal for select to lx_app using "
                "(account_id = (select lx.account()) or (select lx.has_duty('access')))",
                "create policy acc_insert on access_recusal for insert to lx_app with check "
                "(account_id = (select lx.account()) or (select lx.has_duty('access')))",
                "create policy acc_update on access_recusal for update to lx_app using ((select lx.has_duty('access')))",
            ],
            migrations.RunSQL.noop,
        ),
    ]
