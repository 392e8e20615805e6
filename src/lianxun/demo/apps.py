from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "lianxun.demo"
    label = "demo"
    verbose_name = "示范省"
