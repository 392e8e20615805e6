from django.apps import AppConfig


class DutiesConfig(AppConfig):
    name = "lianxun.duties"
    label = "duties"
    verbose_name = "时限与进度"

    def ready(self) -> None:
        from lianxun.duties import handlers  # noqa: F401 - registers what this room hears of
