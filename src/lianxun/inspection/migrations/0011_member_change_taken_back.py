from django.db import migrations, models


class Migration(migrations.Migration):
    """A change its proposer took back ends as refused by him; only what is agreed needs another's decision."""

    dependencies = [("inspection", "0010_joint_tasks")]

    operations = [
        migrations.RemoveConstraint(
            model_name="memberchange", name="member_change_decided_by_another"
        ),
        migrations.AddConstraint(
            model_name="memberchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_by__isnull", True), ("state", "proposed")),
                    models.Q(
                        ("decided_by__isnull", False),
                        ("decided_on__isnull", False),
                        ("state", "refused"),
                    ),
                    models.Q(
                        ("decided_by__isnull", False),
                        ("decided_on__isnull", False),
                        ("state", "approved"),
                        models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="member_change_decided_by_another",
                violation_error_message="参与单位的调整由提出人以外的人决定。",
            ),
        ),
    ]
