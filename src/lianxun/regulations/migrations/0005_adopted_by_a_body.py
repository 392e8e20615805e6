from django.db import migrations, models


class Migration(migrations.Migration):
    """The matter before a body (room approvals) that decides about an institution document."""

    dependencies = [("regulations", "0004_checks_by_job")]
    operations = [
        migrations.AddField(
            "institution", "matter", models.UUIDField("提请的审批", null=True, blank=True)
        )
    ]
