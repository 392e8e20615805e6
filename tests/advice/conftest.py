"""Leads to advise about, and the service that does it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from lianxun.access.queries import service_actor
from lianxun.advice import operations as advice
from lianxun.kernel.actor import Actor
from lianxun.leads import operations as leads
from tests.support.cast import unit_id
from tests.support.recorded import Recorded, listen

BRIBE = (
    "2024年3月至10月，云岭示范投资集团置业公司副总经理卞国强利用分管工程招标的职务便利，多次收受供应商胡三喜"
    "现金共计三十万元和购物卡，帮助其公司中标示范园区三期工程。胡三喜的转账记录和通话录音可以作证。"
)
TITLE = "反映置业公司负责人收受供应商好处费"
OTHER = (
    "2025年2月，石桥县某镇民政所长在低保审核中优亲厚友，为三户不符合条件的亲属违规办理低保，"
    "涉及资金四万元，村里公示栏照片可以证明。"
)


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


def service() -> Actor:
    return service_actor(service="advice")


def prepare(cast: Any, lead_id: UUID) -> Any:
    """What the job does."""
    return advice.prepare(actor=service(), now=cast.now, lead_id=lead_id)


def read(cast: Any, who: str = "clerk", **changes: Any) -> UUID:
    """Registered and read by the job."""
    found = register(cast, who, **changes)
    prepare(cast, found)
    return found


@pytest.fixture
def lead(cast: Any) -> UUID:
    return read(cast)


@pytest.fixture(autouse=True)
def not_in_the_sample(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids are random, so is the audit sample: fixed for every test but those about it."""
    if "audit_sample" not in request.fixturenames:
        monkeypatch.setattr("lianxun.advice.operations.preparing.held_back", lambda *_: False)


@pytest.fixture
def audit_sample() -> None:
    """A test that asks for it sees the real drawing of the sample."""


@pytest.fixture
def heard(cast: Any, monkeypatch: pytest.MonkeyPatch) -> Recorded:
    """What the trace took in: ``heard.of("advice.decide")``."""
    return listen(monkeypatch)
