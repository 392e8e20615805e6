"""Settings of the OCDS indicators: strict reading, defaults, Chinese error sentences.

The nesting is the one of a settings file::

    {"currency": null, "no_price_comparison_procurement_methods": "NPC",
     "exclusions": {"procurement_method_details": "EXC"},
     "R003": {"threshold": 10}, "R024": {}, "R036": false}

A list setting is one text whose values are separated by `|` (not trimmed; one `|` at the end adds
nothing; the empty text is the empty list). `true`, `null` or `{}` under an indicator mean its
defaults; `false` switches it off.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

CODES = (
    "R003",
    "R018",
    "R024",
    "R025",
    "R028",
    "R030",
    "R035",
    "R036",
    "R038",
    "R048",
    "R058",
)
"""The indicators in the order in which they are documented."""


class SettingsError(ValueError):
    """A setting is unknown or has the wrong type; the message is a Chinese sentence."""


@dataclass(frozen=True)
class Settings:
    """One run's settings, checked. Thresholds that are None are computed from the data.

    `r003_threshold`, `r003_days`: whole days. `r024_threshold`, `r058_threshold`: a fraction of the
    winning amount. `r025_percentile`: per cent. `r025_threshold`, `r038_threshold`: a ratio 0..1.
    """

    on: frozenset[str] = frozenset(CODES)
    currency: str | None = None
    price_deny: frozenset[str] = frozenset()
    price_allow: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()
    r003_threshold: int = 15
    r003_methods: frozenset[str] = frozenset()
    r003_days: Mapping[str, int] = field(default_factory=dict)
    r018_methods: frozenset[str] = frozenset({"open", "selective"})
    r024_threshold: float | None = None
    r025_percentile: int = 75
    r025_threshold: float | None = None
    r035_threshold: int = 1
    r038_threshold: float | None = None
    r038_minimum_bids: int = 2
    r038_minimum_processes: int = 2
    r048_digits: int = 2
    r048_threshold: int | None = None
    r048_minimum_processes: int = 20
    r058_threshold: float | None = None
    maps: bool = False


def _kind(value: object) -> str:
    """The JSON type of `value`, in Chinese, for an error sentence."""
    names = {
        type(None): "空值 null",
        bool: "真假值",
        int: "整数",
        float: "小数",
        str: "文字",
        list: "数组",
        dict: "对象",
    }
    return names.get(type(value), type(value).__name__)


def _wrong(name: str, wanted: str, value: object) -> SettingsError:
    return SettingsError(
        f"设置项“{name}”应为{wanted}，收到的是{_kind(value)}。请改正设置文件后重试。"
    )


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise _wrong(name, "文字", value)
    return value


def _list(name: str, value: object) -> frozenset[str]:
    text = _text(name + "(用“|”分隔的列表)", value)
    if not text:
        return frozenset()
    return frozenset(text.removesuffix("|").split("|"))


def _integer(name: str, value: object) -> int:
    if type(value) is not int:
        raise _wrong(name, "整数", value)
    return value


def _count(name: str, value: object) -> int:
    number = _integer(name, value)
    if number < 0:
        raise SettingsError(f"设置项“{name}”不能是负数(收到 {number})。请改正设置文件后重试。")
    return number


def _number(name: str, value: object) -> float:
    if type(value) not in (int, float):
        raise _wrong(name, "数字", value)
    try:
        number = float(value)  # type: ignore[arg-type]
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise SettingsError(f"设置项“{name}”超出可表示的数字范围。请改正设置文件后重试。")
    return number


def _days(name: str, value: object) -> dict[str, int]:
    if not isinstance(value, dict):
        raise _wrong(name, "对象(采购方式说明 → 天数)", value)
    return {text: _integer(f"{name}.{text}", days) for text, days in value.items()}


_READERS: dict[str, tuple[str, Any]] = {
    "currency": ("currency", _text),
    "no_price_comparison_procurement_methods": ("price_deny", _list),
    "price_comparison_procurement_methods": ("price_allow", _list),
    "exclusions.procurement_method_details": ("excluded", _list),
    "R003.threshold": ("r003_threshold", _integer),
    "R003.procurement_methods": ("r003_methods", _list),
    "R003.procurement_method_details": ("r003_days", _days),
    "R018.procurement_methods": ("r018_methods", _list),
    "R024.threshold": ("r024_threshold", _number),
    "R025.percentile": ("r025_percentile", _count),
    "R025.threshold": ("r025_threshold", _number),
    "R035.threshold": ("r035_threshold", _count),
    "R038.threshold": ("r038_threshold", _number),
    "R038.minimum_submitted_bids": ("r038_minimum_bids", _count),
    "R038.minimum_contracting_processes": ("r038_minimum_processes", _count),
    "R048.digits": ("r048_digits", _count),
    "R048.threshold": ("r048_threshold", _integer),
    "R048.minimum_contracting_processes": ("r048_minimum_processes", _count),
    "R058.threshold": ("r058_threshold", _number),
}
_SECTIONS = frozenset(CODES) | {"exclusions"}


def _flatten(document: Mapping[str, Any]) -> tuple[dict[str, Any], set[str]]:
    """Dotted names with their values, and the indicators switched off by `false`."""
    flat: dict[str, Any] = {}
    off: set[str] = set()
    for name, value in document.items():
        if name not in _SECTIONS:
            flat[name] = value
        elif value is None or (value is True and name != "exclusions"):
            continue
        elif value is False and name != "exclusions":
            off.add(name)
        elif isinstance(value, dict):
            flat.update({f"{name}.{inner}": given for inner, given in value.items()})
        else:
            raise _wrong(name, "对象", value)
    return flat, off


def _switched_on(only: Iterable[str] | None, off: set[str]) -> frozenset[str]:
    wanted = CODES if only is None else tuple(only)
    unknown = [code for code in wanted if code not in CODES]
    if unknown:
        raise SettingsError(
            f"没有名为“{'、'.join(unknown)}”的指标。可用的指标：{'、'.join(CODES)}。"
        )
    return frozenset(wanted) - off


def parse_settings(
    document: object, *, only: Iterable[str] | None = None, maps: bool = False
) -> Settings:
    """Check a settings document and return `Settings`.

    `only` limits the indicators that are switched on (default: all 11). Raises `SettingsError` with
    a Chinese sentence that names the setting for an unknown name or a wrong type.
    """
    if not isinstance(document, dict):
        raise SettingsError(f"设置文件的内容应为 JSON 对象，收到的是{_kind(document)}。")
    flat, off = _flatten(document)
    values: dict[str, Any] = {}
    for name, value in flat.items():
        if name not in _READERS:
            known = "、".join(_READERS)
            raise SettingsError(f"不认识的设置项“{name}”。可用的设置项：{known}。")
        if value is None:
            continue
        target, reader = _READERS[name]
        values[target] = reader(name, value)
    if "r035_threshold" in values:
        values["r035_threshold"] = max(1, values["r035_threshold"])
    return Settings(on=_switched_on(only, off), maps=maps, **values)


def describe(settings: Settings) -> dict[str, Any]:
    """The settings as plain JSON values, for the record of a run."""
    plain: dict[str, Any] = {}
    for each in fields(settings):
        value = getattr(settings, each.name)
        plain[each.name] = sorted(value) if isinstance(value, frozenset) else value
    return plain
