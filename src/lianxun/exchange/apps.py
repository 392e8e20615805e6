from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "lianxun.exchange"
    label = "exchange"
    verbose_name = "信息共享"
