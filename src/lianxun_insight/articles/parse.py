"""The article splitter: a statute's text into preamble, headings, articles, clauses, appendices.

Every line of the source receives exactly one `LineKind`; what cannot be placed is `UNSPLIT` with a
reason, so that nothing disappears silently.
"""

import re
from collections import Counter
from dataclasses import replace
from typing import Final

from lianxun_insight.articles.head import HeadReader, numbering_style, without_blanks
from lianxun_insight.articles.lines import (
    ENUMERATED,
    HEADING,
    HEADING_RANK,
    ITEM,
    NUMBERED_HEADING_RANK,
    SUBITEM,
    Mark,
    Segment,
    Source,
    article_start,
    segments,
)
from lianxun_insight.articles.metadata import read_metadata, read_notes, strip_file_date
from lianxun_insight.articles.model import (
    Article,
    ArticleNumber,
    Heading,
    LineKind,
    Metadata,
    ParsedText,
    Problem,
    UnitKind,
)
from lianxun_insight.articles.numerals import parse_numeral
from lianxun_insight.articles.unit import UnitBuilder

_TOC: Final = re.compile(r"^目\s*[录次]$")
_SIGNATURE: Final = re.compile(
    r"^(?:[\d〇○一二三四五六七八九十]{2,4}年[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}日"
    r"|[^，。；：、\d]{2,24}(?:法院|检察院|委员会|国务院|部|局|办公厅|厅|人民政府))$"
)
_TERMINAL: Final = "。；：！？，"


