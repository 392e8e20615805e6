"""Read `catalogue.yaml` into frozen records.

Light on purpose (pyyaml only): the exchange room imports this module on machines without the
analysis extra.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import yaml

#: Field type -> column type in DuckDB (and, by ibis, in Spark). Money is integer fen.
FIELD_TYPES: Final[Mapping[str, str]] = {
    "text": "VARCHAR",
    "int": "BIGINT",
    "money": "BIGINT",
    "date": "DATE",
    "month": "DATE",
    "datetime": "TIMESTAMP",
    "bool": "BOOLEAN",
    "id_token": "VARCHAR",
    "org_code": "VARCHAR",
    "share": "DOUBLE",
}
TOKEN_KINDS: Final = frozenset({"resident_id", "person_name", "phone", "account", "email"})
RHYTHM_NAMES: Final = {
    "daily": "每日",
    "weekly": "每周",
    "monthly": "每月",
    "quarterly": "每季",
    "yearly": "每年",
    "per_round": "每轮巡视",
    "event": "发生即更新",
    "query": "随问随答",
    "by_order": "依法调取",
}
LEVEL_NAMES: Final = ("公开", "内部", "敏感", "核心")


class UnknownClassError(LookupError):
    """The catalogue has no such class or table."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a table.

    `level` is 0 公开 · 1 内部 · 2 敏感 · 3 核心. `kind` says what an id_token is made of. `signed`
    says when a number may be negative: "" never, "yes" always, else the field that must be filled.
    """

    name: str
    label_zh: str
    type: str
    unit: str = ""
    key: bool = False
    required: bool = False
    level: int = 0
    description: str = ""
    choices: tuple[str, ...] = ()
    kind: str = ""
    aliases: tuple[str, ...] = ()
    signed: str = ""

    @property
    def sql_type(self) -> str:
        """Column type in DuckDB."""
        return FIELD_TYPES[self.type]

    @property
    def headings(self) -> tuple[str, ...]:
        """Column headings under which a delivery may carry this field."""
        return (self.name, self.label_zh, *self.aliases)


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a class; `id` is the class id, or `D30.holder` where a class has several.

    `stays`: the rows never leave their provider (only its counts do).
    """

    id: str
    class_id: str
    name_zh: str
    fields: tuple[Field, ...]
    description: str = ""
    stays: bool = False

    @property
    def key(self) -> tuple[str, ...]:
        """Names of the fields that identify a row."""
        return tuple(field.name for field in self.fields if field.key)

    @property
    def sql_name(self) -> str:
        """Name of the table in the store: `d30_holder`."""
        return self.id.lower().replace(".", "_")

    def field(self, name: str) -> Field:
        """Return the field of this name; raises `KeyError` when there is none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(f"{self.id} 没有字段 {name}")

    def heading_index(self) -> dict[str, Field]:
        """Map every accepted heading (lower case, without blanks) to its field."""
        return {
            heading.replace(" ", "").lower(): field
            for field in self.fields
            for heading in field.headings
        }


@dataclass(frozen=True, slots=True)
class DataClass:
    """One of the data classes D01–D41.

    `sharing`: A 无条件, B 有条件, Q 有条件且只问不给. `presets` names every preset that holds it.
    """

    id: str
    provider: str
    name_zh: str
    rhythm: str
    level: int
    sharing: str
    mode: str
    presets: tuple[str, ...]
    tables: tuple[Table, ...]

    @property
    def rhythm_zh(self) -> str:
        """How often the provider brings it up to date, in words."""
        return RHYTHM_NAMES[self.rhythm]

    @property
    def query_only(self) -> bool:
        """True when the class answers single questions and is never copied in bulk."""
        return self.mode == "query"


@dataclass(frozen=True, slots=True)
class Preset:
    """A starting selection of classes (8, 23, 32, 40)."""

    id: str
    name_zh: str
    departments: int
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NegativeItem:
    """A kind of information that is never shared between units."""

    id: str
    name_zh: str
    description: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All classes of one catalogue version."""

    version: str
    source: str
    classes: tuple[DataClass, ...]
    presets: tuple[Preset, ...]
    negative_list: tuple[NegativeItem, ...]

    def __iter__(self) -> Iterator[DataClass]:
        return iter(self.classes)

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table of every class, in catalogue order."""
        return tuple(table for item in self.classes for table in item.tables)

    def data_class(self, class_id: str) -> DataClass:
        """Return a class by its id (`D20`); raises `UnknownClassError`."""
        for item in self.classes:
            if item.id == class_id.upper():
                return item
        raise UnknownClassError(f"目录 {self.version} 中没有数据类 {class_id}")

    def table(self, table_id: str) -> Table:
        """Return a table by its id (`D20.bid`, `D21`), sql name or single-table class id."""
        wanted = table_id.strip().lower().replace("_", ".", 1)
        for table in self.tables:
            if table.id.lower() == wanted:
                return table
        raise UnknownClassError(f"目录 {self.version} 中没有数据表 {table_id}")

    def preset(self, preset_id: str) -> Preset:
        """Return a preset by its id (`8`, `23`, `32`, `40`); raises `UnknownClassError`."""
        for preset in self.presets:
            if preset.id == preset_id:
                return preset
        raise UnknownClassError(f"没有预设 {preset_id}；可选:8、23、32、40")


def load_catalogue(path: Path | None = None) -> Catalogue:
    """Read the catalogue; without `path` the one shipped with the package (cached)."""
    if path is None:
        return _shipped()
    return parse_catalogue(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _shipped() -> Catalogue:
    text = files("lianxun_insight.schemas").joinpath("catalogue.yaml").read_text(encoding="utf-8")
    return parse_catalogue(text)


def parse_catalogue(text: str) -> Catalogue:
    """Build the catalogue from YAML text; raises `ValueError` naming the wrong place."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    raw: dict[str, Any] = yaml.load(text, Loader=loader)  # noqa: S506 - a safe loader
    order = list(raw["presets"])
    units: dict[str, str] = raw["type_units"]
    classes = tuple(_data_class(item, order, units) for item in raw["classes"])
    presets = tuple(
        Preset(
            id=key,
            name_zh=value["zh"],
            departments=value["departments"],
            classes=tuple(item.id for item in classes if key in item.presets),
        )
        for key, value in raw["presets"].items()
    )
    negative = tuple(
        NegativeItem(item["id"], item["zh"], item["description"]) for item in raw["negative_list"]
    )
    return Catalogue(raw["version"], raw["source"], classes, presets, negative)


