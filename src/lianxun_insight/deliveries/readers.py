"""Read tables out of whatever file a department sends, in batches, with bounded memory.

Every reader yields `Batch`es of text cells (None = empty); typing is the business of `checks`.
`first_row` is the row number people see in their program, so that an error can be found.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import PurePosixPath
from typing import Any, BinaryIO, Final

from lianxun_insight.deliveries.issues import DeliveryError
from lianxun_insight.read.encoding import detect
from lianxun_insight.read.plain import json_value

BATCH_ROWS: Final = 50_000
#: A whole JSON document is held in memory; bigger data goes as JSON lines, CSV or Parquet.
MAX_JSON: Final = 256 << 20
_DELIMITERS: Final = ",\t;|"
LONGEST_CELL: Final = 1 << 20
csv.field_size_limit(LONGEST_CELL)

Cell = str | None


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows with their headings; `broken` marks rows whose shape is wrong (row number, reason)."""

    headings: tuple[str, ...]
    rows: list[list[Cell]]
    row_numbers: Sequence[int]
    broken: tuple[tuple[int, str, list[Cell]], ...] = ()
    sheet: str = ""


def format_of(path: str, declared: str = "") -> str:
    """Name of the format by declaration or file ending; raises for what we cannot read."""
    known = {
        **dict.fromkeys((".csv", ".txt", ".tsv"), "csv"),
        # .xlsb and .ods hide their number of rows, so they could not be refused before loading
        **dict.fromkeys((".xlsx", ".xls"), "sheet"),
        ".json": "json",
        **dict.fromkeys((".jsonl", ".ndjson"), "jsonl"),
        ".parquet": "parquet",
        ".xml": "xml",
    }
    if declared in {"ocds", "gbt24589.2", "gbt42940", *known.values()}:
        return declared
    suffix = PurePosixPath(path).suffix.lower()
    if suffix not in known:
        raise DeliveryError(f"文件 {path} 的格式不支持，请用 CSV、XLSX、JSON、Parquet 或约定的 XML")
    return known[suffix]


def read_csv(file: BinaryIO) -> Iterator[Batch]:
    """CSV in any usual encoding and with any usual delimiter; tolerant of nothing else."""
    sample = file.read(1 << 20)
    if not sample.strip():
        return
    codec, _ = detect(sample)
    stream = io.TextIOWrapper(_Rejoined(sample, file), codec, errors="replace", newline="")  # type: ignore[type-var]
    first = stream.readline().lstrip("\ufeff")
    delimiter = max(_DELIMITERS, key=first.count)
    headings = tuple(cell.strip() for cell in next(csv.reader([first], delimiter=delimiter)))
    yield Batch(headings, [], [])
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
    number = 1
    while True:
        rows: list[list[Cell]] = []
        numbers: list[int] = []
        broken: list[tuple[int, str, list[Cell]]] = []
        wanted = len(headings)
        ended = False
        for _ in range(BATCH_ROWS):
            try:
                cells = next(reader)
            except StopIteration:
                ended = True
                break
            except csv.Error as error:
                number += 1
                broken.append((number, _csv_fault(str(error)), []))
                ended = "unexpected end" in str(error)
                if ended:
                    break
                continue
            number += 1
            if not cells or not any(cells):
                continue
            if len(cells) != wanted and not _trimmable(cells, wanted):
                reason = f"有 {len(cells)} 列，表头为 {wanted} 列(可能缺少引号或文件不完整)"
                broken.append((number, reason, list(cells)))
                continue
            rows.append([cell or None for cell in cells[:wanted]])
            numbers.append(number)
        if rows or broken:
            yield Batch(headings, rows, numbers, tuple(broken))
        if ended:
            return


def _csv_fault(words: str) -> str:
    """The sentence of the csv module in Chinese, with what to look for."""
    if "field larger" in words:
        return f"有单元格超过 {LONGEST_CELL:,} 字，或前面的引号未成对"
    if "unexpected end" in words:
        return "引号直到文件末尾未成对，此行以后都不能分行"
    return "引号未成对，或引号之后还有其他字符"


