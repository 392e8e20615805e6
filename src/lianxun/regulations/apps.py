from django.apps import AppConfig


class RegulationsConfig(AppConfig):
    name = "lianxun.regulations"
    label = "regulations"
    verbose_name = "政策法规"
