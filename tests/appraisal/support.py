"""A scheme in force, duties of last year to count, a period in every state, and the ways to look at them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction

from lianxun.appraisal import operations as do
from lianxun.appraisal import queries
from lianxun.appraisal.records import OutcomeRecord, PeriodRecord, SheetRecord
from lianxun.approvals import operations as approvals
from lianxun.approvals import queries as inbox
from lianxun.duties import steps
from lianxun.duties.records import Responsible
from lianxun.fabric.identity import acting_as
from tests.duties.support import at, inside, labels, opened
from tests.support.cast import Cast, unit_id

OFFICE, CHAIR, LEADER, DEPUTY = "coordinator", "chair", "leader", "deputy_leader"
AUDIT, FINANCE = "YL-SJ", "YL-CZ"
LATE = timedelta(days=60)
T = TypeVar("T")


def see(cast: Cast, who: str, query: Callable[..., T], **values: Any) -> T:
    actor = cast[who]
    with acting_as(actor.account_id), transaction.atomic():
        return query(actor=actor, now=cast.now, **values)


def last_year(cast: Cast) -> int:
    return cast.now.date().year - 1


def vote(cast: Cast, matter: UUID, who: str, opinion: str = "agree", comment: str = "") -> None:
    found = see(cast, who, inbox.matter, matter_id=matter)
    approvals.vote(
        actor=cast[who],
        now=cast.now,
        matter_id=matter,
        revision=found.revision,
        opinion=opinion,
        comment=comment,
    )


def drafted(cast: Cast, year: int, **changes: Any) -> UUID:
    return do.draft_scheme(
        actor=cast[OFFICE], now=cast.now, **{"year": year, "share": 20, **changes}
    )


def in_force(cast: Cast, year: int, **changes: Any) -> UUID:
    """A scheme that the committee approved."""
    scheme = drafted(cast, year, **changes)
    matter = do.submit_scheme(actor=cast[OFFICE], now=cast.now, scheme_id=scheme, revision=1)
    vote(cast, matter, CHAIR)
    return scheme


def owed(cast: Cast, code: str, unit: str, on: date, done: timedelta | None = None) -> UUID:
    """A clock of a unit that began on a day, met after ``done`` (never, where that is ``None``)."""
    office = cast[OFFICE]
    kind = "exchange.request" if code.startswith("DT-EX") else "leads.lead"
    duty = opened(
        office,
        code=code,
        on=on,
        object_kind=kind,
        title="信息需求",
        labels=labels(office),
        responsible=Responsible(unit_id(unit), unit),
    )
    if done is not None:
        inside(office, steps.fulfil_duty, now=at(on + done), duty_id=duty)
    return duty


def busy(cast: Cast, year: int) -> dict[str, list[UUID]]:
    """The audit department supplied five of six requests in time, the finance department two of six."""
    found: dict[str, list[UUID]] = {}
    soon = timedelta(days=1)
    for unit, met in ((AUDIT, 5), (FINANCE, 2)):
        days = [date(year, 3, 2) + timedelta(days=7 * n) for n in range(6)]
        found[unit] = [
            owed(cast, "DT-EX-SUPPLY", unit, day, soon if n < met else LATE)
            for n, day in enumerate(days)
        ]
    return found


def calculated(cast: Cast, year: int | None = None, quarter: int = 0) -> UUID:
    return do.calculate(
        actor=cast[OFFICE], now=cast.now, year=year or last_year(cast), quarter=quarter
    )


def look(cast: Cast, period: UUID, who: str = OFFICE) -> PeriodRecord:
    return see(cast, who, queries.period, period_id=period)


def act(cast: Cast, call: Any, period: UUID, who: str = OFFICE, **values: Any) -> Any:
    given = {"revision": look(cast, period, who).revision, **values}
    return call(actor=cast[who], now=cast.now, period_id=period, **given)


def shown(cast: Cast) -> UUID:
    """Last year, counted and shown to the units."""
    year = last_year(cast)
    in_force(cast, year)
    busy(cast, year)
    period = calculated(cast, year)
    act(cast, do.show, period)
    return period


def sheet_id(cast: Cast, period: UUID, unit: str = AUDIT) -> UUID:
    return next(s.id for s in look(cast, period).sheets if s.unit_id == unit_id(unit))


def sheet(cast: Cast, period: UUID, who: str = OFFICE, unit: str = AUDIT) -> SheetRecord:
    return see(cast, who, queries.sheet, sheet_id=sheet_id(cast, period, unit))


def objected(cast: Cast, period: UUID, who: str = "finance", **changes: Any) -> UUID:
    """The finance department objects to its rate of sharing because of one late request."""
    mine = sheet(cast, period, who, FINANCE)
    cases = see(cast, who, queries.line_cases, sheet_id=mine.id, code="IND-13").cases
    given = {
        "code": "IND-13",
        "reason": "该件因需求方更正字段，重新计时未登记。",
        "cases": [next(c.id for c in cases if not c.in_time)],
        "revision": mine.revision,
        **changes,
    }
    return do.object_to(actor=cast[who], now=cast.now, sheet_id=mine.id, **given)


def judged(cast: Cast, objection: UUID, who: str = CHAIR, **changes: Any) -> bool:
    found = see(cast, who, queries.objection, objection_id=objection)
    given = {
        "revision": found.revision,
        "upheld": True,
        "finding": "情况属实，予以更正。",
        **changes,
    }
    return do.decide_objection(actor=cast[who], now=cast.now, objection_id=objection, **given)


def confirmed(cast: Cast, period: UUID) -> UUID:
    """Every unit agreed to its sheet, each by somebody of its own."""
    for row in look(cast, period).sheets:
        who = WHO[row.unit_id]
        mine = see(cast, who, queries.sheet, sheet_id=row.id)
        do.confirm_sheet(actor=cast[who], now=cast.now, sheet_id=row.id, revision=mine.revision)
    return period


WHO = {
    unit_id(code): who
    for code, who in {
        "YL-JW": "discipline", "YL-ZZ": "personnel", "YL-SJ": "audit", "YL-XF": "petitions",
        "YL-CZ": "finance", "YL-FG": "development", "YL-GZ": "assets", "YL-GA": "police",
        "YL-SW": "tax", "YL-SC": "market", "YL-ZR": "land", "YL-RS": "labour",
        "YL-XC": "propaganda",
    }.items()
}  # fmt: skip


def reviewed(cast: Cast) -> UUID:
    period = confirmed(cast, shown(cast))
    act(cast, do.close_review, period)
    return period


def signed(cast: Cast) -> UUID:
    period = reviewed(cast)
    vote(cast, act(cast, do.submit_period, period), LEADER)
    return period


def published(cast: Cast) -> UUID:
    period = signed(cast)
    act(cast, do.publish, period)
    return period


def proposed(cast: Cast, **changes: Any) -> UUID:
    given = {
        "kind": "commend",
        "cause": "result",
        "unit_id": unit_id(AUDIT),
        "facts": "全年信息共享率居成员单位第一，无一件逾期。",
        **changes,
    }
    return do.propose(actor=cast[OFFICE], now=cast.now, **given)


def outcome(cast: Cast, ident: UUID, who: str = OFFICE) -> OutcomeRecord:
    return see(cast, who, queries.outcome, outcome_id=ident)


def use(cast: Cast, call: Any, ident: UUID, who: str = OFFICE, **values: Any) -> Any:
    given = {"revision": outcome(cast, ident, who).revision, **values}
    return call(actor=cast[who], now=cast.now, outcome_id=ident, **given)


def use_decided(cast: Cast, ident: UUID, who: str = CHAIR) -> UUID:
    vote(cast, use(cast, do.submit_outcome, ident), who)
    return ident
