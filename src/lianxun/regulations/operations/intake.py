"""Import: receive files, read them, show what would happen, write it. Every file and line is accounted for.

Reading and writing go in steps, one short act each: progress is seen by everybody, a worker that is
killed goes on where it stopped, and nothing is written twice.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import BinaryIO
from uuid import UUID

from lianxun.documents import steps as documents
from lianxun.documents import storage
from lianxun.documents.enums import FileRole
from lianxun.fabric import later
from lianxun.fabric.labels import Labels
from lianxun.fabric.models import Level
from lianxun.fabric.safefiles import identify
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid, NotFound, Stale, WrongState
from lianxun.regulations import parsing, rules, writing
from lianxun.regulations.enums import FileOutcome, IntakeState
from lianxun.regulations.models import Intake, IntakeFile, Version, Work
from lianxun.regulations.operations.common import labels_of, require
from lianxun.trace.door import noting, operation
from lianxun_insight.articles import ParsedText
from lianxun_insight.articles.library import Library
from lianxun_insight.articles.library import Version as NewVersion
from lianxun_insight.read import ParserError, UnreadableError, safe_open
from lianxun_insight.read.encoding import EncodingError, decode

KIND = "regulations.intake"
MAX_FILES = 5_000
MAX_TEXT = 20_000_000  # characters of one file; the longest public code has 150,000
READ_AT_ONCE = 200
READ_SECONDS = 15.0  # after that a step ends, however few files it read
_TEXT_SUFFIXES = (".md", ".txt")


@dataclass(frozen=True, slots=True)
class Upload:
    """One file to import. ``hint`` is the folder it came from: a hint of its kind."""

    name: str
    stream: BinaryIO
    hint: str = ""


def load(intake_id: UUID, revision: int | None = None) -> Intake:
    row = Intake.objects.select_for_update().filter(id=intake_id).first()
    if row is None:
        raise NotFound
    if revision is not None and row.revision != revision:
        raise Stale
    return row


@operation("regulations.receive")
def receive(
    *,
    actor: Actor,
    now: datetime,
    title: str,
    uploads: Sequence[Upload] = (),
    pasted: str = "",
    everyone: bool = True,
    level: int = Level.PUBLIC,
    queue: bool = True,
) -> UUID:
    """Take in files or a pasted text; reading follows as a job. Nothing enters the library yet."""
    require(rules.may_keep(actor))
    if not uploads and not pasted.strip():
        raise Invalid.at("uploads", "请选择要导入的文件，或粘贴法规全文。")
    if len(uploads) > MAX_FILES:
        raise Invalid.at("uploads", f"一次最多导入 {MAX_FILES} 个文件，请分批导入。")
    if len(pasted) > MAX_TEXT:
        raise Invalid.at("pasted", "粘贴的文字过长，请存为文件后导入。")
    if level not in Level.values or (everyone and level > Level.INTERNAL):
        raise Invalid.at("level", "全员可见的法规只能是“公开”或“内部”；敏感文件请取消全员可见。")
    labels = labels_of(actor, level=level)
    total = len(uploads) + bool(pasted.strip())
    row = Intake.objects.create(
        created_at=now,
        title=(title.strip() or _title(uploads))[:200],
        state=IntakeState.READING,
        everyone=everyone,
        account_id=actor.account_id,
        total=total,
        **labels.columns(),
    )
    files = [_received(row, u, actor=actor, now=now, labels=labels) for u in uploads]
    if pasted.strip():
        name = title.strip() or "粘贴的文字"
        files.append(_file(row, name, parsing.PASTED, text=_clean(pasted)))
    IntakeFile.objects.bulk_create(files, batch_size=500)
    noting().about(KIND, row.id, level=level, files=total)
    if queue:
        enqueue("regulations.read", row.id, actor)
    return row.id


def _title(uploads: Sequence[Upload]) -> str:
    if not uploads:
        return "粘贴的文字"
    first = PurePosixPath(uploads[0].name).stem
    return first if len(uploads) == 1 else f"{first} 等 {len(uploads)} 个文件"


def _received(
    row: Intake, upload: Upload, *, actor: Actor, now: datetime, labels: Labels
) -> IntakeFile:
    name = upload.name[:300]
    if PurePosixPath(name).suffix.lower() in _TEXT_SUFFIXES:
        return _text_file(row, upload, name)
    try:
        kind = identify(upload.stream, name=name, place="uploads")
    except Invalid as bad:
        return _file(row, name, "", outcome=FileOutcome.UNREADABLE, message=bad.message)
    stored = documents.store(
        actor=actor,
        now=now,
        stream=upload.stream,
        name=name,
        title=PurePosixPath(name).stem,
        role=FileRole.MATERIAL,
        object_kind=KIND,
        object_id=row.id,
        labels=labels,
        kind=kind,
    )
    digest = noting().detail["files"][-1]["sha256"]
    return _file(row, name, "", hint=upload.hint, stored=stored, digest=digest)


def _text_file(row: Intake, upload: Upload, name: str) -> IntakeFile:
    data = upload.stream.read(MAX_TEXT * 4)
    digest = hashlib.sha256(data).hexdigest()
    markdown = PurePosixPath(name).suffix.lower() == ".md"
    try:
        text = _clean(decode(data).text)
    except EncodingError as bad:
        return _file(
            row,
            name,
            "",
            digest=digest,
            outcome=FileOutcome.UNREADABLE,
            message=f"《{name}》{bad}。",
        )
    return _file(
        row,
        name,
        parsing.MARKDOWN if markdown else parsing.PASTED,
        text=text,
        hint=upload.hint,
        digest=digest,
    )


def _clean(text: str) -> str:
    """The database takes no NUL; nothing else is changed."""
    return text.replace("\x00", "")


def _file(
    row: Intake,
    name: str,
    format: str,
    *,
    text: str = "",
    hint: str = "",
    stored: UUID | None = None,
    digest: str = "",
    outcome: FileOutcome = FileOutcome.WAITING,
    message: str = "",
) -> IntakeFile:
    return IntakeFile(
        intake=row,
        name=name[:300],
        hint=hint[:200],
        digest=digest or hashlib.sha256(text.encode()).hexdigest(),
        stored=stored,
        format=format,
        text=text,
        outcome=outcome,
        message=message[:500],
    )


def enqueue(task: str, intake_id: UUID, actor: Actor) -> None:
    """Queue the job in the running transaction: no job without its rows, no rows without their job."""
    later.defer(
        task, lock=f"{task}:{intake_id}", intake=str(intake_id), account=str(actor.account_id)
    )


# -- reading ---------------------------------------------------------------------------------


@operation("regulations.read_files")
def read_next(*, actor: Actor, now: datetime, intake_id: UUID, limit: int = READ_AT_ONCE) -> int:
    """Split the next files; returns how many still wait. With the last one the dry run is ready."""
    require(rules.may_keep(actor))
    row = load(intake_id)
    if row.state != IntakeState.READING:
        return 0
    waiting = row.files.filter(outcome=FileOutcome.WAITING).order_by("id")
    began = time.monotonic()
    files = []
    for file in waiting[:limit]:
        _read(file)
        files.append(file)
        if time.monotonic() - began > READ_SECONDS:
            break  # scans take seconds a page: show what is done, keep it if the worker dies
    IntakeFile.objects.bulk_update(
        files,
        [
            "text",
            "layout",
            "format",
            "outcome",
            "message",
            "works",
            "lines",
            "problems",
            "articles",
        ],
        batch_size=50,
    )
    left = waiting.count()
    noting().about(KIND, row.id, read=len(files), left=left)
    if not left:
        _plan(row)
        row.state = IntakeState.READY
        row.revision += 1
        row.save(update_fields=["state", "revision"])
    return left


def _read(file: IntakeFile) -> None:
    try:
        if file.stored is not None and not file.format:
            document = safe_open(storage.path_of(file.digest), name=file.name)
            file.text, file.format = _clean(document.text), document.kind
            file.layout = parsing.layout_of(document)
        split = parsing.split(received(file))
    except (UnreadableError, ParserError) as bad:
        file.outcome, file.message = FileOutcome.UNREADABLE, str(bad)[:500]
        return
    file.works, file.lines = split.works(), split.lines
    file.problems = [list(p) for p in split.problems]
    file.articles = split.articles
    file.outcome = FileOutcome.NEW_WORK if split.texts else FileOutcome.NO_RULE
    if not split.texts:
        file.message = "没有条文或正文，不是法规文本，未入库。"


def received(file: IntakeFile) -> parsing.Received:
    return parsing.Received(file.name, file.hint, file.format, file.text, file.layout)


def _plan(row: Intake) -> None:
    """Compare with the library: new work, new version, the same again, or another text of the same day."""
    files = [f for f in row.files.defer("text", "layout") if f.outcome == FileOutcome.NEW_WORK]
    keys = {w[0] for f in files for w in f.works}
    shelf = writing.scope(everyone=row.everyone, owner_unit=row.owner_unit)
    known = set(Work.objects.filter(shelf, key__in=keys).values_list("key", flat=True))
    stored = {
        (v.work.key, iso(v.day)): v.digest
        for v in Version.objects.select_related("work").filter(
            work__in=Work.objects.filter(shelf, key__in=keys)
        )
    }
    same_day = {k for k in ((w[0], w[2]) for f in files for w in f.works) if k in stored}
    digests = _digests(row, {k for k, _ in same_day}) if same_day else {}
    for file in files:
        _judge(file, known, stored, digests)
    IntakeFile.objects.bulk_update(files, ["outcome", "message"], batch_size=200)


def _judge(
    file: IntakeFile,
    known: set[str],
    stored: dict[tuple[str, str | None], str],
    digests: dict[tuple[str, str | None], str],
) -> None:
    places = [(w[0], w[2]) for w in file.works]
    clashing = [p for p in places if p in stored and stored[p] != digests.get(p)]
    if clashing:
        file.outcome = FileOutcome.CONFLICT
        file.message = "库中已有同一日期的版本，但文字不同；不选“更正”则保留库中文本。"
    elif all(p in stored for p in places):
        file.outcome, file.message = FileOutcome.SAME, "库中已有相同文本，不再入库。"
    elif any(key in known for key, _ in places):
        file.outcome = FileOutcome.NEW_VERSION


def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _digests(row: Intake, keys: set[str]) -> dict[tuple[str, str | None], str]:
    return {
        (v.work, iso(v.day)): parsing.digest(parsing.stored_articles(v))
        for v, _ in new_versions(files_with(row, keys), keys)
    }


@operation("regulations.discard")
def discard(*, actor: Actor, now: datetime, intake_id: UUID, revision: int) -> None:
    """Give the import up; the library is as it was."""
    require(rules.may_keep(actor))
    row = load(intake_id, revision)
    if row.state not in (IntakeState.READING, IntakeState.READY):
        raise WrongState(f"本批导入现为“{IntakeState(row.state).label}”，不能放弃。")
    row.state, row.finished_at = IntakeState.DISCARDED, now
    row.revision += 1
    row.save(update_fields=["state", "finished_at", "revision"])
    noting().about(KIND, row.id, revision=row.revision)


def files_with(row: Intake, keys: Iterable[str]) -> list[IntakeFile]:
    wanted = set(keys)
    ids = [
        i for i, works in row.files.values_list("id", "works") if any(w[0] in wanted for w in works)
    ]
    return list(row.files.filter(id__in=ids).order_by("id"))


def new_versions(
    files: Sequence[IntakeFile], keys: Iterable[str]
) -> list[tuple[NewVersion, ParsedText]]:
    """The versions in these files, books of one code merged; with the text whose notes they carry."""
    wanted = set(keys)
    texts: list[tuple[str, ParsedText]] = []
    for file in files:
        texts += [(str(file.id), t) for t in parsing.split(received(file)).texts]
    versions = [v for v in Library(texts) if v.work in wanted]
    first: dict[tuple[str, str], ParsedText] = {}
    for source, text in texts:
        first.setdefault((source, text.title), text)
    return [(v, first[v.sources[0], v.title]) for v in versions]


__all__ = ["Upload", "discard", "files_with", "load", "new_versions", "read_next", "receive"]
