from django.apps import AppConfig


class DutiesConfig(AppConfig):
    name = "lianxun.duties"
    label = "duties"
    verbose_name = "时限与进度"
