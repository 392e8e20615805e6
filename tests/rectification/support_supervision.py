"""Joint supervisions in every state, and the ways to look at them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from lianxun.rectification import operations as do
from lianxun.rectification import queries
from tests.rectification.support import (
    OFFICE,
    UNIT,
    act,
    look,
    ruled,
    soon,
    submitted,
)
from tests.support.cast import Cast, account_id, unit_id

GROUP = ("discipline", "personnel")
UNITS = ("YL-JW", "YL-ZZ")


def sham(cast: Cast, **changes: Any) -> UUID:
    """An item sent back because its evidence was sham: a trigger holds."""
    item = submitted(cast, **changes)
    act(
        cast,
        do.check,
        OFFICE,
        item,
        verdict="sham",
        finding="台账系事后补造。",
        new_due_on=soon(cast),
    )
    return item


def propose(cast: Cast, item: UUID, who: str = OFFICE, **changes: Any) -> UUID:
    given = {
        "engagement_id": look(cast, item).engagement,
        "items": (item,),
        "units": tuple(unit_id(u) for u in UNITS),
        "reason": "虚假整改，性质严重。",
        "demand": "逐项说明原因，限期整改到位。",
        **changes,
    }
    return do.propose_supervision(actor=cast[who], now=cast.now, **given)


def seen(cast: Cast, supervision: UUID, who: str = OFFICE, **more: Any) -> Any:
    given = {"now": cast.now, **more}
    return queries.supervision(actor=cast[who], supervision_id=supervision, **given)


def step(cast: Cast, call: Any, who: str, supervision: UUID, **values: Any) -> Any:
    given = {"now": cast.now, **values}
    if "revision" not in given:
        given["revision"] = seen(cast, supervision, OFFICE).revision
    return call(actor=cast[who], supervision_id=supervision, **given)


def proposed(cast: Cast) -> UUID:
    return propose(cast, sham(cast))


def approved(cast: Cast) -> UUID:
    found = proposed(cast)
    ruled(cast, found)
    return found


def member(cast: Cast, found: UUID, who: str, **changes: Any) -> Any:
    given = {
        "account_id": account_id(who),
        "role": "head" if who == GROUP[0] else "member",
        "until": soon(cast, 60),
        **changes,
    }
    return step(cast, do.name_supervisor, OFFICE, found, **given)


def staffed(cast: Cast) -> UUID:
    found = approved(cast)
    for who in GROUP:
        member(cast, found, who)
    return found


def noticed(cast: Cast, **changes: Any) -> UUID:
    found = staffed(cast)
    step(cast, do.send_notice, OFFICE, found, **changes)
    return found


def reply(cast: Cast, found: UUID, who: str = UNIT, **changes: Any) -> Any:
    listed = seen(cast, found).listed[0].id
    given = {"listed_id": listed, "text": "已查明原因，补正台账。", **changes}
    return step(cast, do.reply_supervision, who, found, **given)


def on_site(cast: Cast) -> UUID:
    found = noticed(cast)
    reply(cast, found)
    return found


def find(cast: Cast, found: UUID, who: str, verdict: str = "confirmed", **changes: Any) -> Any:
    given = {
        "listed_id": seen(cast, found).listed[0].id,
        "verdict": verdict,
        "finding": "查阅原始凭证，逐笔核对。",
        "visited_on": cast.now.date(),
        **changes,
    }
    return step(cast, do.find_on_site, who, found, **given)


def looked(cast: Cast, second: str = "confirmed") -> UUID:
    found = on_site(cast)
    find(cast, found, GROUP[0])
    find(cast, found, GROUP[1], second)
    return found


def interview(cast: Cast, found: UUID, who: str = OFFICE, **changes: Any) -> Any:
    given = {
        "interviewer_as": "party_head",
        "interviewer": "省委书记 林知远",
        "interviewee": "示范投资集团党委书记 周行远",
        "held_on": cast.now.date(),
        "place": "省委三号楼会议室",
        "demand": "主要负责人履职不到位，限期纠正虚假整改。",
        "pledge": "一个月内整改到位，追究补造台账人员责任。",
        "pledge_due_on": cast.now.date() + timedelta(days=30),
        **changes,
    }
    return step(cast, do.interview_head, who, found, **given)


def interviewed(cast: Cast) -> UUID:
    found = looked(cast, "insufficient")
    interview(cast, found)
    return found


def climb(cast: Cast, found: UUID, who: str = OFFICE, **changes: Any) -> Any:
    given = {"demand": "整改不力，予以通报。", "held_on": cast.now.date(), **changes}
    return step(cast, do.escalate_supervision, who, found, **given)
