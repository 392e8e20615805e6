"""One contracting process as the indicators see it; every wrongly typed field counts as missing."""

from __future__ import annotations

import math
from typing import Any

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


class Bid:
    """A submitted bid. `amount` is None unless amount and currency are both there."""

    __slots__ = ("amount", "currency", "date", "ids", "sole", "status")

    def __init__(self, raw: dict[str, Any], status: str) -> None:
        self.status = status
        self.date = raw.get("date")
        organisations = raw.get("tenderers")
        self.ids = ids_of(organisations)
        only_one = self.ids and len(organisations) == 1  # type: ignore[arg-type]
        self.sole: str | None = self.ids[0] if only_one else None
        self.amount: float | None = None
        self.currency = ""
        value = raw.get("value")
        if type(value) is dict:
            currency = value.get("currency")
            if type(currency) is str:
                self.currency = currency
                self.amount = number_of(value.get("amount"))


class Process:
    """A contracting process with the terms that several indicators share."""

    __slots__ = (
        "active",
        "awards",
        "details",
        "final",
        "has_bids",
        "method",
        "ocid",
        "raw",
        "submitted",
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
        bids = raw.get("bids")
        listed = bids.get("details") if type(bids) is dict else None
        self.has_bids = type(listed) is list
        self.submitted: list[Bid] = []
        if type(listed) is list:
            for each in listed:
                if type(each) is dict:
                    status = each.get("status")
                    if type(status) is str and status not in NOT_SUBMITTED:
                        self.submitted.append(Bid(each, status))
        self._read_awards(raw.get("awards"))

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
