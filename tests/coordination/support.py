"""Meetings in every state, and the ways to look at them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from lianxun.access import recusal
from lianxun.coordination import operations as do
from lianxun.coordination import queries
from lianxun.coordination.models import Decision, Meeting
from lianxun.coordination.records import DecisionRecord, MeetingRecord
from lianxun.fabric.identity import acting_as
from tests.support.cast import Cast, unit_id

OFFICE, CHAIR = "coordinator", "chair"
COMMITTEE, GROUP = "YL-CC", "YL-LG"
WORDS = "会议听取了各单位情况汇报，原则同意。"


def today(cast: Cast) -> date:
    return cast.now.date()


def asked(cast: Cast, **changes: Any) -> dict[str, Any]:
    """What the convening form carries."""
    given = {
        "body_id": unit_id(COMMITTEE),
        "kind": "regular",
        "title": "协调对接委员会第一次季度会商",
        "planned_on": today(cast),
        "place": "省委巡视办一号会议室",
        "topics": ["通报季度进展", "研究数据共享堵点"],
        "units": (unit_id("YL-SJ"), unit_id("YL-CZ")),
    }
    return {**given, **changes}


def convened(cast: Cast, who: str = OFFICE, **changes: Any) -> UUID:
    return do.convene(actor=cast[who], now=cast.now, **asked(cast, **changes))


def look(cast: Cast, meeting: UUID, who: str = OFFICE) -> MeetingRecord:
    actor = cast[who]
    with acting_as(actor.account_id), transaction.atomic():
        return queries.meeting(actor=actor, now=cast.now, meeting_id=meeting)


def see(cast: Cast, decision: UUID, who: str = OFFICE) -> DecisionRecord:
    actor = cast[who]
    with acting_as(actor.account_id), transaction.atomic():
        return queries.decision(actor=actor, now=cast.now, decision_id=decision)


def act(cast: Cast, call: Any, meeting: UUID, who: str = OFFICE, **values: Any) -> Any:
    given = {"revision": cast.revision(Meeting, meeting), **values}
    return call(actor=cast[who], now=cast.now, meeting_id=meeting, **given)


def judge(cast: Cast, call: Any, decision: UUID, who: str, **values: Any) -> Any:
    given = {"revision": cast.revision(Decision, decision), **values}
    return call(actor=cast[who], now=cast.now, decision_id=decision, **given)


def minutes_of(cast: Cast, meeting: UUID, **changes: Any) -> dict[str, Any]:
    """Complete minutes: everybody came, every item has its text."""
    found = look(cast, meeting)
    given = {
        "held_on": today(cast),
        "minutes": {i.id: WORDS for i in found.agenda},
        "attendance": {i.id: ("present", "分管负责同志") for i in found.invitations},
    }
    return {**given, **changes}


def held(cast: Cast, meeting: UUID, who: str = OFFICE, **changes: Any) -> UUID:
    act(cast, do.record, meeting, who, **minutes_of(cast, meeting, **changes))
    return meeting


def decided(cast: Cast, meeting: UUID, **changes: Any) -> UUID:
    given = {
        "item_id": look(cast, meeting).agenda[0].id,
        "text": "十日内补齐工程审计数据",
        "unit_id": unit_id("YL-SJ"),
        "due_on": today(cast) + timedelta(days=10),
    }
    return act(cast, do.add_decision, meeting, **{**given, **changes})


def closed(cast: Cast, meeting: UUID) -> UUID:
    act(cast, do.confirm, meeting, CHAIR)
    return meeting


def binding(cast: Cast, **changes: Any) -> UUID:
    """A decision that binds the audit office: its minutes are confirmed."""
    meeting = held(cast, convened(cast))
    decision = decided(cast, meeting, **changes)
    closed(cast, meeting)
    return decision


def recuse(cast: Cast, who: str, organisation: str) -> None:
    """From now on ``who`` has to step aside from everything about ``organisation``."""
    recusal.declare_recusal(
        actor=cast[who], now=cast.now, organisation=unit_id(organisation), reason_code="worked"
    )
