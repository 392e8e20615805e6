from django.apps import AppConfig


class RegulationsConfig(AppConfig):
    name = "lianxun.regulations"
    label = "regulations"
    verbose_name = "政策法规"

    def ready(self) -> None:
        from lianxun.regulations import handlers  # noqa: F401 - registers what this room hears of
