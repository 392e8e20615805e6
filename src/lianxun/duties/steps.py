"""What upper rooms call inside their own operation: open, fulfil, pause, shift. Same transaction.

An upper room opens a duty when an act starts a clock and fulfils it when the act that the clock waits
for happens. It never computes a date itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from lianxun.duties import rules
from lianxun.duties.calendar_table import current_calendar
from lianxun.duties.clocks import (
    SCHEDULED,
    apply,
    change,
    clock_of,
    day_of,
    reschedule,
    template_for,
)
from lianxun.duties.enums import (
    Anchor,
    ChangeKind,
    DutyState,
    Preset,
    Profile,
    Recurrence,
    RollTo,
)
from lianxun.duties.models import Duty, DutyChange, DutyPause, DutyTemplate
from lianxun.duties.records import Responsible
from lianxun.fabric.handlers import announce
from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor
from lianxun.kernel.calendar import Roll, add_months
from lianxun.kernel.problems import Invalid, NotFound, WrongState

ENGAGEMENT_KIND = "inspection.engagement"


def open_duty(
    *,
    actor: Actor,
    now: datetime,
    template_code: str,
    object_kind: str,
    object_id: UUID,
    title: str,
    responsible: Responsible,
    labels: Labels,
    anchor_date: date | None = None,
    due_on: date | None = None,
    preset: str = Preset.COMMON,
    profile: str = Profile.REGULAR,
    role: str | None = None,
) -> UUID:
    """Open the duty of ``template_code`` about an object; returns its id.

    ``anchor_date`` is the day the clock starts from (not counted; default: today). ``due_on`` is for
    templates whose date is agreed (anchor ``explicit``). The same duty open already is returned, not
    doubled. ``title`` is shown to everybody who may see the duty: never a reporter, never a suspect.
    """
    today = day_of(now)
    template = template_named(template_code, presets=(preset, Preset.COMMON), on=today)
    if template.anchor == Anchor.EXPLICIT and due_on is None:
        raise Invalid.at("due_on", f"“{template.title}”须写明完成期限。")
    duty = _new(
        template,
        actor=actor,
        now=now,
        anchor_date=due_on or anchor_date or today,
        object_kind=object_kind,
        object_id=object_id,
        object_title=title,
        responsible=responsible,
        labels=labels,
        profile=profile,
        role=role,
        explicit=due_on is not None,
    )
    same = Duty.objects.filter(
        state=DutyState.OPEN,
        template_code=template_code,
        object_kind=object_kind,
        object_id=object_id,
        responsible_unit=responsible.unit,
        occurrence__isnull=True,
    ).first()
    if same is not None:
        return same.id
    _store([duty], actor=actor, now=now)
    return duty.id


def open_milestones(
    *,
    actor: Actor,
    now: datetime,
    engagement: UUID,
    title: str,
    anchors: Mapping[str, date],
    labels: Labels,
    responsible: Mapping[str, Responsible],
    preset: str = Preset.SOURCE_PLAN,
    profile: str = Profile.REGULAR,
) -> list[UUID]:
    """Open every milestone whose anchor is known (``Anchor`` → date); safe to call again later.

    ``responsible`` maps a template's ``who`` (``liaison_office``, ``team``, …) to a unit; the key ``""``
    is used where a ``who`` is missing. Weekly and daily nodes open one duty per occurrence from entry
    to the end on site; a feedback date that comes later opens what counts from it.
    """
    templates = milestone_templates(preset, on=day_of(now))
    known = set(
        Duty.objects.filter(
            object_kind=ENGAGEMENT_KIND, object_id=engagement, template_code__startswith="MS-"
        )
        .exclude(state=DutyState.CANCELLED)
        .values_list("template_code", "occurrence")
    )
    new = []
    for template in templates:
        for anchor_date, occurrence in planned(template, anchors):
            if (template.code, occurrence) not in known:
                who = responsible.get(template.who) or responsible.get("")
                if who is None:
                    raise Invalid.at("responsible", f"节点“{template.title}”没有指定责任单位。")
                new.append(
                    _new(
                        template,
                        actor=actor,
                        now=now,
                        anchor_date=anchor_date,
                        occurrence=occurrence,
                        object_kind=ENGAGEMENT_KIND,
                        object_id=engagement,
                        object_title=title,
                        responsible=who,
                        labels=labels,
                        profile=profile,
                    )
                )
    _store(new, actor=actor, now=now)
    return [duty.id for duty in new]


def planned(template: DutyTemplate, anchors: Mapping[str, date]) -> list[tuple[date, date | None]]:
    """(anchor date, occurrence) of every duty that ``template`` asks for, given the known anchors."""
    if template.recurrence == Recurrence.NONE:
        start = anchors.get(template.anchor)
        return [] if start is None else [(start, None)]
    start, end = anchors.get(Anchor.ENTRY), anchors.get(Anchor.ON_SITE_END)
    if template.recurrence == Recurrence.ANNUAL:
        start = end
    if start is None or end is None:
        return []
    days = rules.occurrences(
        template.recurrence,
        start=start,
        end=end,
        calendar=current_calendar(),
        weekday=template.on_weekday,
        month=template.on_month,
        day=template.on_day,
    )
    return [(day, day) for day in days]


def fulfil(
    *,
    actor: Actor,
    now: datetime,
    object_kind: str,
    object_id: UUID,
    template_code: str,
    responsible_unit: UUID | None = None,
    reason: str = "",
) -> int:
    """The act the clock waited for happened: close every open duty of this code whose window is open.

    Returns how many were closed (0 if none was open: the act itself is never refused for that).
    """
    today = day_of(now)
    rows = Duty.objects.select_for_update().filter(
        state=DutyState.OPEN,
        template_code=template_code,
        object_kind=object_kind,
        object_id=object_id,
    )
    rows = rows.filter(Q(occurrence__isnull=True) | Q(starts_on__lte=today))
    if responsible_unit is not None:
        rows = rows.filter(responsible_unit=responsible_unit)
    return _close(rows.order_by("id"), actor=actor, now=now, to=DutyState.FULFILLED, reason=reason)


def fulfil_duty(*, actor: Actor, now: datetime, duty_id: UUID, reason: str = "") -> None:
    """Close one duty by its id. Raises ``NotFound`` or ``WrongState``."""
    rows = Duty.objects.select_for_update().filter(id=duty_id)
    found = rows.first()
    if found is None:
        raise NotFound
    if found.state != DutyState.OPEN:
        raise WrongState(f"这一时限已是“{DutyState(found.state).label}”，不能再办结。")
    _close([found], actor=actor, now=now, to=DutyState.FULFILLED, reason=reason)


def cancel(
    *,
    actor: Actor,
    now: datetime,
    object_kind: str,
    object_id: UUID,
    reason: str,
    template_code: str = "",
) -> int:
    """The clock lost its meaning (withdrawn, returned, replaced): close without fulfilment."""
    rows = Duty.objects.select_for_update().filter(
        state=DutyState.OPEN, object_kind=object_kind, object_id=object_id
    )
    if template_code:
        rows = rows.filter(template_code=template_code)
    return _close(rows.order_by("id"), actor=actor, now=now, to=DutyState.CANCELLED, reason=reason)


def pause_all(*, actor: Actor, now: datetime, engagement: UUID, reason: str) -> int:
    """“Stop the line”: every running clock of the engagement stands still from today."""
    return _pause(Q(engagement=engagement), actor=actor, now=now, reason=reason)


def resume_all(*, actor: Actor, now: datetime, engagement: UUID, reason: str) -> int:
    """Every paused clock of the engagement goes on; the days lost are added."""
    return _resume(Q(engagement=engagement), actor=actor, now=now, reason=reason)


def pause_object(
    *, actor: Actor, now: datetime, object_kind: str, object_id: UUID, reason: str
) -> int:
    scope = Q(object_kind=object_kind, object_id=object_id)
    return _pause(scope, actor=actor, now=now, reason=reason)


def resume_object(
    *, actor: Actor, now: datetime, object_kind: str, object_id: UUID, reason: str
) -> int:
    scope = Q(object_kind=object_kind, object_id=object_id)
    return _resume(scope, actor=actor, now=now, reason=reason)


def _pause(scope: Q, *, actor: Actor, now: datetime, reason: str) -> int:
    today = day_of(now)
    rows = list(
        Duty.objects.select_for_update()
        .filter(scope, state=DutyState.OPEN, paused_on__isnull=True)
        .order_by("id")
    )
    pauses, history = [], []
    for duty in rows:
        duty.paused_on = today
        duty.revision += 1
        pauses.append(
            DutyPause(
                duty=duty,
                from_on=today,
                reason=reason,
                decided_by=actor.account_id,
                created_at=now,
                object_kind=duty.object_kind,
                **Labels.of(duty).columns(),
            )
        )
        history.append(
            change(
                duty, actor=actor, now=now, kind=ChangeKind.PAUSED, old=duty.due_on, reason=reason
            )
        )
    Duty.objects.bulk_update(rows, ["paused_on", "revision"])
    DutyPause.objects.bulk_create(pauses)
    DutyChange.objects.bulk_create(history)
    return len(rows)


def _resume(scope: Q, *, actor: Actor, now: datetime, reason: str) -> int:
    today = day_of(now)
    rows = list(
        Duty.objects.select_for_update()
        .filter(scope, state=DutyState.OPEN, paused_on__isnull=False)
        .order_by("id")
    )
    DutyPause.objects.filter(duty__in=rows, to_on__isnull=True).update(to_on=today)
    for duty in rows:
        duty.paused_on = None
    reschedule(rows, actor=actor, now=now, kind=ChangeKind.RESUMED, reason=reason, always=True)
    return len(rows)


def extend(
    *,
    actor: Actor,
    now: datetime,
    duty_id: UUID,
    to: date,
    reason: str,
    body_kind: str,
) -> date:
    """The one extension, decided by the body the template names (``body_kind`` = its ``UnitKind``).

    Who may speak for the body is the caller's decision (approvals, or ``operations.extend_duty``).
    Returns the new due day (rolled to a working day).
    """
    duty = Duty.objects.select_for_update().filter(id=duty_id).first()
    if duty is None:
        raise NotFound
    _may_be_extended(duty, body_kind)
    calendar = current_calendar()
    new_due = to if duty.roll == RollTo.NONE else calendar.roll(to, Roll.NEXT)
    latest = add_months(duty.due_on, duty.extension_months)
    if to <= duty.due_on:
        raise Invalid.at("to", f"延期后的日期须晚于原到期日 {duty.due_on}。")
    if to > latest:
        raise Invalid.at("to", f"最多延长 {duty.extension_months} 个月，即不晚于 {latest}。")
    old = duty.due_on
    duty.extended_to = new_due
    DutyChange.objects.create(
        **_extension_row(duty, actor=actor, now=now, old=old, new=new_due, reason=reason)
    )
    apply(duty, rules.schedule(clock_of(duty), calendar), calendar)
    duty.revision += 1
    duty.save(update_fields=list(SCHEDULED))
    announce(
        "duties.extended",
        duty_id=duty.id,
        object_kind=duty.object_kind,
        object_id=duty.object_id,
        due_on=duty.due_on,
        actor=actor,
        now=now,
    )
    return duty.due_on


def _may_be_extended(duty: Duty, body_kind: str) -> None:
    if duty.state != DutyState.OPEN:
        raise WrongState(f"这一时限已是“{DutyState(duty.state).label}”，不能延期。")
    if duty.paused_on is not None:
        raise WrongState("这一时限正在暂停，请先恢复再延期。")
    if not duty.extension_by:
        raise WrongState("这一时限不允许延期。")
    if duty.extended_to is not None:
        raise WrongState("这一时限已延期一次，不能再次延期。")
    if duty.extension_by != body_kind:
        raise WrongState("只有规定的审批机构可以批准这一时限的延期。")


def _extension_row(
    duty: Duty, *, actor: Actor, now: datetime, old: date, new: date, reason: str
) -> dict[str, Any]:
    row = change(duty, actor=actor, now=now, kind=ChangeKind.EXTENDED, old=old, reason=reason)
    values = {f.attname: getattr(row, f.attname) for f in DutyChange._meta.concrete_fields}
    return {**values, "new_due": new}


def shift(
    *,
    actor: Actor,
    now: datetime,
    engagement: UUID,
    anchors: Mapping[str, date],
    reason: str,
    title: str,
    labels: Labels,
    responsible: Mapping[str, Responsible],
    preset: str = Preset.SOURCE_PLAN,
    profile: str = Profile.REGULAR,
) -> int:
    """The engagement's dates changed (compression, prolongation): re-anchor its open milestones.

    Occurrences that fall out of the new period are cancelled, new ones opened. Returns how many
    existing duties moved. ``queries.preview_shift`` shows the same beforehand.
    """
    rows = list(
        _engagement_open(engagement)
        .select_for_update(of=("self",))
        .prefetch_related("pauses", "changes")
    )
    wanted = wanted_occurrences(preset, anchors, on=day_of(now))
    dropped = [
        d
        for d in rows
        if d.occurrence is not None and (d.template_code, d.occurrence) not in wanted
    ]
    kept = [d for d in rows if d.occurrence is None and d.anchor in anchors]
    _close(dropped, actor=actor, now=now, to=DutyState.CANCELLED, reason=reason)
    for duty in kept:
        duty.anchor_date = anchors[duty.anchor]
    moved = reschedule(kept, actor=actor, now=now, kind=ChangeKind.SHIFTED, reason=reason)
    open_milestones(
        actor=actor,
        now=now,
        engagement=engagement,
        title=title,
        anchors=anchors,
        labels=labels,
        responsible=responsible,
        preset=preset,
        profile=profile,
    )
    return moved


def _engagement_open(engagement: UUID) -> Any:
    return Duty.objects.filter(
        object_kind=ENGAGEMENT_KIND, object_id=engagement, state=DutyState.OPEN
    ).order_by("id")


def wanted_occurrences(
    preset: str, anchors: Mapping[str, date], *, on: date
) -> set[tuple[str, date]]:
    return {
        (template.code, occurrence)
        for template in milestone_templates(preset, on=on)
        for _, occurrence in planned(template, anchors)
        if occurrence is not None
    }


def relabel(*, object_kind: str, object_id: UUID, labels: Labels, title: str = "") -> int:
    """The object moved to another unit, level or engagement: its duties' copies follow (settled.md 17a)."""
    values: dict[str, Any] = labels.columns()
    children = {"duty__object_kind": object_kind, "duty__object_id": object_id}
    for model in (DutyPause, DutyChange):
        model.objects.filter(**children).update(**values)
    if title:
        values["object_title"] = title
    return Duty.objects.filter(object_kind=object_kind, object_id=object_id).update(**values)


