from django.apps import AppConfig


class CoordinationConfig(AppConfig):
    name = "lianxun.coordination"
    label = "coordination"
    verbose_name = "协作会商"

    def ready(self) -> None:
        """Hear the decisions of bodies about the year's plan."""
        from lianxun.coordination.operations import planning  # noqa: F401
