from django.apps import AppConfig


class InspectionConfig(AppConfig):
    name = "lianxun.inspection"
    label = "inspection"
    verbose_name = "巡视"

    def ready(self) -> None:
        """Hear the decisions of bodies."""
        from lianxun.inspection import handlers  # noqa: F401
