"""What a compression, prolongation or extension would move, before anybody approves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from lianxun.duties import rules, steps
from lianxun.duties.calendar_table import current_calendar
from lianxun.duties.clocks import anchor_anew, clock_of, day_of, light_of, recurring
from lianxun.duties.enums import Anchor, DayCount, DutyState, Preset, Profile
from lianxun.duties.models import Duty, DutyTemplate
from lianxun.duties.records import DateMove, Preview, TemplateEffect
from lianxun.kernel.actor import Actor
from lianxun.kernel.calendar import DayKind, Roll, WorkCalendar, due_after
from lianxun.kernel.clock import Light, light
from lianxun.kernel.problems import Invalid, NotFound
from lianxun.trace.door import noting, query

ONE_DAY = timedelta(days=1)
SAMPLE = 10


@query("duties.preview_shift")
def preview_shift(
    *,
    actor: Actor,
    now: datetime,
    engagement: UUID,
    anchors: Mapping[str, date],
    preset: str = Preset.SOURCE_PLAN,
    bookings: Sequence[rules.Booking] = (),
) -> Preview:
    """Every date that ``steps.shift`` with the same arguments would move, add or drop.

    ``bookings`` are the team periods the caller knows, this engagement's and others': people who would
    stand in two places at once are named. Holidays inside the new period on site are listed.
    """
    today = day_of(now)
    table = current_calendar()
    rows = list(
        Duty.objects.filter(
            object_kind=steps.ENGAGEMENT_KIND, object_id=engagement, state=DutyState.OPEN
        )
        .order_by("due_on", "id")
        .prefetch_related("pauses", "changes")
    )
    wanted = steps.wanted_occurrences(preset, anchors, on=today)
    have = {(d.template_code, d.occurrence) for d in rows}
    moves = [
        _move(d, anchors, now, table) for d in rows if d.occurrence is None and d.anchor in anchors
    ]
    dropped = [
        DateMove(
            d.id,
            d.template_code,
            d.title,
            d.object_title,
            d.responsible_unit_name,
            d.due_on,
            None,
            light_of(d, now),
            None,
            "",
            d.provisional,
        )
        for d in rows
        if d.occurrence is not None and (d.template_code, d.occurrence) not in wanted
    ]
    closed = set(
        Duty.objects.filter(
            object_kind=steps.ENGAGEMENT_KIND, object_id=engagement, state=DutyState.FULFILLED
        ).values_list("template_code", "occurrence")
    )
    added = [
        _added(template, day, table, today)
        for template in steps.milestone_templates(preset, on=today)
        for day, occurrence in steps.planned(template, anchors)
        if (template.code, occurrence) not in have | closed
    ]
    start, end = anchors.get(Anchor.ENTRY), anchors.get(Anchor.ON_SITE_END)
    doubled = rules.double_booked(engagement, start, end, bookings) if start and end else []
    noting().about("inspection.engagement", engagement, moves=len(moves), clashes=len(doubled))
    return Preview(
        moves=tuple(m for m in moves if m.old_due != m.new_due or m.off),
        added=tuple(added),
        dropped=tuple(dropped),
        double_booked=tuple(doubled),
        holidays=tuple(holidays_in(start, end, table)) if start and end else (),
    )


def _move(duty: Duty, anchors: Mapping[str, date], now: datetime, table: WorkCalendar) -> DateMove:
    old, before = duty.due_on, light_of(duty, now)
    anchor_anew(duty, anchors[duty.anchor], now=now)
    plan = rules.schedule(clock_of(duty), table)
    after = light(
        due=plan.due,
        warn_from=plan.warn_from,
        done_on=None,
        today=day_of(now),
        paused=duty.paused_on is not None,
    )
    return DateMove(
        duty.id,
        duty.template_code,
        duty.title,
        duty.object_title,
        duty.responsible_unit_name,
        old,
        plan.due,
        before,
        after,
        plan.off,
        plan.provisional,
    )


def _added(template: DutyTemplate, day: date, table: WorkCalendar, today: date) -> DateMove:
    due = due_after(
        day, template.amount, table, kind=DayKind(template.day_kind), roll=Roll(template.roll)
    )
    return DateMove(
        None,
        template.code,
        template.title,
        "",
        "",
        None,
        due.day,
        None,
        None,
        due.off,
        due.provisional,
    )


def holidays_in(start: date, end: date, table: WorkCalendar) -> list[str]:
    """“春节 2026-02-15—2026-02-23（9 天）” for each run of named days off inside the period."""
    runs: list[tuple[str, date, date]] = []
    day = start
    while day <= end:
        name = table.name(day)
        if name and not table.is_work(day) and name not in ("周六", "周日"):
            if runs and runs[-1][2] == day - ONE_DAY and runs[-1][0] == name:
                runs[-1] = (name, runs[-1][1], day)
            else:
                runs.append((name, day, day))
        day += ONE_DAY
    return [
        f"{n} {a}—{b}（{(b - a).days + 1} 天）" if a != b else f"{n} {a}（1 天）"
        for n, a, b in runs
    ]


@query("duties.preview_extension")
def preview_extension(*, actor: Actor, now: datetime, duty_id: UUID, to: date) -> DateMove | None:
    """What ``steps.extend`` would make of one duty; ``None`` if the actor cannot see it."""
    duty = Duty.objects.filter(id=duty_id).prefetch_related("pauses", "changes").first()
    if duty is None:
        return None
    table = current_calendar()
    new = table.roll(to, Roll.NEXT) if duty.roll != Roll.NONE else to
    today = day_of(now)
    noting().about("duties.duty", duty.id, engagement=duty.engagement, level=duty.level)
    return DateMove(
        duty.id,
        duty.template_code,
        duty.title,
        duty.object_title,
        duty.responsible_unit_name,
        duty.due_on,
        new,
        light_of(duty, now),
        light(due=new, warn_from=new, done_on=None, today=today),
        table.name(to) if new != to else "",
        table.is_provisional(min(to, new), new),
    )


@query("duties.preview_pause")
def preview_pause(
    *, actor: Actor, now: datetime, engagement: UUID, days: int
) -> tuple[DateMove, ...]:
    """Where every running clock of an engagement would come to lie after a pause of ``days`` from today."""
    if not 1 <= days <= 366:
        raise Invalid.at("days", "暂停天数须为 1 至 366。")
    today, table = day_of(now), current_calendar()
    rows = list(
        Duty.objects.filter(engagement=engagement, state=DutyState.OPEN, paused_on__isnull=True)
        .order_by("due_on", "id")
        .prefetch_related("pauses", "changes")
    )
    pause, often = rules.Pause(today, today + timedelta(days=days)), recurring(rows)
    moves = tuple(
        _stays_or_falls(duty, pause, now)
        if duty.id in often
        else _paused(duty, pause, now, table, after=Light.PAUSED)
        for duty in rows
    )
    noting().about("inspection.engagement", engagement, engagement=engagement, moves=len(moves))
    return moves


@query("duties.preview_resume")
def preview_resume(
    *, actor: Actor, now: datetime, engagement: UUID, anchors: Mapping[str, date]
) -> tuple[DateMove, ...]:
    """Where the stopped clocks of an engagement would lie if it went on today.

    ``anchors`` are its days as they would be then: its nodes count from them, everything else gets the
    days back that it stood still.
    """
    today, table = day_of(now), current_calendar()
    rows = list(
        Duty.objects.filter(engagement=engagement, state=DutyState.OPEN, paused_on__isnull=False)
        .order_by("due_on", "id")
        .prefetch_related("pauses", "changes")
    )
    moves, often = [], recurring(rows)
    for duty in rows:
        node = duty.object_kind == steps.ENGAGEMENT_KIND and duty.occurrence is None
        since, duty.paused_on = duty.paused_on, None
        if node and anchors.get(duty.anchor, duty.anchor_date) != duty.anchor_date:
            moves.append(_move(duty, anchors, now, table))
        elif since is not None and duty.id in often:
            moves.append(_stays_or_falls(duty, rules.Pause(since, today), now))
        elif since is not None:
            moves.append(_paused(duty, rules.Pause(since, today), now, table))
    noting().about("inspection.engagement", engagement, engagement=engagement, moves=len(moves))
    return tuple(moves)


def _stays_or_falls(duty: Duty, pause: rules.Pause, now: datetime) -> DateMove:
    """What comes every week or day falls away inside the pause and otherwise comes on its day."""
    before = light_of(duty, now)
    falls = pause.from_on <= duty.due_on < pause.to_on
    return DateMove(
        duty.id,
        duty.template_code,
        duty.title,
        duty.object_title,
        duty.responsible_unit_name,
        duty.due_on,
        None if falls else duty.due_on,
        before,
        None if falls else before,
        "",
        duty.provisional,
    )


def _paused(
    duty: Duty,
    pause: rules.Pause,
    now: datetime,
    table: WorkCalendar,
    *,
    after: Light | None = None,
) -> DateMove:
    """The last day after a pause; ``after``: the light then, where it is not that of the new day."""
    clock = clock_of(duty)
    new = rules.after_pause(duty.due_on, pause, clock, table)
    plain = duty.due_on + (pause.to_on - pause.from_on)  # where it would lie if no day were off
    rolled = new > duty.due_on and clock.day_kind != DayCount.WORKING and new != plain
    warned = duty.warn_from + (new - duty.due_on)
    return DateMove(
        duty.id,
        duty.template_code,
        duty.title,
        duty.object_title,
        duty.responsible_unit_name,
        duty.due_on,
        new,
        light_of(duty, now),
        after or light(due=new, warn_from=warned, done_on=None, today=day_of(now)),
        table.name(plain) or "休息日" if rolled else "",
        table.is_provisional(min(duty.due_on, new), new),
    )


@query("duties.preview_template")
def preview_template(
    *, actor: Actor, now: datetime, template_id: UUID, amount: int
) -> TemplateEffect:
    """What a new version would mean: running clocks keep their day; a sample of what new ones would get.

    Counts and rows are those the actor may see.
    """
    template = DutyTemplate.objects.filter(id=template_id).first()
    if template is None:
        raise NotFound
    if not -400 <= amount <= 400 or (amount < 0) != (template.amount < 0):
        raise Invalid.at("amount", "期限须为 0—400，且不得改变“之前”“之后”的方向。")
    table = current_calendar()
    rows = Duty.objects.filter(template_code=template.code, state=DutyState.OPEN)
    sample = []
    if template.day_kind != DayCount.HOUR:
        for duty in rows.order_by("-opened_on", "id")[:SAMPLE]:
            due = due_after(
                duty.anchor_date,
                amount,
                table,
                kind=DayKind(template.day_kind),
                roll=Roll(template.roll),
            )
            sample.append((duty.object_title, duty.due_on, due.day))
    noting().about("duties.template", template.id, revision=template.version, amount=amount)
    return TemplateEffect(rows.count(), tuple(sample))


def on_site_end(
    *, entry: date, profile: str = Profile.REGULAR, on: date, preset: str = Preset.COMMON
) -> rules.Schedule:
    """The last day on site that the template allows for a body of this profile (county 1 month,
    large enterprise 3): what a form proposes when the entry date is chosen."""
    template = steps.template_named("DT-IN-ONSITE", presets=(preset, Preset.COMMON), on=on)
    numbers = {
        "amount": template.amount,
        "day_kind": template.day_kind,
        **template.profiles.get(profile, {}),
    }
    clock = rules.Clock(
        anchor=Anchor.ENTRY, anchor_date=entry, roll=Roll.PREVIOUS, opened_on=on, **numbers
    )
    return rules.schedule(clock, current_calendar())
