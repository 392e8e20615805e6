"""The head of a statute — title and history — and the numbering its body follows."""

import re
from typing import Final

from lianxun_insight.articles.lines import SUBITEM, Mark, Segment, article_start
from lianxun_insight.articles.metadata import is_note
from lianxun_insight.articles.model import LineKind, Problem

_INFO_END: Final = re.compile(r"INFO\s*END")
_TITLE_END: Final = re.compile(
    r"(?:法|条例|规定|办法|规则|细则|决定|解释|准则|通知|意见)(?:（.*）)?$"
)
_TERMINAL: Final = "。；：！？，"


class HeadReader:
    """Keeps the account of lines and reads the head; the splitter goes on from there."""

    def __init__(self, found: list[Segment], lines: int, title: str) -> None:
        self.segments = found
        self.kinds = [LineKind.BLANK] * lines
        self.title = title
        self.subtitle = ""
        self.note_lines: list[tuple[int, str]] = []
        self.problems: list[Problem] = []

    def account(self, segment: Segment, kind: LineKind) -> None:
        # A line that holds several segments keeps the kind of its first.
        if self.kinds[segment.line - 1] is LineKind.BLANK:
            self.kinds[segment.line - 1] = kind
        for line in segment.extra_lines:
            self.kinds[line - 1] = LineKind.CONTINUED

    def problem(self, segment: Segment, reason: str) -> None:
        self.problems.append(Problem(segment.line, segment.text[:60], reason))

    def head(self) -> int:
        """Title and notes; returns the index of the first segment of the body."""
        marked = next(
            (
                i
                for i, s in enumerate(self.segments)
                if s.mark is Mark.COMMENT and _INFO_END.search(s.text)
            ),
            None,
        )
        titled = False
        bracket = False
        for index, segment in enumerate(self.segments):
            if segment.mark is Mark.BLANK:
                self.account(segment, LineKind.BLANK)
            elif segment.mark in (Mark.COMMENT, Mark.PAGE):
                self.account(segment, LineKind.MARK)
                if index == marked:
                    return index + 1
            elif not titled and segment.mark in (Mark.TITLE, Mark.TEXT):
                self.take_title(segment)
                titled = True
            elif segment.mark is Mark.TITLE and not self.subtitle:
                self.subtitle = segment.text
                self.account(segment, LineKind.TITLE)
            elif marked is None and not bracket and _first_article(segment):
                return index
            elif marked is not None or bracket or is_note(segment.text):
                self.note_lines.append((segment.line, segment.text))
                self.account(segment, LineKind.NOTE)
                opened, closed = (sum(map(segment.text.count, c)) for c in ("（(", "）)"))
                bracket = (bracket or opened > closed) and not closed > opened
            elif self.title_goes_on(segment):
                self.title += segment.text
                self.account(segment, LineKind.TITLE)
            else:
                return index
        return len(self.segments)

    def take_title(self, segment: Segment) -> None:
        self.title = segment.text
        self.account(segment, LineKind.TITLE)

    def title_goes_on(self, segment: Segment) -> bool:
        """A title set in two lines: short, unpunctuated, before any note or numbering."""
        return (
            segment.mark is Mark.TEXT
            and not self.note_lines
            and len(self.title) + len(segment.text) <= 80
            and not _TITLE_END.search(self.title)
            and bool(_TITLE_END.search(segment.text))
        )


def _first_article(segment: Segment) -> bool:
    """第一条为了…, the blank lost in a PDF: no note, though it speaks of 制定."""
    start = article_start(segment.text) if segment.mark is Mark.ARTICLE else None
    return start is not None and start[:2] == (1, 0)


def without_blanks(found: list[Segment]) -> bool:
    """No number of an article is followed by a blank: they were lost, as in most PDF files."""
    starts = [a for s in found if s.mark is Mark.ARTICLE and (a := article_start(s.text))]
    return not any(sure for *_, sure in starts)


def numbering_style(found: list[Segment]) -> str:
    """Which numbering carries the text: article, chinese (一、), arabic (1.) or plain."""
    starts = [a for s in found if s.mark is Mark.ARTICLE and (a := article_start(s.text))]
    # Without blanks (most PDF files lose them) the numbers must run on to be believed.
    counted = [number for number, branch, _, _ in starts if not branch]
    if any(sure for *_, sure in starts) or counted[:2] == [1, 2]:
        return "article"
    arabic = [
        int(m[1]) for s in found if s.mark is Mark.SUBITEM and (m := SUBITEM.match(s.text)) and m[1]
    ]
    chinese = [s for s in found if s.mark is Mark.ENUMERATED]
    runs_on = (
        bool(arabic) and arabic[0] == 1 and arabic.count(1) == 1 and len(arabic) > len(chinese)
    )
    if runs_on and all(len(s.text) <= 40 and s.text[-1] not in _TERMINAL for s in chinese):
        return "arabic"
    return "chinese" if chinese else "plain"
