"""``./lianxun manage import_laws FOLDER``: a whole folder through the room's own import, with a report."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lianxun.access.models import Account
from lianxun.access.queries import actor_for, database_now
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Problem
from lianxun.regulations import operations, queries
from lianxun.regulations.records import IntakeReport

SUFFIXES = (".md", ".txt", ".docx", ".pdf", ".xlsx", ".ofd", ".png", ".jpg", ".jpeg")


class Command(BaseCommand):
    help = "把一个文件夹的法规导入法规库：先试读并列出不能拆分之处，--accept 时入库"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", help="法规文件所在的文件夹（含子文件夹）")
        parser.add_argument("--as", dest="account", required=True, help="以哪个账号办理（登录名）")
        parser.add_argument("--accept", action="store_true", help="试读后直接入库")
        parser.add_argument("--report", help="把逐文件报告写入这个 JSON 文件")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(options["folder"])
        if not folder.is_dir():
            raise CommandError(f"{folder} 不是文件夹。")
        account = Account.objects.filter(username=options["account"], is_active=True).first()
        if account is None:
            raise CommandError(f"没有启用的账号“{options['account']}”。")
        try:
            report = import_folder(
                folder, actor=actor_for(account_id=account.id), accept=options["accept"]
            )
        except Problem as problem:
            raise CommandError(problem.message) from problem
        if options["report"]:
            Path(options["report"]).write_text(
                json.dumps(report.as_json(), ensure_ascii=False, indent=1), "utf-8"
            )
        self.stdout.write(report.as_text())


def import_folder(folder: Path, *, actor: Actor, accept: bool) -> IntakeReport:
    """Receive, read and (with ``accept``) write a folder; returns what became of every file."""
    begin = time.monotonic()
    uploads = list(_uploads(folder))
    try:
        intake = operations.receive(
            actor=actor, now=database_now(), title=folder.name, uploads=uploads, queue=False
        )
    finally:
        for upload in uploads:
            upload.stream.close()
    while operations.read_next(actor=actor, now=database_now(), intake_id=intake):
        pass
    if accept:
        found = queries.intake(actor=actor, now=database_now(), intake_id=intake)
        operations.accept(
            actor=actor,
            now=database_now(),
            intake_id=intake,
            revision=found.revision,
            queue=False,
        )
        while operations.write_next(actor=actor, now=database_now(), intake_id=intake):
            pass
    report = queries.intake_report(actor=actor, now=database_now(), intake_id=intake)
    return report.timed(time.monotonic() - begin)


def _uploads(folder: Path) -> Iterator[operations.Upload]:
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder).as_posix()
        hint = path.relative_to(folder).parent.as_posix()
        yield operations.Upload(name, cast(BinaryIO, _Later(path)), "" if hint == "." else hint)


class _Later:
    """A file opened when it is read: a folder may hold more files than a process may open."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stream: Any = None

    def __getattr__(self, name: str) -> Any:
        if self._stream is None:
            self._stream = self._path.open("rb")
        return getattr(self._stream, name)

    def close(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None