def _data_class(item: Mapping[str, Any], order: list[str], units: Mapping[str, str]) -> DataClass:
    smallest = item["preset"]
    presets = tuple(order[order.index(smallest) :]) if smallest in order else ()
    tables = tuple(_table(table, item, units) for table in item["tables"])
    if item["rhythm"] not in RHYTHM_NAMES:
        raise ValueError(f"目录 {item['id']} 的更新频率“{item['rhythm']}”不正确")
    return DataClass(
        id=item["id"],
        provider=item["provider"],
        name_zh=item["zh"],
        rhythm=item["rhythm"],
        level=item["level"],
        sharing=item["sharing"],
        mode=item["mode"],
        presets=presets,
        tables=tables,
    )


def _table(table: Mapping[str, Any], item: Mapping[str, Any], units: Mapping[str, str]) -> Table:
    fields = tuple(_field(raw, table["id"], item["level"], units) for raw in table["fields"])
    return Table(
        id=table["id"],
        class_id=item["id"],
        name_zh=table["zh"],
        fields=fields,
        description=table.get("description", ""),
        stays=table.get("stays", False),
    )


def _field(raw: Mapping[str, Any], table_id: str, level: int, units: Mapping[str, str]) -> Field:
    kind = raw.get("kind", "")
    if raw["type"] not in FIELD_TYPES or (raw["type"] == "id_token") != (kind in TOKEN_KINDS):
        raise ValueError(f"目录 {table_id}.{raw['name']} 的类型不正确")
    return Field(
        name=raw["name"],
        label_zh=raw["zh"],
        type=raw["type"],
        unit=raw.get("unit", units.get(raw["type"], "")),
        key=raw.get("key", False),
        required=raw.get("required", False) or raw.get("key", False),
        level=raw.get("level", level),
        description=raw.get("description", ""),
        choices=tuple(raw.get("choices", ())),
        kind=kind,
        aliases=tuple(raw.get("aliases", ())),
        signed=raw.get("signed", ""),
    )
