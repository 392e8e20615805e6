"""日调度 (R-7.2-2): the day's list of an engagement, an instruction or “no act needed” for each line, and its end.

Instructions are sent when the dispatch is closed: until then everything may be changed, afterwards nothing. A red
node cannot be passed over (节点倒逼): the rule and a database constraint refuse it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from lianxun.access.queries import accounts_at, known
from lianxun.access.readers import readers
from lianxun.duties import steps
from lianxun.duties.calendar_table import current_calendar
from lianxun.duties.clocks import day_of, light_of
from lianxun.duties.dispatching import (
    DISPATCHES,
    LINE,
    LINES,
    due_of,
    group_of,
    may_answer,
    may_dispatch,
    named,
)
from lianxun.duties.enums import (
    DISPATCHED,
    INSTRUCTION_CODE,
    DispatchState,
    LineState,
    NoticeCode,
)
from lianxun.duties.models import Dispatch, DispatchLine, Duty
from lianxun.duties.records import Responsible
from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor
from lianxun.kernel.clock import Light
from lianxun.kernel.problems import FieldError, Invalid, WrongState
from lianxun.kernel.texts import fitting
from lianxun.organisation.models import Unit
from lianxun.trace.door import operation
from lianxun.trace.rows import require

TOLD = ["leader", "coordinator", "liaison_officer", "team_leader"]
LEAST, LONGEST = 5, 300
FARTHEST = timedelta(days=31)


@operation("duties.begin_dispatch")
def begin_dispatch(*, actor: Actor, now: datetime, engagement_id: UUID) -> UUID:
    """Open today's dispatch of an engagement with its list. Raises ``WrongState`` on a day off, for a day that was
    dispatched already, and while an earlier day is not closed; ``NotFound`` for who does not see the engagement."""
    obj = known(kind=DISPATCHED, object_id=engagement_id)
    require(may_dispatch(actor, obj.owner_path))
    today = day_of(now)
    if not current_calendar().is_work(today):
        raise WrongState("今天不是工作日，日调度在工作日办理。")
    before = Dispatch.objects.filter(object_kind=DISPATCHED, object_id=engagement_id)
    waiting = before.filter(state=DispatchState.OPEN).order_by("on_date").first()
    if waiting is not None and waiting.on_date != today:
        raise WrongState(f"{waiting.on_date:%Y-%m-%d} 的日调度还没有办结，请先办结。")
    labels = Labels(
        level=obj.level,
        region=obj.region,
        owner_unit=Unit.objects.get(path=obj.owner_path).id,
        owner_path=obj.owner_path,
        engagement=obj.engagement,
        subject_org=obj.subject_org,
        subject_path=obj.subject_path,
        compartment=obj.compartment,
    )
    try:
        with transaction.atomic():
            dispatch = Dispatch.objects.create(
                created_at=now,
                object_kind=DISPATCHED,
                object_id=engagement_id,
                object_title=named([engagement_id]).get(engagement_id, ("巡视任务", ""))[0],
                on_date=today,
                state=DispatchState.OPEN,
                **labels.columns(),
            )
    except IntegrityError as clash:
        raise WrongState("今天的日调度已经开始，请打开后继续办理。") from clash
    added = _list(dispatch, now)
    DISPATCHES.note(dispatch, lines=added)
    return dispatch.id


@operation("duties.renew_dispatch")
def renew_dispatch(*, actor: Actor, now: datetime, dispatch_id: UUID, revision: int) -> int:
    """Take in what came up since the list was made. What was decided stays. Returns how many lines came."""
    dispatch = _open(dispatch_id, revision, actor)
    if dispatch.on_date != day_of(now):
        raise WrongState("只有当天的日调度可以更新清单。")
    added = _list(dispatch, now)
    DISPATCHES.save(dispatch, lines=added)
    return added


def _list(dispatch: Dispatch, now: datetime) -> int:
    known_before = set(dispatch.lines.values_list("duty", flat=True))
    new = [d for d in due_of(dispatch.object_id, now) if d.id not in known_before]
    for duty in new:
        light = light_of(duty, now)
        DispatchLine.objects.create(
            created_at=now,
            dispatch=dispatch,
            on_date=dispatch.on_date,
            object_kind=duty.object_kind,
            duty=duty.id,
            group=group_of(duty),
            title=duty.title,
            object_title=duty.object_title,
            owed_by=duty.responsible_unit,
            owed_by_name=duty.responsible_unit_name,
            due_on=duty.due_on,
            light=light.value,
            forced=light is Light.RED and bool(duty.node),
            state=LineState.PENDING,
            **_office(duty, dispatch).columns(),
        )
    return len(new)


def _office(duty: Duty, dispatch: Dispatch) -> Labels:
    """A line has the limits of its clock; before it is sent it is the office's and served on nobody."""
    return replace(
        Labels.of(duty),
        owner_unit=dispatch.owner_unit,
        owner_path=dispatch.owner_path,
        addressee_unit=None,
        addressee_path=None,
    )


