from django.apps import AppConfig


class TraceConfig(AppConfig):
    name = "lianxun.trace"
    label = "trace"
    verbose_name = "留痕"
