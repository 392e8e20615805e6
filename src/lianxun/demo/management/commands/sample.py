from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from lianxun.demo import accounts
from lianxun.demo.province import plant


class Command(BaseCommand):
    help = "建立示范省（所有单位与人员均为虚构）"

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.LIANXUN_DEMO:
            raise CommandError("示范省只能建立在标为演示的数据目录里；请用 --data 另选一个目录。")
        plant(now=timezone.localtime())
        if settings.LIANXUN_INSTANCE.is_dir():  # the test template has no data directory
            accounts.write(settings.LIANXUN_INSTANCE)
