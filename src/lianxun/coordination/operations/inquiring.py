"""Joint inquiry: several units judge one matter together. The invitation opens nothing: who takes part could see
the matter before, and who may not see it sees nothing of the inquiry."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID

from lianxun.access.queries import known
from lianxun.coordination import rules
from lianxun.coordination.common import (
    KIND,
    MEETINGS,
    about_of,
    agenda_of,
    facts_of,
    invited,
    units_named,
)
from lianxun.coordination.enums import INQUIRED, MeetingKind, MeetingState, Stance
from lianxun.coordination.models import Meeting, Opinion
from lianxun.coordination.operations.convening import (
    add,
    ask,
    body_named,
    check_readers,
    errors_of,
)
from lianxun.duties import steps as duties
from lianxun.duties.enums import NoticeCode
from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import FieldError, Invalid, NotFound
from lianxun.kernel.texts import fitting
from lianxun.trace.door import operation
from lianxun.trace.rows import require

LEAST, MOST = 5, 1000  # characters of an opinion


@operation("coordination.convene_inquiry")
def convene_inquiry(
    *,
    actor: Actor,
    now: datetime,
    about_kind: str,
    about_id: UUID,
    body_id: UUID,
    title: str,
    planned_on: date,
    place: str,
    question: str,
    units: tuple[UUID, ...],
    begins: time | None = None,
) -> UUID:
    """Ask units to judge one engagement, paper, lead or rectification item together.

    The meeting carries the matter's labels, and nobody sees it who does not see the matter. A unit none of whose
    people can see it is not asked. Raises ``NotFound`` where the actor does not see the matter.
    """
    if about_kind not in INQUIRED:
        raise NotFound
    obj = known(kind=about_kind, object_id=about_id)
    body = body_named(body_id, actor)
    named = units_named("units", units)
    errors = errors_of(
        today=now.date(),
        kind=MeetingKind.INQUIRY,
        title=title,
        planned_on=planned_on,
        place=place,
        topics=[],
        level=obj.level,
        actor=actor,
        kinds=(MeetingKind.INQUIRY,),
    )
    if not LEAST <= len(question.strip()) <= 200:
        errors.append(FieldError("question", f"请写明要研判的问题（{LEAST}—200 字）。"))
    if not named:
        errors.append(FieldError("units", "请选择参加研判的单位。"))
    if errors:
        raise Invalid(*errors)
    meeting = Meeting(
        created_at=now,
        body=body,
        kind=MeetingKind.INQUIRY,
        title=title.strip(),
        planned_on=planned_on,
        begins=begins,
        place=place.strip(),
        state=MeetingState.CONVENED,
        convened_by_id=actor.account_id,
        about_kind=about_kind,
        about_id=about_id,
        level=obj.level,
        region=body.region,
        owner_unit=body.id,
        owner_path=body.path,
        engagement=obj.engagement,
        subject_org=obj.subject_org,
        subject_path=obj.subject_path,
        compartment=obj.compartment,
    )
    people = check_readers(meeting, named)
    meeting.save(force_insert=True)
    add(meeting, question.strip(), Labels.of(meeting), now=now)
    ask(meeting, named, actor=actor, now=now)
    meeting.save(update_fields=["items"])
    duties.notify(
        now=now,
        accounts=sorted({a for some in people.values() for a in some} - {actor.account_id}),
        code=NoticeCode.MEETING,
        object_kind=KIND,
        object_id=meeting.id,
    )
    MEETINGS.note(meeting, kind=MeetingKind.INQUIRY.value, units=len(named), about=about_kind)
    return meeting.id


@operation("coordination.opine")
def opine(
    *, actor: Actor, now: datetime, meeting_id: UUID, revision: int, stance: str, text: str
) -> None:
    """Say what the own unit thinks of the question; said again, it replaces what was said before."""
    meeting = MEETINGS.lock(meeting_id, revision)
    facts = facts_of(meeting, len(agenda_of(meeting)), frozenset(invited(meeting)))
    require(rules.may_opine(actor, facts))
    if stance not in Stance.values:
        raise Invalid.at("stance", "请选择态度。")
    words = fitting("text", text, MOST)
    if len(words) < LEAST:
        raise Invalid.at("text", f"请写明研判意见和依据（不少于 {LEAST} 个字）。")
    mine = Opinion.objects.select_for_update().filter(meeting=meeting, unit_id=actor.unit_id)
    found = mine.first()
    if found is None:
        Opinion.objects.create(
            created_at=now,
            meeting=meeting,
            unit_id=actor.unit_id,
            account_id=actor.account_id,
            stance=stance,
            text=words,
            **Labels.of(meeting).columns()
            | {"addressee_unit": actor.unit_id, "addressee_path": actor.unit_path},
            **about_of(meeting),
        )
    else:
        found.stance, found.text, found.account_id = stance, words, actor.account_id
        found.revision += 1
        found.save(update_fields=["stance", "text", "account", "revision"])
    MEETINGS.save(meeting, stance=stance)
