"""Leads to advise about, and the service that does it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from lianxun.access.queries import service_actor
from lianxun.advice import operations as advice
from lianxun.leads import operations as leads
from tests.support.cast import unit_id

BRIBE = (
    "2024年3月至10月，云岭示范投资集团置业公司副总经理卞国强利用分管工程招标的职务便利，多次收受供应商胡三喜"
    "现金共计三十万元和购物卡，帮助其公司中标示范园区三期工程。胡三喜的转账记录和通话录音可以作证。"
)
TITLE = "反映置业公司负责人收受供应商好处费"


def register(cast: Any, who: str = "clerk", **changes: Any) -> UUID:
    """A registered lead; ``changes`` over a letter about a bribe."""
    given: dict[str, Any] = {
        "seal_rule": "none",
        "source": "petition",
        "title": TITLE,
        "summary": BRIBE,
        "discipline": "integrity",
        "subject_org": unit_id("YL-JT"),
    }
    return leads.register(actor=cast[who], now=cast.now, **(given | changes))


def prepare(cast: Any, lead_id: UUID) -> Any:
    return advice.prepare(actor=service_actor(service="advice"), now=cast.now, lead_id=lead_id)


@pytest.fixture
def lead(cast: Any) -> UUID:
    """Registered and read by the job."""
    found = register(cast)
    prepare(cast, found)
    return found
