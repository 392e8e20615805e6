from django.apps import AppConfig


class LeadsConfig(AppConfig):
    name = "lianxun.leads"
    label = "leads"
    verbose_name = "问题线索"

    def ready(self) -> None:
        from lianxun.leads import handlers  # noqa: F401 - registers what follows
        from lianxun.leads.operations import retention  # noqa: F401 - says what ran out and how it is emptied
