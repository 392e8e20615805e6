from django.apps import AppConfig


class AdviceConfig(AppConfig):
    name = "lianxun.advice"
    label = "advice"
    verbose_name = "研判建议"

    def ready(self) -> None:
        from lianxun.advice import handlers  # noqa: F401 - registers what the room hears
