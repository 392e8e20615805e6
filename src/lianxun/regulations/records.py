"""What the regulations room hands out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lianxun.regulations.enums import FileOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkRow:
    """One line of the list: a rule as it stands on the day asked for."""

    id: UUID
    title: str
    kind: str
    tier: str
    region_name: str
    issuer: str
    validity: str
    valid_from: date | None
    valid_to: date | None
    versions: int
    everyone: bool
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    id: UUID
    work_id: UUID
    title: str
    day: date | None
    valid_from: date | None
    valid_to: date | None
    validity: str
    count: int
    document_number: str
    notes: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A citation inside an article: characters [start, end) and where they lead (``""`` = not held)."""

    start: int
    end: int
    work_id: UUID | None
    target: str
    number: int
    branch: int
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRecord:
    id: UUID
    revision: int
    text: str
    label: str
    article_key: str
    author: str
    unit_name: str
    created_at: datetime
    own: bool
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRecord:
    id: int
    key: str
    kind: str
    label: str
    text: str
    headings: tuple[str, ...]
    new_headings: tuple[str, ...]
    links: tuple[Link, ...] = ()
    notes: int = 0

    @property
    def pieces(self) -> tuple[tuple[str, Link | None], ...]:
        """The wording cut at its citations, for the page."""
        out: list[tuple[str, Link | None]] = []
        at = 0
        for link in self.links:
            if at <= link.start < link.end <= len(self.text):
                out += [
                    (self.text[at : link.start], None),
                    (self.text[link.start : link.end], link),
                ]
                at = link.end
        out.append((self.text[at:], None))
        return tuple(piece for piece in out if piece[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class TocEntry:
    """A heading (``depth`` from 0) and the first article below it."""

    title: str
    depth: int
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkPage:
    """A rule as it stood: the version, its articles, its other versions, what stands against it."""

    work: WorkRow
    revision: int
    as_of: date
    version: VersionRow
    versions: tuple[VersionRow, ...]
    articles: tuple[ArticleRecord, ...]
    toc: tuple[TocEntry, ...]
    repealed_on: date | None
    repealed_by: str
    cited_by: int
    permitted: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePage:
    """One article of one version, its wording in the other versions, who cites it, notes."""

    work: WorkRow
    version: VersionRow
    article: ArticleRecord
    wordings: tuple[tuple[VersionRow, str, bool], ...]
    cited_by: tuple[tuple[UUID, str, str, str], ...]
    notes: tuple[NoteRecord, ...]
    previous: str
    following: str
    permitted: frozenset[str] = frozenset({"collect", "note"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRecord:
    id: int
    name: str
    outcome: str
    outcome_label: str
    message: str
    works: tuple[tuple[str, str, str | None, int], ...]
    problems: tuple[tuple[str, str, str], ...]
    lines: dict[str, int]
    articles: int
    written: int
    format: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeRecord:
    id: UUID
    revision: int
    title: str
    state: str
    state_label: str
    total: int
    read: int
    written: int
    everyone: bool
    level: int
    account_name: str
    created_at: datetime
    finished_at: datetime | None
    counts: tuple[tuple[str, str, int], ...]
    articles: int
    articles_written: int
    problems: int
    permitted: frozenset[str]

    @property
    def running(self) -> bool:
        return self.state in ("reading", "accepting")

    @property
    def percent(self) -> int:
        """Progress of the step that runs."""
        done = self.read if self.state == "reading" else self.written
        return 100 * done // max(1, self.total)


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeReport:
    """What became of every file of an import. ``seconds`` is wall time where it was measured."""

    title: str
    files: Sequence[FileRecord]
    seconds: float = 0.0

    def timed(self, seconds: float) -> IntakeReport:
        return replace(self, seconds=round(seconds, 1))

    @property
    def counts(self) -> dict[str, int]:
        return dict(Counter(f.outcome for f in self.files))

    @property
    def unaccounted(self) -> list[str]:
        """Files whose articles were neither written nor refused with a reason: must be empty."""
        settled = (FileOutcome.UNREADABLE, FileOutcome.NO_RULE, FileOutcome.SAME)
        return [
            f.name
            for f in self.files
            if not f.message and f.outcome not in settled and f.written != f.articles
        ]

    def as_json(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "seconds": self.seconds,
            "files": len(self.files),
            "counts": self.counts,
            "articles": sum(f.articles for f in self.files),
            "written": sum(f.written for f in self.files),
            "unaccounted": self.unaccounted,
            "rows": [
                {
                    "name": f.name,
                    "outcome": f.outcome_label,
                    "message": f.message,
                    "articles": f.articles,
                    "written": f.written,
                    "lines": f.lines,
                    "problems": [list(p) for p in f.problems],
                }
                for f in self.files
            ],
        }

    def as_text(self) -> str:
        """For the terminal: totals, then every place that a person should look at."""
        data = self.as_json()
        labels = dict(FileOutcome.choices)
        parts = "，".join(f"{labels[k]} {n}" for k, n in sorted(self.counts.items()))
        out = [
            f"{len(self.files)} 个文件：{parts}；条文 {data['articles']}，入库 {data['written']}；"
            f"用时 {self.seconds} 秒。"
        ]
        for f in self.files:
            if f.message:
                out.append(f"{f.name}：{f.message}")
            out += [f"{f.name} {place}：{why}（{words}）" for place, why, words in f.problems]
        if self.unaccounted:
            out.append("未说明去向的文件：" + "、".join(self.unaccounted))
        return "\n".join(out)
