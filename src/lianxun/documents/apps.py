from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "lianxun.documents"
    label = "documents"
    verbose_name = "文书档案"

    def ready(self) -> None:
        from lianxun.documents import files  # noqa: F401 - stored files are kept like anything else