class _Splitter(HeadReader):
    """Walks the segments once; the methods are the phases of a statute in their usual order."""

    def __init__(self, text: str, source: Source, title: str) -> None:
        super().__init__(segments(text, source), len(text.splitlines()), title)
        self.headings: list[Heading] = []
        self.articles: list[Article] = []
        self.style = numbering_style(self.segments)
        self.without_blanks = without_blanks(self.segments)
        self.path: list[Heading] = []
        self.unit: UnitBuilder | None = None
        self.part = 0
        self.appendices = 0
        self.appendix_numbered = False
        self.last = ArticleNumber(0)
        self.last_body = ArticleNumber(0)
        self.last_unit_line = 0
        self.seen_keys: Counter[str] = Counter()

    # -- bookkeeping -------------------------------------------------------------------------

    def close(self) -> None:
        if self.unit is not None:
            article = self.unit.build()
            self.last_unit_line = article.last_line
            if article.text:
                self.seen_keys[article.key] += 1
                self.articles.append(replace(article, occurrence=self.seen_keys[article.key]))
            else:
                self.problems.append(
                    Problem(article.first_line, article.label, f"{article.label}没有正文")
                )
            self.unit = None

    def open(self, kind: UnitKind, number: ArticleNumber, label: str, segment: Segment) -> None:
        self.close()
        self.unit = UnitBuilder(
            kind,
            number=number,
            label=label,
            headings=tuple(_heading_text(h) for h in self.path),
            line=segment.line,
            part=self.part,
        )

    # -- head --------------------------------------------------------------------------------

    def run(self) -> None:
        index = self.head()
        toc: set[str] | None = None
        while index < len(self.segments):
            segment = self.segments[index]
            if segment.mark is Mark.BLANK:
                self.account(segment, LineKind.BLANK)
            elif segment.mark in (Mark.COMMENT, Mark.PAGE):
                self.account(segment, LineKind.MARK)
            elif toc is None and not self.articles and _TOC.match(segment.text):
                toc = set()
                self.account(segment, LineKind.TOC)
            elif toc is not None and self.in_toc(segment, toc):
                self.account(segment, LineKind.TOC)
            else:
                toc = None
                self.body(segment, index)
            index += 1
        self.close()

    def in_toc(self, segment: Segment, seen: set[str]) -> bool:
        name = re.sub(r"[\s　.…·]+\d*$", "", segment.text)
        name = re.sub(r"[\s　]", "", name)
        if name in seen or len(name) > 40 or name[-1] in _TERMINAL:
            return False
        if segment.mark in (Mark.ARTICLE, Mark.ITEM, Mark.SUBITEM):
            return False
        seen.add(name)
        return True

    # -- body --------------------------------------------------------------------------------

    def body(self, segment: Segment, index: int) -> None:
        if segment.mark is Mark.APPENDIX and self.articles_begun():
            self.appendix(segment)
        elif self.heading(segment, index):
            self.account(segment, LineKind.HEADING)
        elif not (self.article(segment) or self.numbered(segment)):
            self.inside(segment, index)

    def articles_begun(self) -> bool:
        return bool(self.articles) or self.unit is not None

    def heading(self, segment: Segment, index: int) -> bool:
        if self.part and not self.appendix_numbered and segment.mark is not Mark.HEADING:
            return False
        if self.heading_goes_on(segment, index):
            last = self.headings[-1]
            whole = Heading(last.rank, last.label, last.title + segment.text, last.line)
            self.headings[-1] = self.path[-1] = whole
            return True
        if (
            segment.mark is Mark.HEADING
            and self.style == "chinese"
            and ENUMERATED.match(segment.text)
        ):
            segment.mark = Mark.ENUMERATED
            return False
        found = HEADING.match(segment.text)
        if segment.mark is Mark.HEADING and found:
            rank, label, title = HEADING_RANK[found[2]], f"第{found[1]}{found[2]}", found[3]
        elif segment.mark is Mark.HEADING or self.is_plain_heading(segment, index):
            rank, label, title = NUMBERED_HEADING_RANK, "", segment.text
        else:
            return False
        self.close()
        heading = Heading(rank, label, re.sub(r"\s+", "", title), segment.line)
        self.path = [h for h in self.path if h.rank < rank] + [heading]
        self.headings.append(heading)
        return True

    def heading_goes_on(self, segment: Segment, index: int) -> bool:
        """The second line of a heading that was broken in the source."""
        if self.unit is not None or not self.path or self.headings[-1] is not self.path[-1]:
            return False
        if segment.mark not in (Mark.TEXT, Mark.ITEM) or len(segment.text) > 30:
            return False
        if segment.text[-1] in _TERMINAL or self.path[-1].line < self.last_unit_line:
            return False
        return self.follower(index) in (Mark.ARTICLE, Mark.HEADING)

    def follower(self, index: int) -> Mark | None:
        """The mark of the next segment that carries text."""
        silent = (Mark.BLANK, Mark.PAGE, Mark.COMMENT)
        return next((s.mark for s in self.segments[index + 1 :] if s.mark not in silent), None)

    def is_plain_heading(self, segment: Segment, index: int) -> bool:
        """一、一般规定 standing alone before an article, in a text without heading marks."""
        numbering = {"article": Mark.ARTICLE, "arabic": Mark.SUBITEM}.get(self.style)
        if segment.mark is not Mark.ENUMERATED or numbering is None:
            return False
        if len(segment.text) > 40 or segment.text[-1] in _TERMINAL:
            return False
        return self.follower(index) is numbering

    def article(self, segment: Segment) -> bool:
        if segment.mark is not Mark.ARTICLE:
            return False
        start = article_start(segment.text)
        if start is None:
            return False
        number, branch, rest, sure = start
        value = ArticleNumber(number, branch)
        expected = {
            ArticleNumber(self.last.number + 1),
            ArticleNumber(self.last.number, self.last.branch + 1),
        }
        # Where all blanks are lost a number further on begins an article too, and the gap is named.
        further = self.without_blanks and value.number > self.last.number > 0
        if not sure and value not in expected and not further:
            return False
        self.sequence(segment, value, expected)
        self.open(UnitKind.ARTICLE, value, str(value), segment)
        self.last = value
        if self.part == 0:
            self.last_body = value
        self.account(segment, LineKind.ARTICLE)
        if self.unit is not None and rest:
            self.unit.add_paragraph(rest, segment)
        return True

    def sequence(
        self, segment: Segment, value: ArticleNumber, expected: set[ArticleNumber]
    ) -> None:
        """Keeps body and appendices apart and reports what is missing or double."""
        after_body = ArticleNumber(self.last_body.number + 1)
        if self.part and value == after_body and value.number > 1 and value not in expected:
            self.part = 0  # the "appendix" was an insertion; the body goes on
            self.path = []
        elif self.part and not self.appendix_numbered:
            self.appendix_numbered = True
            self.last = ArticleNumber(0)
        elif value == ArticleNumber(1) and self.last.number > 1:
            self.appendices += 1
            self.part = self.appendices
            self.appendix_numbered = True
            self.path = []
            self.problem(segment, "条号从第一条重新开始，此后作为附文处理，请核对")
        elif value == self.last:
            self.problem(segment, f"{value}重复出现")
        elif value not in expected and not (self.subtitle and not self.last.number):
            # A code published book by book (民法典·合同编) starts in the middle.
            self.problem(
                segment, f"条号不连续：{self.last if self.last.number else '开头'}之后是{value}"
            )

    def numbered(self, segment: Segment) -> bool:
        """一、 or 1. as the unit in texts that have no 第N条."""
        wanted = {"chinese": (Mark.ENUMERATED, ENUMERATED), "arabic": (Mark.SUBITEM, SUBITEM)}
        if self.style not in wanted or self.part:
            return False
        mark, pattern = wanted[self.style]
        if segment.mark is not mark:
            return False
        found = pattern.match(segment.text)
        if found is None:
            return False
        value = ArticleNumber(parse_numeral(next(g for g in found.groups() if g)))
        if self.style == "arabic" and (not found[1] or value.number < self.last.number):
            return False  # （1） and restarted counts are lists inside a unit
        inside_quotation = self.unit is not None and self.unit.quoted
        if inside_quotation and value.number != self.last.number + 1:
            return False
        if value.number != self.last.number + 1:
            self.problem(segment, f"序号不连续：{self.last.number}之后是{value.number}")
        self.last = value
        self.open(UnitKind.ITEM, value, found[0].strip("、.． "), segment)
        if self.unit is not None:
            self.unit.add_paragraph(segment.text[found.end() :].strip() or found[0], segment)
        self.account(segment, LineKind.ARTICLE)
        return True

    def appendix(self, segment: Segment) -> None:
        self.close()
        self.appendices += 1
        self.part = self.appendices
        self.appendix_numbered = False
        self.path = []
        label = (
            re.sub(r"[：:\s]+$", "", re.split(r"[：:\s]", segment.text, maxsplit=1)[0]) or "附件"
        )
        self.open(UnitKind.APPENDIX, ArticleNumber(0), label, segment)
        if self.unit is not None:
            self.unit.add_plain(segment.text, segment)
        self.account(segment, LineKind.APPENDIX)

    def inside(self, segment: Segment, index: int) -> None:
        """A line that belongs to the unit it stands in."""
        if self.unit is None:
            self.first_text(segment)
        unit = self.unit
        if unit is None:
            self.account(segment, LineKind.UNSPLIT)
            self.problem(segment, "该行不属于任何条文、序言或附件")
            return
        if unit.kind is UnitKind.APPENDIX:
            unit.add_plain(segment.text, segment)
            self.account(segment, LineKind.APPENDIX)
        elif segment.mark is Mark.TABLE:
            unit.add_plain(segment.text, segment)
            self.account(segment, LineKind.TABLE)
        elif unit.kind is UnitKind.PREAMBLE:
            unit.add_paragraph(segment.text, segment)
            self.account(segment, LineKind.PREAMBLE)
        elif self.is_signature(segment, index):
            self.account(segment, LineKind.SIGNATURE)
        else:
            self.account(segment, self.clause(unit, segment))

    def clause(self, unit: UnitBuilder, segment: Segment) -> LineKind:
        if unit.quoted:
            unit.add_plain(segment.text, segment)
            return LineKind.PARAGRAPH
        if segment.mark is Mark.ITEM or segment.mark is Mark.ENUMERATED:
            found = (ITEM if segment.mark is Mark.ITEM else ENUMERATED).match(segment.text)
            number = parse_numeral(next(g for g in found.groups() if g)) if found else 0
            unit.add_item(segment.text, number, segment)
            return LineKind.ITEM
        if segment.mark is Mark.SUBITEM:
            found = SUBITEM.match(segment.text)
            number = parse_numeral(next(g for g in found.groups() if g)) if found else 0
            return (
                LineKind.SUBITEM
                if unit.add_subitem(segment.text, number, segment)
                else LineKind.ITEM
            )
        unit.add_paragraph(segment.text, segment)
        return LineKind.PARAGRAPH

    def first_text(self, segment: Segment) -> None:
        """Text before the first numbered unit, or after a heading with no unit opened."""
        if self.part:
            self.open(UnitKind.APPENDIX, ArticleNumber(0), "附件", segment)
        elif self.style == "plain":
            self.open(UnitKind.PARAGRAPH, ArticleNumber(1), "全文", segment)
        elif not self.last_body.number and not self.last.number:
            self.open(UnitKind.PREAMBLE, ArticleNumber(0), "序言", segment)
        elif self.articles:
            # A paragraph after a heading that has no article of its own.
            self.problem(segment, "编章节标题之后、条文之前的文字，单列为序言")
            self.open(UnitKind.PREAMBLE, ArticleNumber(len(self.articles)), "序言", segment)

    def is_signature(self, segment: Segment, index: int) -> bool:
        """Issuing body and date at the very end, which are no part of the last article."""
        if segment.mark is not Mark.TEXT or not _SIGNATURE.match(segment.text):
            return False
        rest = [
            s
            for s in self.segments[index + 1 :]
            if s.mark not in (Mark.BLANK, Mark.PAGE, Mark.COMMENT)
        ]
        return len(rest) <= 3 and all(_SIGNATURE.match(s.text) for s in rest)


