"""``./lianxun manage prove_trace SEQ --out FOLDER``: record, proof and policy as files, for courts and audits."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lianxun.kernel.problems import Problem
from lianxun.trace import door, queries


class Command(BaseCommand):
    help = "写出一条留痕的记录、证明和见证规则三个文件，可脱离平台核验。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("seq", type=int, help="日志中的序号（从 0 起）")
        parser.add_argument("--out", type=Path, default=Path(), help="写到哪个目录")

    def handle(self, *_: Any, **options: Any) -> None:
        seq, folder = options["seq"], options["out"]
        try:
            file = queries.build_proof(seq, using="audit")
        except Problem as problem:
            raise CommandError(problem.message) from problem
        # Whoever may run this holds the audit role's password; the record says that it was used.
        door.record_event("trace.prove", result="allow", rule="TRACE-OPERATOR", seq=seq)
        folder.mkdir(parents=True, exist_ok=True)
        parts = (
            (".json", file.record),
            (".tlog-proof", file.proof),
            (".policy", file.policy.encode()),
        )
        for suffix, data in parts:
            (folder / f"lianxun-{seq}{suffix}").write_bytes(data)
        self.stdout.write(
            f"已写出 {folder / f'lianxun-{seq}'}.json、.tlog-proof、.policy"
            + ("。" if file.witnessed else "；注意：尚未达到见证要求，证明暂不能通过核验。")
        )
