"""One list of similar leads: the engine's where it read the lead, else by wording; never two."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxun.advice import queries
from lianxun.advice.likeness import likeness, pairs
from lianxun.advice.queries.alike import BY_WORDING
from lianxun.kernel.problems import NotFound
from tests.advice.conftest import BRIBE, read
from tests.leads.support import Desk
from tests.support.cast import unit_id
from tests.support.recorded import Recorded
from tests.web.test_pages import client_of

texts = st.text(alphabet="招标采购项目拆分供应商 ，。12", max_size=40)


@given(texts, texts)
def test_likeness_is_symmetric_and_between_0_and_1(one: str, other: str) -> None:
    score = likeness(one, other)
    assert 0 <= score <= 1
    assert score == likeness(other, one)


@given(texts)
def test_a_text_is_like_itself_unless_it_says_nothing(one: str) -> None:
    assert likeness(one, one) == (1.0 if pairs(one) else 0.0)


@given(texts)
def test_punctuation_does_not_matter(one: str) -> None:
    assert pairs(one) == pairs(f"，{one}。 ")


@pytest.fixture
def desk(cast: Any) -> Desk:
    return Desk(cast)


def alike(desk: Desk, lead: Any, who: str = "coordinator") -> list[Any]:
    return queries.similar_leads(actor=desk.cast[who], now=desk.cast.now, lead_id=lead)


def test_unread_leads_are_listed_by_wording_most_alike_first(desk: Desk, heard: Recorded) -> None:
    lead = desk.register()
    same = desk.register(title="置业公司八个项目未招标")
    near = desk.register(
        title="反映置业公司拆分项目", summary="2025年以来，拆分项目后直接交由同一供应商。"
    )
    far = desk.register(title="反映食堂卫生", summary="职工食堂多次出现卫生问题，无人过问。")
    elsewhere = desk.register(subject_org=unit_id("YL-DX"))
    found = alike(desk, lead)
    assert [x.id for x in found] == [same, near]
    assert {x.relation for x in found} == {BY_WORDING}
    assert found[0].percent > found[1].percent >= 15
    assert {far, elsewhere}.isdisjoint(x.id for x in found)
    (body,) = heard.of("advice.similar")
    assert body["detail"]["count"] == 2
    assert "置业" not in str(body)


def test_what_the_engine_read_is_listed_by_its_relation(cast: Any, lead: Any) -> None:
    later = read(cast, title="来信反映置业公司招标问题", summary=BRIBE + "请尽快处理。")
    for one, other in ((later, lead), (lead, later)):
        found = queries.similar_leads(actor=cast["clerk"], now=cast.now, lead_id=one)
        assert [(x.id, x.relation) for x in found] == [(other, "重复件")]


def test_every_page_shows_the_same_list(cast: Any, lead: Any) -> None:
    """The panel beside a lead, the page of suggestions and the form of the screener."""
    later = read(cast, title="来信反映置业公司招标问题", summary=BRIBE + "请尽快处理。")
    advice = queries.for_lead(actor=cast["coordinator"], now=cast.now, lead_id=later)
    listed = queries.similar_leads(actor=cast["coordinator"], now=cast.now, lead_id=later)
    assert list(advice.similar) == listed
    form = client_of("coordinator").get(f"/leads/{later}/screen/").content.decode()
    assert f"（重复件，相近 {listed[0].percent}%）" in form
    assert str(lead) in form


def test_an_ended_doubt_is_no_longer_offered(desk: Desk) -> None:
    lead, ended = desk.register(), desk.register()
    desk.act("return_lead", "coordinator", ended, reason="不属受理范围。")
    assert alike(desk, lead) == []


@pytest.mark.parametrize("stranger", ["finance", "neighbour", "contact"])
def test_who_cannot_see_a_lead_learns_nothing_of_what_is_like_it(desk: Desk, stranger: str) -> None:
    lead = desk.register()
    desk.register()
    with pytest.raises(NotFound):
        alike(desk, lead, stranger)
