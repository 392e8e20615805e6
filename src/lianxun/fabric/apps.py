from django.apps import AppConfig


class FabricConfig(AppConfig):
    name = "lianxun.fabric"
    label = "fabric"
    verbose_name = "底座"
