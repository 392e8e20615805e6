"""Builds one article line by line, counting 款, 项 and 目 as they come."""

from lianxun_insight.articles.lines import Segment
from lianxun_insight.articles.model import Article, ArticleNumber, Clause, UnitKind


class UnitBuilder:
    """Collects the lines of one unit; offsets are character offsets in the joined text."""

    def __init__(
        self,
        kind: UnitKind,
        *,
        number: ArticleNumber,
        label: str,
        headings: tuple[str, ...],
        line: int,
        part: int,
    ) -> None:
        self.kind, self.number, self.label, self.headings = kind, number, label, headings
        self.first_line = self.last_line = line
        self.part = part
        #: True while a quotation opened in an earlier line has not been closed (修改为：“…).
        self.quoted = False
        self._lines: list[str] = []
        self._length = 0
        self._clauses: list[Clause] = []
        self._paragraph = self._item = self._subitem = 0

    def _append(self, text: str, segment: Segment) -> int:
        start = self._length + (1 if self._lines else 0)
        self._lines.append(text)
        self._length = start + len(text)
        self.last_line = max(segment.line, *segment.extra_lines, segment.line)
        opened, closed = text.rfind("“"), text.rfind("”")
        if opened != closed:
            self.quoted = opened > closed
        return start

    def add_plain(self, text: str, segment: Segment) -> None:
        """Text that is no clause of its own: quoted wording, table rows, appendix lines."""
        self._append(text, segment)

    def add_paragraph(self, text: str, segment: Segment) -> None:
        self._paragraph += 1
        self._item = self._subitem = 0
        self._clause(self._append(text, segment), len(text), segment)

    def add_item(self, text: str, number: int, segment: Segment) -> None:
        self._paragraph = max(self._paragraph, 1)
        self._item, self._subitem = number, 0
        self._clause(self._append(text, segment), len(text), segment)

    def add_subitem(self, text: str, number: int, segment: Segment) -> bool:
        """True when it became a 目; False when there is no 项 above it and it counts as one."""
        if self._item and (number == self._subitem + 1 or self._subitem):
            self._subitem = number
            self._clause(self._append(text, segment), len(text), segment)
            return True
        self.add_item(text, number, segment)
        return False

    def _clause(self, start: int, length: int, segment: Segment) -> None:
        path = (self._paragraph, self._item, self._subitem)
        self._clauses.append(Clause(*path, start, start + length, segment.line))

    def build(self) -> Article:
        return Article(
            kind=self.kind,
            number=self.number,
            label=self.label,
            text="\n".join(self._lines),
            clauses=tuple(self._clauses),
            headings=self.headings,
            first_line=self.first_line,
            last_line=self.last_line,
            part=self.part,
        )