def _open(dispatch_id: UUID, revision: int | None, actor: Actor) -> Dispatch:
    dispatch = DISPATCHES.lock(dispatch_id, revision)
    require(may_dispatch(actor, dispatch.owner_path))
    if dispatch.state != DispatchState.OPEN:
        raise WrongState("这一天的日调度已经办结，内容不再变动。")
    return dispatch


def _line(line_id: UUID, revision: int, actor: Actor) -> tuple[DispatchLine, Dispatch]:
    line = LINES.lock(line_id, revision)
    return line, _open(line.dispatch_id, None, actor)


@operation("duties.instruct")
def instruct(
    *,
    actor: Actor,
    now: datetime,
    line_id: UUID,
    revision: int,
    instruction: str,
    by_day: date,
    unit_id: UUID | None = None,
) -> None:
    """Write who does what by when about a line; sent when the dispatch is closed. Without ``unit_id`` the unit that
    owes the clock. A unit none of whose people can see the matter is refused: an instruction opens nothing."""
    line, dispatch = _line(line_id, revision, actor)
    wanted = unit_id or line.owed_by
    unit = Unit.objects.filter(id=wanted, valid_to__isnull=True).first()
    errors = []
    words = instruction.strip()
    if not LEAST <= len(words) <= LONGEST:
        errors.append(
            FieldError(
                "instruction", f"请写明调度要求（{LEAST}—{LONGEST} 字，现为 {len(words)} 字）。"
            )
        )
    if not dispatch.on_date <= by_day <= dispatch.on_date + FARTHEST:
        errors.append(FieldError("by_day", "办理期限须从调度当日起、一个月以内。"))
    if unit is None:
        errors.append(FieldError("unit_id", "请从单位列表中选择承办单位。"))
    elif not _can_see(line, unit.id):
        errors.append(
            FieldError("unit_id", f"{unit.short_name}没有人能知悉这一事项，请选择其他承办单位。")
        )
    if errors or unit is None:
        raise Invalid(*errors)
    line.unit, line.unit_name = unit.id, unit.short_name
    line.instruction, line.by_day, line.reason = words, by_day, ""
    line.decided_by = actor.account_id
    fields = ("unit", "unit_name", "instruction", "by_day", "reason", "decided_by")
    LINES.move(line, LineState.PLANNED, *fields)


def _can_see(line: DispatchLine, unit: UUID) -> bool:
    found = readers(kind="duties.duty", object_id=line.duty, unit_ids=[unit], roles=TOLD)
    return bool(found)


@operation("duties.waive_line")
def waive_line(*, actor: Actor, now: datetime, line_id: UUID, revision: int, reason: str) -> None:
    """Mark a line as needing no act today, with the reason. Never a red node."""
    line, _ = _line(line_id, revision, actor)
    if line.forced:
        raise WrongState("红灯节点必须下达调度要求，不能标为不需办理。")
    if len(reason.strip()) < LEAST:
        raise Invalid.at("reason", f"请写明为什么不需办理（不少于 {LEAST} 个字）。")
    line.reason, line.decided_by = fitting("reason", reason, LONGEST), actor.account_id
    line.unit, line.unit_name, line.instruction, line.by_day = None, "", "", None
    fields = ("reason", "decided_by", "unit", "unit_name", "instruction", "by_day")
    LINES.move(line, LineState.WAIVED, *fields)