def template_named(code: str, *, presets: tuple[str, ...], on: date) -> DutyTemplate:
    rows = DutyTemplate.objects.filter(code=code).order_by("version")
    found = template_for(code=code, presets=presets, on=on, templates=rows)
    if found is None:
        raise LookupError(f"no duty template {code} is valid on {on} under {presets}")
    return found


def milestone_templates(preset: str, *, on: date) -> Sequence[DutyTemplate]:
    rows = list(
        DutyTemplate.objects.filter(code__startswith="MS-", preset=preset).order_by(
            "code", "version"
        )
    )
    codes = sorted({t.code for t in rows})
    found = (template_for(code=c, presets=(preset,), on=on, templates=rows) for c in codes)
    return [t for t in found if t is not None]


def _new(
    template: DutyTemplate,
    *,
    actor: Actor,
    now: datetime,
    anchor_date: date,
    object_kind: str,
    object_id: UUID,
    object_title: str,
    responsible: Responsible,
    labels: Labels,
    profile: str,
    occurrence: date | None = None,
    role: str | None = None,
    explicit: bool = False,
) -> Duty:
    numbers: dict[str, Any] = {
        "amount": template.amount,
        "day_kind": template.day_kind,
        "warn_amount": template.warn_amount,
        **template.profiles.get(profile, {}),
    }
    if explicit:
        numbers = {"amount": 0, "day_kind": "calendar", "warn_amount": None}
    today = day_of(now)
    calendar = current_calendar()
    duty = Duty(
        created_at=now,
        template_code=template.code,
        template_version=template.version,
        preset=template.preset,
        title=template.title,
        phase=template.phase,
        node=template.node,
        clause=template.clause,
        object_kind=object_kind,
        object_id=object_id,
        object_title=object_title[:200],
        responsible_unit=responsible.unit,
        responsible_unit_name=responsible.unit_name,
        responsible_person=responsible.person,
        responsible_name=responsible.person_name,
        role=template.role if role is None else role,
        anchor=Anchor.EXPLICIT if explicit else template.anchor,
        anchor_date=anchor_date,
        roll=RollTo.NONE if explicit else template.roll,
        occurrence=occurrence,
        extension_by=template.extension_by,
        extension_months=template.extension_months,
        opened_on=today,
        starts_on=today,
        **numbers,
        **labels.columns(),
    )
    clock = rules.Clock(
        anchor=duty.anchor,
        anchor_date=anchor_date,
        amount=duty.amount,
        day_kind=duty.day_kind,
        roll=duty.roll,
        opened_on=today,
        warn_amount=duty.warn_amount,
    )
    apply(duty, rules.schedule(clock, calendar), calendar)
    if occurrence is not None:
        _one_window(duty, template)
    return duty


