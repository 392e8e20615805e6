from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "lianxun.access"
    label = "access"
    verbose_name = "权限"

    def ready(self) -> None:
        from lianxun.access import signin

        signin.install()
