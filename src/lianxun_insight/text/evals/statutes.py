"""The statute folder and the gold articles of questions, shared by `law` and `cite`."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz

from lianxun_insight.articles.library import Library, LoadReport, load_folder, work_key
from lianxun_insight.articles.numerals import parse_numeral
from lianxun_insight.rank.grams import fingerprint
from lianxun_insight.rank.index import SearchIndex
from lianxun_insight.rank.train import Example
from lianxun_insight.text.evals.common import BadFileError, Row, read_rows

NAME = re.compile(
    r"^(.*?)第([〇零一二三四五六七八九十百千\d]+)条(?:之([一二三四五六七八九十\d]+))?$"
)
SIMILAR = 85.0


@dataclass(frozen=True)
class Question:
    id: str
    text: str
    articles: tuple[tuple[str, str], ...]


def read_questions(path: Path) -> list[Question]:
    """Rows of ``{"id", "question", "articles": [{"name", "text"}]}``."""
    out = []
    for row in read_rows(path, ("question", "articles")):
        articles = row["articles"]
        if not isinstance(articles, list) or not articles:
            raise BadFileError(f"{row.place}的 articles 应为非空列表。")
        pairs = []
        for article in articles:
            if not isinstance(article, dict) or not (article.get("name") or article.get("text")):
                raise BadFileError(f"{row.place}的 articles 每项须含 name 或 text。")
            found = Row(article, row.path, row.line)
            pairs.append((found.text("name", default=""), found.text("text", default="")))
        out.append(Question(str(row.get("id", row.line)), row.text("question"), tuple(pairs)))
    return out


def load_library(corpus: Path | None) -> tuple[Library, LoadReport]:
    """The statutes of a folder and what became of its files."""
    if corpus is None:
        raise BadFileError("本评测需要法规文件夹，请用 --corpus 指定。")
    if not corpus.is_dir():
        raise BadFileError(f"{corpus.name} 不是文件夹，请用 --corpus 指定法规文件夹。")
    library, report = load_folder(corpus)
    if not library.works:
        raise BadFileError(f"{corpus.name} 中没有可读的法规文本（.md、.txt、.docx、.pdf、.xlsx）。")
    return library, report


def files_of(report: LoadReport) -> dict[str, object]:
    """Files read and left out, for the report of an evaluation."""
    first = [f"{name}：{why}" for name, why in report.skipped[:10]]
    return {"files": report.files, "files_skipped": len(report.skipped), "skipped_first": first}


class GoldFinder:
    """Finds the passages a gold article means: same wording; else same name and similar wording."""

    def __init__(self, index: SearchIndex) -> None:
        self._index = index
        self._by_print: dict[str, list[int]] = defaultdict(list)
        self._by_name: dict[tuple[str, int, int], list[int]] = defaultdict(list)
        for at, passage in enumerate(index.passages):
            self._by_print[index.fingerprints[at]].append(at)
            found = NAME.match(passage.label)
            if found:
                self._by_name[passage.work, *_number(found)].append(at)

    def find(self, name: str, text: str) -> frozenset[int]:
        """Positions that count as this article; empty when the folder does not hold it."""
        same = self._by_print.get(fingerprint(text), []) if text else []
        found = NAME.match(name.strip())
        if found is None:
            return frozenset(same)
        work = work_key(found[1])
        own = [p for p in same if self._index.passages[p].work == work]
        if own or same:
            return frozenset(own or same)
        named = self._by_name.get((work, *_number(found)), [])
        if not text:
            return frozenset(named)
        return frozenset(
            p for p in named if fuzz.partial_ratio(text, self._index.passages[p].text) >= SIMILAR
        )

    def example(self, question: Question) -> Example:
        return Example(question.text, tuple(self.find(n, t) for n, t in question.articles))


def _number(found: re.Match[str]) -> tuple[int, int]:
    return parse_numeral(found[2]), parse_numeral(found[3]) if found[3] else 0
