from pathlib import Path

from django.db import migrations, models

_GUARDS = (Path(__file__).parent.parent / "sql" / "decisions.sql").read_text("utf-8")


class Migration(migrations.Migration):
    """Checklist before submission; the line goes on by a decision of the body."""

    dependencies = [("inspection", "0005_depth"), ("approvals", "0004_comments")]
    operations = [
        migrations.AddField(
            model_name="pause",
            name="resume_matter",
            field=models.UUIDField(blank=True, null=True, verbose_name="恢复的审批事项"),
        ),
        migrations.RunSQL(_GUARDS, migrations.RunSQL.noop),
    ]
