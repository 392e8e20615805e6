"""``text eval cite``: citation look-up over a folder of statutes.

Each line: ``{"id", "text", "as_of"?, "expected": [{"work", "article", "branch"?, "paragraph"?,
"item"?, "status"?}]}``. ``work`` is a title as people write it, ``article`` a number, ``status`` one
of 有效, 已废止, 条号不存在, … (default 有效). A row is right when the references found equal the
expected ones in order. ``as_of`` (YYYY-MM-DD) defaults to the day given in the first row, else to
today. Instead of a file of rows, ``{"generate": 500, "as_of": …}`` as the only line draws articles
of the folder at random (fixed seed) and asks for each in six spellings.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from lianxun_insight.articles.library import Library, work_key
from lianxun_insight.articles.model import Article, UnitKind
from lianxun_insight.citations import Resolved, Resolver, Status
from lianxun_insight.text.evals.common import (
    SEED,
    BadFileError,
    Row,
    bootstrap,
    figure,
    read_rows,
    stopwatch,
)
from lianxun_insight.text.evals.statutes import files_of, load_library


@dataclass(frozen=True)
class Case:
    id: str
    text: str
    as_of: date
    expected: tuple[tuple[str, int, int, int, int, str], ...]


def evaluate(
    file: Path, *, train: Path | None = None, corpus: Path | None = None, **_options: object
) -> dict[str, Any]:
    """Run the evaluation; see the module's docstring. ``train`` is not used."""
    del train
    report: dict[str, Any] = {"eval": "cite", "file": file.name, "seed": SEED}
    with stopwatch(report, "reading"):
        library, loaded = load_library(corpus)
        resolver = Resolver(library)
    report["corpus"] = files_of(loaded)
    cases = list(_cases(file, library))
    if not cases:
        raise BadFileError(f"法规文件夹中没有当日有效的条文，{file.name} 无从评测。")
    begin = time.process_time()
    found = [resolver.resolve(c.text, as_of=c.as_of) for c in cases]
    used = time.process_time() - begin
    right = [_signature(f) == c.expected for f, c in zip(found, cases, strict=True)]
    wrong = [(c, f) for c, f, ok in zip(cases, found, right, strict=True) if not ok]
    accuracy = sum(right) / len(right)
    interval = bootstrap(lambda s: sum(right[i] for i in s.tolist()) / len(s), len(right))
    report["cases"] = len(cases)
    report["accuracy"] = figure(accuracy, interval)
    report["milliseconds_each"] = round(used / len(cases) * 1000, 4)
    report["wrong_first"] = [
        {
            "id": c.id,
            "text": c.text,
            "expected": c.expected,
            "found": _signature(f),
            "reasons": [r.reason for r in f],
        }
        for c, f in wrong[:10]
    ]
    return report


def _signature(found: list[Resolved]) -> tuple[tuple[str, int, int, int, int, str], ...]:
    out = []
    for resolved in found:
        number = resolved.reference.article
        if resolved.article is not None:
            number = resolved.article.number
        work = resolved.version.work if resolved.version else work_key(resolved.citation.title)
        out.append(
            (
                work,
                number.number if number else 0,
                number.branch if number else 0,
                resolved.reference.paragraph,
                resolved.reference.item,
                resolved.status.value,
            )
        )
    return tuple(out)


def _day(row: Row) -> date:
    try:
        return date.fromisoformat(str(row["as_of"]))
    except ValueError as error:
        raise BadFileError(f"{row.place}的 as_of 应为 2025-05-01 这样的日期。") from error


def _cases(file: Path, library: Library) -> Iterator[Case]:
    rows = read_rows(file, ())
    # A date of law, hence the machine's own day.
    default = _day(rows[0]) if rows[0].get("as_of") else date.today()  # noqa: DTZ011
    if "generate" in rows[0]:
        yield from generated(library, _count(rows[0]), default)
        return
    for row in rows:
        if "text" not in row or not isinstance(row.get("expected"), list):
            raise BadFileError(f"{row.place}须含 text 和列表 expected。")
        as_of = _day(row) if row.get("as_of") else default
        expected = tuple(_expected(e, row.place) for e in row["expected"])  # type: ignore[attr-defined]
        yield Case(str(row.get("id", row.line)), row.text("text"), as_of, expected)


def _count(row: Row) -> int:
    try:
        count = int(str(row["generate"]))
    except ValueError:
        count = 0
    if count < 1:
        raise BadFileError(f"{row.place}的 generate 应为正整数。")
    return count


def _expected(value: Any, place: str) -> tuple[str, int, int, int, int, str]:
    try:
        return (
            work_key(str(value["work"])),
            int(value.get("article", 0)),
            int(value.get("branch", 0)),
            int(value.get("paragraph", 0)),
            int(value.get("item", 0)),
            str(value.get("status", Status.FOUND.value)),
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise BadFileError(f"{place}的 expected 每项须含 work，其余为整数。") from error


def generated(library: Library, count: int, as_of: date) -> Iterator[Case]:
    """Random articles valid on the day, each in six spellings."""
    rng = random.Random(SEED)  # noqa: S311 - a fixed sample, not a secret
    places = [
        (version.title, version.work, article)
        for work in library.works.values()
        if (version := work.as_of(as_of))
        for article in version.articles
        if article.kind is UnitKind.ARTICLE and article.part == 0 and article.occurrence == 1
    ]
    for title, work, article in rng.sample(places, min(count, len(places))):
        for index, (text, paragraph) in enumerate(_spellings(title, work, article)):
            number = article.number
            expected = ((work, number.number, number.branch, paragraph, 0, Status.FOUND.value),)
            yield Case(f"{work}{number}/{index}", text, as_of, expected)


def _spellings(title: str, work: str, article: Article) -> Iterator[tuple[str, int]]:
    number = article.number
    arabic = f"第{number.number}条" + (f"之{number.branch}" if number.branch else "")
    yield f"《{title}》{number}", 0
    yield f"《{work}》{arabic}", 0
    yield f"{work}{number}", 0
    yield f"依照{title}{arabic}的规定", 0
    if article.clauses:
        yield f"《{work}》{number}第一款", 1
        yield f"根据《{title}》{arabic}第1款", 1
