"""The manifest of a delivery: what it says it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from lianxun_insight.deliveries.issues import DeliveryError
from lianxun_insight.identifiers import ValueFormatError, parse_date, parse_month
from lianxun_insight.schemas import Catalogue, Table, UnknownClassError

NAMES: Final = ("manifest.json", "清单.json", "交换清单.json")
_REQUIRED: Final = {
    "class": "数据类编号(如 D13)",
    "version": "目录版本",
    "period": "数据期间",
    "department": "报送部门",
    "files": "文件清单",
}
HASHES: Final = ("sha256", "sm3")


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file of a delivery: path inside the package, table, rows and hash as declared."""

    path: str
    table: Table
    rows: int | None
    hash_name: str
    hash_value: str
    sheet: str = ""
    format: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """A checked manifest. `expiry` is the last day on which the data may be used."""

    class_id: str
    version: str
    period: str
    department: str
    files: tuple[FileEntry, ...]
    level: int
    purpose: str = ""
    expiry: date | None = None
    signer: str = ""
    answers_to: str = ""
    raw: Mapping[str, Any] = field(default_factory=dict)


def parse_manifest(raw: Any, catalogue: Catalogue) -> Manifest:
    """Check a manifest; raises `DeliveryError` naming every missing part at once."""
    if not isinstance(raw, dict):
        raise DeliveryError("清单应为 JSON 对象，请按模板重新填写")
    missing = [words for key, words in _REQUIRED.items() if raw.get(key) in (None, "", [])]
    if missing:
        raise DeliveryError(f"清单缺少：{'、'.join(missing)}")
    try:
        data_class = catalogue.data_class(str(raw["class"]))
    except UnknownClassError:
        raise DeliveryError(f"清单中的数据类「{raw['class']}」不在目录中，请核对编号") from None
    if str(raw["version"]) != catalogue.version:
        raise DeliveryError(
            f"清单的目录版本「{raw['version']}」与本机目录「{catalogue.version}」不一致，请按现行版本重新导出"
        )
    if not isinstance(raw["files"], list):
        raise DeliveryError("清单的 files 应为列表")
    answers_to = str(raw.get("answers_to") or "")
    if data_class.query_only and not answers_to:
        raise DeliveryError(
            f"{data_class.id} {data_class.name_zh}只问不给，不接收批量数据；"
            "核验答复请在清单 answers_to 填写批准的核验单号"
        )
    return Manifest(
        class_id=data_class.id,
        version=str(raw["version"]),
        period=_period(raw["period"]),
        department=str(raw["department"]),
        files=tuple(_entry(item, data_class.id, catalogue) for item in raw["files"]),
        level=_level(raw.get("level", data_class.level), data_class.level),
        purpose=str(raw.get("purpose") or ""),
        expiry=_expiry(raw.get("expiry")),
        signer=str(raw.get("signer") or ""),
        answers_to=answers_to,
        raw=raw,
    )


def _period(value: Any) -> str:
    parts = [value.get("from"), value.get("to")] if isinstance(value, dict) else [value]
    try:
        days = [parse_month(str(part)) for part in parts if part and not _is_year(str(part))]
    except ValueFormatError as error:
        raise DeliveryError(f"清单的数据期间不可识别：{error}") from None
    if len(days) == 2 and days[0] > days[1]:
        raise DeliveryError("清单的数据期间起始晚于终止")
    return " 至 ".join(str(part) for part in parts if part)


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.isdecimal()


def _level(value: Any, least: int) -> int:
    if not isinstance(value, int) or not 0 <= value <= 3:
        raise DeliveryError("清单的敏感级别应为 0 到 3 的整数")
    if value < least:
        raise DeliveryError(f"清单的敏感级别 {value} 低于目录规定的 {least}")
    return value


def _expiry(value: Any) -> date | None:
    if not value:
        return None
    try:
        return parse_date(str(value))
    except ValueFormatError as error:
        raise DeliveryError(f"清单的使用期限不可识别：{error}") from None


def _entry(item: Any, class_id: str, catalogue: Catalogue) -> FileEntry:
    if not isinstance(item, dict) or not item.get("path"):
        raise DeliveryError("清单的每个文件都要写明 path")
    path = str(item["path"]).replace("\\", "/")
    try:
        table = catalogue.table(str(item.get("table") or class_id))
    except UnknownClassError:
        tables = "、".join(table.id for table in catalogue.data_class(class_id).tables)
        raise DeliveryError(f"文件 {path} 没有写明数据表(table)，可选：{tables}") from None
    if table.class_id != class_id:
        raise DeliveryError(f"文件 {path} 的数据表 {table.id} 不属于 {class_id}，请分开报送")
    rows = item.get("rows")
    if rows is not None and (not isinstance(rows, int) or rows < 0):
        raise DeliveryError(f"文件 {path} 的行数(rows)应为非负整数")
    name = next((name for name in HASHES if item.get(name)), "")
    return FileEntry(
        path=path,
        table=table,
        rows=rows,
        hash_name=name,
        hash_value=str(item.get(name) or "").lower(),
        sheet=str(item.get("sheet") or ""),
        format=str(item.get("format") or ""),
    )
