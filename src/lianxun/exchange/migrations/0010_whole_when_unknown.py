from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """An empty column is no way around a check: what was served names whom, what was merged has its total."""

    dependencies = [
        ("exchange", "0009_sharing_told"),
        ("organisation", "0004_training_methods"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="inforequest",
            name="request_sent_was_checked",
        ),
        migrations.RemoveConstraint(
            model_name="sharing",
            name="sharing_served_was_signed",
        ),
        migrations.AddConstraint(
            model_name="inforequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["draft", "compliance_check", "withdrawn"]),
                    models.Q(
                        ("addressee_unit", models.F("provider")),
                        ("addressee_unit__isnull", False),
                        ("checked_by__isnull", False),
                        ("sent_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="request_sent_was_checked",
                violation_error_message="未经合规审核的需求不能送达提供单位。",
            ),
        ),
        migrations.AddConstraint(
            model_name="sharing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["offered", "in_force", "suspended"]), _negated=True),
                    models.Q(
                        ("addressee_unit", models.F("provider")),
                        ("addressee_unit__isnull", False),
                        ("signed_at__isnull", False),
                        ("signed_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="sharing_served_was_signed",
            ),
        ),
    ]