def _one_window(duty: Duty, template: DutyTemplate) -> None:
    """A recurring duty comes up only in its own window: the day, the week, the quarter, two months."""
    days = {
        Recurrence.DAILY: 0,
        Recurrence.WEEKLY: 6,
        Recurrence.QUARTERLY: 30,
        Recurrence.ANNUAL: 60,
    }[Recurrence(template.recurrence)]
    duty.starts_on = duty.due_on - timedelta(days=days)
    duty.notify_from = max(duty.notify_from, duty.starts_on)
    duty.warn_from = max(duty.warn_from, duty.due_on - timedelta(days=days // 3))
    duty.warn_from = max(duty.warn_from, duty.notify_from)


def _store(new: list[Duty], *, actor: Actor, now: datetime) -> None:
    Duty.objects.bulk_create(new, batch_size=500)
    DutyChange.objects.bulk_create(
        [change(d, actor=actor, now=now, kind=ChangeKind.OPENED, old=None) for d in new],
        batch_size=500,
    )


def _close(rows: Any, *, actor: Actor, now: datetime, to: DutyState, reason: str) -> int:
    duties = list(rows)
    today = day_of(now)
    kind = ChangeKind.FULFILLED if to == DutyState.FULFILLED else ChangeKind.CANCELLED
    for duty in duties:
        duty.state = to
        duty.paused_on = None
        duty.close_reason = reason[:200]
        duty.revision += 1
        if to == DutyState.FULFILLED:
            duty.done_on, duty.done_by = max(today, duty.opened_on), actor.account_id
    Duty.objects.bulk_update(
        duties, ["state", "paused_on", "close_reason", "revision", "done_on", "done_by"]
    )
    DutyPause.objects.filter(duty__in=duties, to_on__isnull=True).update(to_on=today)
    DutyChange.objects.bulk_create(
        [change(d, actor=actor, now=now, kind=kind, old=d.due_on, reason=reason) for d in duties]
    )
    return len(duties)
