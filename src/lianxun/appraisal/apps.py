from django.apps import AppConfig


class AppraisalConfig(AppConfig):
    name = "lianxun.appraisal"
    label = "appraisal"
    verbose_name = "考核评价"

    def ready(self) -> None:
        from lianxun.appraisal import handlers  # noqa: F401 - registers what follows a decision
