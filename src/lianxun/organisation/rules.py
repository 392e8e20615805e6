"""Pure rules of the organisation: who may keep it, what is incomplete, who must step aside."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from lianxun.kernel.actor import Actor, Allowed, Decision, Denied
from lianxun.kernel.calendar import add_months
from lianxun.organisation.enums import (
    ONCE_PER_REGION,
    THREE_TASK_GROUPS,
    AppointmentKind,
    RecusalKind,
    TrainingMethod,
    UnitKind,
)

_DATA = Path(__file__).parent / "data"


@cache
def _versions(name: str) -> tuple[Mapping[str, Any], ...]:
    return tuple(yaml.safe_load((_DATA / f"{name}.yaml").read_text(encoding="utf-8")))


def parameters(name: str, on: date) -> Mapping[str, Any]:
    """The newest version of ``data/<name>.yaml`` valid on a day; the oldest for days before all."""
    fitting = [v for v in _versions(name) if v["valid_from"] <= on]
    return max(fitting, key=lambda v: v["valid_from"]) if fitting else _versions(name)[0]


# --- who may -----------------------------------------------------------------------------------


def in_area(actor: Actor, *, path: str, region: int) -> bool:
    low, high = actor.region
    return actor.in_own_unit(path) or low <= region <= high


def may_keep_units(actor: Actor, *, path: str, region: int) -> Decision:
    """The tree of units is kept by the liaison office for its area, or by the system administrator."""
    if actor.has_role("system_admin"):
        return Allowed("ACC-ORG-1")
    if "organisation" in actor.duties and in_area(actor, path=path, region=region):
        return Allowed("ACC-ORG-1")
    return Denied("只有负责组织管理的人员可以维护本区域的单位。", "ACC-ORG-1")


def may_keep_people(actor: Actor, *, path: str, region: int) -> Decision:
    """People are kept by the liaison office for its area; administrators never see them."""
    if "organisation" in actor.duties and in_area(actor, path=path, region=region):
        return Allowed("ACC-ORG-2")
    return Denied("只有负责组织管理的人员可以维护本区域的人员。", "ACC-ORG-2")


def may_close_unit(actor: Actor, *, path: str, region: int) -> Decision:
    """Closing ends appointments and asks who still works there: only who may see people can tell."""
    return may_keep_people(actor, path=path, region=region)


def may_keep_room(actor: Actor) -> bool:
    """Somebody has anything to keep here at all; each act asks about its own place."""
    return "organisation" in actor.duties


def may_declare(actor: Actor, *, person: UUID, path: str, region: int) -> Decision:
    """Everybody declares the own facts; the keeper may enter them from a paper form."""
    if actor.person_id == person:
        return Allowed("ACC-ORG-3")
    if may_keep_people(actor, path=path, region=region):
        return Allowed("ACC-ORG-3")
    return Denied("回避情形由本人申报，或由负责组织管理的人员代录。", "ACC-ORG-3")


# --- seats -------------------------------------------------------------------------------------

BODY_KINDS = (
    UnitKind.LEADING_GROUP,
    UnitKind.COMMITTEE,
    UnitKind.LIAISON_OFFICE,
    UnitKind.INSPECTION_OFFICE,
    *THREE_TASK_GROUPS,
    UnitKind.TASK_GROUP,
)
BODY_SEATS = (
    AppointmentKind.BODY_CHAIR,
    AppointmentKind.BODY_DEPUTY,
    AppointmentKind.BODY_MEMBER,
)
Term = tuple[date, date | None]


def most_at_once(terms: Iterable[Term], term: Term) -> int:
    """The greatest number of ``terms`` that run on one and the same day of ``term``; days included."""
    first, last = term
    known = [t for t in terms if (last is None or t[0] <= last) and (t[1] is None or t[1] >= first)]
    # The number only grows where a term begins.
    days = {first, *(t[0] for t in known if t[0] > first)}
    return max(sum(_runs(t, day) for t in known) for day in days)


def _runs(term: Term, day: date) -> bool:
    return term[0] <= day and (term[1] is None or day <= term[1])


def seat_problem(kind: str, terms: Iterable[Term], term: Term) -> str:
    """Why nobody else can be appointed as ``kind`` for ``term``; empty if there is a seat."""
    seats = parameters("staffing", term[0]).get(str(kind))
    if seats is None:
        return ""
    have = most_at_once(terms, term)
    if have < seats["most"]:
        return ""
    label = AppointmentKind(kind).label
    if seats["least"] < seats["most"]:
        return (
            f"{label}为 {seats['least']}—{seats['most']} 名，现已有 {have} 名；请先结束一人的任职。"
        )
    return f"该单位这段时间已有 {have} 名{label}；请先结束原任职。"


def fit_problem(kind: str, unit_kind: str) -> str:
    """Members of a body are appointed to a body, and to nothing else."""
    if kind in BODY_SEATS and unit_kind not in BODY_KINDS:
        return (
            f"“{AppointmentKind(kind).label}”是领导小组、委员会、办公室和各组的任职，这个单位没有。"
        )
    if kind == AppointmentKind.LIAISON_OFFICER and unit_kind in ONCE_PER_REGION:
        return "联络员由成员单位确定；工作机构的人员请任为组长、副组长或成员。"
    return ""


def vacancy_problem(kind: str, remaining: int, on: date) -> str:
    """Why an appointment cannot end without a successor; empty if enough remain.

    Only liaison officers: of the others there is one, who must go before the next can come.
    """
    if kind != AppointmentKind.LIAISON_OFFICER:
        return ""
    least = parameters("staffing", on)[kind]["least"]
    if remaining >= least:
        return ""
    return (
        f"联络员不少于 {least} 名，结束后只剩 {remaining} 名。请先任命接替人员；"
        "一时无人接替的，勾选“暂缺”。"
    )


# --- what is incomplete ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that the organisation should have and has not; ``place`` is the unit's name."""

    unit: UUID | None
    place: str
    message: str


