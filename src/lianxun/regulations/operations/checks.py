"""Citation check of a text or a document: one recorded act with the outcome of every citation."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Any, BinaryIO
from uuid import UUID

from lianxun.documents import steps as documents
from lianxun.documents import storage
from lianxun.documents.enums import FileRole
from lianxun.fabric.labels import Labels
from lianxun.fabric.models import Level
from lianxun.fabric.safefiles import identify
from lianxun.kernel.actor import Actor
from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import Invalid
from lianxun.regulations import parsing, rules, shelf
from lianxun.regulations.models import CitationCheck, Version
from lianxun.regulations.operations.common import labels_of, require
from lianxun.trace.door import noting, operation
from lianxun_insight.citations import Resolved, check_text
from lianxun_insight.read import Document, ParserError, UnreadableError, safe_open

KIND = "regulations.check"
MAX_TEXT = 500_000  # characters; a long report has 60,000
_NO_TEXT = "文件里没有读到文字；扫描件请先识别成文字后粘贴，或另存为带文字的 PDF。"


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
) -> UUID:
    """Resolve every citation of a text or file as of a day; what is wrong or repealed is marked in place.

    ``stream`` and ``name``: a DOCX, PDF, OFD or text file instead of ``text``. Kept with the file for
    the own unit, as the draft may be anything but public.
    """
    require(rules.may_read(actor))
    labels = labels_of(actor, level=level)
    check_id = new_id()
    if stream is not None:
        document, stored = _received(check_id, stream, name, actor=actor, now=now, labels=labels)
    else:
        document, stored = _pasted(text), None
    report = check_text(shelf.resolver(actor.unit_id), document.text, as_of=as_of)
    works = _works(report.references)
    row = CitationCheck.objects.create(
        id=check_id,
        created_at=now,
        title=(title.strip() or PurePosixPath(name).stem or document.text.strip()[:30])[:200],
        account_id=actor.account_id,
        as_of=as_of,
        format=document.kind,
        stored=stored,
        text=document.text,
        layout=parsing.layout_of(document),
        counts=report.counts(),
        findings=[_finding(r, document, works) for r in report.references],
        **labels.columns(),
    )
    noting().about(
        KIND, row.id, level=level, citations=len(report.references), wrong=len(report.findings)
    )
    return row.id


def _pasted(text: str) -> Document:
    clean = text.replace("\x00", "").replace("\r\n", "\n")
    if not clean.strip():
        raise Invalid.at("text", "请粘贴要核查的文字，或选择文件。")
    if len(clean) > MAX_TEXT:
        raise Invalid.at("text", f"不超过 {MAX_TEXT} 字，请分段核查。")
    return Document(parsing.PASTED, clean, (), ())


def _received(
    check_id: UUID, stream: BinaryIO, name: str, *, actor: Actor, now: datetime, labels: Labels
) -> tuple[Document, UUID]:
    kind = identify(stream, name=name, place="file")
    stored = documents.store(
        actor=actor,
        now=now,
        stream=stream,
        name=name,
        title=PurePosixPath(name).stem,
        role=FileRole.MATERIAL,
        object_kind=KIND,
        object_id=check_id,
        labels=labels,
        kind=kind,
    )
    digest = noting().detail["files"][-1]["sha256"]
    try:
        document = safe_open(storage.path_of(digest), name=name, ocr=False)
    except (UnreadableError, ParserError) as bad:
        raise Invalid.at("file", str(bad)) from bad
    if not document.text.strip():
        raise Invalid.at("file", _NO_TEXT)
    if len(document.text) > MAX_TEXT:
        raise Invalid.at("file", f"正文超过 {MAX_TEXT} 字，请拆分后核查。")
    return document, stored


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
