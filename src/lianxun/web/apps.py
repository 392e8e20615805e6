from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "lianxun.web"
    label = "web"
    verbose_name = "页面"