def _trimmable(cells: list[str], wanted: int) -> bool:
    """A trailing delimiter on every line is harmless."""
    return len(cells) > wanted and not any(cells[wanted:])


class _Rejoined(io.RawIOBase):
    """The sample that was read for detection, then the rest of the file."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        super().__init__()
        self._head, self._rest = io.BytesIO(head), rest

    def readable(self) -> bool:
        """Readable."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer from the head, then from the rest."""
        data = self._head.read(len(buffer)) or self._rest.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def read1(self, size: int = -1) -> bytes:
        """One read, as text wrappers want it."""
        return self._head.read(size) or self._rest.read(size if size > 0 else 1 << 20)


def read_json(file: BinaryIO, path: str) -> Iterator[Batch]:
    """A JSON array of objects, or an object with the array under `rows`, `data` or `records`."""
    data = file.read(MAX_JSON + 1)
    if len(data) > MAX_JSON:
        raise DeliveryError(f"文件 {path} 超过 {MAX_JSON >> 20} MB,请改用 JSONL、CSV 或 Parquet")
    if not data.strip():
        return
    try:
        document = json_value(data.decode(detect(data)[0]))
    except ValueError as error:
        raise DeliveryError(f"文件 {path} 不是完整的 JSON({error})，请重新导出") from None
    if isinstance(document, dict):
        document = next(
            (document[k] for k in ("rows", "data", "records") if k in document), [document]
        )
    if not isinstance(document, list):
        raise DeliveryError(f"文件 {path} 应为记录的列表")
    yield from _objects(enumerate(document, 1))


def read_jsonl(file: BinaryIO) -> Iterator[Batch]:
    """One JSON object per line; a line that is none is broken, the others go on."""
    yield from _objects(_json_lines(file))


def _json_lines(file: BinaryIO) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(file, 1):
        text = line.strip().removeprefix(b"\xef\xbb\xbf")
        if not text:
            continue
        try:
            yield number, json_value(text.decode(detect(text)[0]))
        except ValueError as error:
            yield number, error


def _objects(items: Iterator[tuple[int, Any]] | Any) -> Iterator[Batch]:
    headings: dict[str, None] = {}
    source = iter(items)
    while chunk := list(islice(source, BATCH_ROWS)):
        good = [(number, item) for number, item in chunk if isinstance(item, dict)]
        broken: tuple[tuple[int, str, list[Cell]], ...] = tuple(
            (number, "不是完整的 JSON 对象", [None])
            for number, item in chunk
            if not isinstance(item, dict)
        )
        for _, item in good:
            headings.update(dict.fromkeys(item))
        names = tuple(headings)
        rows = [[cell_text(item.get(name)) for name in names] for _, item in good]
        yield Batch(names, rows, [number for number, _ in good], broken)


def read_parquet(path: Any) -> Iterator[Batch]:
    """Parquet, a row group at a time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        source = pq.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise DeliveryError(f"Parquet 文件损坏或不完整({str(error)[:80]})，请重新导出") from None
    number = 1
    with source:
        for part in source.iter_batches(BATCH_ROWS):
            names = tuple(part.schema.names)
            columns = [
                [cell_text(value) for value in column.to_pylist()] for column in part.columns
            ]
            rows = [list(row) for row in zip(*columns, strict=True)]
            yield Batch(names, rows, range(number, number + len(rows)))
            number += len(rows)


def cell_text(value: Any) -> Cell:
    """A typed value as the text a person would have written."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return None if value != value else _number_text(value)  # noqa: PLR0124 - NaN
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _number_text(value: float) -> str:
    """Floats without the noise a spreadsheet adds; beyond 15 digits the rest is already lost."""
    if abs(value) >= 1e15:
        return f"{LOST_DIGITS}{value:.0f}"
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return text if text not in ("-0", "") else "0"


#: Marks a number of more than 15 digits that a spreadsheet kept as a float.
LOST_DIGITS: Final = "\u2063"
