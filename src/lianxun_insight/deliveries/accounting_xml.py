"""Accounting and treasury XML (GB/T 24589.2, GB/T 42940) by mapping tables.

The mapping is data (`mappings/accounting.yaml`) and marked 未经标准文本核对 until somebody has held it
against the text of the standard (settled point 36). Reading streams and expands no entities.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, BinaryIO, Final
from xml.etree.ElementTree import Element, ParseError

import yaml
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from lianxun_insight.deliveries.issues import DeliveryError
from lianxun_insight.deliveries.readers import BATCH_ROWS, Batch, Cell
from lianxun_insight.schemas import Table

_GUESS: Final = {"D17": "gbt24589.2", "D13": "gbt42940"}


@lru_cache(maxsize=1)
def load_mapping() -> Mapping[str, Any]:
    """The mapping file, with its `status`."""
    text = (
        files("lianxun_insight.deliveries").joinpath("mappings/accounting.yaml").read_text("utf-8")
    )
    mapping: dict[str, Any] = yaml.safe_load(text)
    return mapping


def read_accounting_xml(file: BinaryIO, path: str, table: Table, kind: str) -> Iterator[Batch]:
    """Rows of `table`: every element the standard names as its row, children as cells.

    A value that stands once in an enclosing element (unit, year) is inherited by the rows below it.
    """
    standard = kind if kind != "xml" else _GUESS.get(table.class_id, "")
    known = load_mapping()["standards"].get(standard, {}).get("tables", {}).get(table.id)
    if known is None:
        raise DeliveryError(f"文件 {path}：没有 {table.id} 的 XML 对照表，请改用 CSV 或 Parquet")
    fields = {name: field for field, names in known["fields"].items() for name in names}
    headings = tuple(known["fields"])
    rows: list[list[Cell]] = []
    numbers: list[int] = []
    number = 0
    try:
        for row in _rows(file, frozenset(known["rows"]), fields):
            number += 1
            rows.append([row.get(name) for name in headings])
            numbers.append(number)
            if len(rows) == BATCH_ROWS:
                yield Batch(headings, rows, numbers)
                rows, numbers = [], []
    except DefusedXmlException:
        raise DeliveryError(f"文件 {path} 含有实体或外部引用，出于安全不予接收") from None
    except ParseError as error:
        line = error.position[0]
        raise DeliveryError(
            f"文件 {path} 第 {line} 行不是完整的 XML(可能只收到一半)，请重新导出"
        ) from None
    if number == 0:
        names = "、".join(known["rows"])
        raise DeliveryError(f"文件 {path} 中没有找到 {table.id} 的记录(元素：{names})")
    yield Batch(headings, rows, numbers)


def _rows(
    file: BinaryIO, row_names: frozenset[str], fields: Mapping[str, str]
) -> Iterator[dict[str, Cell]]:
    inherited: dict[str, str] = {}
    inside = 0
    path: list[Element] = []
    for event, element in iterparse(file, events=("start", "end")):
        name = element.tag.rsplit("}", 1)[-1]
        if event == "start":
            path.append(element)
            inside += name in row_names
            continue
        path.pop()
        if name in row_names:
            inside -= 1
            if not any(_name(child) in row_names for child in element):
                yield {**inherited, **_cells(element, fields)}
            element.clear()
            if path:
                path[-1].remove(element)
        elif not inside and name in fields and element.text and not len(element):
            inherited[fields[name]] = element.text.strip()


def _name(element: Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def _cells(element: Element, fields: Mapping[str, str]) -> dict[str, Cell]:
    found: dict[str, Cell] = {}
    for child in element.iter():
        field = fields.get(_name(child))
        if field and child.text and child.text.strip():
            found[field] = child.text.strip()
    for name, value in element.attrib.items():
        if name in fields:
            found[fields[name]] = value
    return found
