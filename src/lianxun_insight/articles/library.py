"""Works and their versions: which wording of a rule was valid on a given day."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from lianxun_insight.articles.intake import from_document
from lianxun_insight.articles.lines import Source
from lianxun_insight.articles.model import (
    Article,
    ArticleNumber,
    Metadata,
    ParsedText,
    Problem,
    UnitKind,
    Validity,
)
from lianxun_insight.articles.parse import parse_text
from lianxun_insight.read import safe_open
from lianxun_insight.read.encoding import decode

_LAST: Final = ArticleNumber(9999)
_PREFIX: Final = "中华人民共和国"
_EDITION: Final = re.compile(r"[（(](?:(?:19|20)\d{2}年?(?:修[正订]|版)?|修[正订](?:本|版)?)[）)]$")
_QUOTES: Final = str.maketrans("", "", "《》〈〉<>“”\"' 　\t")
#: Suffixes of files that `load_folder` reads: as text, and through the reader of documents.
TEXT_SUFFIXES: Final = (".md", ".txt")
DOCUMENT_SUFFIXES: Final = (".docx", ".pdf", ".ofd", ".xlsx")


def work_key(title: str) -> str:
    """The title as it is compared: no quotation marks, blanks, 中华人民共和国 or edition in brackets."""
    text = unicodedata.normalize("NFKC", title).translate(_QUOTES)
    text = _EDITION.sub("", text.replace("(", "（").replace(")", "）"))
    return text.replace(_PREFIX, "") or text


@dataclass(frozen=True, slots=True)
class Version:
    """One wording of a work, valid from `valid_from` up to and including `valid_to`."""

    work: str
    title: str
    metadata: Metadata
    articles: tuple[Article, ...]
    sources: tuple[str, ...]
    day: date | None
    valid_from: date | None
    valid_to: date | None = None
    repealed: bool = False

    @property
    def id(self) -> str:
        """行政复议法@2023-09-01."""
        return f"{self.work}@{self.day.isoformat() if self.day else '-'}"

    def validity(self, on: date) -> Validity:
        """State on the day `on`."""
        if self.valid_from and on < self.valid_from:
            return Validity.NOT_YET
        if self.valid_to and on > self.valid_to:
            return Validity.REPEALED if self.repealed else Validity.SUPERSEDED
        return Validity.IN_FORCE

    def find(self, number: int, branch: int = 0) -> Article | None:
        """The article 第`number`条之`branch` of the body, or the unit 一、 where there are none."""
        for kind in (UnitKind.ARTICLE, UnitKind.ITEM):
            for article in self.articles:
                own = (article.number.number, article.number.branch)
                if article.kind is kind and article.part == 0 and own == (number, branch):
                    return article
        return None


@dataclass(slots=True)
class Work:
    """All versions of one rule, oldest first."""

    key: str
    versions: list[Version] = field(default_factory=list)

    def as_of(self, on: date) -> Version | None:
        """The version valid on that day, or None before the first and after a repeal."""
        for version in reversed(self.versions):
            if version.validity(on) is Validity.IN_FORCE:
                return version
        return None

    @property
    def latest(self) -> Version:
        return self.versions[-1]


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What became of every file: `problems` by file, `skipped` files with the reason."""

    files: int
    lines: int
    problems: tuple[tuple[str, Problem], ...]
    skipped: tuple[tuple[str, str], ...]


class Library:
    """Works by key. Build it from parsed texts; dates of validity follow from the set as a whole."""

    def __init__(self, texts: Iterable[tuple[str, ParsedText]]) -> None:
        self.works: dict[str, Work] = {}
        #: Titles that a text here declares repealed and that are not here themselves: key → by, since.
        self.repealed_elsewhere: dict[str, tuple[str, date]] = {}
        repeals: list[tuple[str, str, date]] = []
        for version in _merge_books(_version(source, text) for source, text in texts):
            self.works.setdefault(version.work, Work(version.work)).versions.append(version)
            since = version.valid_from
            if since:
                titles = version.metadata.repealed_titles
                repeals.extend((work_key(t), version.title, since) for t in titles)
        for work in self.works.values():
            work.versions = _dated(work.versions)
        for key, title, since in repeals:
            self._repeal(key, title, since)

    def _repeal(self, key: str, by: str, since: date) -> None:
        work = self.works.get(key)
        if work is None:
            self.repealed_elsewhere[key] = (by, since)
            return
        # A new version that repeals its own predecessor by name is a supersession, not an end.
        last = work.versions[-1]
        if last.valid_from is None or last.valid_from < since:
            end = since - timedelta(days=1)
            work.versions[-1] = replace(last, valid_to=end, repealed=True)

    def __iter__(self) -> Iterator[Version]:
        for work in self.works.values():
            yield from work.versions


