"""Items in every state, and the ways to look at them."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

from django.db import transaction

from lianxun.approvals.models import Matter
from lianxun.approvals.operations import vote
from lianxun.fabric.identity import acting_as
from lianxun.kernel.ids import new_id
from lianxun.rectification import operations as do
from lianxun.rectification import queries
from lianxun.rectification.models import Item
from tests.support.cast import Cast, unit_id

OFFICE, UNIT, BODY = "coordinator", "contact", "discipline"
PLAN: dict[str, Any] = {
    "lead_person": "董事长",
    "lead_unit": "采购部",
    "measures": "修订采购办法",
    "standard": "连续三个月无拆分采购",
    "institution": "采购管理办法",
}


def issued(cast: Cast, **changes: Any) -> UUID:
    engagement = changes.get("engagement_id") or new_id()
    given = {
        "engagement_id": engagement,
        "engagement_number": f"巡〔2026〕{engagement.int % 10**9}号",
        "unit_id": unit_id("YL-JT"),
        "title": "下属公司未经招标集中采购",
        "type": "phased",
        "due_on": cast.now.date() + timedelta(days=60),
    }
    return do.issue_item(actor=cast[OFFICE], now=cast.now, **{**given, **changes})


def look(cast: Cast, item: UUID, who: str = OFFICE) -> Any:
    return queries.item(actor=cast[who], now=cast.now, item_id=item)


def act(cast: Cast, call: Any, who: str, item: UUID, **values: Any) -> Any:
    given = {"revision": cast.revision(Item, item), **values}
    return call(actor=cast[who], now=cast.now, item_id=item, **given)


def planned(cast: Cast, **changes: Any) -> UUID:
    item = issued(cast, **changes)
    act(
        cast,
        do.invite,
        OFFICE,
        item,
        units=(unit_id("YL-JW"), unit_id("YL-ZZ")),
        until=cast.now.date() + timedelta(days=200),
    )
    act(cast, do.draft_plan, UNIT, item, **PLAN)
    return item


def reviewed(cast: Cast, **changes: Any) -> UUID:
    item = planned(cast, **changes)
    act(cast, do.submit_plan, UNIT, item, signed_by="董事长 周行远")
    return item


def in_progress(cast: Cast, **changes: Any) -> UUID:
    item = reviewed(cast, **changes)
    act(cast, do.review_plan, BODY, item, opinion="agree")
    act(cast, do.decide_plan, OFFICE, item, approves=True)
    act(cast, do.start, UNIT, item)
    return item


def evidence(cast: Cast, item: UUID, who: str = UNIT, data: bytes = b"") -> UUID:
    return do.add_evidence(
        actor=cast[who],
        now=cast.now,
        item_id=item,
        stream=BytesIO(data or "修订后的采购管理办法全文".encode()),
        name="办法.txt",
        title="采购管理办法",
    )


def submitted(cast: Cast, **changes: Any) -> UUID:
    item = in_progress(cast, **changes)
    evidence(cast, item)
    act(cast, do.submit, UNIT, item, progress="已修订采购办法并开展自查。")
    return item


def confirmed(cast: Cast, **changes: Any) -> UUID:
    item = submitted(cast, **changes)
    act(cast, do.check, OFFICE, item, verdict="confirmed", finding="查阅台账，情况属实。")
    return item


def closed(cast: Cast, **changes: Any) -> UUID:
    item = confirmed(cast, **changes)
    act(cast, do.sign_close_out, OFFICE, item)
    act(cast, do.sign_close_out, BODY, item)
    return item


def soon(cast: Cast, days: int = 20) -> Any:
    return cast.now.date() + timedelta(days=days)


# --- the joint assessment ------------------------------------------------------------------------

SCORERS = ("discipline", "personnel")
SCHEME = "AS-4"
CODES = ("A1", "A2", "A3", "A4")


def assess(cast: Cast, engagement: UUID, **changes: Any) -> UUID:
    given = {
        "engagement_id": engagement,
        "scheme": SCHEME,
        "units": (unit_id("YL-JW"), unit_id("YL-ZZ")),
        "until": soon(cast),
        **changes,
    }
    return do.open_assessment(actor=cast[OFFICE], now=cast.now, **given)


def opened(cast: Cast, **changes: Any) -> UUID:
    """An assessment of an engagement whose one item is struck off."""
    item = closed(cast)
    engagement = look(cast, item).engagement
    return assess(cast, engagement, **changes)


def seen(cast: Cast, assessment: UUID, who: str = OFFICE) -> Any:
    return queries.assessment(actor=cast[who], now=cast.now, assessment_id=assessment)


def step(cast: Cast, call: Any, who: str, assessment: UUID, **values: Any) -> Any:
    given = {"revision": seen(cast, assessment).revision, "now": cast.now, **values}
    return call(actor=cast[who], assessment_id=assessment, **given)


def score(cast: Cast, assessment: UUID, who: str, **deductions: str) -> None:
    given = {code: deductions.get(code, "0") for code in CODES}
    reasons = {code: "查阅台账" for code, points in given.items() if points != "0"}
    step(cast, do.score, who, assessment, deductions=given, reasons=reasons)


def merged(cast: Cast, **changes: Any) -> UUID:
    found = opened(cast)
    for who in SCORERS:
        score(cast, found, who, A3="5")
    step(cast, do.merge_scores, OFFICE, found, **{"summary": "整改总体到位。", **changes})
    return found


def ruled(cast: Cast, assessment: UUID, opinion: str = "agree", comment: str = "") -> None:
    with acting_as(cast["chair"].account_id), transaction.atomic():
        matter = Matter.objects.filter(object_id=assessment, state="pending").get()
    vote(
        actor=cast["chair"],
        now=cast.now,
        matter_id=matter.id,
        revision=matter.revision,
        opinion=opinion,
        comment=comment,
    )


def served(cast: Cast) -> UUID:
    found = merged(cast)
    ruled(cast, found)
    return found
