"""What one stretch of lines contributes to each indicator: small, mergeable, in file order."""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass, field

from lianxun_insight.rules.ocds.process import (
    Bid,
    Process,
    prices_count,
    read_process,
    sole_id,
    text_at,
)
from lianxun_insight.rules.ocds.reading import BLANK, LineError, decode, instant, whole_days
from lianxun_insight.rules.ocds.settings import Settings

WARNINGS = ("json", "utf8", "currency", "price")
"""Kinds of warning: not strict JSON, not UTF-8, bid in another currency, winner's price unusable."""


def _lines() -> dict[str, array[int]]:
    return {kind: array("Q") for kind in WARNINGS}


@dataclass
class Tally:
    """Contribution of some lines. `currency` is the main currency used (None: none met yet).

    `prices` rows: (ocid, difference as a fraction, winner id, runner-up id).
    `bid_counts`: tenderer -> [bids, wins]. `groups`: per group, id -> [disqualified, submitted].
    `codes`: supplier -> (processes, set of code prefixes). `lines`: all lines read;
    `blank`, `ignored`, `out`: lines of white space, lines that are no release, processes left out.
    """

    currency: str | None = None
    lines: int = 0
    blank: int = 0
    ignored: int = 0
    out: int = 0
    warnings: dict[str, array[int]] = field(default_factory=_lines)
    ocid_flags: dict[str, dict[str, float]] = field(default_factory=dict)
    tenderer_flags: dict[str, dict[str, float]] = field(default_factory=dict)
    prices: list[tuple[str, float, str, str]] = field(default_factory=list)
    bid_counts: dict[str, list[int]] = field(default_factory=dict)
    groups: dict[str, dict[str, list[int]]] = field(
        default_factory=lambda: {"Buyer": {}, "ProcuringEntity": {}, "Tenderer": {}}
    )
    codes: dict[str, tuple[int, set[str]]] = field(default_factory=dict)
    maps: dict[str, dict[str, set[str]]] = field(default_factory=dict)

    def flag(self, code: str, ocid: str, value: float = 1.0) -> None:
        """Flag a process."""
        self.ocid_flags.setdefault(code, {})[ocid] = value

    def involve(self, code: str, ocid: str, tenderers: set[str], value: float) -> None:
        """Flag tenderers for their part in a flagged process, and remember the process."""
        flagged = self.tenderer_flags.setdefault(code, {})
        for tenderer in tenderers:
            flagged[tenderer] = value
        self.map(f"ocid_tenderer_{code.lower()}", ocid, tenderers)

    def map(self, name: str, ocid: str, organisations: set[str]) -> None:
        """Remember which organisations stand behind an ocid."""
        self.maps.setdefault(name, {}).setdefault(ocid, set()).update(organisations)


