from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from lianxun.demo.province import plant


class Command(BaseCommand):
    help = "建立示范省（所有单位与人员均为虚构）"

    def handle(self, *args: Any, **options: Any) -> None:
        plant(now=timezone.now())
