"""Citations as found in a text, and what they resolve to."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lianxun_insight.articles.library import Version
from lianxun_insight.articles.model import Article, ArticleNumber, Clause
from lianxun_insight.articles.numerals import format_numeral


class Subject(StrEnum):
    """How the text names the rule it cites."""

    TITLE = "书名号"  # 《监察法》
    BARE = "名称"  # 监察法第十五条
    OWN = "本法"  # 本法、本条例、本办法: the rule the text itself belongs to
    THAT = "该法"  # 该法、该条例: the rule named last
    NONE = "省略"  # 第十六条 alone, 前款, 前条


class Status(StrEnum):
    """Outcome of one reference."""

    FOUND = "有效"
    REPEALED = "已废止"
    NOT_YET = "尚未施行"
    NO_ARTICLE = "条号不存在"
    NO_CLAUSE = "款项目不存在"
    NO_WORK = "库中没有该法规"
    AMBIGUOUS = "名称不唯一"
    NO_CONTEXT = "缺少上下文"


@dataclass(frozen=True, slots=True)
class Reference:
    """One place cited: an article or a clause of it. `through` ends a range of articles.

    `article` None: the whole rule, or a clause relative to the context (前款 has `back` 1).
    Offsets are characters of the text given to `find_citations`.
    """

    start: int
    end: int
    article: ArticleNumber | None = None
    through: ArticleNumber | None = None
    paragraph: int = 0
    item: int = 0
    subitem: int = 0
    back_articles: int = 0
    back_paragraphs: int = 0

    @property
    def label(self) -> str:
        """第十五条第二款第（三）项, for messages."""
        out = str(self.article) if self.article else ""
        if self.through:
            out += f"至{self.through}"
        return out + self.clause_label

    @property
    def clause_label(self) -> str:
        """第二款第（三）项第1目, without the article."""
        out = ""
        if self.paragraph:
            out += f"第{format_numeral(self.paragraph)}款"
        if self.item:
            out += f"第（{format_numeral(self.item)}）项"
        if self.subitem:
            out += f"第{self.subitem}目"
        return out


@dataclass(frozen=True, slots=True)
class Citation:
    """A rule as named in a text and every place of it that is cited there."""

    start: int
    end: int
    text: str
    subject: Subject
    title: str
    references: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class Resolved:
    """One reference with the exact article valid on the day, or the reason why there is none."""

    citation: Citation
    reference: Reference
    status: Status
    reason: str
    version: Version | None = None
    article: Article | None = None
    clause: Clause | None = None
    as_of: date | None = None

    @property
    def ok(self) -> bool:
        return self.status is Status.FOUND

    @property
    def text(self) -> str:
        """The wording cited: the clause where one is named, else the article."""
        if self.article is None:
            return ""
        if self.clause is None:
            return self.article.text
        return self.article.text[self.clause.start : self.clause.end]
