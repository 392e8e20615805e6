from django.db import migrations


class Migration(migrations.Migration):
    """What hangs on a destroyed lead is destroyed with it, by the service; by nobody else."""

    dependencies = [("advice", "0004_second_person")]
    operations = [
        migrations.RunSQL(
            [
                f"create policy acc_delete on {table} for delete to lx_app "
                f"using ((select lx.service_may('{table}')))"
                for table in ("advice_decision", "advice_similarquestion")
            ],
            [
                f"drop policy acc_delete on {table}"
                for table in ("advice_decision", "advice_similarquestion")
            ],
        )
    ]
