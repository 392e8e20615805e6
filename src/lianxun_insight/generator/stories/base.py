"""What a story is: a scheme or an innocent look-alike, told in rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lianxun_insight.generator.cast import Cast

Row = tuple[str, dict[str, Any]]


@dataclass(slots=True)
class Trace:
    """The rows a story left: `rows` show it, `needs` are the relations without which none can.

    A row is (table, key fields) with organisations and persons as numbers of the world.
    """

    unit: int
    firms: list[int] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    needs: list[Row] = field(default_factory=list)

    def section(self, section_id: str) -> None:
        """The section of a tender."""
        self.rows.append(("D20.section", {"section_id": section_id}))

    def project(self, project_id: str) -> None:
        """The procurement project."""
        self.rows.append(("D14.project", {"project_id": project_id}))

    def bid(self, section_id: str, firm: int) -> None:
        """One bid."""
        self.rows.append(("D20.bid", {"section_id": section_id, "bidder_code": firm}))

    def contract(self, contract_id: str) -> None:
        """One contract."""
        self.rows.append(("D14.contract", {"contract_id": contract_id}))

    def payment(self, voucher_no: str, unit: int) -> None:
        """One payment."""
        self.rows.append(("D13.payment", {"voucher_no": voucher_no, "unit_code": unit}))

    def kin(self, query_id: str) -> None:
        """A relation, without which nothing can be seen."""
        self.needs.append(("D25", {"query_id": query_id}))

    def holder(self, cast: Cast, firm: int, holder_id: str) -> None:
        """A holding, without which nothing can be seen."""
        founded = cast.world.firm_founded[firm - cast.world.n_units]
        key = {"firm_code": firm, "holder_id": holder_id, "from_date": founded}
        self.needs.append(("D30.holder", key))


@dataclass(frozen=True, slots=True)
class Story:
    """One kind of scheme or confounder; `tell` plays one instance of it."""

    id: str
    title_zh: str
    kind: str
    tell: Callable[[Cast], Trace]


SCHEMES: list[Story] = []
CONFOUNDERS: list[Story] = []


def scheme(
    story_id: str, title_zh: str
) -> Callable[[Callable[[Cast], Trace]], Callable[[Cast], Trace]]:
    """Register a scheme."""

    def register(tell: Callable[[Cast], Trace]) -> Callable[[Cast], Trace]:
        SCHEMES.append(Story(story_id, title_zh, "scheme", tell))
        return tell

    return register


def confounder(
    story_id: str, title_zh: str
) -> Callable[[Callable[[Cast], Trace]], Callable[[Cast], Trace]]:
    """Register an innocent look-alike."""

    def register(tell: Callable[[Cast], Trace]) -> Callable[[Cast], Trace]:
        CONFOUNDERS.append(Story(story_id, title_zh, "confounder", tell))
        return tell

    return register
