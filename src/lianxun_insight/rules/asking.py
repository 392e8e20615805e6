"""The second step of question-only classes: single questions, approved by two people, logged, then asked.

A sheet holds the questions that two people allowed to one provider for one purpose. Each question is
written to the log before the sheet exists, with the hash of the line before it, so that a line taken out
later shows. The sheet names persons by token: who holds the round key turns them into numbers at the
provider's, and the answers come back as an ordinary delivery whose `answers_to` is the sheet's number.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from lianxun_insight.rules.questions import Question
from lianxun_insight.schemas import load_catalogue

MOST: Final = 200
"""Questions on one sheet; more would be a bulk copy in disguise (as many as answers are accepted)."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Approved questions to one class. `number` is what the answering delivery names."""

    number: str
    class_id: str
    asked_by: str
    approved_by: tuple[str, str]
    purpose: str
    when: str
    questions: tuple[Question, ...]

    def query_ids(self) -> list[str]:
        """The number of each question, in order."""
        return [f"{self.number}-{place:03d}" for place in range(1, len(self.questions) + 1)]


def approve(
    questions: Sequence[Question],
    *,
    asked_by: str,
    approved_by: Sequence[str],
    purpose: str,
    now: datetime,
) -> Sheet:
    """A sheet of approved questions; raises ValueError with a Chinese sentence for what is lacking.

    Needs one to `MOST` questions to one class, who asks, why, and two people beside the one who asks.
    """
    allowed = list(dict.fromkeys(name.strip() for name in approved_by if name.strip()))
    if not asked_by.strip():
        raise ValueError("核验须写明提出人（--asked-by）。")
    if not purpose.strip():
        raise ValueError("核验须写明用途（--purpose），例如所属巡察任务与疑点编号。")
    if len(allowed) != 2 or asked_by.strip() in allowed:
        raise ValueError("核验须经提出人以外的两人批准（--approved-by 写两次，且不为同一人）。")
    if now.tzinfo is None:
        raise ValueError("批准时间必须带时区。")
    if not 0 < len(questions) <= MOST:
        raise ValueError(f"一张核验单应有 1 到 {MOST} 个问题，现有 {len(questions)} 个。")
    classes = {question.class_id for question in questions}
    if len(classes) != 1:
        raise ValueError("一张核验单只能向一个数据类提问。")
    when = now.isoformat(timespec="seconds")
    text = json.dumps([when, asked_by, purpose, [q.as_row() for q in questions]], default=str)
    number = f"HY{hashlib.sha256(text.encode()).hexdigest()[:12].upper()}"
    return Sheet(
        number, classes.pop(), asked_by.strip(), (allowed[0], allowed[1]), purpose, when,
        tuple(questions),
    )  # fmt: skip


def log_sheet(path: Path, sheet: Sheet) -> None:
    """Append one line per question and force them to disk; raises ValueError if the log was altered."""
    before = ""
    for line in log_lines(path):
        before = line["digest"]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as out:
        for query_id, question in zip(sheet.query_ids(), sheet.questions, strict=True):
            line = {
                "sheet": sheet.number,
                "query_id": query_id,
                **question.as_row(),
                "asked_by": sheet.asked_by,
                "approved_by": list(sheet.approved_by),
                "purpose": sheet.purpose,
                "when": sheet.when,
                "before": before,
            }
            before = _digest(line)
            out.write(_text({**line, "digest": before}) + "\n")
        out.flush()
        os.fsync(out.fileno())


def log_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a log in order; raises ValueError naming the first that was changed or taken out."""
    if not path.exists():
        return
    before = ""
    for number, text in enumerate(path.read_text("utf-8").splitlines(), start=1):
        try:
            line = json.loads(text)
            digest = line.pop("digest")
            right = line["before"] == before and _digest(line) == digest
        except (ValueError, TypeError, KeyError, AttributeError):
            right = False
        if not right:
            raise ValueError(
                f"核验记录 {path.name} 第 {number} 行损坏，或其前有记录被删改。请从备份恢复并查明原因。"
            )
        before = digest
        yield {**line, "digest": digest}


def write_sheet(path: Path, sheet: Sheet) -> None:
    """The sheet for the provider: one question a row, the columns to fill in left empty."""
    table = load_catalogue().data_class(sheet.class_id).tables[0]
    asked = {name for question in sheet.questions for name, _ in question.fields}
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow([field.label_zh for field in table.fields])
        for query_id, question in zip(sheet.query_ids(), sheet.questions, strict=True):
            cells = {"query_id": query_id, **dict(question.fields)}
            assert asked <= set(cells)
            writer.writerow([cells.get(field.name, "") for field in table.fields])


def asked_already(path: Path | None) -> set[tuple[Any, ...]]:
    """Questions of a log as (class, values): nobody is asked the same twice."""
    if path is None:
        return set()
    names = {c.id: [f.name for f in c.tables[0].fields] for c in load_catalogue()}
    return {
        (
            line["class_id"],
            *(str(line[n]) for n in names[line["class_id"]] if n in line and n != "query_id"),
        )
        for line in log_lines(path)
    }


def open_questions(questions: Iterable[Question], log: Path | None) -> list[Question]:
    """The questions that no sheet of the log has asked."""
    known = asked_already(log)
    order = {c.id: [f.name for f in c.tables[0].fields] for c in load_catalogue()}
    kept = []
    for question in questions:
        values = dict(question.fields)
        key = (
            question.class_id,
            *(str(values[n]) for n in order[question.class_id] if n in values),
        )
        if key not in known:
            kept.append(question)
    return kept


def _text(line: dict[str, Any]) -> str:
    return json.dumps(line, ensure_ascii=False, sort_keys=True, default=str)


def _digest(line: dict[str, Any]) -> str:
    return hashlib.sha256(_text(line).encode()).hexdigest()
