"""Finds citations of rules in running text: 《监察法》第十五条第二款、第16条至第18条, 本条例第三条, 前款.

A scanner over tokens that stand directly one after the other; it knows no rule by name. Names
without quotation marks are cut back to a known name by the resolver's alias table.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from lianxun_insight.articles.model import ArticleNumber
from lianxun_insight.articles.numerals import NUMERAL_CLASS, parse_numeral
from lianxun_insight.citations.model import Citation, Reference, Subject

_N: Final = f"[{NUMERAL_CLASS}]{{1,9}}"
_TO: Final = r"\s*(?:至|到|[-－—–~～]{1,2})\s*"
_LIST: Final = r"\s*[、,，]\s*"
_KIND: Final = "法典|法|条例|规定|办法|规则|准则|细则|解释|决定|章程|通则|意见|规范|规程|通知|批复|宪法|安排|方案|措施"
_BRACKETED: Final = rf"[（(]\s*{_N}\s*[）)]"
#: 公务员法59条: after a rule's name the 第 may be missing, unless the number counts (办法15条措施).
_WITHOUT_FIRST: Final = rf"(?<=[法典例定则释程范》〉])(?={_N}条(?!措施|建议|意见|举措|规定|内容|要求|标准|规则|政策|新规|街|款项))"
_TOKEN: Final = re.compile(
    r"(?P<title>《[^《》\n]{1,90}(?:《[^《》\n]{1,60}》[^《》\n]{0,60})*》)"
    rf"|(?P<own>(?<![基根文版样])本(?:补充|暂行|实施)?(?:{_KIND}))(?!院|人)"
    rf"|(?P<that>(?<![合共协应活])(?:该|上述|前述|同)(?:{_KIND}))"
    rf"|(?P<article>(?:第|(?<=[、，,])(?=[^条]{{1,9}}条)|{_WITHOUT_FIRST})\s*{_N}(?:{_LIST}{_N})*(?:{_TO}第?\s*{_N})?\s*条(?:\s*之\s*[一二三四五六七八九十\d]{{1,3}}(?![\d]))?)"
    rf"|(?P<paragraph>(?:第|(?<=条))\s*{_N}(?:{_LIST}{_N})*(?:{_TO}第?\s*{_N})?\s*款)"
    rf"|(?P<item>(?:第|(?<=[条款]))\s*(?:{_BRACKETED}|{_N})(?:{_LIST}(?:{_BRACKETED}|{_N}))*(?:{_TO}第?\s*(?:{_BRACKETED}|{_N}))?\s*项)"
    rf"|(?P<subitem>第\s*(?:{_BRACKETED}|{_N})(?:{_LIST}(?:{_BRACKETED}|{_N}))*\s*目)"
    r"|(?P<back>前[一二两三四五]?[款条])"
    r"|(?P<range>至|到|[-－—–~～]{1,2})"
    r"|(?P<joint>以及|或者|[、和及与或，,])"
    r"|(?P<aside>[（(](?:以下|下称|简称)[^（）()\n]{1,60}[）)]|[（(][^（）()《》\n]{1,40}[）)])"
)
_BARE: Final = re.compile(rf"[\u4e00-\u9fff》〉](?:{_KIND})(?:[（(][^（）()]{{1,14}}[）)])?$")
_HARD_STOP: Final = re.compile(rf"[\n，。；：！？“”\"]|第\s*[（(]?{_N}[）)]?\s*[条款项目]")
_WINDOW: Final = 80
_IMPLEMENTING: Final = re.compile(r"及其?(实施(?:条例|细则|办法))$")
_NUMBERS: Final = re.compile(_N)
_DEFINED: Final = re.compile(r"以下(?:均|统)?简?称(?:为|作|：|:)?[\s]*[《“\"]?([^》”\"）)]{1,30})")
_BACK: Final = {"": 1, "一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5}


@dataclass(slots=True)
class _Open:
    """A citation under construction."""

    start: int
    subject: Subject
    title: str
    end: int
    references: list[Reference] = field(default_factory=list)
    ranged: bool = False
    joint_end: int = 0


def _numbers(text: str) -> tuple[list[int], bool]:
    """All numbers of a token and whether its last two are the ends of a range."""
    body = text
    values = []
    for found in _NUMBERS.finditer(body):
        values.append(parse_numeral(found[0]))
    ranged = bool(re.search(r"[至到\-－—–~～]", text))
    return values, ranged


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.open: _Open | None = None
        self.done: list[Citation] = []

    def close(self) -> None:
        current = self.open
        self.open = None
        if current is None:
            return
        if not current.references and current.subject not in (Subject.TITLE,):
            return
        references = tuple(current.references) or (Reference(current.start, current.end),)
        self.done.append(
            Citation(
                current.start,
                current.end,
                self.text[current.start : current.end],
                current.subject,
                current.title,
                references,
            )
        )

    def begin(self, start: int, end: int, subject: Subject, title: str) -> None:
        self.close()
        self.open = _Open(start, subject, title, end)

    def run(self) -> list[Citation]:
        handlers: dict[str, Callable[[re.Match[str]], None]] = {
            "article": self.article,
            "paragraph": self.clause,
            "item": self.clause,
            "subitem": self.clause,
            "back": self.back,
            "range": self.join,
            "joint": self.join,
            "aside": self.aside,
        }
        for token in _TOKEN.finditer(self.text):
            kind = token.lastgroup or ""
            if kind == "title":
                self.begin(token.start(), token.end(), Subject.TITLE, token[0][1:-1])
            elif kind in ("own", "that"):
                subject = Subject.OWN if kind == "own" else Subject.THAT
                self.begin(token.start(), token.end(), subject, token[0])
            else:
                handlers[kind](token)
        self.close()
        return self.done

    def attached(self, token: re.Match[str]) -> bool:
        """Whether the token follows the open citation with nothing but blanks between."""
        current = self.open
        if current is None:
            return False
        between = self.text[max(current.end, current.joint_end) : token.start()]
        return not between.strip()

    def join(self, token: re.Match[str]) -> None:
        if self.attached(token) and self.open is not None and self.open.references:
            self.open.joint_end = token.end()
            self.open.ranged = token.lastgroup == "range"
        else:
            self.close()

    def aside(self, token: re.Match[str]) -> None:
        """（以下简称…） or （2018年修正） between a title and its articles."""
        if self.attached(token) and self.open is not None and not self.open.references:
            self.open.joint_end = token.end()
        else:
            self.close()

    def article(self, token: re.Match[str]) -> None:
        if not self.attached(token):
            self.begin_bare(token)
        current = self.open
        if current is None:
            return
        main, _, branch_text = token[0].partition("条")
        values, ranged = _numbers(main)
        digits = _NUMBERS.search(branch_text)
        branch = parse_numeral(digits[0]) if digits else 0
        span = (token.start(), token.end())
        numbers = [ArticleNumber(v) for v in values]
        numbers[-1] = replace(numbers[-1], branch=branch)
        if current.ranged and current.references and current.references[-1].article:
            last = current.references[-1]
            current.references[-1] = replace(last, end=span[1], through=numbers.pop(0))
        if ranged and len(numbers) >= 2:
            through = numbers.pop()
            current.references.extend(Reference(*span, article=n) for n in numbers[:-1])
            current.references.append(Reference(*span, article=numbers[-1], through=through))
        else:
            current.references.extend(Reference(*span, article=n) for n in numbers)
        current.end, current.ranged, current.joint_end = token.end(), False, 0

    def begin_bare(self, token: re.Match[str]) -> None:
        """A name without quotation marks in front of 第N条, else a reference without a name."""
        self.close()
        before = self.text[max(0, token.start() - _WINDOW) : token.start()].rstrip()
        window = _HARD_STOP.split(before)[-1]
        found = _BARE.search(window)
        implementing = _IMPLEMENTING.search(window)
        if implementing and self.done and self.done[-1].subject is Subject.TITLE:
            # 《招标投标法》及其实施条例第三十四条
            title = self.done[-1].title + implementing[1]
            self.begin(token.start() - len(implementing[1]), token.end(), Subject.TITLE, title)
        elif found:
            # As wide as the sentence allows; the resolver cuts it back to the longest known name.
            start = max(0, token.start() - _WINDOW) + len(before) - len(window)
            self.begin(start, token.end(), Subject.BARE, window)
        elif token[0][0] == "第" or self.text[token.start() - 1] in "、，,":
            self.begin(token.start(), token.end(), Subject.NONE, "")
        if self.open is not None:
            self.open.end = token.start()

    def clause(self, token: re.Match[str]) -> None:
        """款, 项, 目: narrows the last reference or, after 、, starts a sibling of it."""
        if not self.attached(token):
            self.close()
            if token[0][0] != "第":
                return
            self.begin(token.start(), token.start(), Subject.NONE, "")
        current = self.open
        if current is None:
            return
        name = {"paragraph": "paragraph", "item": "item", "subitem": "subitem"}[
            token.lastgroup or ""
        ]
        values, ranged = _numbers(token[0])
        if ranged and len(values) >= 2:
            values[-2:] = range(values[-2], values[-1] + 1)
        base = (
            current.references[-1] if current.references else Reference(token.start(), token.end())
        )
        sibling = current.joint_end > 0 or not current.references
        if current.ranged and current.references:
            first = getattr(base, name)
            values = list(range(first + 1, values[-1] + 1)) or values
        if not sibling:
            current.references.pop()
        base = _reset(base, name, token, sibling=sibling)
        current.references.extend(_narrowed(base, name, v) for v in values)
        current.end, current.ranged, current.joint_end = token.end(), False, 0

    def back(self, token: re.Match[str]) -> None:
        self.close()
        self.begin(token.start(), token.end(), Subject.NONE, "")
        steps = _BACK[token[0][1:-1]]
        whole = token[0][-1] == "条"
        for back in range(steps, 0, -1):
            reference = Reference(
                token.start(),
                token.end(),
                back_articles=back if whole else 0,
                back_paragraphs=0 if whole else back,
            )
            if self.open is not None:
                self.open.references.append(reference)


def _reset(base: Reference, name: str, token: re.Match[str], *, sibling: bool) -> Reference:
    """The reference above the level `name`, spanning the token."""
    start = token.start() if sibling else base.start
    above = replace(base, start=start, end=token.end(), subitem=0)
    if name == "subitem":
        return above
    above = replace(above, item=0)
    return above if name == "item" else replace(above, paragraph=0, back_paragraphs=0)


def _narrowed(base: Reference, name: str, value: int) -> Reference:
    if name == "paragraph":
        return replace(base, paragraph=value)
    return replace(base, item=value) if name == "item" else replace(base, subitem=value)


def find_citations(text: str) -> list[Citation]:
    """All citations in the order of the text. Linear time; offsets are characters of `text`."""
    return _Scanner(text).run()


def defined_aliases(text: str) -> dict[str, str]:
    """Short names a text itself introduces: 《X》（以下简称《Y》） → {Y: X}."""
    out: dict[str, str] = {}
    for found in re.finditer(r"《([^《》\n]{2,90})》\s*[（(]([^（）()\n]{1,60})[）)]", text):
        short = _DEFINED.search(found[2])
        if short:
            out[short[1].strip('《》“”" ')] = found[1]
    return out