def _version(source: str, text: ParsedText) -> Version:
    meta = text.metadata
    day = meta.version_day
    effective = meta.effective_on
    # An amended text keeps the first 施行 clause; then the day of the amendment counts.
    since = effective if effective and (day is None or effective >= day) else day
    title = text.title
    return Version(work_key(title), title, meta, text.articles, (source,), day, since)


def _merge_books(versions: Iterable[Version]) -> list[Version]:
    """One version where a code is published book by book (民法典·总则, ·物权编, …)."""
    groups: dict[tuple[str, date | None], list[Version]] = defaultdict(list)
    for version in versions:
        groups[version.work, version.day].append(version)
    merged = []
    for group in groups.values():
        if len(group) == 1:
            merged.append(group[0])
            continue
        group.sort(
            key=lambda v: min(
                (a.number for a in v.articles if a.kind is UnitKind.ARTICLE), default=_LAST
            )
        )
        seen: set[str] = set()
        articles = []
        for version in group:
            for article in version.articles:
                if article.key not in seen:
                    seen.add(article.key)
                    articles.append(article)
        merged.append(
            replace(
                group[0],
                articles=tuple(articles),
                sources=tuple(s for v in group for s in v.sources),
            )
        )
    return merged


def _dated(versions: Sequence[Version]) -> list[Version]:
    ordered = sorted(versions, key=lambda v: (v.valid_from or date.min, v.day or date.min))
    for index, version in enumerate(ordered[:-1]):
        following = ordered[index + 1].valid_from
        if following:
            ordered[index] = replace(version, valid_to=following - timedelta(days=1))
    return ordered


def load_folder(root: Path) -> tuple[Library, LoadReport]:
    """Reads every supported file below `root`; folder names serve as hints of the kind.

    Text in UTF-8, UTF-16 or GB 18030; other documents (Word, PDF, OFD, workbooks) in a confined child
    process each. What holds no rule, or cannot be read, stands in `skipped` with the reason.
    """
    texts: list[tuple[str, ParsedText]] = []
    problems: list[tuple[str, Problem]] = []
    skipped: list[tuple[str, str]] = []
    files = lines = 0
    for path in sorted(p for p in root.rglob("*") if p.is_file()):
        name = path.relative_to(root).as_posix()
        files += 1
        try:
            found, unused = _read(path, hint=path.relative_to(root).parent.as_posix())
        except ValueError as error:  # UnreadableError, EncodingError: a Chinese sentence
            skipped.append((name, str(error)))
            continue
        lines += sum(len(parsed.line_kinds) for parsed in found)
        kept = [parsed for parsed in found if parsed.articles]
        if not kept:
            skipped.append((name, "没有条文或正文，不是法规文本"))
            continue
        problems.extend((name, problem) for problem in unused)
        texts.extend((name, parsed) for parsed in kept)
    return Library(texts), LoadReport(files, lines, tuple(problems), tuple(skipped))


def _read(path: Path, *, hint: str) -> tuple[tuple[ParsedText, ...], tuple[Problem, ...]]:
    """The texts of a file and what of it could not be used. Raises a `ValueError` with the reason."""
    suffix = path.suffix.lower()
    if suffix in TEXT_SUFFIXES:
        content = decode(path.read_bytes()).text
        parsed = parse_text(content, source=Source.MARKDOWN, title=path.stem, kind_hint=hint)
        return (parsed,), parsed.problems
    if suffix not in DOCUMENT_SUFFIXES:
        raise ValueError(f"不支持的文件类型：{path.suffix or '无扩展名'}")
    intake = from_document(safe_open(path, ocr=False), name=path.stem, kind_hint=hint)
    return intake.texts, tuple(Problem(0, place, why) for place, why in intake.problems)
