"""The quality report of a delivered file, and its faults written back into the sender's own file."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, Literal

from django.conf import settings

from lianxun.exchange.catalogue import negative_hits
from lianxun.exchange.reader import Unreadable, read, read_apart
from lianxun.fabric.excel.columns import RESULT_HEADER
from lianxun.fabric.excel.marking import mark
from lianxun.fabric.excel.reading import CellProblem, check_honest
from lianxun.fabric.safefiles import CSV, JSON, XLSX, FileKind
from lianxun.kernel.problems import Invalid
from lianxun_insight.read.encoding import detect
from lianxun_insight.schemas import DataClass

SHOWN = 50
MARKED_ROWS = 50_000  # larger workbooks get their faults as a list: rewriting them takes minutes
_KINDS: dict[FileKind, Literal["sheet", "csv", "json"]] = {XLSX: "sheet", CSV: "csv", JSON: "json"}
_WIDE = str.maketrans({",": "，", ";": "；", "(": "（", ")": "）"})


@dataclass(frozen=True, slots=True)
class Report:
    """``rows`` counted, ``bad_rows`` of them not usable; ``found`` the whole of what the reader said."""

    rows: int
    bad_rows: int
    found: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """What is kept with the delivery: counts whole, the first faults with their places."""
        table = self.found["report"]
        return {
            "table": table["table"],
            "table_name": table["name_zh"],
            "rows": self.rows,
            "bad_rows": self.bad_rows,
            "used": table["used"],
            "duplicate": table["duplicate"],
            "missing": list(self.found["missing"]),
            "unasked": list(self.found["unasked"]),
            "unknown": list(self.found["unknown"]),
            "completeness": table["completeness"],
            "counts": [
                {k: kind[k] for k in ("severity", "code", "heading", "count")}
                for kind in table["issues"]
            ],
            "errors": [
                {
                    "place": _place(issue),
                    "message": issue["message"].translate(_WIDE),
                    "severity": issue["severity"],
                }
                for issue in self.found["issues"][:SHOWN]
            ],
        }


def inspect(
    stream: BinaryIO,
    *,
    kind: FileKind,
    name: str,
    wanted: DataClass,
    fields: tuple[str, ...],
    declared_rows: int | None = None,
    follow: Callable[[int], None] | None = None,
) -> Report:
    """Report on a delivered file. Raises ``Invalid`` when it cannot be taken at all."""
    if kind not in _KINDS:
        raise Invalid.at("file", "请以 Excel（.xlsx）、CSV 或 JSON 提供数据。")
    if kind == XLSX:
        try:
            check_honest(stream.read(), name=name)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError) as broken:
            raise Invalid.at(
                "file", f"《{name}》已损坏或内容与声明不符，未予打开；请另存为 .xlsx 后重新上传。"
            ) from broken
        stream.seek(0)
    wish: dict[str, Any] = {
        "name": name,
        "kind": _KINDS[kind],
        "code": wanted.id,
        "asked": fields,
        "declared_rows": declared_rows,
    }
    try:
        if getattr(settings, "LIANXUN_READER_APART", True):
            found = read_apart(stream, follow=follow, **wish)
        else:
            found = read(stream, **wish)
    except Unreadable as problem:
        raise Invalid.at("file", _sentence(str(problem))) from None
    stream.seek(0)
    report = found["report"]
    return Report(report["rows"], report["quarantined"], found)


def forbidden_columns(report: Report) -> tuple[str, str, tuple[str, ...]] | None:
    """(rule, its name, headings) when the file brings a column of the negative list along."""
    headings = [h for h in report.found["headings"] if h]
    hits = negative_hits(*headings)
    if not hits:
        return None
    touched = tuple(h for h in headings if any(word in h for word in hits[0].words))
    return hits[0].rule, hits[0].name, touched


def marked(data: bytes, *, kind: str, report: Report) -> tuple[bytes, str]:
    """The sender's file with what is wrong in it, and its suffix.

    A workbook keeps its form and gets a last column; CSV gets a last column; for JSON and for very
    large workbooks the faults come as a table.
    """
    issues = [i for i in report.found["issues"] if i["row"] > 0]
    if kind == XLSX.suffix and report.rows <= MARKED_ROWS:
        problems = [CellProblem(i["row"], i["heading"], _sentence(i["message"])) for i in issues]
        sheet = next((i["sheet"] for i in issues if i["sheet"]), "")
        return mark(data, sheet, problems), XLSX.suffix
    if kind == CSV.suffix:
        return _marked_csv(data, issues), CSV.suffix
    return _as_list(issues), CSV.suffix


def _marked_csv(data: bytes, issues: list[dict[str, Any]]) -> bytes:
    by_row: dict[int, list[str]] = defaultdict(list)
    for issue in issues:
        head = f"{issue['heading']}：" if issue["heading"] else ""
        by_row[issue["row"]].append(head + issue["message"].translate(_WIDE))
    text = data.decode(detect(data[: 1 << 20])[0], errors="replace").lstrip("\ufeff")
    out = io.StringIO()
    writer = csv.writer(out)
    for number, row in enumerate(csv.reader(io.StringIO(text, newline="")), start=1):
        said = RESULT_HEADER if number == 1 else "；".join(by_row.get(number, ()))
        writer.writerow([*(_inert(cell) for cell in row), said])
    return out.getvalue().encode("utf-8-sig")


def _as_list(issues: list[dict[str, Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["位置", "问题"])
    for issue in issues:
        writer.writerow([_inert(_place(issue)), _inert(issue["message"].translate(_WIDE))])
    return out.getvalue().encode("utf-8-sig")


def _inert(cell: str) -> str:
    """A cell that a spreadsheet program will not take for a formula (ASVS 1.2.10)."""
    return (
        "'" + cell if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not _number(cell) else cell
    )


def _number(cell: str) -> bool:
    try:
        float(cell.replace(",", ""))
    except ValueError:
        return False
    return True


def _place(issue: dict[str, Any]) -> str:
    parts = [f"工作表“{issue['sheet']}”"] if issue["sheet"] else []
    if issue["row"]:
        parts.append(f"第 {issue['row']} 行")
    if issue["heading"]:
        parts.append(f"“{issue['heading']}”列")
    return "".join(parts) or "整个文件"


def _sentence(text: str) -> str:
    said = text.translate(_WIDE).replace(":", "：").rstrip("。")
    return said + "。"
