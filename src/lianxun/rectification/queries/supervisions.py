"""Joint supervisions as a list and as one object, their items in one list, and what may be proposed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from lianxun.access.in_office import in_use
from lianxun.duties import queries as duties
from lianxun.duties.records import DutyRecord
from lianxun.fabric.paging import Page, page_of
from lianxun.fabric.scope import within_reach
from lianxun.kernel import clock
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound
from lianxun.organisation.queries.choices import unit_names
from lianxun.rectification import rules, supervising
from lianxun.rectification.enums import (
    GroupRole,
    Interviewer,
    ItemState,
    Rung,
    SupervisionState,
    Verdict,
)
from lianxun.rectification.models import Item, Supervised, Supervision, Supervisor
from lianxun.rectification.records_supervision import (
    FindingRecord,
    ListedRecord,
    MemberRecord,
    ReplyRecord,
    RungRecord,
    SupervisionRecord,
)
from lianxun.rectification.supervision import KIND, SUPERVISIONS, facts_of
from lianxun.trace.door import noting, query

_PARTS = ("listed__findings", "listed__replies", "group", "rungs")
OVERDUE = "overdue"


@query("rectification.supervisions")
def supervisions(
    *,
    actor: Actor,
    now: datetime,
    state: str = "",
    engagement: UUID | None = None,
    page: int = 1,
) -> Page[SupervisionRecord]:
    """Joint supervisions the actor may see, the newest first."""
    reach = within_reach(actor, kind=KIND, library="rectification")
    rows = Supervision.objects.prefetch_related(*_PARTS).filter(reach)
    rows = rows.order_by("-created_at", "id")
    if state:
        rows = rows.filter(state=state)
    if engagement is not None:
        rows = rows.filter(engagement=engagement)
    part, total = page_of(rows, page)
    found = _records(part, actor, now)
    noting().about(KIND, actor.account_id, engagement=engagement, count=len(found))
    return Page(found, page, total)


@query("rectification.supervision")
def supervision(*, actor: Actor, now: datetime, supervision_id: UUID) -> SupervisionRecord:
    row = Supervision.objects.prefetch_related(*_PARTS).filter(id=supervision_id).first()
    if row is None:
        raise NotFound
    SUPERVISIONS.note(row)
    return _records([row], actor, now, whole=True)[0]


@query("rectification.supervised")
def supervised(
    *,
    actor: Actor,
    now: datetime,
    state: str = "",
    late: str = "",
    supervision_id: UUID | None = None,
    engagement: UUID | None = None,
    page: int = 1,
) -> Page[ListedRecord]:
    """督办清单: every item under joint supervision that the actor may see, by number. ``state`` is the item's;
    ``late`` = ``overdue``: not settled and behind its day."""
    seen = Supervision.objects.filter(within_reach(actor, kind=KIND, library="rectification"))
    rows = Supervised.objects.filter(supervision__in=seen.values("id"))
    rows = rows.select_related("supervision").prefetch_related("findings", "replies")
    rows = rows.order_by("-open", "number", "id")
    items = Item.objects.all()
    if state:
        rows = rows.filter(item__in=items.filter(state=state).values("id"))
    if late == OVERDUE:
        behind = items.filter(due_on__lt=now.date()).exclude(state__in=supervising.SETTLED)
        rows = rows.filter(item__in=behind.values("id"))
    if supervision_id is not None:
        rows = rows.filter(supervision_id=supervision_id)
    if engagement is not None:
        rows = rows.filter(engagement=engagement)
    part, total = page_of(rows, page)
    found = _listed(part, now)
    noting().about(KIND, actor.account_id, engagement=engagement, count=len(found))
    return Page(found, page, total)


def _records(
    rows: list[Supervision], actor: Actor, now: datetime, *, whole: bool = False
) -> list[SupervisionRecord]:
    ids = {r.subject_org for r in rows if r.subject_org} | {u for r in rows for u in r.units}
    names = unit_names(ids)
    listed: dict[UUID, list[ListedRecord]] = {}
    for one in _listed([s for r in rows for s in r.listed.all()], now, names, rows):
        listed.setdefault(one.supervision, []).append(one)
    return [_record(r, actor, now, names, tuple(listed.get(r.id, ())), whole=whole) for r in rows]


def _record(
    row: Supervision,
    actor: Actor,
    now: datetime,
    names: dict[UUID, str],
    listed: tuple[ListedRecord, ...],
    *,
    whole: bool,
) -> SupervisionRecord:
    facts, today = facts_of(row, now.date()), now.date()
    scheme = supervising.scheme()
    permitted = rules.permitted_of_supervision(actor, facts, today, least_units=scheme.least_units)
    served = (row.subject_path or "~").startswith(actor.unit_path)
    step = supervising.rung_after([""] * facts.taken)
    return SupervisionRecord(
        id=row.id,
        revision=row.revision,
        number=row.number,
        engagement=row.engagement,
        subject_org=row.subject_org,
        subject_name=names.get(row.subject_org, "") if row.subject_org else "",
        state=row.state,
        state_label=SupervisionState(row.state).label,
        rules_version=row.rules_version,
        unit_names=tuple(names[u] for u in row.units if u in names),
        reason="" if served else row.reason,
        demand=row.demand,
        remark="" if served else row.remark,
        approved_on=row.approved_on,
        notice_number=row.notice_number,
        notice_on=row.notice_on,
        due_on=row.due_on,
        turn=row.turn,
        received_by=row.received_by,
        received_at=row.received_at,
        result=row.result,
        lifted_on=row.lifted_on,
        listed=listed,
        group=tuple(_member(g, today) for g in row.group.all()),
        rungs=_rungs(row),
        next_rung=Rung(step.code).label if step and not served else "",
        next_asks=step.asks if step and not served else "",
        candidates=_candidates(row) if whole and "member" in permitted else (),
        level=row.level,
        created_at=row.created_at,
        permitted=permitted,
    )


def _member(g: Supervisor, today: date) -> MemberRecord:
    return MemberRecord(
        id=g.id,
        account=g.account_id,
        name=g.name,
        unit_name=g.unit_name,
        role_label=GroupRole(g.role).label,
        valid_from=g.valid_from,
        valid_to=g.valid_to,
        left_on=g.left_on,
        active=g.left_on is None and g.valid_from <= today <= g.valid_to,
    )


def _rungs(row: Supervision) -> tuple[RungRecord, ...]:
    return tuple(
        RungRecord(
            position=e.position,
            rung=e.rung,
            rung_label=Rung(e.rung).label,
            number=e.number,
            held_on=e.held_on,
            demand=e.demand,
            name=e.name,
            interviewer=e.interviewer,
            interviewer_as=Interviewer(e.interviewer_as).label if e.interviewer_as else "",
            interviewee=e.interviewee,
            place=e.place,
            pledge=e.pledge,
            pledge_due_on=e.pledge_due_on,
        )
        for e in row.rungs.all()
    )


def _candidates(row: Supervision) -> tuple[tuple[UUID, str], ...]:
    """People of the supervising units who may be taken into the group."""
    there = [g.account_id for g in row.group.all() if g.left_on is None]
    people = (
        in_use()
        .filter(unit_id__in=row.units, service="", duties__contains=["rectification"])
        .exclude(id__in=there)
        .select_related("unit")
        .order_by("unit__path", "username")
    )
    return tuple((a.id, f"{a.display_name}（{a.unit.short_name}）") for a in people)


def _listed(
    rows: Sequence[Supervised],
    now: datetime,
    names: dict[UUID, str] | None = None,
    parents: Sequence[Supervision] = (),
) -> list[ListedRecord]:
    today = now.date()
    items = {i.id: i for i in Item.objects.filter(id__in=[s.item_id for s in rows])}
    clocks = duties.running(now=now, objects=list(items)) if items else {}
    if names is None:
        names = unit_names({s.subject_org for s in rows if s.subject_org})
    of = {p.id: p for p in parents}
    return [
        _line(
            s,
            of.get(s.supervision_id) or s.supervision,
            items.get(s.item_id),
            clocks=clocks,
            names=names,
            today=today,
        )
        for s in rows
    ]


def _line(
    s: Supervised,
    parent: Supervision,
    item: Item | None,
    *,
    clocks: dict[UUID, DutyRecord],
    names: dict[UUID, str],
    today: date,
) -> ListedRecord:
    running = clocks.get(s.item_id)
    light = None
    if running is not None:
        light = running.light
    elif item is not None:  # whose clocks are not the reader's to see: by the item's own day
        light = clock.light(
            due=item.due_on, warn_from=item.due_on, done_on=item.closed_on, today=today
        )
    return ListedRecord(
        id=s.id,
        item=s.item_id,
        seen=item is not None,
        number=s.number,
        title=s.title,
        why=s.why,
        supervision=s.supervision_id,
        supervision_number=parent.number,
        subject_name=names.get(s.subject_org, "") if s.subject_org else "",
        state=item.state if item else "",
        state_label=ItemState(item.state).label if item else "",
        lead_person=item.lead_person if item else "",
        lead_unit=item.lead_unit if item else "",
        due_on=item.due_on if item else None,
        days_left=(item.due_on - today).days if item else None,
        light=light,
        open=s.open,
        waiting=s.answered_turn < parent.turn,
        replies=tuple(
            ReplyRecord(turn=r.turn, name=r.name, text=r.text, at=r.created_at)
            for r in s.replies.all()
        ),
        findings=tuple(
            FindingRecord(
                turn=f.turn,
                unit_name=f.unit_name,
                name=f.name,
                verdict=f.verdict,
                verdict_label=Verdict(f.verdict).label,
                finding=f.finding,
                visited_on=f.visited_on,
            )
            for f in s.findings.all()
        ),
    )