def _heading_text(heading: Heading) -> str:
    return f"{heading.label} {heading.title}".strip()


def parse_text(
    text: str, *, source: Source = Source.MARKDOWN, title: str = "", kind_hint: str = ""
) -> ParsedText:
    """Split the text of one rule.

    `title` stands in when the text has none of its own (a file name: its date in brackets is taken
    as the version day); `kind_hint` is a folder name such as 行政法规. Never raises on odd text: what
    cannot be placed is listed in `problems`.
    """
    splitter = _Splitter(text, source, strip_file_date(title)[0])
    splitter.run()
    notes = read_notes([line for _, line in splitter.note_lines])
    metadata: Metadata = read_metadata(
        title=splitter.title,
        notes=notes,
        note_lines=[line for _, line in splitter.note_lines],
        articles=splitter.articles,
        kind_hint=kind_hint,
        file_day=strip_file_date(title)[1],
    )
    if not splitter.articles:
        splitter.problems.append(Problem(1, splitter.title[:60], "没有找到任何条文或正文"))
    return ParsedText(
        title=splitter.title,
        subtitle=splitter.subtitle,
        notes=tuple(notes),
        note_lines=tuple(line for _, line in splitter.note_lines),
        headings=tuple(splitter.headings),
        articles=tuple(splitter.articles),
        line_kinds=tuple(splitter.kinds),
        problems=tuple(splitter.problems),
        metadata=metadata,
    )
