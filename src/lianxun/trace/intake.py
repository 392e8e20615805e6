"""What is looked at before a row of the inbox becomes an entry: its leaf, its columns, its chain.

Pure functions over rows and bytes; the sequencer calls them for each chunk, the audit for each entry.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lianxun.trace.merkle import leaf_hash
from lianxun.trace.records import ZERO, Head

Row = tuple[int, str, int, bytes, bytes, bytes]
"""id, writer, wseq, prev, body, leaf"""


@dataclass(slots=True)
class Batch:
    """What one look at the inbox gave."""

    good: list[Row] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    shown: list[tuple[int, str, str]] = field(default_factory=list)
    """Place in ``good``, kind and id of what a record says was shown beside its object."""
    bad: list[tuple[Row, str]] = field(default_factory=list)
    breaks: list[dict[str, Any]] = field(default_factory=list)
    heads: dict[str, Head] = field(default_factory=dict)


def examine(rows: list[Row], known: Mapping[str, Head]) -> Batch:
    """Check leaf, columns and chain of each row, in order of arrival."""
    batch = Batch()
    heads, good, said = batch.heads, batch.good, []
    for row in rows:
        _, writer, wseq, prev, body, leaf = row
        reason, record = _read(writer, wseq, prev, body, leaf)
        if reason:
            batch.bad.append((row, reason))
            continue
        head = heads.get(writer) or known.get(writer) or (0, ZERO)
        if wseq != head[0] + 1 or prev != head[1]:
            batch.breaks.append(
                {
                    "writer": writer,
                    "expected": [head[0] + 1, head[1].hex()],
                    "found": [wseq, prev.hex()],
                }
            )
        heads[writer] = (wseq, leaf)
        good.append(row)
        said.append(record)
    batch.columns = columns(said)
    for place, record in enumerate(said):
        if record.get("detail"):
            batch.shown += [(place, *each) for each in shown(record)]
    return batch


# The scanner below ``json.loads``: a canonical record has no white space around it to look for.
_scan: Callable[[str, int], tuple[Any, int]] = vars(json.JSONDecoder())["scan_once"]


def _read(
    writer: str, wseq: int, prev: bytes, body: bytes, leaf: bytes
) -> tuple[str, dict[str, Any]]:
    if leaf_hash(body) != leaf:
        return "leaf", {}
    try:
        text = body.decode()
        said, end = _scan(text, 0)
        agrees = said["writer"] == writer and said["wseq"] == wseq and said["prev"] == prev.hex()
    except (ValueError, KeyError, TypeError, StopIteration, RecursionError):
        return "body", {}
    if end != len(text):
        return "body", {}
    return ("", said) if agrees else ("columns", {})


SEPARATOR = "\x1f"
_TEXTS = ("act", "result", "rule", "obj")
_IDENTS = ("actor", "unit", "obj_id", "eng")
_CONTROL = re.compile(r"[\x00-\x1f]")
_PLAIN = re.compile(r"[^\x00-\x1f]{0,200}").fullmatch
_IDENT_PATTERN = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_IDENT = re.compile(_IDENT_PATTERN).fullmatch


def searchable(said: dict[str, Any]) -> list[str]:
    """The columns of ``entry_idx`` as text; whatever a body holds, this must not fail."""
    row: list[str] = []
    for key in _TEXTS:
        value = said.get(key, "")
        if not (isinstance(value, str) and _PLAIN(value)):
            value = _CONTROL.sub(" ", str(value))[:200]
        row.append(value)
    level = said.get("level")
    row.append(str(level) if type(level) is int and 0 <= level < 100 else "0")
    for key in _IDENTS:
        value = said.get(key)
        row.append(value if isinstance(value, str) and _IDENT(value) else "")
    return row


_KIND = re.compile(r"[a-z]+\.[a-z_]+").fullmatch


def shown(said: dict[str, Any]) -> list[tuple[str, str]]:
    """Kind and id of what a record says was shown beside its object: its rows and what its page read.

    Whatever a body holds, this must not fail; the rows of ``trace.shown``, each once, in order.
    """
    detail = said.get("detail")
    if not isinstance(detail, dict):
        return []
    named: list[tuple[Any, Any]] = []
    listed, reads = detail.get("beside"), detail.get("reads")
    for kind, ids in listed.items() if isinstance(listed, dict) else ():
        named += [(kind, each) for each in ids] if isinstance(ids, list) else []
    for read in reads if isinstance(reads, list) else ():
        if isinstance(read, dict):
            named.append((read.get("obj"), read.get("obj_id")))
    return sorted(
        {
            (kind, each)
            for kind, each in named
            if isinstance(kind, str) and isinstance(each, str) and each != said.get("obj_id")
            if _KIND(kind) and _IDENT(each)
        }
    )


_CONTROL_IN_ROW = re.compile(r"[\x00-\x1e]").search
_IDENTS_IN_ROW = re.compile(rf"(?:{_IDENT_PATTERN})?(?:\x1f(?:{_IDENT_PATTERN})?)*").fullmatch
_LEVELS = frozenset(range(100))


def columns(records: list[dict[str, Any]]) -> list[str]:
    """``searchable`` of many records, each column joined by ``SEPARATOR``.

    Well-formed values, which is all the platform writes, are checked a column at a time; as soon as one
    value of a column is odd, all of its values go the careful way.
    """
    if not records:
        return [""] * (len(_TEXTS) + 1 + len(_IDENTS))
    found: list[str] = []
    for place, key in enumerate((*_TEXTS, "level", *_IDENTS)):
        missing: Any = "" if key != "level" else None
        values = [record.get(key, missing) for record in records]
        joined = _joined(key, values)
        if joined is None:
            joined = SEPARATOR.join(searchable(record)[place] for record in records)
        found.append(joined)
    return found


def _joined(key: str, values: list[Any]) -> str | None:
    """The column as one text; None if some value needs care."""
    try:
        if key == "level":
            return SEPARATOR.join(map(str, values)) if set(map(type, values)) == {int} and _LEVELS.issuperset(values) else None  # fmt: skip
        joined = SEPARATOR.join(values)
    except TypeError:
        return None
    if joined.count(SEPARATOR) != len(values) - 1:
        return None
    if key in _IDENTS:
        return joined if _IDENTS_IN_ROW(joined) else None
    return None if _CONTROL_IN_ROW(joined) or max(map(len, values)) > 200 else joined
