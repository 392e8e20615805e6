"""Compare two files pair by pair."""

from __future__ import annotations

from typing import Any, Final

import pyarrow as pa

from lianxun_insight.er import decisions
from lianxun_insight.er.engine import connect, score
from lianxun_insight.er.explain import field_weights, prior_bits, sentence
from lianxun_insight.er.link import LinkError, combine
from lianxun_insight.er.model import MODELS
from lianxun_insight.identifiers.tokens import Tokeniser, TokenKey

#: Without blocking every pair is scored, so the files must be small.
MAX_ALL: Final = 250_000


def compare(
    kind: str, left: pa.Table, right: pa.Table, limit: int, *, everything: bool = False
) -> list[dict[str, Any]]:
    """Pairs across the files with weight, band, fields and a Chinese reason; strongest first."""
    if everything and left.num_rows * right.num_rows > MAX_ALL:
        raise LinkError(f"--all 最多比较 {MAX_ALL:,} 对，请去掉 --all 或缩小文件")
    model = MODELS[kind]
    prepared = combine(kind, {"甲": left, "乙": right}, Tokeniser(TokenKey.generate()))
    scored = score(
        prepared,
        model,
        connection=connect(),
        condition="l.dataset <> r.dataset",
        keep=0.0 if everything else 1e-4,
        block_all=everything,
    )
    decisions.decide(scored)
    table: pa.Table = scored.connection.sql(
        f"SELECT * FROM decisions ORDER BY match_weight DESC, record_id_l, record_id_r LIMIT {int(limit)}"
    ).to_arrow_table()
    out = []
    for row in table.to_pylist():
        ids = sorted((row["record_id_l"], row["record_id_r"]), reverse=True)
        out.append(
            {
                "left": ids[0].split(":", 1)[1],
                "right": ids[1].split(":", 1)[1],
                "weight": round(row["match_weight"], 2),
                "probability": round(row["match_probability"], 6),
                "band": row["band"],
                "prior": prior_bits(row, model),
                "fields": [
                    {"field": f.label, "level": f.level, "bits": f.bits}
                    for f in field_weights(row, model)
                ],
                "why": sentence(row, model),
            }
        )
    return out
