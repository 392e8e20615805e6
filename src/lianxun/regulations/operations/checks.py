"""Citation check of a text or a document: one recorded act with the outcome of every citation.

A pasted text is checked at once. A file is stored and checked by a job (``checking.read``): a scan takes
seconds a page, and nobody should hold a page open for that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Any, BinaryIO
from uuid import UUID

from lianxun.documents import steps as documents
from lianxun.documents.enums import FileRole
from lianxun.fabric import later
from lianxun.fabric.labels import Labels
from lianxun.fabric.models import Level
from lianxun.fabric.safefiles import identify
from lianxun.kernel.actor import Actor
from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import Invalid, NotFound
from lianxun.regulations import parsing, rules, shelf
from lianxun.regulations.enums import CheckState
from lianxun.regulations.models import CitationCheck, Version
from lianxun.regulations.operations.common import labels_of, require
from lianxun.trace.door import noting, operation
from lianxun_insight.citations import Resolved, check_text
from lianxun_insight.read import Document

KIND = "regulations.check"
MAX_TEXT = 500_000  # characters; a long report has 60,000
NO_TEXT = "文件里没有读到文字；请确认不是空白页，或换一份更清晰的扫描件。"


@dataclass(frozen=True, slots=True)
class Source:
    """A stored file that waits to be read: hash of its content, and the name to show."""

    digest: str
    name: str


@operation("regulations.check_citations")
def check(
    *,
    actor: Actor,
    now: datetime,
    as_of: date,
    title: str = "",
    text: str = "",
    stream: BinaryIO | None = None,
    name: str = "",
    level: int = Level.INTERNAL,
    queue: bool = True,
) -> UUID:
    """Resolve every citation of a text or file as of a day; what is wrong or repealed is marked in place.

    ``stream`` and ``name``: a DOCX, PDF, OFD, text file or picture instead of ``text``; a job reads it.
    Kept with the file for the own unit, as the draft may be anything but public.
    """
    require(rules.may_read(actor))
    labels = labels_of(actor, level=level)
    row = CitationCheck(
        id=new_id(),
        created_at=now,
        title=_title(title, name, text),
        account_id=actor.account_id,
        as_of=as_of,
        **labels.columns(),
    )
    if stream is None:
        _fill(row, _pasted(text), actor)
        row.save(force_insert=True)
        noting().about(KIND, row.id, level=level, citations=row.total, wrong=row.wrong)
        return row.id
    _store(row, stream, name, actor=actor, now=now, labels=labels)
    row.save(force_insert=True)
    noting().about(KIND, row.id, level=level, queued=True)
    if queue:
        later.defer(
            "regulations.check",
            lock=f"regulations.check:{row.id}",
            check=str(row.id),
            account=str(actor.account_id),
        )
    return row.id


def _title(title: str, name: str, text: str) -> str:
    return (title.strip() or PurePosixPath(name).stem or text.strip()[:30])[:200]


def _pasted(text: str) -> Document:
    clean = text.replace("\x00", "").replace("\r\n", "\n")
    if not clean.strip():
        raise Invalid.at("text", "请粘贴要核查的文字，或选择文件。")
    if len(clean) > MAX_TEXT:
        raise Invalid.at("text", f"不超过 {MAX_TEXT} 字，请分段核查。")
    return Document(parsing.PASTED, clean, (), ())


def _store(
    row: CitationCheck,
    stream: BinaryIO,
    name: str,
    *,
    actor: Actor,
    now: datetime,
    labels: Labels,
) -> None:
    kind = identify(stream, name=name, place="file")
    row.stored = documents.store(
        actor=actor,
        now=now,
        stream=stream,
        name=name,
        title=PurePosixPath(name).stem,
        role=FileRole.MATERIAL,
        object_kind=KIND,
        object_id=row.id,
        labels=labels,
        kind=kind,
    )
    row.digest = noting().detail["files"][-1]["sha256"]
    row.name, row.state = name[:300], CheckState.WAITING


# -- the job's acts --------------------------------------------------------------------------


def _waiting(check_id: UUID, *states: CheckState) -> CitationCheck | None:
    row = CitationCheck.objects.select_for_update().filter(id=check_id).first()
    if row is None:
        raise NotFound
    return row if row.state in states else None


@operation("regulations.begin_check")
def begin(*, actor: Actor, now: datetime, check_id: UUID) -> Source | None:
    """Take a waiting check up, also one whose worker was killed; None when it is done."""
    require(rules.may_read(actor))
    row = _waiting(check_id, CheckState.WAITING, CheckState.READING)
    if row is None:
        return None
    row.state, row.read, row.pages = CheckState.READING, 0, 0
    row.save(update_fields=["state", "read", "pages"])
    noting().about(KIND, row.id, level=row.level)
    return Source(row.digest, row.name)


@operation("regulations.finish_check")
def finish(*, actor: Actor, now: datetime, check_id: UUID, document: Document) -> None:
    """Resolve the citations of the document that was read."""
    require(rules.may_read(actor))
    if not document.text.strip():
        return _failed(check_id, NO_TEXT)
    if len(document.text) > MAX_TEXT:
        return _failed(check_id, f"正文超过 {MAX_TEXT} 字，请拆分后核查。")
    row = _waiting(check_id, CheckState.READING)
    if row is None:
        return None
    _fill(row, document, actor)
    row.state = CheckState.DONE
    row.read = row.pages = max(1, len(document.pages))
    row.revision += 1
    row.save()
    noting().about(KIND, row.id, revision=row.revision, citations=row.total, wrong=row.wrong)
    return None


@operation("regulations.fail_check")
def fail(*, actor: Actor, now: datetime, check_id: UUID, message: str) -> None:
    """The file could not be read; the sentence says why and what to do."""
    require(rules.may_read(actor))
    _failed(check_id, message)


def _failed(check_id: UUID, message: str) -> None:
    row = _waiting(check_id, CheckState.READING)
    if row is None:
        return
    row.state, row.message = CheckState.FAILED, message[:500]
    row.revision += 1
    row.save(update_fields=["state", "message", "revision"])
    noting().about(KIND, row.id, revision=row.revision, failed=True)


# -- findings --------------------------------------------------------------------------------


def _fill(row: CitationCheck, document: Document, actor: Actor) -> None:
    """What the text cites and what is wrong with it, as of the day of the check."""
    report = check_text(shelf.resolver(actor.unit_id), document.text, as_of=row.as_of)
    works = _works(report.references)
    # A character of its own length: the offsets of the findings are those of the text that was read.
    row.format, row.text = document.kind, document.text.replace("\x00", "\ufffd")
    row.layout = parsing.layout_of(document)
    row.counts = report.counts()
    row.findings = [_finding(r, document, works) for r in report.references]


def _works(found: tuple[Resolved, ...]) -> dict[UUID, UUID]:
    versions = {shelf.version_id(r.version) for r in found if r.version}
    return dict(Version.objects.filter(id__in=versions).values_list("id", "work_id"))


def _finding(r: Resolved, document: Document, works: dict[UUID, UUID]) -> dict[str, Any]:
    start, end = r.reference.start, r.reference.end
    if r.reference.article is None:
        start, end = r.citation.start, r.citation.end
    places = document.locate(start, end)
    version = shelf.version_id(r.version) if r.version else None
    return {
        "start": start,
        "end": end,
        "cited": document.text[min(start, r.citation.start) : end][:120],
        "ok": r.ok,
        "status": r.status.value,
        "reason": r.reason,
        "title": r.version.title if r.version else r.citation.title,
        "label": r.article.label if r.article else "",
        "key": r.article.key if r.article else "",
        "version": str(version) if version else "",
        "work": str(works.get(version, "")) if version else "",
        "page": places[0].page if places else 0,
        "place": places[0].label if places else _line(document.text, start),
    }


def _line(text: str, at: int) -> str:
    line = text.count("\n", 0, at) + 1
    return f"第 {line} 行第 {at - text.rfind(chr(10), 0, at)} 字"
