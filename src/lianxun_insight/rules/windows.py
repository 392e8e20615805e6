"""Rolling windows of days: the fullest one of each group."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ibis

EPOCH = ibis.date(2000, 1, 1)


def day_of(date: Any) -> Any:
    """Days since 2000-01-01: integer windows run alike on every backend."""
    return date.delta(EPOCH, unit="day")


def fullest_window(
    t: Any,
    *,
    by: tuple[str, ...],
    days: int,
    least: int,
    factor: float,
    key: str,
    when: str,
    extra: Callable[[Any], dict[str, Any]] | None = None,
) -> Any:
    """For each group its fullest window of `days` days, if it holds enough.

    `t` has `day`, `yuan` and `limit_yuan`. A window counts with at least `least` rows and a sum of
    `factor` times the limit. Gives parts, sum_yuan, limit_yuan, span_days, the period and the keys;
    `extra(inside)` adds aggregates over the rows inside.
    """
    rolling = ibis.range_window(group_by=list(by), order_by="day", preceding=days, following=0)
    t = t.mutate(window_yuan=t.yuan.sum().over(rolling), window_rows=t.count().over(rolling))
    full = t.filter(t.window_yuan >= factor * t.limit_yuan, t.window_rows >= least)
    full = full.mutate(
        place=ibis.row_number().over(
            group_by=list(by), order_by=[full.window_yuan.desc(), full.day, full[key]]
        )
    )
    last = full.filter(full.place == 0)
    last = last.select(
        **{f"of_{name}": last[name] for name in by}, last=last.day, full_limit=last.limit_yuan
    )
    inside = t.join(last, [t[name] == last[f"of_{name}"] for name in by])
    inside = inside.filter(inside.day <= inside["last"], inside.day >= inside["last"] - days)
    return inside.group_by(list(by)).aggregate(
        parts=inside.count(),
        sum_yuan=inside.yuan.sum(),
        limit_yuan=inside.full_limit.max(),
        span_days=inside.day.max() - inside.day.min(),
        period_from=inside[when].min(),
        period_to=inside[when].max(),
        **{key: inside[key].collect(distinct=True)},
        **(extra(inside) if extra else {}),
    )
