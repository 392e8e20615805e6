"""Comparison with peers: strata of units, places among them, shrinkage."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ibis

from lianxun_insight.rules.data import Data
from lianxun_insight.rules.model import Parameters

EVERYBODY = "全部单位"


def strata(data: Data) -> Any | None:
    """Unit -> stratum (kind and level) from the latest staffing return; None without D07."""
    if "D07.unit" not in data:
        return None
    unit = data["D07.unit"]
    last = unit.mutate(
        place=ibis.row_number().over(group_by=unit.unit_code, order_by=unit.as_of.desc())
    )
    kind = ibis.coalesce(last.unit_kind, "未分类") + "·" + ibis.coalesce(last.unit_level, "未分级")
    return last.filter(last.place == 0).select(unit_of=last.unit_code, stratum=kind)


def with_stratum(data: Data, table: Any) -> Any:
    """Add `stratum` by the column `org`."""
    known = strata(data)
    if known is None:
        return table.mutate(stratum=ibis.literal(EVERYBODY))
    joined = table.left_join(known, [table.org == known.unit_of])
    return joined.drop("unit_of").mutate(stratum=ibis.coalesce(joined.stratum, EVERYBODY))


def placed(data: Data, table: Any, column: str) -> Any:
    """Add `stratum`, `peers` and `quantile`: the place of `column` among peers, 0..1."""
    table = with_stratum(data, table)
    window = ibis.window(group_by="stratum", order_by=column)
    ranked = table.mutate(
        quantile=ibis.percent_rank().over(window),
        peers=table.count().over(ibis.window(group_by="stratum")),
    )
    return ranked.mutate(baseline_p=1.0 - ranked.quantile)


def above(column: str) -> Callable[[Data, Any, Parameters], Any]:
    """A decision: `column` beyond the quantile `p["quantile"]` of at least `p["peers"]` peers."""

    def decide(data: Data, table: Any, p: Parameters) -> Any:
        ranked = placed(data, table, column)
        return ranked.filter((ranked.quantile >= p["quantile"]) & (ranked.peers >= p["peers"]))

    return decide
