"""Call a meeting: who, when, where, about what. Until it is held more units and items may come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from lianxun.access import steps as access
from lianxun.access.readers import readers
from lianxun.coordination import rules
from lianxun.coordination.common import (
    KIND,
    MEETINGS,
    TOLD,
    about_of,
    agenda_of,
    facts_of,
    invited,
    tell,
    units_named,
)
from lianxun.coordination.enums import BODIES, MeetingKind, MeetingState
from lianxun.coordination.models import AgendaItem, Invitation, Meeting
from lianxun.duties.enums import NoticeCode
from lianxun.fabric.labels import Labels
from lianxun.fabric.models import Level
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import FieldError, Invalid, WrongState
from lianxun.kernel.texts import fitting
from lianxun.organisation.models import Unit
from lianxun.trace.door import operation
from lianxun.trace.rows import require

# What is decided is due within a year; whoever was asked to come reads the meeting for another year after that.
DUE_DAYS, READING_DAYS = 366, 732
MOST_ITEMS, TOPIC = 30, 200
AHEAD_DAYS, BEHIND_DAYS = 366, 366


@operation("coordination.convene")
def convene(
    *,
    actor: Actor,
    now: datetime,
    body_id: UUID,
    kind: str,
    title: str,
    planned_on: date,
    place: str,
    begins: time | None = None,
    topics: Sequence[str] = (),
    units: tuple[UUID, ...] = (),
    level: int = Level.INTERNAL,
) -> UUID:
    """Call a meeting of a body: it, its office and the units that are asked to come see it, nobody else.

    ``topics`` are items about no inspected organisation; such ones come by ``add_item``. A meeting that was
    held already may be put down afterwards, within a year. Returns its id.
    """
    body = body_named(body_id, actor)
    named = units_named("units", units)
    words = [t.strip() for t in topics if t.strip()]
    errors = errors_of(
        today=now.date(),
        kind=kind,
        title=title,
        planned_on=planned_on,
        place=place,
        topics=words,
        level=level,
        actor=actor,
    )
    if errors:
        raise Invalid(*errors)
    meeting = Meeting.objects.create(
        created_at=now,
        body=body,
        kind=kind,
        title=title.strip(),
        planned_on=planned_on,
        begins=begins,
        place=place.strip(),
        state=MeetingState.CONVENED,
        convened_by_id=actor.account_id,
        level=level,
        region=body.region,
        owner_unit=body.id,
        owner_path=body.path,
    )
    for topic in words:
        add(meeting, topic, Labels.of(meeting), now=now)
    ask(meeting, named, actor=actor, now=now)
    tell(meeting, [body.id, *units], NoticeCode.MEETING, now=now, but=actor.account_id)
    meeting.save(update_fields=["items"])
    MEETINGS.note(meeting, kind=kind, units=len(named), items=meeting.items)
    return meeting.id


def body_named(body_id: UUID, actor: Actor) -> Unit:
    """The body whose meetings the actor may run. Raises ``Invalid`` or ``Refused``."""
    body = Unit.objects.filter(id=body_id, kind__in=BODIES, valid_to__isnull=True).first()
    if body is None:
        raise Invalid.at(
            "body_id", "请选择召集机构：领导小组、协调对接委员会、联络员办公室或任务组。"
        )
    require(rules.may_run(actor, body_path=body.path, region=body.region))
    return body


def errors_of(
    *,
    today: date,
    kind: str,
    title: str,
    planned_on: date,
    place: str,
    topics: list[str],
    level: int,
    actor: Actor,
    kinds: tuple[str, ...] = (MeetingKind.REGULAR, MeetingKind.JOINT),
) -> list[FieldError]:
    errors = []
    if kind not in kinds:
        errors.append(FieldError("kind", "请选择会议类别。"))
    if not 0 < len(title.strip()) <= 120:
        errors.append(FieldError("title", "请填写会议名称（不超过 120 字）。"))
    if not 0 < len(place.strip()) <= 80:
        errors.append(FieldError("place", "请填写地点（不超过 80 字）。"))
    if not -BEHIND_DAYS <= (planned_on - today).days <= AHEAD_DAYS:
        errors.append(FieldError("planned_on", "召开日期须在前后一年以内。"))
    if level not in Level.values or level > actor.clearance:
        errors.append(FieldError("level", "级别不能高于您本人的知悉级别。"))
    if len(topics) > MOST_ITEMS:
        errors.append(
            FieldError("topics", f"议题不超过 {MOST_ITEMS} 项（现为 {len(topics)} 项）。")
        )
    errors += [
        FieldError("topics", f"第 {n} 项议题不超过 {TOPIC} 字（现为 {len(t)} 字）。")
        for n, t in enumerate(topics, start=1)
        if len(t) > TOPIC
    ]
    return errors


@operation("coordination.invite")
def invite(
    *, actor: Actor, now: datetime, meeting_id: UUID, revision: int, units: tuple[UUID, ...]
) -> None:
    """Ask more units to come. A unit that was asked before is not asked twice."""
    meeting = MEETINGS.lock(meeting_id, revision)
    require(rules.may_prepare(actor, facts_of(meeting, len(agenda_of(meeting)))))
    known = set(invited(meeting))
    named = [u for u in units_named("units", units) if u.id not in known]
    if not named:
        raise Invalid.at("units", "请选择还没有通知的单位。")
    check_readers(meeting, named)
    ask(meeting, named, actor=actor, now=now)
    tell(meeting, [u.id for u in named], NoticeCode.MEETING, now=now, but=actor.account_id)
    MEETINGS.save(meeting, units=len(named))


@operation("coordination.add_item")
def add_item(
    *,
    actor: Actor,
    now: datetime,
    meeting_id: UUID,
    revision: int,
    topic: str,
    subject_id: UUID | None = None,
    level: int = Level.INTERNAL,
) -> UUID:
    """Put one more item on the agenda. About an inspected organisation (``subject_id``): neither it nor
    anybody recused from it sees the item, its minutes or what was decided."""
    meeting = MEETINGS.lock(meeting_id, revision)
    require(rules.may_prepare(actor, facts_of(meeting, len(agenda_of(meeting)))))
    if meeting.kind == MeetingKind.INQUIRY:
        raise WrongState("联合研判只议一个问题，请另行召集会议。")
    words = fitting("topic", topic, TOPIC)
    if not words:
        raise Invalid.at("topic", "请填写议题。")
    if meeting.items >= MOST_ITEMS:
        raise Invalid.at("topic", f"一次会议的议题不超过 {MOST_ITEMS} 项。")
    if level not in Level.values or not meeting.level <= level <= actor.clearance:
        raise Invalid.at("level", "级别不能低于会议的级别，也不能高于您本人的知悉级别。")
    labels = replace(Labels.of(meeting), level=level)
    if subject_id is not None:
        (subject,) = units_named("subject_id", [subject_id])
        labels = replace(labels, subject_org=subject.id, subject_path=subject.path)
    item = add(meeting, words, labels, now=now)
    MEETINGS.save(meeting, "items", item=str(item.id))
    return item.id


@operation("coordination.cancel")
def cancel(*, actor: Actor, now: datetime, meeting_id: UUID, revision: int, reason: str) -> None:
    """Call the meeting off; whoever was asked to come is told."""
    meeting = MEETINGS.lock(meeting_id, revision)
    require(rules.may_prepare(actor, facts_of(meeting, len(agenda_of(meeting)))))
    if len(reason.strip()) < 5:
        raise Invalid.at("reason", "请写明取消理由（不少于 5 个字）。")
    meeting.remark = fitting("reason", reason, 300)
    for decision in meeting.decisions.filter(state="draft"):
        decision.state = "dropped"
        decision.save(update_fields=["state"])
    MEETINGS.move(meeting, MeetingState.CANCELLED, "remark")
    units = [meeting.body_id, *invited(meeting)]
    tell(meeting, units, NoticeCode.MEETING_OFF, now=now, but=actor.account_id)


def add(meeting: Meeting, topic: str, labels: Labels, *, now: datetime) -> AgendaItem:
    meeting.items += 1
    return AgendaItem.objects.create(
        created_at=now,
        meeting=meeting,
        number=meeting.items,
        topic=topic,
        **labels.columns(),
        **about_of(meeting),
    )


def ask(meeting: Meeting, units: Iterable[Unit], *, actor: Actor, now: datetime) -> None:
    """The unit learns of the meeting, and of no matter that is talked about there."""
    until = max(meeting.planned_on, now.date()) + timedelta(days=READING_DAYS)
    labels = Labels.of(meeting)
    for unit in units:
        columns = labels.columns() | {"addressee_unit": unit.id, "addressee_path": unit.path}
        Invitation.objects.create(
            created_at=now, meeting=meeting, unit=unit, **columns, **about_of(meeting)
        )
        if unit.id in (actor.unit_id, meeting.body_id):
            continue  # the body and the office see it anyway
        access.let_participate(
            actor=actor,
            now=now,
            object_kind=KIND,
            object_id=meeting.id,
            unit_id=unit.id,
            purpose="参加会议",
            valid_to=until,
        )


def check_readers(meeting: Meeting, units: Sequence[Unit]) -> dict[UUID, list[UUID]]:
    """Units asked to an inquiry and their people who see what it is about. An invitation opens nothing: a unit
    without such people is not asked. Raises ``Invalid`` that names it."""
    if meeting.about_id is None:
        return {}
    found = readers(
        kind=meeting.about_kind,
        object_id=meeting.about_id,
        unit_ids=[u.id for u in units],
        roles=TOLD,
    )
    blind = [u.short_name for u in units if u.id not in found]
    if blind:
        raise Invalid.at(
            "units",
            f"{'、'.join(blind)}没有能知悉该事项的人员，不能参加研判；确需参加的，请先在事项页按用途共享。",
        )
    return found