def staffing_gaps(unit: UUID, name: str, counts: Mapping[str, int], on: date) -> list[Gap]:
    """A member unit names a head, one responsible deputy and 2–3 liaison officers (2.4.1, 6.1, 9.1)."""
    gaps = []
    if counts.get(AppointmentKind.HEAD, 0) == 0:
        gaps.append(Gap(unit, name, "未登记主要负责人。"))
    if counts.get(AppointmentKind.RESPONSIBLE_DEPUTY, 0) == 0:
        gaps.append(Gap(unit, name, "未明确分管领导。"))
    seats = parameters("staffing", on)[AppointmentKind.LIAISON_OFFICER.value]
    liaison = counts.get(AppointmentKind.LIAISON_OFFICER, 0)
    if not seats["least"] <= liaison <= seats["most"]:
        wanted = f"{seats['least']}—{seats['most']}"
        gaps.append(Gap(unit, name, f"联络员应为 {wanted} 名，现有 {liaison} 名。"))
    return gaps


def body_gaps(kinds: Iterable[str]) -> list[Gap]:
    """A tier has its leading group, committee, liaison office and the three task groups (4.1)."""
    have = set(kinds)
    return [
        Gap(None, kind.label, f"未设立{kind.label}。")
        for kind in ONCE_PER_REGION
        if kind not in have
    ]


# --- who must step aside -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A declared fact as the rule sees it."""

    kind: str
    related_unit: UUID | None = None
    related_path: str | None = None
    # A tie to a body above the inspected one counts, but not to the party committee of a whole region.
    reaches_down: bool = False
    organisation: str = ""
    place: int | None = None
    relation: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """The inspected organisation; ``names`` are its present and former names and short names."""

    unit: UUID
    path: str
    region: int
    names: frozenset[str]


def recusal_reasons(facts: Sequence[Fact], org: Inspected, on: date) -> list[str]:
    """Codes of the rules that ask the person to step aside from ``org`` on a day; empty = 否.

    * native place: the organisation's county (or the whole city or province for a body of that tier);
    * studied there; relative employed there; teacher–pupil; superior–subordinate within 3 years;
    * works there, worked there within 3 years, or longer than 3 years in all.

    A fact whose dates are unknown counts: doubt is settled by a person, not by silence.
    """
    numbers = parameters("recusal", on)
    reasons = []
    worked_days = 0
    for fact in facts:
        if fact.kind == RecusalKind.NATIVE:
            if fact.place is not None and _same_place(fact.place, org.region):
                reasons.append(RecusalKind.NATIVE.value)
            continue
        if not _concerns(fact, org):
            continue
        if fact.kind == RecusalKind.WORKED:
            worked_days += ((fact.until or on) - fact.since).days + 1 if fact.since else 0
            if fact.since is None or _recent(fact, on, numbers["worked_within_years"]):
                reasons.append(RecusalKind.WORKED.value)
        elif fact.kind == RecusalKind.SUPERIOR:
            if _recent(fact, on, numbers["superior_within_years"]):
                reasons.append(RecusalKind.SUPERIOR.value)
        elif fact.kind == RecusalKind.KIN:
            if not fact.relation or fact.relation in numbers["lineal_relations"]:
                reasons.append(RecusalKind.KIN.value)
        else:
            reasons.append(str(fact.kind))
    if worked_days > numbers["worked_longer_than_years"] * 365.25:
        reasons.append(RecusalKind.WORKED.value)
    return sorted(set(reasons))


def _concerns(fact: Fact, org: Inspected) -> bool:
    """The fact is about the organisation, a part of it or a body above it, by link or by a name."""
    if fact.related_unit == org.unit or fact.organisation.strip() in org.names:
        return True
    path = fact.related_path
    if path is None:
        return False
    return path.startswith(org.path) or (fact.reaches_down and org.path.startswith(path))


def _same_place(place: int, region: int) -> bool:
    if region % 10000 == 0:
        return place // 10000 == region // 10000 and place % 10000 == 0
    return place // 100 == region // 100 if region % 100 == 0 else place == region


def _recent(fact: Fact, on: date, years: int) -> bool:
    return fact.until is None or add_months(fact.until, 12 * years) >= on


def training_gap(
    kind: str, times: int, classes: int, on: date, *, methods: Collection[str] = ()
) -> str:
    """What a liaison officer or full-time member still has to attend this year; empty if nothing."""
    wanted = parameters("training", on).get(kind)
    if wanted is None:
        return ""
    missing = []
    if times < wanted["times"]:
        missing.append(f"培训还差 {wanted['times'] - times} 次")
    if classes < wanted["class"]:
        missing.append("尚未参加年度培训班")
    forms = [TrainingMethod(m).label for m in wanted["methods"] if m not in methods]
    if forms:
        missing.append(f"还没有参加{'、'.join(forms)}")
    return "，".join(missing)
