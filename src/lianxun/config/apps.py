from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "lianxun.config"
    label = "config"
    verbose_name = "配置"

    def ready(self) -> None:
        from lianxun.config import guard

        guard.install()