@operation("duties.close_dispatch")
def close_dispatch(
    *, actor: Actor, now: datetime, dispatch_id: UUID, revision: int, words: str = ""
) -> int:
    """Send the instructions and fix the day: each becomes a clock of its unit. Returns how many were sent."""
    dispatch = _open(dispatch_id, revision, actor)
    lines = list(dispatch.lines.select_for_update(of=("self",)).order_by("due_on", "id"))
    left = sum(x.state == LineState.PENDING for x in lines)
    if left:
        raise WrongState(f"还有 {left} 项没有安排，请逐项下达要求或标为不需办理。")
    sent = [x for x in lines if x.state == LineState.PLANNED]
    for number, line in enumerate(sent, start=1):
        _send(line, dispatch, number, actor=actor, now=now)
    dispatch.words = fitting("words", words, 500)
    dispatch.closed_at, dispatch.closed_by = now, actor.account_id
    fields = ("words", "closed_at", "closed_by")
    DISPATCHES.move(dispatch, DispatchState.CLOSED, *fields, sent=len(sent))
    return len(sent)


def _send(
    line: DispatchLine, dispatch: Dispatch, number: int, *, actor: Actor, now: datetime
) -> None:
    unit = Unit.objects.get(id=line.unit or line.owed_by)
    line.addressee_unit, line.addressee_path = unit.id, unit.path
    LINES.move(line, LineState.SENT, "addressee_unit", "addressee_path")
    steps.open_duty(
        actor=actor,
        now=now,
        template_code=INSTRUCTION_CODE,
        object_kind=LINE,
        object_id=line.id,
        title=f"{dispatch.on_date:%m月%d日}日调度第 {number} 项",
        responsible=Responsible(unit.id, unit.short_name),
        labels=Labels.of(line),
        due_on=line.by_day,
    )
    steps.notify(
        now=now,
        accounts=[a for a in accounts_at(unit_id=unit.id, roles=TOLD) if a != actor.account_id],
        code=NoticeCode.ARRIVED,
        object_kind=LINE,
        object_id=line.id,
    )


@operation("duties.take_instruction")
def take_instruction(*, actor: Actor, now: datetime, line_id: UUID, revision: int) -> None:
    """The unit confirms that it has the instruction."""
    line = LINES.lock(line_id, revision)
    require(may_answer(actor, line.unit))
    line.taken_on, line.taken_by = day_of(now), actor.account_id
    LINES.move(line, LineState.TAKEN, "taken_on", "taken_by")


@operation("duties.answer_instruction")
def answer_instruction(
    *, actor: Actor, now: datetime, line_id: UUID, revision: int, result: str
) -> None:
    """The unit says what came of it; its clock stops, the next dispatch shows the answer."""
    line = LINES.lock(line_id, revision)
    require(may_answer(actor, line.unit))
    if len(result.strip()) < LEAST:
        raise Invalid.at("result", f"请写明办理结果（不少于 {LEAST} 个字）。")
    line.result = fitting("result", result, 500)
    line.done_on, line.done_by = day_of(now), actor.account_id
    LINES.move(line, LineState.DONE, "result", "done_on", "done_by")
    steps.fulfil(
        actor=actor,
        now=now,
        object_kind=LINE,
        object_id=line.id,
        template_code=INSTRUCTION_CODE,
        reason="已回复调度要求",
    )
    if line.decided_by is not None and line.decided_by != actor.account_id:
        steps.notify(
            now=now,
            accounts=[line.decided_by],
            code=NoticeCode.ANSWERED,
            object_kind=LINE,
            object_id=line.id,
        )
