"""What one stretch of lines contributes to each indicator: small, mergeable, in file order."""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass, field
from typing import Any

from lianxun_insight.rules.ocds.process import (
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


CodeCount = list[Any]
"""Per supplier: [processes: int, code prefixes: set[str]], a list because it is added to in place."""


@dataclass
class Tally:
    """Contribution of some lines. `currency` is the main currency used (None: none met yet).

    `prices` rows: (ocid, difference as a fraction, winner id, runner-up id).
    `bid_counts`: tenderer -> [bids, wins]. `groups`: per group, id -> [disqualified, submitted].
    `codes`: supplier -> [processes, set of code prefixes]. `lines`: all lines read;
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
    codes: dict[str, CodeCount] = field(default_factory=dict)
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
        self._names: dict[str, str] = {}
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

    def _foreign(self, currency: str) -> bool:
        """Whether a bid is in another than the main currency; the first one met becomes that."""
        main = self.tally.currency
        if main is None:
            self.tally.currency = currency
        elif currency != main:
            self.tally.warnings["currency"].append(self.tally.lines)
            return True
        return False

    def _difference(self, process: Process) -> None:
        """R024 and R058: (lowest other - lowest of the winner) / lowest of the winner."""
        winner = process.winner
        if winner is None or not prices_count(process, self.settings):
            return
        own = other = math.inf
        runner_up: str | None = None
        main = self.tally.currency
        for status, amount, currency, sole in zip(
            process.statuses, process.amounts, process.currencies, process.soles, strict=True
        ):
            if status != "valid" or amount is None or sole is None:
                continue
            if currency != main:
                if self._foreign(currency):
                    continue
                main = currency
            if sole == winner:
                own = min(own, amount)
            elif amount < other:
                other, runner_up = amount, sole
        if runner_up is None or own == math.inf or other < own:
            return
        difference = (other - own) / own if own else math.inf
        if math.isfinite(difference):
            name = self._names.setdefault  # one text a supplier: a stretch has many lines of each
            self.tally.prices.append(
                (process.ocid, difference, name(winner, winner), name(runner_up, runner_up))
            )
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
        tenderers = {
            sole
            for status, sole in zip(process.statuses, process.soles, strict=True)
            if status == "valid" and sole is not None
        }
        counts = self.tally.bid_counts
        for tenderer in tenderers:
            entry = counts.get(tenderer)
            if entry is None:
                entry = counts[tenderer] = [0, 0]
            entry[0] += 1
            if tenderer == winner:
                entry[1] += 1

    def _r028(self, process: Process) -> None:
        amounts = process.amounts
        if len(set(amounts)) == len(amounts) or not prices_count(process, self.settings):
            return
        seen: dict[tuple[float, str], set[str]] = {}
        for amount, currency, ids in zip(amounts, process.currencies, process.ids, strict=True):
            if amount is None or not ids:
                continue
            key = (amount, currency)
            tenderers = set(ids)
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
        late: set[str] = set()
        for status, date, ids in zip(process.statuses, process.dates, process.ids, strict=True):
            if type(date) is str and date > deadline and status == "valid":
                late.update(ids)
        if late:
            late &= process.winning_ids()
            if late:
                self.tally.flag("R030", process.ocid)
                self.tally.involve("R030", process.ocid, late, 1.0)

    def _r035(self, process: Process) -> None:
        if not process.final or not process.active or "disqualified" not in process.statuses:
            return
        valid: set[str] = set()
        disqualified: set[str] = set()
        for status, ids in zip(process.statuses, process.ids, strict=True):
            if status == "valid":
                valid.update(ids)
            elif status == "disqualified":
                disqualified.update(ids)
        if len(valid) != 1 or not disqualified or valid != process.winning_ids():
            return
        number = len(disqualified - valid)
        if number >= self.settings.r035_threshold:
            self.tally.flag("R035", process.ocid, float(number))
            self.tally.involve("R035", process.ocid, valid, 0.0)

    def _r036(self, process: Process) -> None:
        if not process.active or not prices_count(process, self.settings):
            return
        statuses, currencies = process.statuses, process.currencies
        plain = currencies.count(self.tally.currency) == len(currencies)  # type: ignore[arg-type]
        if plain and not ("disqualified" in statuses and "valid" in statuses):
            return  # no currency to warn of, and nothing to find
        lowest = math.inf
        holder: str | None = None
        has_valid = False
        for status, amount, currency in zip(statuses, process.amounts, currencies, strict=True):
            if amount is None or self._foreign(currency):
                continue
            has_valid = has_valid or status == "valid"
            if holder is None or amount < lowest:
                lowest, holder = amount, status
        if has_valid and holder == "disqualified":
            self.tally.flag("R036", process.ocid)

    def _r038(self, process: Process) -> None:
        statuses = process.statuses
        if not statuses:
            return
        tenderers = self.tally.groups["Tenderer"]
        disqualified = statuses.count("disqualified")
        for status, ids in zip(statuses, process.ids, strict=True):
            for tenderer in ids:
                entry = tenderers.get(tenderer)
                if entry is None:
                    entry = tenderers[tenderer] = [0, 0]
                entry[1] += 1
                if status == "disqualified":
                    entry[0] += 1
        entity = process.tender.get("procuringEntity") if process.tender is not None else None
        for group, organisation in (
            ("Buyer", text_at(process.raw.get("buyer"), "id")),
            ("ProcuringEntity", text_at(entity, "id")),
        ):
            if organisation is None:
                continue
            entry = self.tally.groups[group].setdefault(organisation, [0, 0])
            entry[0] += disqualified
            entry[1] += len(statuses)
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
            entry = self.tally.codes.get(supplier)
            if entry is None:
                self.tally.codes[supplier] = [1, codes]
            else:
                entry[0] += 1
                entry[1] |= codes

    def _tenderers(self, process: Process) -> None:
        tenderers = {found for ids in process.ids for found in ids}
        if tenderers:
            self.tally.map("ocid_tenderer", process.ocid, tenderers)
