from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """An empty column is no way around a check: what was served names whom, what was merged has its total."""

    dependencies = [
        ("rectification", "0012_support_changes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="assessment",
            name="assessment_merged_is_whole",
        ),
        migrations.RemoveConstraint(
            model_name="assessment",
            name="assessment_is_served_when_decided",
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["scoring", "merged"]),
                    models.Q(
                        ("merged_by__isnull", False),
                        ("total__gte", 0),
                        ("total__isnull", False),
                        ("total__lte", 100),
                        models.Q(("grade", ""), _negated=True),
                        models.Q(("summary", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="assessment_merged_is_whole",
                violation_error_message="评估结论须有总分、等次和评估意见。",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["scoring", "merged"]),
                    models.Q(
                        ("addressee_unit", models.F("subject_org")),
                        ("addressee_unit__isnull", False),
                        ("object_until__isnull", False),
                        ("served_on__isnull", False),
                        ("state__in", ["served", "objected", "final"]),
                    ),
                    _connector="OR",
                ),
                name="assessment_is_served_when_decided",
                violation_error_message="评估结论经委员会决定后才送达被巡视单位。",
            ),
        ),
    ]
