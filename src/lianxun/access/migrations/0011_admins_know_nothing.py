from typing import Any

from django.db import migrations, models
from django.db.models import F, Q

ADMINS = ["system_admin", "security_admin", "audit_admin"]


def lower(apps: Any, schema_editor: Any) -> None:
    """Those who are there already."""
    alias = schema_editor.connection.alias
    accounts = apps.get_model("access", "Account")
    accounts.objects.using(alias).filter(roles__overlap=ADMINS).update(
        clearance=-1, compartments=[], revision=F("revision") + 1
    )


class Migration(migrations.Migration):
    """What is shared with the unit of the three administrators is not shared with them."""

    dependencies = [("access", "0010_out_of_reach")]
    operations = [
        migrations.RunPython(lower),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                name="account_admins_know_nothing",
                condition=(Q(roles__overlap=ADMINS) & Q(clearance=-1, compartments__len=0))
                | (~Q(roles__overlap=ADMINS) & Q(clearance__gte=0)),
                violation_error_message="系统、安全、审计管理员没有知悉级别，也不在隔离范围内。",
            ),
        ),
    ]
