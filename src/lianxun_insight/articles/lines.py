"""From raw text to marked segments: invisible characters, page numbers, wrapped lines, markers."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from lianxun_insight.articles.numerals import NUMERAL_CLASS, parse_numeral

_N: Final = f"[{NUMERAL_CLASS}]+"
_INVISIBLE: Final = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1f]")
_BOLD: Final = re.compile(r"\*\*|__")
_MARKDOWN_HEAD: Final = re.compile(r"^(#{1,6})\s+(.*)$")
_COMMENT: Final = re.compile(r"^<!--.*-->$")
_FRONT_MATTER: Final = re.compile(r"^---+$")
_PAGE: Final = re.compile(
    r"^(?:[-—–·]\s*\d{1,4}\s*[-—–·]|第\s*\d+\s*页(?:\s*[/共,，]\s*共?\s*\d+\s*页?)?)$"
)
ARTICLE: Final = re.compile(rf"^第\s*({_N})\s*条(?:\s*之\s*({_N}))?(.*)$", re.DOTALL)
HEADING: Final = re.compile(rf"^第\s*({_N})\s*(编|分编|部分|章|节)[\s　]*(.*)$")
_BARE_HEADING: Final = re.compile(r"^(序\s*言|总\s*则|附\s*则)$")
ITEM: Final = re.compile(r"^(?:[（(]\s*([〇零一二三四五六七八九十百]+)\s*[）)]|([㈠-㈩]))")
SUBITEM: Final = re.compile(r"^(?:(\d{1,3})\s*[.．、](?!\d)|[（(]\s*(\d{1,3})\s*[）)]|([①-⑳]))")
ENUMERATED: Final = re.compile(r"^([〇零一二三四五六七八九十百]+)\s*、")
APPENDIX: Final = re.compile(
    rf"^附\s*(?:件|录|表|图|注)?\s*(?:{_N})?\s*(?:$|[：:.．、\s])|^附\s*(?:件|录|表)\s*(?:{_N})"
)
_MID_LINE_ARTICLE: Final = re.compile(rf"(?<=[。；：！？”）])\s*(?=第({_N})条[\s　])")
_MID_LINE_NUMBER: Final = re.compile(r"\s+(?=(\d{1,3})[.．、](?!\d))")
_TERMINAL: Final = "。；：！？”》）)】;:!?…"
# After these characters 第N条 is a reference in running text, not the start of an article.
_REFERENCE_FOLLOWS: Final = tuple("的第、，,和及与至到或规所款项中（(至以。；的")
HEADING_RANK: Final = {"编": 1, "部分": 1, "分编": 2, "章": 3, "节": 4}
NUMBERED_HEADING_RANK: Final = 3


class Source(StrEnum):
    """Where the text comes from; decides whether lines may be wrapped or run together."""

    MARKDOWN = "markdown"
    DOCX = "docx"
    PDF = "pdf"
    PASTED = "pasted"


class Mark(StrEnum):
    """What a segment looks like by itself, before its neighbours are known."""

    BLANK = "blank"
    COMMENT = "comment"
    PAGE = "page"
    TITLE = "title"
    HEADING = "heading"
    ARTICLE = "article"
    ITEM = "item"
    SUBITEM = "subitem"
    ENUMERATED = "enumerated"
    TABLE = "table"
    APPENDIX = "appendix"
    TEXT = "text"


@dataclass(slots=True)
class Segment:
    """A stretch of text that begins at `line`; `extra_lines` are wrapped lines joined to it."""

    line: int
    text: str
    mark: Mark
    markdown_rank: int = 0
    extra_lines: tuple[int, ...] = ()


def clean(line: str) -> str:
    """The line without invisible characters, bold marks and outer blanks (ideographic ones too)."""
    return _BOLD.sub("", _INVISIBLE.sub("", line)).strip()


def article_start(text: str) -> tuple[int, int, str, bool] | None:
    """(number, branch, rest, sure) where the text may begin an article.

    `sure` is False when no blank follows the number, so that only the sequence can decide.
    """
    found = ARTICLE.match(text)
    if not found:
        return None
    rest = found[3]
    if rest and rest[0].isspace():
        stripped = rest.strip()
        return parse_numeral(found[1]), _branch(found[2]), stripped, True
    if rest.startswith(_REFERENCE_FOLLOWS):
        return None
    return parse_numeral(found[1]), _branch(found[2]), rest, not rest or rest[0] in "【[:："


def _branch(text: str | None) -> int:
    return parse_numeral(text) if text else 0


def _mark(text: str, markdown_rank: int) -> Mark:
    if text[0] == "|":
        return Mark.TABLE
    if markdown_rank == 1:
        return Mark.TITLE
    if APPENDIX.match(text) and len(text) < 80:
        return Mark.APPENDIX
    heading = HEADING.match(text)
    if heading and len(text) <= 45 and text[-1] not in "。；，：,;":
        return Mark.HEADING
    if markdown_rank or _BARE_HEADING.match(text):
        return Mark.HEADING
    for mark, pattern in (
        (Mark.ARTICLE, ARTICLE),
        (Mark.ITEM, ITEM),
        (Mark.SUBITEM, SUBITEM),
        (Mark.ENUMERATED, ENUMERATED),
    ):
        if pattern.match(text):
            return mark
    return Mark.TEXT


def segments(text: str, source: Source) -> list[Segment]:
    """All lines of the text as segments in order; each line number occurs at least once."""
    lines = text.splitlines()
    raw: list[Segment] = []
    for number, line in enumerate(lines, 1):
        raw.extend(_of_line(number, line, source))
    if source is Source.PDF or (source is Source.PASTED and _looks_wrapped(raw)):
        return _unwrap(raw)
    return raw


def _of_line(number: int, line: str, source: Source) -> list[Segment]:
    cleaned = clean(line)
    if not cleaned:
        return [Segment(number, "", Mark.BLANK)]
    if _COMMENT.match(cleaned) or (source is Source.MARKDOWN and _FRONT_MATTER.match(cleaned)):
        return [Segment(number, cleaned, Mark.COMMENT)]
    if source in (Source.PDF, Source.PASTED) and _PAGE.match(cleaned):
        return [Segment(number, cleaned, Mark.PAGE)]
    rank = 0
    if source is Source.MARKDOWN and (head := _MARKDOWN_HEAD.match(cleaned)):
        rank, cleaned = len(head[1]), head[2].strip()
        if not cleaned:
            return [Segment(number, "", Mark.BLANK)]
    return [Segment(number, piece, _mark(piece, rank), rank) for piece in _run_together(cleaned)]


def _run_together(line: str) -> list[str]:
    """The units of a line in which several numbered units stand one after the other.

    Cut only where the numbers go up by one, so that a reference in running text never cuts.
    """
    for start, inner in ((ARTICLE, _MID_LINE_ARTICLE), (SUBITEM, _MID_LINE_NUMBER)):
        first = start.match(line)
        own = first and first[1]
        if not own:
            continue
        pieces, begin, expected = [], 0, parse_numeral(own) + 1
        for cut in inner.finditer(line):
            if parse_numeral(cut[1]) == expected:
                pieces.append(line[begin : cut.start()].strip())
                begin, expected = cut.end(), expected + 1
        return [*pieces, line[begin:].strip()]
    return [line]


def _looks_wrapped(raw: list[Segment]) -> bool:
    """Pasted from a page: most lines of running text end in mid-sentence."""
    texts = [s for s in raw if s.mark in (Mark.TEXT, Mark.ARTICLE, Mark.ITEM)]
    if len(texts) < 4:
        return False
    return sum(s.text[-1] not in _TERMINAL for s in texts) > 0.35 * len(texts)


def _unwrap(raw: list[Segment]) -> list[Segment]:
    widths = sorted(len(s.text) for s in raw if s.mark is not Mark.BLANK)
    full = widths[int(len(widths) * 0.9)] * 0.8 if widths else 0
    out: list[Segment] = []
    last_width = 0  # width of the physical line that ended the last segment
    carrier: Segment | None = None
    number = 0  # of the last article begun
    for segment in raw:
        if segment.mark in (Mark.BLANK, Mark.PAGE, Mark.COMMENT):
            out.append(segment)
            continue
        joins = (
            carrier is not None
            and segment.mark in (Mark.TEXT, Mark.ARTICLE)
            and carrier.text[-1] not in _TERMINAL
            and last_width >= full
            and (segment.mark is Mark.TEXT or not _begins_article(segment.text, number + 1))
        )
        last_width = len(segment.text)
        if joins and carrier is not None:
            carrier.text += segment.text
            carrier.extra_lines = (*carrier.extra_lines, segment.line)
            if carrier.mark is not Mark.TITLE:
                carrier.mark = _mark(carrier.text, 0)
        else:
            carrier = segment
            out.append(segment)
            if segment.mark is Mark.ARTICLE and (start := article_start(segment.text)):
                number = start[0]
    return out


def _begins_article(text: str, following: int) -> bool:
    """A line that begins an article: by the blank after the number, or as the one that follows."""
    start = article_start(text)
    return start is not None and (start[3] or start[0] == following)
