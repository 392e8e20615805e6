from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "lianxun.exchange"
    label = "exchange"
    verbose_name = "信息共享"

    def ready(self) -> None:
        """Hear the rulings of bodies and the order to destroy keys."""
        from lianxun.exchange import handlers  # noqa: F401
        from lianxun.exchange.operations import incoming, retention  # noqa: F401 - what goes, and when
