from django.db import migrations, models


class Migration(migrations.Migration):
    """Leads about one organisation, newest first, without looking at all others."""

    dependencies = [("leads", "0011_more_numbered")]
    operations = [
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(fields=["subject_org", "-created_at", "-id"], name="lead_subject"),
        )
    ]