class Counter:
    """Runs the switched-on indicators over lines and fills a `Tally`."""

    def __init__(self, settings: Settings, currency: str | None = None) -> None:
        self.settings = settings
        given = settings.currency if settings.currency is not None else currency
        self.tally = Tally(currency=given)
        on = settings.on
        self._price = bool(on & {"R024", "R058"})
        named = (
            ("R003", self._r003),
            ("R018", self._r018),
            ("R025", self._r025),
            ("R028", self._r028),
            ("R030", self._r030),
            ("R035", self._r035),
            ("R038", self._r038),
            ("R048", self._r048),
        )
        self._each = [rule for code, rule in named if code in on]
        if settings.maps and on & {"R025", "R038", "R048"}:
            self._each.append(self._tenderers)

    def line(self, line: bytes) -> None:
        """Count one line (with or without its line end)."""
        tally = self.tally
        tally.lines += 1
        try:
            value = decode(line)
        except LineError as error:
            tally.warnings[error.kind].append(tally.lines)
            return
        if value is BLANK:
            tally.blank += 1
        else:
            self.value(value)

    def value(self, value: object) -> None:
        """Count one decoded release."""
        process = read_process(value, self.settings)
        if process is None:
            is_release = type(value) is dict and type(value.get("ocid")) is str
            self.tally.out += is_release
            self.tally.ignored += not is_release
            return
        if self._price:
            self._difference(process)
        if "R036" in self.settings.on:
            self._r036(process)
        for rule in self._each:
            rule(process)

    def _in_main_currency(self, bid: Bid) -> bool:
        if self.tally.currency is None:
            self.tally.currency = bid.currency
        elif bid.currency != self.tally.currency:
            self.tally.warnings["currency"].append(self.tally.lines)
            return False
        return True

    def _difference(self, process: Process) -> None:
        """R024 and R058: (lowest other - lowest of the winner) / lowest of the winner."""
        winner = process.winner
        if winner is None or not prices_count(process, self.settings):
            return
        own = other = math.inf
        runner_up: str | None = None
        for bid in process.submitted:
            if bid.status != "valid" or bid.amount is None or bid.sole is None:
                continue
            if not self._in_main_currency(bid):
                continue
            if bid.sole == winner:
                own = min(own, bid.amount)
            elif bid.amount < other:
                other, runner_up = bid.amount, bid.sole
        if runner_up is None or own == math.inf or other < own:
            return
        difference = (other - own) / own if own else math.inf
        if math.isfinite(difference):
            self.tally.prices.append((process.ocid, difference, winner, runner_up))
        else:
            self.tally.warnings["price"].append(self.tally.lines)

    def _r003(self, process: Process) -> None:
        settings, tender = self.settings, process.tender
        if tender is None or (
            settings.r003_methods and process.method not in settings.r003_methods
        ):
            return
        period = tender.get("tenderPeriod")
        start, end = text_at(period, "startDate"), text_at(period, "endDate")
        if start is None or end is None:
            return
        opened, closed = instant(start), instant(end)
        if opened is None or closed is None:
            return
        limit = settings.r003_threshold
        if process.details is not None and settings.r003_days:
            limit = settings.r003_days.get(process.details, limit)
        if whole_days(opened, closed) < limit:
            self.tally.flag("R003", process.ocid)

    def _r018(self, process: Process) -> None:
        settings, tender = self.settings, process.tender
        if tender is None or (
            settings.r018_methods and process.method not in settings.r018_methods
        ):
            return
        number = tender.get("numberOfTenderers")
        if type(number) is int and number == 1:
            self.tally.flag("R018", process.ocid)

    def _r025(self, process: Process) -> None:
        winner = process.winner
        if winner is None:
            return
        counts = self.tally.bid_counts
        tenderers = {
            bid.sole for bid in process.submitted if bid.status == "valid" and bid.sole is not None
        }
        for tenderer in tenderers:
            entry = counts.get(tenderer)
            if entry is None:
                entry = counts[tenderer] = [0, 0]
            entry[0] += 1
            if tenderer == winner:
                entry[1] += 1

    def _r028(self, process: Process) -> None:
        if len(process.submitted) < 2 or not prices_count(process, self.settings):
            return
        seen: dict[tuple[float, str], set[str]] = {}
        for bid in process.submitted:
            if bid.amount is None or not bid.ids:
                continue
            key = (bid.amount, bid.currency)
            tenderers = set(bid.ids)
            before = seen.get(key)
            if before is not None and before != tenderers:
                self.tally.flag("R028", process.ocid)
                self.tally.involve("R028", process.ocid, before | tenderers, 1.0)
            seen[key] = tenderers

    def _r030(self, process: Process) -> None:
        if process.tender is None or process.awards is None or not process.has_bids:
            return
        deadline = text_at(process.tender.get("tenderPeriod"), "endDate")
        if deadline is None or not process.active:
            return
        late = {
            tenderer
            for bid in process.submitted
            if bid.status == "valid" and type(bid.date) is str and bid.date > deadline
            for tenderer in bid.ids
        }
        if late:
            late &= process.winning_ids()
            if late:
                self.tally.flag("R030", process.ocid)
                self.tally.involve("R030", process.ocid, late, 1.0)

    def _r035(self, process: Process) -> None:
        if not process.final or not process.active:
            return
        valid: set[str] = set()
        disqualified: set[str] = set()
        for bid in process.submitted:
            if bid.status == "valid":
                valid.update(bid.ids)
            elif bid.status == "disqualified":
                disqualified.update(bid.ids)
        if len(valid) != 1 or not disqualified or valid != process.winning_ids():
            return
        number = len(disqualified - valid)
        if number >= self.settings.r035_threshold:
            self.tally.flag("R035", process.ocid, float(number))
            self.tally.involve("R035", process.ocid, valid, 0.0)

    def _r036(self, process: Process) -> None:
        if not process.active or not prices_count(process, self.settings):
            return
        lowest: Bid | None = None
        has_valid = False
        for bid in process.submitted:
            if bid.amount is None or not self._in_main_currency(bid):
                continue
            has_valid = has_valid or bid.status == "valid"
            if lowest is None or bid.amount < lowest.amount:  # type: ignore[operator]
                lowest = bid
        if lowest is not None and has_valid and lowest.status == "disqualified":
            self.tally.flag("R036", process.ocid)

    def _r038(self, process: Process) -> None:
        if not process.submitted:
            return
        disqualified = 0
        tenderers = self.tally.groups["Tenderer"]
        for bid in process.submitted:
            failed = bid.status == "disqualified"
            disqualified += failed
            for tenderer in bid.ids:
                entry = tenderers.get(tenderer)
                if entry is None:
                    entry = tenderers[tenderer] = [0, 0]
                entry[0] += failed
                entry[1] += 1
        entity = process.tender.get("procuringEntity") if process.tender is not None else None
        for group, organisation in (
            ("Buyer", text_at(process.raw.get("buyer"), "id")),
            ("ProcuringEntity", text_at(entity, "id")),
        ):
            if organisation is None:
                continue
            entry = self.tally.groups[group].setdefault(organisation, [0, 0])
            entry[0] += disqualified
            entry[1] += len(process.submitted)
            if disqualified and self.settings.maps:
                self.tally.map(f"ocid_{group.lower()}_r038", process.ocid, {organisation})

    def _r048(self, process: Process) -> None:
        gained: dict[str, set[str]] = {}
        for award in process.active:
            items, supplier = award.get("items"), sole_id(award.get("suppliers"))
            if type(items) is not list or supplier is None:
                continue
            for item in items:
                if type(item) is dict:
                    code = text_at(item.get("classification"), "id")
                    if code is not None:
                        gained.setdefault(supplier, set()).add(code[: self.settings.r048_digits])
        for supplier, codes in gained.items():
            number, known = self.tally.codes.get(supplier, (0, set()))
            known |= codes
            self.tally.codes[supplier] = (number + 1, known)

    def _tenderers(self, process: Process) -> None:
        tenderers = {found for bid in process.submitted for found in bid.ids}
        if tenderers:
            self.tally.map("ocid_tenderer", process.ocid, tenderers)
