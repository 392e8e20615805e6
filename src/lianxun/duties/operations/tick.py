"""What the platform does by itself, under its named service identity (settled.md 4, P6): letters,
recalculation, delivery of news. Lateness needs no tick; letters and notices do. Safe to run twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Value, When

from lianxun.access.queries import accounts_at
from lianxun.documents import steps as documents
from lianxun.duties import steps
from lianxun.duties.clocks import day_of, reschedule
from lianxun.duties.enums import ChangeKind, DutyState, NoticeCode, Step
from lianxun.duties.models import CalendarVersion, Duty, Letter
from lianxun.duties.operations import daily, yearly
from lianxun.fabric import outbox
from lianxun.fabric.handlers import handles
from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor, Allowed, Decision, Denied
from lianxun.trace.door import noting, operation
from lianxun.trace.rows import require

LETTER = "duties.letter"
SERVICE = "duties"
BATCH = 2000
# Who gets which letter (江津: handler · handler and deputy · unit and its head).
TO_ROLES = {
    Step.GREEN: ("liaison_officer",),
    Step.YELLOW: ("liaison_officer", "leader"),
    Step.RED: ("liaison_officer", "leader", "coordinator"),
}
_COLOUR = {Step.GREEN: "绿", Step.YELLOW: "黄", Step.RED: "红"}


@dataclass(frozen=True, slots=True)
class TickResult:
    recalculated: int
    letters: int
    delivered: int
    failed: int


def may_tick(actor: Actor) -> Decision:
    if actor.service == SERVICE:
        return Allowed("ACC-P6")
    return Denied("只有平台的时限服务可以执行这一操作。", "ACC-P6")


@operation("duties.tick")
def tick(*, actor: Actor, now: datetime) -> TickResult:
    """Follow a new calendar, write the letters that have come due, deliver what waits in the outbox."""
    require(may_tick(actor))
    moved = _recalculate(actor=actor, now=now)
    settled, joined = daily.settle(actor=actor, now=now)
    settled += yearly.settle(actor=actor, now=now)
    letters = _write_letters(actor, now)
    drained = outbox.drain(now=now)
    _settle_marks(now)
    noting().about(
        "duties.tick",
        actor.account_id,
        rule="ACC-P6",
        recalculated=moved,
        settled=settled,
        joined=joined,
        letters=letters,
        delivered=drained.done,
        failed=drained.failed,
    )
    return TickResult(moved, letters, drained.done, drained.failed)


def _settle_marks(now: datetime) -> None:
    """Once a day the marks of the board cube up to yesterday become one each (sql/cube.sql)."""
    with connection.cursor() as cursor:
        cursor.execute("select lx.settle_duty_marks(%s)", [day_of(now) - timedelta(days=1)])


def step_case(today: date) -> Case:
    """``rules.step_due`` as SQL (held against it by a test)."""
    return Case(
        When(due_on__lt=today, then=Value(Step.RED.value)),
        When(warn_from__lte=today, then=Value(Step.YELLOW.value)),
        default=Value(Step.GREEN.value),
        output_field=CharField(),
    )


def _write_letters(actor: Actor, now: datetime) -> int:
    today = day_of(now)
    written = Letter.objects.filter(
        duty=OuterRef("pk"), due_on=OuterRef("due_on"), step=OuterRef("step")
    )
    rows = list(
        Duty.objects.filter(state=DutyState.OPEN, paused_on__isnull=True, notify_from__lte=today)
        # A daily node has its light; a letter for each day would be noise.
        .exclude(Q(occurrence__isnull=False), starts_on=F("due_on"))
        .annotate(step=step_case(today))
        .filter(~Exists(written))
        .order_by("due_on", "id")[:BATCH]
    )
    numbers = _numbers(len(rows), actor, today.year)
    letters = [
        Letter(
            created_at=now,
            duty=duty,
            object_kind=duty.object_kind,
            step=duty.step,
            due_on=duty.due_on,
            number=number.replace("〕", f"〕{_COLOUR[Step(duty.step)]}"),
            issued_on=today,
            to_unit=duty.responsible_unit,
            to_roles=",".join(_roles(duty)),
            **Labels.of(duty).columns(),
        )
        for duty, number in zip(rows, numbers, strict=True)
    ]
    Letter.objects.bulk_create(letters, batch_size=500, ignore_conflicts=True)
    outbox.put_all(
        LETTER,
        (
            (
                f"letter:{letter.duty_id}:{letter.step}:{letter.due_on}",
                {"duty": str(letter.duty_id), "step": letter.step},
            )
            for letter in letters
        ),
        now=now,
    )
    return len(letters)


def _roles(duty: Any) -> list[str]:
    named = [duty.role] if duty.role else []
    return list(dict.fromkeys([*named, *TO_ROLES[Step(duty.step)]]))


def _numbers(count: int, actor: Actor, year: int) -> list[str]:
    """Drawn, not counted: a letter must not tell its reader how many others were late (adr/0030)."""
    return documents.draw_numbers(unit_id=actor.unit_id, code="联巡预警", year=year, count=count)


@handles(f"outbox.{LETTER}")
def notify(*, payload: dict[str, str], key: str, now: datetime) -> None:
    """Point the addressees to the duty. The notice carries no content: their own rights show it."""
    duty = Duty.objects.filter(id=payload["duty"]).first()
    if duty is None or duty.state != DutyState.OPEN:
        return
    step = Step(payload["step"])
    roles = [duty.role] if duty.role else []
    accounts = accounts_at(
        unit_id=duty.responsible_unit,
        roles=[*roles, *TO_ROLES[step]],
        person_id=duty.responsible_person,
    )
    steps.notify(
        now=now,
        accounts=accounts,
        code=NoticeCode(f"letter.{step.value}"),
        object_kind="duties.duty",
        object_id=duty.id,
    )


def _recalculate(*, actor: Actor, now: datetime) -> int:
    """Every open duty that was computed with an older calendar, again; a line of history for each move."""
    version = CalendarVersion.objects.order_by("-number").values_list("number", flat=True)[0]
    rows = (
        Duty.objects.select_for_update(of=("self",))
        .filter(state=DutyState.OPEN, calendar_version__lt=version)
        .order_by("id")
        .prefetch_related("pauses", "changes")
    )
    return reschedule(
        rows,
        actor=actor,
        now=now,
        kind=ChangeKind.RECALCULATED,
        reason=f"工作日历第{version}版",
    )
