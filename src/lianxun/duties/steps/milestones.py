"""The twelve nodes of an engagement: opened from its anchors, moved with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lianxun.duties import rules
from lianxun.duties.calendar_table import current_calendar
from lianxun.duties.clocks import (
    anchor_anew,
    change,
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
)
from lianxun.duties.models import Duty, DutyChange, DutyTemplate
from lianxun.duties.records import Responsible
from lianxun.duties.steps.closing import close
from lianxun.duties.steps.opening import addressed, build, store
from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid

ENGAGEMENT_KIND = "inspection.engagement"


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
    to the end on site; a feedback date that comes later opens what counts from it. A day that has
    passed gets no occurrence any more: nobody could meet it (and those of a time on site that is over
    were ended with their reason).
    """
    today = day_of(now)
    templates = milestone_templates(preset, on=today)
    known = set(
        Duty.objects.filter(
            object_kind=ENGAGEMENT_KIND, object_id=engagement, template_code__startswith="MS-"
        )
        .exclude(state=DutyState.CANCELLED)
        .values_list("template_code", "occurrence")
    )
    served: dict[UUID, Labels] = {}
    new = []
    for template in templates:
        for anchor_date, occurrence in planned(template, anchors):
            gone = occurrence is not None and occurrence < today
            if (template.code, occurrence) not in known and not gone:
                who = responsible.get(template.who) or responsible.get("")
                if who is None:
                    raise Invalid.at("responsible", f"节点“{template.title}”没有指定责任单位。")
                new.append(
                    build(
                        template,
                        actor=actor,
                        now=now,
                        anchor_date=anchor_date,
                        occurrence=occurrence,
                        object_kind=ENGAGEMENT_KIND,
                        object_id=engagement,
                        object_title=title,
                        responsible=who,
                        labels=_served_on(who.unit, labels, served),
                        profile=profile,
                    )
                )
    store(new, actor=actor, now=now)
    return [duty.id for duty in new]


def hand_over(
    *, actor: Actor, now: datetime, engagement: UUID, who: str, responsible: Responsible
) -> int:
    """The unit behind a ``who`` of the templates is known now: its open nodes are owed by it from here on.

    Their days stay. Returns how many changed hands.
    """
    codes = DutyTemplate.objects.filter(code__startswith="MS-", who=who).values_list(
        "code", flat=True
    )
    rows = [
        d
        for d in _engagement_open(engagement).select_for_update()
        if d.template_code in set(codes) and d.responsible_unit != responsible.unit
    ]
    for duty in rows:
        plain = replace(Labels.of(duty), addressee_unit=None, addressee_path=None)
        for name, value in addressed(plain, responsible.unit).columns().items():
            setattr(duty, name, value)
        duty.responsible_unit, duty.responsible_unit_name = responsible.unit, responsible.unit_name
        duty.revision += 1
        duty.save()
    DutyChange.objects.bulk_create(
        [change(d, actor=actor, now=now, kind=ChangeKind.REASSIGNED, old=d.due_on) for d in rows]
    )
    return len(rows)


def _served_on(unit: UUID, labels: Labels, known: dict[UUID, Labels]) -> Labels:
    if unit not in known:
        known[unit] = addressed(labels, unit)
    return known[unit]


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
    close(dropped, actor=actor, now=now, to=DutyState.CANCELLED, reason=reason)
    for duty in kept:
        anchor_anew(duty, anchors[duty.anchor], now=now)
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


def milestone_templates(preset: str, *, on: date) -> Sequence[DutyTemplate]:
    rows = list(
        DutyTemplate.objects.filter(code__startswith="MS-", preset=preset).order_by(
            "code", "version"
        )
    )
    codes = sorted({t.code for t in rows})
    found = (template_for(code=c, presets=(preset,), on=on, templates=rows) for c in codes)
    return [t for t in found if t is not None]


def shift_agreed(
    *, actor: Actor, now: datetime, object_kind: str, object_id: UUID, to: date, reason: str
) -> int:
    """The agreed day of an object moved: its open clocks with an agreed day follow, the old day stays in their
    history. Returns how many moved."""
    rows = list(
        Duty.objects.select_for_update(of=("self",))
        .filter(
            state=DutyState.OPEN,
            object_kind=object_kind,
            object_id=object_id,
            anchor=Anchor.EXPLICIT,
        )
        .order_by("id")
        .prefetch_related("pauses", "changes")
    )
    for duty in rows:
        anchor_anew(duty, to, now=now)
    return reschedule(rows, actor=actor, now=now, kind=ChangeKind.SHIFTED, reason=reason)
