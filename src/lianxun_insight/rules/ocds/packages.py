"""Compiled releases out of whatever a publisher delivers: lines, release packages, record packages.

A compiled release inside a record is taken as it is. Otherwise the releases of one ocid are merged
in the order of their dates: objects field by field (null removes), arrays of objects with ids
element by element, other arrays as a whole. This is the published merging rule of OCDS 1.1 without
its per-field exceptions (`omitWhenMerged`, `wholeListMerge` of extensions).
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from lianxun_insight.rules.ocds.reading import BLANK, LineError, decode

_SUFFIXES = (".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz")


def is_document(path: Path) -> bool:
    """Whether `path` is a folder, a compressed file or one JSON document rather than JSON lines."""
    return path.is_dir() or path.name.endswith((".json", ".gz"))


def releases_of(path: Path) -> Iterator[Any]:
    """Compiled releases of a file or of all files of a folder, in the order of their names.

    Files of a folder that hold no OCDS are passed over; a single file that is neither UTF-8 nor
    JSON raises `LineError`, and unreadable lines of a line file are passed over.
    """
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.is_file() and file.name.endswith(_SUFFIXES):
                try:
                    yield from releases_of(file)
                except LineError:
                    continue
        return
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    if path.name.endswith((".json", ".json.gz")):
        yield from releases_in(decode(data.removeprefix(b"\xef\xbb\xbf")))
        return
    for line in data.splitlines():
        try:
            value = decode(line)
        except LineError:
            continue
        if value is not BLANK:
            yield value


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
