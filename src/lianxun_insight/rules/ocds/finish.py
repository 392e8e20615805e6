"""From the merged tally of a whole file to flags, fences (`Meta`) and maps."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from lianxun_insight.rules.ocds.settings import Settings
from lianxun_insight.rules.ocds.statistics import lower_fence, quantile, rounded, upper_fence
from lianxun_insight.rules.ocds.tally import Tally

Groups = dict[str, dict[str, dict[str, float]]]


@dataclass
class Findings:
    """`groups`: group -> identifier -> code -> value. `meta`: fences, already rounded."""

    groups: Groups = field(default_factory=dict)
    meta: dict[str, dict[str, float | None]] = field(default_factory=dict)
    maps: dict[str, dict[str, Any]] = field(default_factory=dict)

    def put(self, group: str, identifier: str, code: str, value: float) -> None:
        """Write one flag."""
        self.groups.setdefault(group, {}).setdefault(identifier, {})[code] = value

    def note(self, code: str, **values: float) -> None:
        """Write the quantiles and fences that an indicator used."""
        self.meta.setdefault(code, {}).update({k: rounded(v) for k, v in values.items()})


def finish(tally: Tally, settings: Settings) -> Findings:
    """All flags of a run. `tally` is used up (its maps go into the findings)."""
    found = Findings()
    for code, flags in tally.ocid_flags.items():
        for ocid, value in flags.items():
            found.put("OCID", ocid, code, value)
    for code, flags in tally.tenderer_flags.items():
        for tenderer, value in flags.items():
            found.put("Tenderer", tenderer, code, value)
    _prices(found, tally, settings)
    if "R025" in settings.on:
        _r025(found, tally, settings)
    if "R038" in settings.on:
        _r038(found, tally, settings)
    if "R048" in settings.on:
        _r048(found, tally, settings)
    if settings.maps:
        found.maps = {name: _map(name, entries) for name, entries in sorted(tally.maps.items())}
    return found


def _map(name: str, entries: dict[str, set[str]]) -> dict[str, Any]:
    """Buyers and entities are single; tenderers are a sorted list."""
    if name.startswith(("ocid_buyer", "ocid_procuringentity")):
        return {ocid: max(organisations) for ocid, organisations in entries.items()}
    return {ocid: sorted(organisations) for ocid, organisations in entries.items()}


def _prices(found: Findings, tally: Tally, settings: Settings) -> None:
    """R024 and R058 over the last difference of each ocid."""
    if not settings.on & {"R024", "R058"}:
        return
    last = {row[0]: row for row in tally.prices}
    ordered = sorted(row[1] for row in last.values())
    q1, q3 = quantile(ordered, 0.25), quantile(ordered, 0.75)
    if "R024" in settings.on:
        fence = settings.r024_threshold
        guard = True
        if fence is None:
            fence, guard = lower_fence(q1, q3), q1 > 0
            found.note("R024", q1=q1, q3=q3)
        found.note("R024", lower_fence=fence)
        if guard and fence > 0:
            for ocid, difference, winner, runner_up in last.values():
                if difference <= fence:
                    found.put("OCID", ocid, "R024", difference)
                    found.put("Tenderer", winner, "R024", 0.0)
                    found.put("Tenderer", runner_up, "R024", 0.0)
                    tally.map("ocid_tenderer_r024", ocid, {winner, runner_up})
    if "R058" in settings.on:
        fence = settings.r058_threshold
        if fence is None:
            fence = upper_fence(q1, q3)
            found.note("R058", q1=q1, q3=q3)
        found.note("R058", upper_fence=fence)
        if fence > 0:
            for ocid, difference, winner, _ in last.values():
                if difference >= fence:
                    found.put("OCID", ocid, "R058", difference)
                    found.put("Tenderer", winner, "R058", 0.0)
                    tally.map("ocid_tenderer_r058", ocid, {winner})


def _r025(found: Findings, tally: Tally, settings: Settings) -> None:
    counts = tally.bid_counts
    ratios = {tenderer: wins / bids for tenderer, (bids, wins) in counts.items()}
    top = quantile(sorted(bids for bids, _ in counts.values()), settings.r025_percentile / 100)
    fence, guard = settings.r025_threshold, True
    if fence is None:
        ordered = sorted(ratios.values())
        q1, q3 = quantile(ordered, 0.25), quantile(ordered, 0.75)
        fence, guard = lower_fence(q1, q3), q1 > 0
        found.note("R025", q1=q1, q3=q3)
    found.note("R025", lower_fence=fence, upper_fence=top)
    if guard and fence > 0:
        for tenderer, ratio in ratios.items():
            if counts[tenderer][0] >= top and ratio <= fence:
                found.put("Tenderer", tenderer, "R025", ratio)


def _r038(found: Findings, tally: Tally, settings: Settings) -> None:
    for group, counts in tally.groups.items():
        minimum = settings.r038_minimum_processes
        if group == "Tenderer":
            minimum = settings.r038_minimum_bids
        ratios = {
            identifier: disqualified / submitted
            for identifier, (disqualified, submitted) in counts.items()
            if submitted >= minimum
        }
        if not ratios:
            continue
        fence = settings.r038_threshold
        if fence is None:
            ordered = sorted(ratios.values())
            q1, q3 = quantile(ordered, 0.25), quantile(ordered, 0.75)
            fence = upper_fence(q1, q3)
            found.note("R038", **{f"{group}_q1": q1, f"{group}_q3": q3})
        found.note("R038", **{f"{group}_upper_fence": fence})
        if fence > 0:
            for identifier, ratio in ratios.items():
                if ratio >= fence:
                    found.put(group, identifier, "R038", ratio)


def _r048(found: Findings, tally: Tally, settings: Settings) -> None:
    numbers = {
        supplier: len(codes)
        for supplier, (processes, codes) in tally.codes.items()
        if processes >= settings.r048_minimum_processes
    }
    fence: float
    if settings.r048_threshold is None:
        ordered = sorted(numbers.values())
        q1, q3 = quantile(ordered, 0.25), quantile(ordered, 0.75)
        fence = upper_fence(q1, q3)
        found.note("R048", q1=q1, q3=q3)
    else:
        fence = float(settings.r048_threshold)
    found.note("R048", upper_fence=fence)
    if math.isnan(fence):
        return
    for supplier, number in numbers.items():
        if number >= fence:
            found.put("Tenderer", supplier, "R048", float(number))
