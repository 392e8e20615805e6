from django.apps import AppConfig


class RectificationConfig(AppConfig):
    name = "lianxun.rectification"
    label = "rectification"
    verbose_name = "整改台账"

    def ready(self) -> None:
        """Hear the decisions of bodies."""
        from lianxun.rectification import handlers  # noqa: F401
