"""One contracting process as the indicators see it; every wrongly typed field counts as missing."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from lianxun_insight.rules.ocds.settings import Settings

NOT_SUBMITTED = frozenset({"invited", "withdrawn"})
FINAL = frozenset({"active", "cancelled", "unsuccessful"})


def text_at(value: object, key: str) -> str | None:
    """The text under `key` of an object, else None."""
    if type(value) is dict:
        found = value.get(key)
        if type(found) is str:
            return found
    return None


def list_at(value: object, key: str) -> list[Any] | None:
    """The array under `key` of an object, else None."""
    if type(value) is dict:
        found = value.get(key)
        if type(found) is list:
            return found
    return None


def object_at(value: object, key: str) -> dict[str, Any] | None:
    """The object under `key` of an object, else None."""
    if type(value) is dict:
        found = value.get(key)
        if type(found) is dict:
            return found
    return None


def number_of(value: object) -> float | None:
    """A JSON number as a finite float; None for anything else (true is not a number)."""
    kind = type(value)
    if kind is float:
        return value if math.isfinite(value) else None  # type: ignore[arg-type,return-value]
    if kind is int:
        return float(value)  # type: ignore[arg-type]
    return None


def ids_of(organisations: object) -> list[str]:
    """The text ids of an array of organisations, in order, repeats kept."""
    if type(organisations) is not list:
        return []
    return [
        found
        for each in organisations
        if type(each) is dict and type(found := each.get("id")) is str
    ]


def sole_id(organisations: object) -> str | None:
    """The id of the only element of an array; None if there is not exactly one with an id."""
    if type(organisations) is list and len(organisations) == 1:
        return text_at(organisations[0], "id")
    return None


class Bid(NamedTuple):
    """A submitted bid. `amount` is None unless amount and currency are both there.

    `ids`: text ids of its tenderers; `sole`: the id if there is exactly one tenderer and it has one.
    """

    status: str
    amount: float | None
    currency: str
    ids: list[str]
    sole: str | None
    date: object


class Process:
    """A contracting process with the terms that several indicators share.

    Submitted bids stand in parallel lists (`statuses`, `amounts`, …: one entry a bid), because the
    commonest questions about them ("is any disqualified?", "are all amounts different?") are then
    one call of a built-in function instead of a loop.
    """

    __slots__ = (
        "active",
        "amounts",
        "awards",
        "currencies",
        "dates",
        "details",
        "final",
        "has_bids",
        "ids",
        "method",
        "ocid",
        "raw",
        "soles",
        "statuses",
        "tender",
        "winner",
    )

    def __init__(self, ocid: str, raw: dict[str, Any], tender: dict[str, Any] | None) -> None:
        self.ocid = ocid
        self.raw = raw
        self.tender = tender
        self.details: str | None = None
        self.method: str | None = None
        if tender is not None:
            self.details = text_at(tender, "procurementMethodDetails")
            self.method = text_at(tender, "procurementMethod")
        self.statuses: list[str] = []
        self.amounts: list[float | None] = []
        self.currencies: list[str] = []
        self.ids: list[list[str]] = []
        self.soles: list[str | None] = []
        self.dates: list[object] = []
        bids = raw.get("bids")
        listed = bids.get("details") if type(bids) is dict else None
        self.has_bids = type(listed) is list
        if type(listed) is list:
            self._read_bids(listed)
        self._read_awards(raw.get("awards"))

    def _read_bids(self, listed: list[Any]) -> None:
        statuses, amounts, currencies = self.statuses, self.amounts, self.currencies
        ids, soles, dates = self.ids, self.soles, self.dates
        for raw in listed:
            if type(raw) is not dict:
                continue
            status = raw.get("status")
            if type(status) is not str or status in NOT_SUBMITTED:
                continue
            statuses.append(status)
            dates.append(raw.get("date"))
            organisations = raw.get("tenderers")
            if type(organisations) is list and len(organisations) == 1:
                only = organisations[0]
                found = only.get("id") if type(only) is dict else None
                if type(found) is str:
                    ids.append([found])
                    soles.append(found)
                else:
                    ids.append([])
                    soles.append(None)
            else:
                ids.append(ids_of(organisations))
                soles.append(None)
            value = raw.get("value")
            currency = value.get("currency") if type(value) is dict else None
            if type(value) is dict and type(currency) is str:
                currencies.append(currency)
                amounts.append(number_of(value.get("amount")))
            else:
                currencies.append("")
                amounts.append(None)

    @property
    def submitted(self) -> list[Bid]:
        """The submitted bids, one by one."""
        columns = zip(
            self.statuses,
            self.amounts,
            self.currencies,
            self.ids,
            self.soles,
            self.dates,
            strict=True,
        )
        return [Bid(*each) for each in columns]

    def _read_awards(self, awards: object) -> None:
        """Set `active` awards, `final` (all awards final) and the sole `winner`."""
        self.awards: list[Any] | None = None
        self.active: list[dict[str, Any]] = []
        self.final = False
        self.winner: str | None = None
        if type(awards) is not list:
            return
        self.awards = awards
        self.final = self.has_bids
        for award in awards:
            if type(award) is not dict:
                continue
            status = award.get("status")
            if status == "active":
                self.active.append(award)
            elif type(status) is str and status not in FINAL:
                self.final = False
        if self.final and len(self.active) == 1:
            self.winner = sole_id(self.active[0].get("suppliers"))

    def winning_ids(self) -> set[str]:
        """Ids of all suppliers of all active awards."""
        return {found for award in self.active for found in ids_of(award.get("suppliers"))}


def read_process(value: object, settings: Settings) -> Process | None:
    """The process of a decoded line; None if the line does not count (sections 1 and 3)."""
    if type(value) is not dict:
        return None
    ocid = value.get("ocid")
    if type(ocid) is not str:
        return None
    tender = value.get("tender")
    if type(tender) is not dict:
        return Process(ocid, value, None)
    if tender.get("status") == "cancelled":
        return None
    if settings.excluded:
        details = tender.get("procurementMethodDetails")
        if type(details) is str and details in settings.excluded:
            return None
    return Process(ocid, value, tender)


def prices_count(process: Process, settings: Settings) -> bool:
    """The price filter of R024, R028, R036 and R058."""
    if settings.price_allow:
        return process.details is not None and process.details in settings.price_allow
    return process.details is None or process.details not in settings.price_deny
