"""Compiled releases out of whatever a publisher delivers: lines, release packages, record packages.

A compiled release inside a record is taken as it is. Otherwise the releases of one ocid are merged
in the order of their dates: objects field by field (null removes), arrays of objects with ids
element by element, other arrays as a whole. This is the published merging rule of OCDS 1.1 without
its per-field exceptions (`omitWhenMerged`, `wholeListMerge` of extensions).
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from lianxun_insight.rules.ocds.reading import BLANK, LineError, decode
from lianxun_insight.rules.ocds.stretch import MARK

_SUFFIXES = (".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".ndjson.gz")
MOST = 1 << 30
"""Bytes of the largest document read as a whole (more than its size is needed in memory)."""


class InputError(ValueError):
    """A file cannot be read at all; the text is a Chinese sentence."""


def is_lines(path: Path) -> bool:
    """Whether `path` holds plain JSON lines, whatever its name says: one compiled release per line.

    A folder, a compressed file, a pretty-printed document and a line that is a package are not.
    """
    if path.is_dir() or _compressed(path):
        return False
    first, more = _first_line(path)
    try:
        value = decode(first)
    except LineError:
        # The beginning of a document over several lines, or simply a bad line?
        return path.stat().st_size > MOST or _document(path) is None
    return value is BLANK or more or (isinstance(value, dict) and "ocid" in value)


def _first_line(path: Path) -> tuple[bytes, bool]:
    """The first line that is not blank, and whether anything but blanks comes after it."""
    with _opened(path) as file:
        first = next((line for line in file if line.strip()), b"")
        return first.removeprefix(MARK), any(line.strip() for line in file)


def _compressed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def _opened(path: Path) -> BinaryIO | gzip.GzipFile:
    return gzip.open(path, "rb") if _compressed(path) else path.open("rb")


def _document(path: Path) -> Any:
    """The whole file as one JSON value; None if it is none."""
    with _opened(path) as file:
        data = file.read(MOST + 1)
    if len(data) > MOST:
        raise InputError(
            f"文件 {path.name} 展开后超过 {MOST >> 20} MB,请改为每行一个发布的 JSON 行文件。"
        )
    try:
        return decode(data.removeprefix(MARK))
    except LineError:
        return None


def releases_of(path: Path, unread: list[str] | None = None) -> Iterator[Any]:
    """Compiled releases of a file or of all files of a folder, in the order of their names.

    What holds no release is passed over and named in `unread`, one Chinese phrase each. Raises
    `InputError` for a compressed file that is damaged and for a document that is too large.
    """
    notes = unread if unread is not None else []
    if not path.is_dir():
        yield from _of_file(path, path.name, notes)
        return
    for file in sorted(path.rglob("*")):
        if file.is_file() and file.name.lower().endswith(_SUFFIXES):
            yield from _of_file(file, str(file.relative_to(path)), notes)


def _of_file(path: Path, name: str, unread: list[str]) -> Iterator[Any]:
    try:
        document = _document(path) if _alone(path) else None
        if document is None:
            yield from _of_lines(path, name, unread)
            return
    except (OSError, EOFError, zlib.error):
        raise InputError(f"文件 {name} 不能读取或压缩内容不完整，请重新取得。") from None
    yield from _some(releases_in(document), f"文件 {name} 中", unread)


def _alone(path: Path) -> bool:
    """Whether the file may be one document: its first line is one whole, or no value at all."""
    first, more = _first_line(path)
    try:
        return decode(first) is not BLANK and not more
    except LineError:
        return True


def _of_lines(path: Path, name: str, unread: list[str]) -> Iterator[Any]:
    with _opened(path) as file:
        for number, line in enumerate(file, 1):
            try:
                value = decode(line.removeprefix(MARK) if number == 1 else line)
            except LineError as error:
                fault = " UTF-8 编码" if error.kind == "utf8" else "合格的 JSON"
                unread.append(f"文件 {name} 第 {number} 行不是{fault}")
                continue
            if value is BLANK:
                continue
            yield from _some(releases_in(value), f"文件 {name} 第 {number} 行", unread)


def _some(releases: Iterator[Any], where: str, unread: list[str]) -> Iterator[Any]:
    """Pass releases on; a place without any is noted."""
    first = next(releases, None)
    if first is None:
        unread.append(f"{where}没有 OCDS 发布")
        return
    yield first
    yield from releases


def releases_in(document: Any) -> Iterator[Any]:
    """Compiled releases of one decoded document: a release, a package, or an array of either."""
    if isinstance(document, list):
        loose = [each for each in document if isinstance(each, dict) and "ocid" in each]
        yield from _merged(loose)
        for each in document:
            if isinstance(each, dict) and "ocid" not in each:
                yield from releases_in(each)
        return
    if not isinstance(document, dict):
        return
    if isinstance(document.get("records"), list):
        for record in document["records"]:
            yield from _of_record(record)
    elif isinstance(document.get("releases"), list):
        yield from _merged(document["releases"])
    elif "ocid" in document:
        yield document


def _of_record(record: Any) -> Iterator[Any]:
    if not isinstance(record, dict):
        return
    compiled = record.get("compiledRelease")
    if isinstance(compiled, dict):
        yield compiled if "ocid" in compiled else {**compiled, "ocid": record.get("ocid")}
    elif isinstance(record.get("releases"), list):
        yield from _merged(record["releases"])


def _merged(releases: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """One compiled release per ocid, in the order in which ocids first appear."""
    by_ocid: dict[str, list[dict[str, Any]]] = {}
    for release in releases:
        if isinstance(release, dict) and isinstance(release.get("ocid"), str):
            by_ocid.setdefault(release["ocid"], []).append(release)
    for several in by_ocid.values():
        several.sort(key=lambda release: str(release.get("date") or ""))
        compiled: dict[str, Any] = {}
        for release in several:
            compiled = merge(compiled, release)
        yield compiled


def merge(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """`new` laid over `old`; neither is changed."""
    result = dict(old)
    for key, value in new.items():
        before = result.get(key)
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict):
            result[key] = merge(before if isinstance(before, dict) else {}, value)
        elif (
            isinstance(value, list) and isinstance(before, list) and _all_identified(before + value)
        ):
            result[key] = _merge_lists(before, value)
        else:
            result[key] = value
    return result


def _all_identified(values: list[Any]) -> bool:
    return bool(values) and all(isinstance(each, dict) and "id" in each for each in values)


def _merge_lists(old: list[Any], new: list[Any]) -> list[Any]:
    """Elements with the same id are merged; new ones are appended."""
    merged: dict[str, dict[str, Any]] = {}
    for number, each in enumerate(old):
        merged[f"{each['id']}#{number}" if str(each["id"]) in merged else str(each["id"])] = each
    for each in new:
        key = str(each["id"])
        merged[key] = merge(merged.get(key, {}), each)
    return list(merged.values())
