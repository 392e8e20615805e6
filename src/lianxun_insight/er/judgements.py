"""What people decided about pairs: append-only, with who, when and why. "Not the same" is permanent."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from lianxun_insight.er.engine import run

POSITIVE: Final = "positive"
NEGATIVE: Final = "negative"
UNSURE: Final = "unsure"
VERDICTS: Final = {POSITIVE: "同一", NEGATIVE: "不同", UNSURE: "不能确定"}

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS judgement (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    low TEXT NOT NULL,
    high TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('positive', 'negative', 'unsure')),
    who TEXT NOT NULL CHECK (length(trim(who)) > 0),
    decided_at TEXT NOT NULL,
    why TEXT NOT NULL CHECK (length(trim(why)) > 0),
    weight REAL,
    model TEXT NOT NULL,
    CHECK (low < high)
);
CREATE INDEX IF NOT EXISTS judgement_pair ON judgement (low, high);
CREATE TRIGGER IF NOT EXISTS judgement_no_update BEFORE UPDATE ON judgement
BEGIN SELECT RAISE(ABORT, '判定记录不可修改'); END;
CREATE TRIGGER IF NOT EXISTS judgement_no_delete BEFORE DELETE ON judgement
BEGIN SELECT RAISE(ABORT, '判定记录不可删除'); END;
CREATE TRIGGER IF NOT EXISTS judgement_negative_stays BEFORE INSERT ON judgement
WHEN NEW.verdict <> 'negative' AND EXISTS (
    SELECT 1 FROM judgement WHERE low = NEW.low AND high = NEW.high AND verdict = 'negative')
BEGIN SELECT RAISE(ABORT, '该对记录已判定为不同,此判定永久有效'); END;
"""


class JudgementError(ValueError):
    """A judgement that cannot be recorded; the text is a Chinese sentence."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One decision about two records; the order of the two does not matter."""

    left: str
    right: str
    verdict: str
    who: str
    decided_at: datetime
    why: str
    weight: float | None = None
    model: str = ""


class JudgementStore:
    """A file of judgements."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._open() as connection:
            connection.executescript(_SCHEMA)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self._path)) as connection, connection:
                yield connection
        except sqlite3.IntegrityError:
            raise
        except sqlite3.DatabaseError:
            raise JudgementError(
                f"人工判定库 {self._path.name} 打不开或不是本工具的判定库，请核对路径"
            ) from None

    def record(self, judgement: Judgement) -> None:
        """Append a judgement; a pair ruled apart stays apart."""
        if judgement.left == judgement.right:
            raise JudgementError("两条记录相同，无须判定")
        low, high = sorted((judgement.left, judgement.right))
        row = (
            *(low, high, judgement.verdict, judgement.who, judgement.decided_at.isoformat()),
            *(judgement.why, judgement.weight, judgement.model),
        )
        try:
            with self._open() as connection:
                connection.execute(
                    "INSERT INTO judgement (low, high, verdict, who, decided_at, why, weight, model)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    row,
                )
        except sqlite3.IntegrityError as error:
            text = str(error)
            if "CHECK" in text:
                text = "判定须写明结论(positive、negative、unsure)、判定人和理由"
            raise JudgementError(text) from None

    def current(self) -> dict[tuple[str, str], str]:
        """The verdict in force for every judged pair: negative if ever, else the latest."""
        verdicts: dict[tuple[str, str], str] = {}
        with self._open() as connection:
            rows = connection.execute("SELECT low, high, verdict FROM judgement ORDER BY number")
            for low, high, verdict in rows.fetchall():
                if verdicts.get((low, high)) != NEGATIVE:
                    verdicts[low, high] = verdict
        return verdicts

    def history(self, left: str, right: str) -> list[Judgement]:
        """All judgements of a pair, oldest first."""
        low, high = sorted((left, right))
        with self._open() as connection:
            rows = connection.execute(
                "SELECT low, high, verdict, who, decided_at, why, weight, model FROM judgement "
                "WHERE low = ? AND high = ? ORDER BY number",
                (low, high),
            ).fetchall()
        return [
            Judgement(low, high, verdict, who, datetime.fromisoformat(at), why, weight, model)
            for low, high, verdict, who, at, why, weight, model in rows
        ]


def apply(connection: Any, verdicts: dict[tuple[str, str], str]) -> None:
    """Let the judgements rule table `decisions`; judged pairs that were not scored are added."""
    if not verdicts:
        return
    rows = [(low, high, verdict) for (low, high), verdict in sorted(verdicts.items())]
    run(connection, "CREATE OR REPLACE TEMP TABLE judged (low TEXT, high TEXT, verdict TEXT)")
    connection.executemany("INSERT INTO judged VALUES (?, ?, ?)", rows).fetchall()
    run(
        connection,
        """UPDATE decisions SET band = CASE verdict WHEN 'positive' THEN 'confirmed'
               WHEN 'negative' THEN 'rejected' ELSE 'review' END
           FROM judged WHERE low = least(record_id_l, record_id_r)
           AND high = greatest(record_id_l, record_id_r)""",
    )
    run(
        connection,
        """INSERT INTO decisions (record_id_l, record_id_r, match_weight, match_probability, band)
           SELECT low, high, 0, 0, CASE verdict WHEN 'positive' THEN 'confirmed' ELSE 'rejected' END
           FROM judged WHERE verdict <> 'unsure'
           AND low IN (SELECT record_id FROM records) AND high IN (SELECT record_id FROM records)
           AND NOT EXISTS (SELECT 1 FROM decisions WHERE low = least(record_id_l, record_id_r)
                           AND high = greatest(record_id_l, record_id_r))""",
    )
