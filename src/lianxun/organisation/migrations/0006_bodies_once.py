from django.db import migrations, models
from django.db.models import Q

_BODIES = (
    "leading_group",
    "coordination_committee",
    "liaison_office",
    "coordination_group",
    "lead_verification_group",
    "rectification_guidance_group",
)


class Migration(migrations.Migration):
    """Each region has its leading group, committee, office and the three task groups once."""

    dependencies = [("organisation", "0005_codes_taken")]
    operations = [
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.UniqueConstraint(
                name="body_stands_once_in_its_region",
                fields=["region", "kind"],
                condition=Q(valid_to__isnull=True, kind__in=_BODIES),
            ),
        ),
    ]
