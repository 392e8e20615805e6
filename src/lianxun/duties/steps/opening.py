"""Start a clock: one duty about one object, and the labels its copies carry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from lianxun.duties import rules
from lianxun.duties.calendar_table import current_calendar
from lianxun.duties.clocks import (
    apply,
    change,
    clock_of,
    day_of,
    template_for,
)
from lianxun.duties.enums import (
    Anchor,
    ChangeKind,
    DayCount,
    DutyState,
    Preset,
    Profile,
    Recurrence,
    RollTo,
)
from lianxun.duties.models import Duty, DutyChange, DutyPause, DutyTemplate, Letter
from lianxun.duties.records import Responsible
from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid
from lianxun.organisation.models import Unit

# The days before its day in which a recurring duty is on the table.
WINDOW_DAYS: dict[str, int] = {
    Recurrence.DAILY: 0,
    Recurrence.WEEKLY: 6,
    Recurrence.QUARTERLY: 30,
    Recurrence.ANNUAL: 60,
}


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
    duty = build(
        template,
        actor=actor,
        now=now,
        anchor_date=due_on or anchor_date or today,
        object_kind=object_kind,
        object_id=object_id,
        object_title=title,
        responsible=responsible,
        labels=addressed(labels, responsible.unit),
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
    store([duty], actor=actor, now=now)
    return duty.id


def open_occurrences(
    template: DutyTemplate,
    *,
    days: Iterable[date],
    actor: Actor,
    now: datetime,
    object_kind: str,
    object_id: UUID,
    title: str,
    responsible: Responsible,
    labels: Labels,
) -> int:
    """One duty for each nominal day of a recurring template. The caller leaves out days opened before."""
    served = addressed(labels, responsible.unit)
    new = [
        build(
            template,
            actor=actor,
            now=now,
            anchor_date=day,
            occurrence=day,
            object_kind=object_kind,
            object_id=object_id,
            object_title=title,
            responsible=responsible,
            labels=served,
            profile=Profile.REGULAR,
        )
        for day in days
    ]
    store(new, actor=actor, now=now)
    return len(new)


def addressed(labels: Labels, unit: UUID) -> Labels:
    """A duty is served on the unit it obliges: whoever owes something must be able to see it."""
    if labels.addressee_unit is not None or unit == labels.owner_unit:
        return labels
    path = Unit.objects.filter(id=unit).values_list("path", flat=True).first()
    if path is None:
        raise Invalid.at("responsible", "没有这个责任单位，请从单位列表中选择。")
    return replace(labels, addressee_unit=unit, addressee_path=path)


def relabel(*, object_kind: str, object_id: UUID, labels: Labels, title: str = "") -> int:
    """The object moved to another unit, level or engagement: its duties' copies follow (settled.md 17a).

    A duty stays served on whom it obliges unless ``labels`` name another addressee.
    """
    values: dict[str, Any] = labels.columns()
    if labels.addressee_unit is None:
        del values["addressee_unit"], values["addressee_path"]
    children = {"duty__object_kind": object_kind, "duty__object_id": object_id}
    for model in (DutyPause, DutyChange, Letter):
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


def build(
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
    in_hours = numbers["day_kind"] == DayCount.HOUR
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
        object_title=_fitting(object_title),
        responsible_unit=responsible.unit,
        responsible_unit_name=responsible.unit_name,
        responsible_person=responsible.person,
        responsible_name=responsible.person_name,
        role=template.role if role is None else role,
        anchor=Anchor.EXPLICIT if explicit else template.anchor,
        anchor_date=anchor_date,
        roll=RollTo.NONE if explicit or in_hours else template.roll,
        due_at=now + timedelta(hours=numbers["amount"]) if in_hours else None,
        occurrence=occurrence,
        window_days=WINDOW_DAYS.get(template.recurrence),
        extension_by=template.extension_by,
        extension_months=template.extension_months,
        opened_on=today,
        starts_on=today,
        **numbers,
        **labels.columns(),
    )
    if in_hours:
        apply(duty, rules.schedule(clock_of(duty), calendar), calendar)
        return duty
    clock = rules.Clock(
        anchor=duty.anchor,
        anchor_date=anchor_date,
        amount=duty.amount,
        day_kind=duty.day_kind,
        roll=duty.roll,
        opened_on=today,
        warn_amount=duty.warn_amount,
        window_days=duty.window_days,
    )
    apply(duty, rules.schedule(clock, calendar), calendar)
    return duty


def store(new: list[Duty], *, actor: Actor, now: datetime) -> None:
    """Keep new clocks; one of an engagement that stands still does not start to run (“stop the line”)."""
    paused = {e for e in {d.engagement for d in new} if e is not None and stands_still(e)}
    still = [d for d in new if d.engagement in paused]
    for duty in still:
        duty.paused_on = day_of(now)
    Duty.objects.bulk_create(new, batch_size=500)
    DutyPause.objects.bulk_create(
        DutyPause(
            duty=duty,
            from_on=day_of(now),
            whole=True,
            reason="任务暂停期间建立，随任务恢复计时",
            decided_by=actor.account_id,
            created_at=now,
            object_kind=duty.object_kind,
            **Labels.of(duty).columns(),
        )
        for duty in still
    )
    DutyChange.objects.bulk_create(
        [change(d, actor=actor, now=now, kind=ChangeKind.OPENED, old=None) for d in new],
        batch_size=500,
    )


def stands_still(engagement: UUID) -> bool:
    """Is the whole engagement paused? Also for who may not see why (``sql/standstill.sql``)."""
    with connection.cursor() as cursor:
        cursor.execute("select lx.stands_still(%s)", [engagement])
        return bool(cursor.fetchone()[0])


def open_ids(*, object_kind: str, object_id: UUID, template_code: str) -> list[UUID]:
    """Ids of the running clocks of one kind about an object (to extend or reassign them)."""
    rows = Duty.objects.filter(
        state=DutyState.OPEN,
        object_kind=object_kind,
        object_id=object_id,
        template_code=template_code,
    )
    return list(rows.order_by("due_on", "id").values_list("id", flat=True))


def due_day(duty_id: UUID) -> date:
    """The day a running clock falls due, for a room that shows or guards it. ``Duty.DoesNotExist``
    for who may not see the clock."""
    return Duty.objects.values_list("due_on", flat=True).get(id=duty_id)


def _fitting(title: str) -> str:
    """A title that is longer than its column ends with a sign that says so."""
    longest = Duty._meta.get_field("object_title").max_length or 0
    return title if len(title) <= longest else f"{title[: longest - 1]}…"
