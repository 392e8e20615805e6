import django.db.models.deletion
from django.db import migrations, models

from lianxun.fabric.keeping import KeepColumns
from lianxun.fabric.sqlfiles import sql_of


class Migration(migrations.Migration):
    """A large correction names the file it mends; a delivery comes under the agreement of its own request alone."""

    dependencies = [("exchange", "0007_sharing_guarded")]
    operations = [
        migrations.AddField(
            model_name="incoming",
            name="corrects",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="exchange.delivery",
                verbose_name="更正的那一份",
            ),
        ),
        KeepColumns(
            "exchange_incoming",
            columns=["request_id", "sender_id", "name", "size", "stored", "corrects_id"],
        ),
        migrations.RunSQL(sql_of(__file__, "sharing_closer")),
    ]
