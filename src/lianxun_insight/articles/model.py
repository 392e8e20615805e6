"""What a split statute consists of: works, versions, headings, articles and their 款/项/目."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from lianxun_insight.articles.numerals import format_numeral


class LineKind(StrEnum):
    """What became of one line of the source. Every line has exactly one kind."""

    BLANK = "空行"
    MARK = "标记"  # front matter, comments, page numbers: carries no wording of the rule
    TITLE = "标题"
    NOTE = "题注"
    TOC = "目录"
    HEADING = "编章节"
    PREAMBLE = "序言"
    ARTICLE = "条"
    PARAGRAPH = "款"
    ITEM = "项"
    SUBITEM = "目"
    TABLE = "表"
    CONTINUED = "续行"
    APPENDIX = "附件"
    SIGNATURE = "落款"
    UNSPLIT = "未能拆分"


class UnitKind(StrEnum):
    """How a citable unit of a text is numbered."""

    ARTICLE = "条"  # 第十五条
    ITEM = "段号"  # 一、 or 1. in decisions and amendments that have no articles
    PARAGRAPH = "自然段"  # a text without any numbering
    PREAMBLE = "序言"
    APPENDIX = "附件"


class RuleKind(StrEnum):
    """Kind of a rule by who may make it (立法法 2023 arts 10, 72, 80, 81, 91, 93; 监察法 art. 45)."""

    CONSTITUTION = "宪法"
    PARTY = "党内法规"
    LAW = "法律"
    ADMINISTRATIVE = "行政法规"
    SUPERVISION = "监察法规"
    INTERPRETATION = "司法解释"
    DEPARTMENT = "部门规章"
    LOCAL = "地方性法规"
    LOCAL_GOVERNMENT = "地方政府规章"
    NORMATIVE = "规范性文件"


class Tier(StrEnum):
    """Level of the issuing body."""

    CENTRE = "中央"
    PROVINCE = "省"
    CITY = "市"
    COUNTY = "县"


class Validity(StrEnum):
    """State of a version on a given day."""

    NOT_YET = "尚未施行"
    IN_FORCE = "现行有效"
    SUPERSEDED = "已被修改"
    REPEALED = "已废止"


@dataclass(frozen=True, slots=True, order=True)
class ArticleNumber:
    """第 `number` 条之 `branch` (branch 0 = the article itself)."""

    number: int
    branch: int = 0

    def __str__(self) -> str:
        label = f"第{format_numeral(self.number)}条"
        return f"{label}之{format_numeral(self.branch)}" if self.branch else label


@dataclass(frozen=True, slots=True)
class Clause:
    """One 款, 项 or 目 of an article, with its place in `Article.text` (character offsets).

    `paragraph`, `item`, `subitem` count from 1; 0 means "not inside one".
    """

    paragraph: int
    item: int
    subitem: int
    start: int
    end: int
    line: int

    @property
    def path(self) -> tuple[int, int, int]:
        """(款, 项, 目), the key of look-ups."""
        return self.paragraph, self.item, self.subitem


@dataclass(frozen=True, slots=True)
class Heading:
    """编, 分编, 章 or 节. `rank` 1 is the widest."""

    rank: int
    label: str
    title: str
    line: int


_KEY_LETTERS: Final = {UnitKind.ARTICLE: "a", UnitKind.ITEM: "i", UnitKind.PARAGRAPH: "p"}


@dataclass(frozen=True, slots=True)
class Article:
    """One citable unit. `part` is 0 in the body of the text and counts appendices from 1."""

    kind: UnitKind
    number: ArticleNumber
    label: str
    text: str
    clauses: tuple[Clause, ...]
    headings: tuple[str, ...]
    first_line: int
    last_line: int
    part: int = 0
    occurrence: int = 1

    @property
    def key(self) -> str:
        """Stable key inside its version, used in permalinks: a15, a120-1, i3, p1, x1, x1.a3, pre.

        A number the source uses twice gets ~2 on its second occurrence.
        """
        again = f"~{self.occurrence}" if self.occurrence > 1 else ""
        prefix = f"x{self.part}" if self.part else ""
        letter = _KEY_LETTERS.get(self.kind)
        if self.kind is UnitKind.PREAMBLE:
            own = "pre"
        elif letter is None:
            return prefix + again
        else:
            branch = f"-{self.number.branch}" if self.number.branch else ""
            own = f"{letter}{self.number.number}{branch}"
        return (f"{prefix}.{own}" if prefix else own) + again

    def clause(self, paragraph: int = 0, item: int = 0, subitem: int = 0) -> Clause | None:
        """The clause cited as 第N款第（N）项第N目; a 项 cited without its 款 is found when unique."""
        if paragraph == 0 and item:
            found = [c for c in self.clauses if c.item == item and c.subitem == subitem]
            return found[0] if len(found) == 1 else None
        wanted = (paragraph, item, subitem)
        return next((c for c in self.clauses if c.path == wanted), None)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a person should look at, by line of the source (1-based)."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Note:
    """One line of the history under the title: when which body did what."""

    day: date
    action: str
    body: str
    text: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """Facts about a version read from its title and notes. Unknown dates are None."""

    kind: RuleKind
    tier: Tier
    issuer: str
    region: str
    adopted_on: date | None
    published_on: date | None
    amended_on: date | None
    effective_on: date | None
    document_number: str
    repealed_titles: tuple[str, ...] = ()

    @property
    def version_day(self) -> date | None:
        """The day by which versions are told apart: last amendment, else publication or adoption."""
        return self.amended_on or self.adopted_on or self.published_on or self.effective_on


@dataclass(frozen=True, slots=True)
class ParsedText:
    """A split text. `line_kinds[i]` tells what became of line i+1 of the source."""

    title: str
    subtitle: str
    notes: tuple[Note, ...]
    note_lines: tuple[str, ...]
    headings: tuple[Heading, ...]
    articles: tuple[Article, ...]
    line_kinds: tuple[LineKind, ...]
    problems: tuple[Problem, ...]
    metadata: Metadata = field(kw_only=True)

    @property
    def body_articles(self) -> tuple[Article, ...]:
        """The numbered articles (条) outside appendices."""
        return tuple(a for a in self.articles if a.kind is UnitKind.ARTICLE and a.part == 0)
