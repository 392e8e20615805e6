from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lianxun.demo.story.told import tell


class Command(BaseCommand):
    help = "在示范省里讲述几轮巡视的来龙去脉（全部虚构），只讲一次"

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.LIANXUN_DEMO:
            raise CommandError("只能在标为演示的数据目录里讲述；请用 --data 另选一个目录。")
        if not tell(self.stdout.write):
            self.stdout.write("这个目录里已有巡视任务，保持原样。")
