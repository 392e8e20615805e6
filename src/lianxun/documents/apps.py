from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "lianxun.documents"
    label = "documents"
    verbose_name = "文书档案"
