from django.db import migrations

_DUTY = "(select lx.has_duty('advice'))"
_ME = "(select lx.account())"
_SERVICE = "(select lx.service_may('advice_release'))"


class Migration(migrations.Migration):
    """A promotion begins as a proposal in one's own name and takes effect in another's: the database
    lets nobody write both names, nor the name of somebody else."""

    dependencies = [("advice", "0003_newest_pairs")]
    operations = [
        migrations.RunSQL(
            [
                "drop policy acc_insert on advice_release",
                "drop policy acc_update on advice_release",
                "create policy acc_insert on advice_release for insert to lx_app with check "
                f"((kind = 'install' and {_SERVICE}) or ({_DUTY} and proposed_by_id = {_ME} "
                "and confirmed_by_id is null and (kind = 'rollback' or (kind = 'promote' and state = 'proposed'))))",
                "create policy acc_update on advice_release for update to lx_app using "
                f"({_DUTY} and state = 'proposed' and proposed_by_id <> {_ME}) with check "
                f"({_DUTY} and confirmed_by_id = {_ME} and proposed_by_id <> {_ME})",
                # What was proposed stays what it was: only the second person's part is written later.
                "revoke update on advice_release from lx_app",
                "grant update (state, confirmed_by_id, effective_at, revision) on advice_release to lx_app",
            ],
            migrations.RunSQL.noop,
        )
    ]
