from django.apps import AppConfig


class CoordinationConfig(AppConfig):
    name = "lianxun.coordination"
    label = "coordination"
    verbose_name = "协作会商"
