"""Lists of duties, one duty with its reasons, letters. Row security has the last word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from lianxun.duties import rules
from lianxun.duties.calendar_table import current_calendar
from lianxun.duties.clocks import (
    clock_of,
    day_of,
    light_filter,
    light_of,
    record,
    template_for,
    waiting_for,
)
from lianxun.duties.enums import (
    STANDING_KIND,
    Anchor,
    ChangeKind,
    DayCount,
    DutyState,
    Phase,
    Preset,
    Recurrence,
    Step,
)
from lianxun.duties.models import Duty, DutyChange, DutyTemplate, Letter
from lianxun.duties.records import (
    ChangeRecord,
    DutyDetail,
    DutyPage,
    DutyRecord,
    LetterRecord,
    MyDuties,
    TemplateRecord,
)
from lianxun.duties.steps.recorded import met_by_record
from lianxun.fabric.scope import within_reach
from lianxun.kernel.actor import Actor, Denied
from lianxun.kernel.calendar import WorkCalendar
from lianxun.kernel.clock import Light
from lianxun.kernel.problems import Invalid, NotFound
from lianxun.organisation.models import Unit
from lianxun.trace.door import noting, query

MY_LIMIT = 100
PAGE_LIMIT = 200
COUNT_LIMIT = 10_000  # counting on costs more than it tells
RECENT = timedelta(days=90)
KIND = "duties.duty"


@query("duties.titles")
def titles(*, actor: Actor, now: datetime, ids: Sequence[UUID]) -> dict[UUID, tuple[str, str]]:
    """What clock and about what, for those of ``ids`` the actor may see. One query."""
    rows = Duty.objects.filter(id__in=list(ids)).order_by("id")
    found = {d.id: (d.title, d.object_title) for d in rows}
    noting().about(KIND, actor.account_id, count=len(found))
    return found


@query("duties.mine")
def my_duties(*, actor: Actor, now: datetime) -> MyDuties:
    """What is overdue, what comes due, what waits for the actor. Three queries."""
    today = day_of(now)
    table = current_calendar()
    mine = Duty.objects.filter(
        waiting_for(actor), state=DutyState.OPEN, starts_on__lte=today
    ).order_by("due_on", "id")
    found = [record(d, table, now) for d in mine[:MY_LIMIT]]
    groups: dict[Light, list[DutyRecord]] = {light: [] for light in Light}
    for duty in found:
        groups[duty.light].append(duty)
    noting().about("duties.duty", actor.account_id, count=len(found))
    return MyDuties(
        overdue=tuple(groups[Light.RED]),
        due_soon=tuple(groups[Light.YELLOW]),
        waiting=tuple(groups[Light.GREEN] + groups[Light.PAUSED]),
        counts={light.value: len(rows) for light, rows in groups.items() if rows},
    )


FILTERS = (
    *("light", "unit", "region", "engagement", "phase", "code", "object_kind", "object_id"),
    *("state", "person", "board"),
)


def filtered(filters: Mapping[str, str], now: datetime, *, actor: Actor) -> QuerySet[Duty]:
    """Duties by URL filters. Raises ``Invalid`` with the place for a value that does not fit."""
    rows = Duty.objects.filter(within_reach(actor, kind=KIND))
    for name, value in filters.items():
        if value == "":
            continue
        try:
            rows = rows.filter(_condition(name, value, now))
        except (ValueError, KeyError) as problem:
            raise Invalid.at(name, f"筛选条件“{name}={value}”无效，请从页面上选择。") from problem
    return rows


def on_board(today: date) -> Q:
    """What boards count: open clocks whose window is open, and what was finished in the last quarter.

    Cancelled clocks and windows to come burden nobody; older results belong to reports.
    """
    finished = Q(done_on__gte=today - RECENT, done_on__lte=today)
    return Q(state=DutyState.OPEN, starts_on__lte=today) | finished


def _condition(name: str, value: str, now: datetime) -> Q:
    simple = {
        "phase": "phase",
        "code": "template_code",
        "object_kind": "object_kind",
        "state": "state",
    }
    ids = {
        "unit": "responsible_unit",
        "engagement": "engagement",
        "object_id": "object_id",
        "person": "responsible_person",
    }
    if name == "board":
        return on_board(day_of(now))
    if name == "light":
        return light_filter(Light(value), now)
    if name == "region":
        low, high = (int(part) for part in value.split("-"))
        return Q(region__gte=low, region__lte=high)
    if name in ids:
        return Q(**{ids[name]: UUID(value)})
    return Q(**{simple[name]: value})


@query("duties.list")
def duties(
    *,
    actor: Actor,
    now: datetime,
    filters: Mapping[str, str] | None = None,
    offset: int = 0,
    limit: int = 50,
) -> DutyPage:
    """A page of duties, soonest first. ``filters`` are those of a board's row, as in the URL.

    ``total`` counts up to 10,000 rows; a larger number means “more than that”.
    """
    table = current_calendar()
    rows = filtered(filters or {}, now, actor=actor).order_by("due_on", "id")
    limit = min(limit, PAGE_LIMIT)
    found = tuple(record(d, table, now) for d in rows[offset : offset + limit])
    total = rows.order_by()[: COUNT_LIMIT + 1].count()
    noting().about("duties.duty", actor.account_id, count=len(found), total=total)
    return DutyPage(found, total, offset, limit)


@query("duties.of_object")
def duties_of(
    *, actor: Actor, now: datetime, object_kind: str, object_id: UUID
) -> tuple[DutyRecord, ...]:
    """Every duty about one object, soonest first: the clocks on its page."""
    table = current_calendar()
    rows = Duty.objects.filter(object_kind=object_kind, object_id=object_id)
    found = tuple(record(d, table, now) for d in rows.order_by("due_on", "id"))
    noting().about(object_kind, object_id, count=len(found))
    return found


@query("duties.detail")
def duty(*, actor: Actor, now: datetime, duty_id: UUID) -> DutyDetail:
    """One duty with the reasons of its light and its whole history. Raises ``NotFound``."""
    row = Duty.objects.filter(id=duty_id).prefetch_related("pauses", "changes", "letters").first()
    if row is None:
        raise NotFound
    table = current_calendar()
    clock = clock_of(row)
    unit_kind = Unit.objects.filter(id=actor.unit_id).values_list("kind", flat=True).first() or ""
    extend = rules.may_extend(
        actor, body=row.extension_by, unit_kind=unit_kind, already=row.extended_to is not None
    )
    reassign = rules.may_reassign(
        actor, responsible_unit=row.responsible_unit, person=row.responsible_person
    )
    noting().about(
        "duties.duty", row.id, revision=row.revision, engagement=row.engagement, level=row.level
    )
    is_open = row.state == DutyState.OPEN
    return DutyDetail(
        duty=record(row, table, now),
        explanation=tuple(_explained(row, clock, now, table)),
        changes=tuple(
            ChangeRecord(
                c.kind, ChangeKind(c.kind).label, c.old_due, c.new_due, c.reason, c.on_date
            )
            for c in row.changes.all()
        ),
        letters=tuple(letter_record(letter, row) for letter in row.letters.all()),
        may_extend=bool(extend) and is_open,
        why_not_extend=extend.reason if isinstance(extend, Denied) else "",
        may_reassign=bool(reassign) and is_open,
        may_report=is_open
        and row.object_kind == STANDING_KIND
        and row.responsible_unit == actor.unit_id
        and not met_by_record(row),
    )


def _explained(row: Duty, clock: rules.Clock, now: datetime, table: WorkCalendar) -> list[str]:
    counted = rules.schedule(clock, table)
    stored = rules.Schedule(
        row.due_on, row.notify_from, row.warn_from, row.provisional, counted.raw, counted.off
    )
    return rules.explain(
        clock=clock,
        plan=stored,
        light=light_of(row, now),
        today=day_of(now),
        now=now,
        title=row.title,
        clause=row.clause,
        calendar=table,
        calendar_version=row.calendar_version,
        moved=[_moved(c) for c in row.changes.all() if c.kind in _MOVES and c.old_due != c.new_due],
    )


_MOVES = (ChangeKind.SHIFTED, ChangeKind.RECALCULATED)


def _moved(c: DutyChange) -> str:
    """One date the duty had before, and why it has another now."""
    old = f"原为{c.old_due:%Y-%m-%d}，" if c.old_due else ""
    return (
        f"{c.on_date:%Y-%m-%d} {ChangeKind(c.kind).label}（{c.reason}）：{old}"
        f"改为{c.new_due:%Y-%m-%d}。"
    )


def letter_record(letter: Letter, duty: Duty, *, mine: bool = False) -> LetterRecord:
    return LetterRecord(
        id=letter.id,
        revision=letter.revision,
        duty=duty.id,
        step=letter.step,
        step_label=Step(letter.step).label,
        number=letter.number,
        duty_title=duty.title,
        object_title=duty.object_title,
        due_on=letter.due_on,
        issued_on=letter.issued_on,
        to_unit_name=duty.responsible_unit_name,
        to_roles=tuple(r for r in letter.to_roles.split(",") if r),
        acknowledged_on=letter.acknowledged_on,
        docx=letter.docx,
        pdf=letter.pdf,
        mine=mine,
    )


@query("duties.letters")
def letters(
    *, actor: Actor, now: datetime, unacknowledged: bool = False, limit: int = 100
) -> tuple[LetterRecord, ...]:
    """Warning letters the actor may see, newest first."""
    rows = Letter.objects.select_related("duty").order_by("-issued_on", "-id")
    if unacknowledged:
        rows = rows.filter(acknowledged_on__isnull=True)
    found = tuple(letter_record(x, x.duty, mine=x.to_unit == actor.unit_id) for x in rows[:limit])
    noting().about("duties.letter", actor.account_id, count=len(found))
    return found


@query("duties.templates")
def templates(*, actor: Actor, now: datetime, preset: str = "") -> tuple[TemplateRecord, ...]:
    """Every version of every template, for the page that shows the rules."""
    rows = DutyTemplate.objects.order_by("code", "preset", "-version")
    if preset:
        rows = rows.filter(preset=preset)
    found = tuple(template_record(t) for t in rows)
    noting().about("duties.template", actor.account_id, count=len(found))
    return found


@query("duties.template")
def template(*, actor: Actor, now: datetime, template_id: UUID) -> tuple[TemplateRecord, ...]:
    """One template and its other versions, newest first; the first answer is the one asked for."""
    row = DutyTemplate.objects.filter(id=template_id).first()
    if row is None:
        raise NotFound
    rest = DutyTemplate.objects.filter(code=row.code, preset=row.preset).exclude(id=row.id)
    noting().about("duties.template", row.id, revision=row.version)
    return tuple(template_record(t) for t in (row, *rest.order_by("-version")))


def template_record(t: DutyTemplate) -> TemplateRecord:
    same = ("id", "code", "preset", "version", "title", "node", "phase", "clause", "source")
    more = (
        "confidence",
        "anchor",
        "amount",
        "warn_amount",
        "day_kind",
        "recurrence",
        "who",
        "role",
        "library",
    )
    rest = ("profiles", "extension_by", "extension_months", "valid_from", "valid_to")
    return TemplateRecord(
        **{name: getattr(t, name) for name in (*same, *more, *rest)},
        preset_label=Preset(t.preset).label,
        phase_label=Phase(t.phase).label,
        anchor_label=Anchor(t.anchor).label,
        day_kind_label=DayCount(t.day_kind).label,
        recurrence_label=Recurrence(t.recurrence).label,
    )


def amount_of(code: str, *, on: date) -> int:
    """How many days (hours, months) a common template says on a day. Raises ``LookupError`` without one."""
    rows = DutyTemplate.objects.filter(code=code).order_by("version")
    found = template_for(code=code, presets=(Preset.COMMON,), on=on, templates=rows)
    if found is None:
        raise LookupError(f"no duty template {code} is valid on {on}")
    return found.amount
