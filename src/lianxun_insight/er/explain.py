"""Why a pair was linked or not: the match weight of each field, in bits and in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from lianxun_insight.er.model import Model

BAND_WORDS: Final = {
    "linked": "自动关联",
    "confirmed": "人工确认为同一",
    "review": "待人工判断",
    "conflict": "证件号不同，不关联",
    "name_only": "仅姓名(名称)相近，不作为关联依据",
    "rejected": "人工判定为不同，永久不关联",
    "unlikely": "不像同一主体",
}


@dataclass(frozen=True, slots=True)
class FieldWeight:
    """One step of the waterfall; `bits` > 0 speaks for the same entity."""

    field: str
    label: str
    level: str
    bits: float


def field_weights(row: Mapping[str, Any], model: Model) -> list[FieldWeight]:
    """The fields of a row of `pairs` or `decisions`; a missing field says nothing (0 bits)."""
    out = []
    for item in model.comparisons:
        level = row.get(f"level_{item.field}")
        words = "缺，不作依据" if level is None or level < 0 else item.levels[level].label_zh
        bits = float(row.get(f"weight_{item.field}") or 0.0)
        out.append(FieldWeight(item.field, item.label_zh, words, round(bits, 2)))
    return out


def prior_bits(row: Mapping[str, Any], model: Model) -> float:
    """Weight before any field was looked at: how rare true pairs are."""
    return round(float(row["match_weight"]) - sum(f.bits for f in field_weights(row, model)), 2)


def sentence(row: Mapping[str, Any], model: Model) -> str:
    """The waterfall as one Chinese sentence; every part is filled from the row."""
    parts = [f"{f.level}({f.bits:+.1f})" for f in field_weights(row, model) if f.bits]
    band = BAND_WORDS.get(str(row.get("band")), "")
    total = (
        f"合计 {float(row['match_weight']):+.1f} 比特，概率 {float(row['match_probability']):.4f}"
    )
    tail = f";{band}" if band else ""
    return f"基准({prior_bits(row, model):+.1f})、{'、'.join(parts)}；{total}{tail}"
