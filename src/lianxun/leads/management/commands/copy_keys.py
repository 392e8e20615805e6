"""``./lianxun copy-keys``: copy the key store now, or bring keys back from a copy."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lianxun.access.queries import database_now, service_actor
from lianxun.kernel.problems import Problem
from lianxun.leads import operations


class Command(BaseCommand):
    help = (
        "复制身份保管的密钥库并逐个核对；或用 --restore 从副本找回丢失的密钥。副本最多保留 35 天。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", type=Path, help="复制到哪个目录（默认为本实例的副本目录）")
        parser.add_argument(
            "--restore", type=Path, help="从这份副本（keys-日期时间）找回缺失的密钥"
        )

    def handle(self, *_: Any, **options: Any) -> None:
        actor, now = service_actor(service="retention"), database_now()
        try:
            if options["restore"]:
                back, out = operations.restore_keys(actor=actor, now=now, source=options["restore"])
                self.stdout.write(f"找回 {back} 个密钥文件；已销毁、不予找回的 {out} 个。")
                return
            made = operations.copy_keys(actor=actor, now=now, to=options["to"])
        except Problem as problem:
            raise CommandError(problem.message) from problem
        count = len(list(made.glob("*.json")))
        self.stdout.write(
            f"已复制 {count} 个密钥文件到 {made}，逐个核对一致。请保管员在“保管密钥”页核验副本能否开启。"
        )
