"""Templates and working days that came with an update of the product; run at every preparation."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from lianxun.access.queries import database_now
from lianxun.duties import shipped
from lianxun.trace import writer
from lianxun.trace.records import Note


class Command(BaseCommand):
    help = "补入随产品更新交付的时限模板和工作日；本单位改过的不动（启动时自动执行，可以重复）"

    def handle(self, *args: Any, **options: Any) -> None:
        """What was added leaves one record; nothing added leaves none."""
        with transaction.atomic(using=shipped.OWNER):
            found = shipped.bring(now=database_now())
            if found:
                note = Note("duties.bring_shipped")
                note.detail.update(
                    added=len(found.added), revised=len(found.revised), days=found.days
                )
                with transaction.atomic():
                    writer.append(note.body(None, result="allow"))
        if found:
            self.stdout.write(
                f"随产品更新：新增时限模板 {len(found.added)} 条，更新 {len(found.revised)} 条，"
                f"工作日 {found.days} 天。"
            )
        if found.kept:
            codes = "、".join(sorted(set(found.kept)))
            self.stdout.write(f"本单位改过的时限模板保持不变，请核对新的规定：{codes}。")
