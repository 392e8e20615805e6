"""``./lianxun audit-trace``: recompute the whole log and say what does not fit. Exit 1 = not sound."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from lianxun.trace import door, places
from lianxun.trace.audit import audit_database
from lianxun.trace.notes import BadNote, Verifier
from lianxun.trace.policy import Policy


class Command(BaseCommand):
    help = "核查全部留痕：逐条重算内容、写入链、哈希树、检查点与见证签名。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--policy", type=Path, help="见证规则文件（由见证单位保存的那一份）")
        parser.add_argument(
            "--held",
            type=Path,
            nargs="*",
            default=[],
            help="见证方所持检查点文件（GET /checkpoints 的内容或状态目录中的文件）",
        )

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            policy = (
                Policy.parse(options["policy"].read_text("utf-8")) if options["policy"] else None
            )
            held = [note for path in options["held"] for note in _notes(path)]
        except (OSError, BadNote) as error:
            raise CommandError(f"不能读取：{error}") from error
        logs = policy.logs if policy else self._own_logs()
        report = audit_database(places.conninfo("audit"), logs, policy=policy, held=held)
        self.stdout.write(
            f"记录 {report.entries} 条，写入者 {report.writers} 个，检查点 {report.checkpoints} 个"
            f"（达到见证要求 {report.cosigned} 个），待排 {report.waiting} 条，"
            f"告警记录 {report.alarms} 条。"
        )
        door.record_event(
            "trace.audit",
            result="allow",
            rule="TRACE-OPERATOR",
            entries=report.entries,
            problems=len(report.problems),
        )
        for sentence in report.warnings:
            self.stdout.write(f"注意：{sentence}")
        for sentence in report.problems:
            self.stdout.write(f"问题：{sentence}")
        self.stdout.write("结论：留痕完好。" if report.sound else "结论：留痕有问题。")
        if not report.sound:
            sys.exit(1)

    def _own_logs(self) -> tuple[Verifier, ...]:
        self.stdout.write("注意：没有给出见证规则文件，日志公钥取自数据库，不能发现整库重写。")
        with connections["audit"].cursor() as cursor:
            cursor.execute("select vkey from trace.log")
            return tuple(Verifier.parse(row[0]) for row in cursor)


def _notes(path: Path) -> list[bytes]:
    """One note, or the answer of a witness: its key and its notes, divided by form feeds."""
    parts = path.read_bytes().split(b"\x0c\n")
    return [part for part in parts if b"\n\n" in part]
