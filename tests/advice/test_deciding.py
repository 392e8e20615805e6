"""A person decides: happy paths, every refusal, and what is kept of it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from lianxun.advice import operations as do
from lianxun.advice import queries
from lianxun.advice.models import Decision
from lianxun.fabric.identity import acting_as
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from lianxun.leads import operations as leads
from tests.advice.conftest import read, register
from tests.support.recorded import Recorded

NONE = "未作建议，由人工认定"


def about(cast: Any, lead: Any, who: str = "clerk") -> Any:
    return queries.for_lead(actor=cast[who], now=cast.now, lead_id=lead)


def decide(cast: Any, lead: Any, who: str = "clerk", **changes: Any) -> Any:
    given: dict[str, Any] = {
        "facet": "TP-1", "decided": ["TP-L1"], "reason": "应归入其他类目", "note": "只有购物卡，无请托事项。",
    }  # fmt: skip
    return do.decide(actor=cast[who], now=cast.now, lead_id=lead, **(given | changes))


def test_agreeing_takes_exactly_what_was_suggested(cast: Any, lead: Any, heard: Recorded) -> None:
    before = about(cast, lead)
    suggested = before.facets[0].suggested
    do.accept(
        actor=cast["clerk"], now=cast.now, lead_id=lead, facet="TP-1", advice_id=before.advice_id
    )
    decision = about(cast, lead).facets[0].decision
    assert set(decision.decided) == set(suggested)
    assert (decision.reason, decision.by, decision.shown) == ("同意建议", "何晓棠", True)
    detail = heard.of("advice.accept")[-1]["detail"]
    assert detail["model"] == before.model
    assert detail["decided"] == sorted(suggested)
    assert detail["reason"] == "AGREED"


def test_correcting_keeps_reason_suggestion_and_model(
    cast: Any, lead: Any, heard: Recorded
) -> None:
    before = about(cast, lead)
    decide(cast, lead, advice_id=before.advice_id)
    after = about(cast, lead).facets[0].decision
    assert after.decided_names == ("违规收受礼品礼金消费卡",) or "礼品" in after.decided_names[0]
    assert after.note == "只有购物卡，无请托事项。"
    assert after.suggested == before.facets[0].suggested
    body = heard.of("advice.decide")[-1]
    assert body["detail"]["decided"] == ["TP-L1"]
    assert "购物卡" not in repr(body), "the note is free text: it stays out of the trace"


def test_a_second_decision_stands_beside_the_first(cast: Any, lead: Any) -> None:
    decide(cast, lead)
    decide(
        cast, lead, "coordinator", decided=["TP-C2", "TP-L1"], reason="遗漏类目", note="两项都有。"
    )
    assert set(about(cast, lead).facets[0].decision.decided) == {"TP-C2", "TP-L1"}
    with acting_as(cast["clerk"].account_id):
        assert Decision.objects.filter(lead_id=lead).count() == 2


@pytest.mark.parametrize(
    ("changes", "place", "words"),
    [
        ({"decided": []}, "decided", "至少认定一个类目"),
        ({"decided": ["TP-F1"]}, "decided", "不属于维度"),
        ({"decided": ["nonsense"]}, "decided", "不属于维度"),
        ({"facet": "TP-9"}, "decided", "没有维度"),
        ({"reason": "随便"}, "reason", "请选择认定理由"),
        ({"reason": "同意建议"}, "reason", "不能选择“同意建议”"),
        ({"reason": NONE}, "reason", "已有建议"),
        ({"note": "  "}, "note", "一句话说明理由"),
        ({"note": "长" * 301}, "note", "不超过 300 字"),
    ],
)
def test_what_does_not_fit_is_named_at_its_field(
    cast: Any, lead: Any, changes: dict[str, Any], place: str, words: str
) -> None:
    with pytest.raises(Invalid, match=words) as refusal:
        decide(cast, lead, **changes)
    assert [e.place for e in refusal.value.errors] == [place]
    assert about(cast, lead).facets[0].decision is None


def test_without_a_suggestion_the_reason_says_so(cast: Any) -> None:
    lead = register(cast)
    with pytest.raises(Invalid, match="没有显示建议"):
        decide(cast, lead)
    decide(cast, lead, reason=NONE, note="")
    assert about(cast, lead).facets[0].decision.shown is False


def test_agreeing_with_what_is_not_there_is_refused(cast: Any, lead: Any) -> None:
    with pytest.raises(Stale, match="建议已更新"):
        do.accept(actor=cast["clerk"], now=cast.now, lead_id=lead, facet="TP-1", advice_id=uuid4())
    thin = read(cast, title="反映问题", summary="有事情想反映一下情况。")
    seen = about(cast, thin)
    assert seen.facets[0].abstained
    with pytest.raises(WrongState, match="没有作出建议"):
        do.accept(
            actor=cast["clerk"], now=cast.now, lead_id=thin, facet="TP-1", advice_id=seen.advice_id
        )


def test_deciding_on_a_page_that_is_out_of_date_is_refused(cast: Any, lead: Any) -> None:
    with pytest.raises(Stale, match="仍保留在页面上"):
        decide(cast, lead, advice_id=uuid4())


def test_private_life_is_chosen_by_people_only_and_seen_by_few(cast: Any, lead: Any) -> None:
    seen = about(cast, lead)
    assert all(leaf.code != "TP-S1" for f in seen.facets for leaf in f.leaves)
    decide(cast, lead, "coordinator", decided=["TP-S1"], note="材料反映生活作风问题。")
    assert about(cast, lead, "coordinator").facets[0].decision.decided == ("TP-S1",)
    assert about(cast, lead, "leader").facets[0].decision is not None
    assert about(cast, lead, "clerk").facets[0].decision is None


@pytest.mark.parametrize(("element", "value"), [("TP-H2", "第一种形态"), ("TP-H3", "具体可查")])
def test_elements_that_only_people_decide(cast: Any, lead: Any, element: str, value: str) -> None:
    do.record_element(actor=cast["clerk"], now=cast.now, lead_id=lead, element=element, value=value)
    assert value in about(cast, lead).human[0].decided_names[0]


@pytest.mark.parametrize(
    ("element", "value", "place"),
    [("TP-H1", "初步核实", "element"), ("x", "y", "element"), ("TP-H3", "大概可查", "value")],
)
def test_other_elements_are_refused(
    cast: Any, lead: Any, element: str, value: str, place: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        do.record_element(
            actor=cast["clerk"], now=cast.now, lead_id=lead, element=element, value=value
        )
    assert refusal.value.errors[0].place == place


@pytest.mark.parametrize("who", ["contact", "neighbour", "finance", "other_city", "audit_admin"])
def test_strangers_decide_nothing(cast: Any, lead: Any, who: str) -> None:
    with pytest.raises(NotFound):
        decide(cast, lead, who)


def test_an_ended_lead_is_decided_no_more(cast: Any, lead: Any) -> None:
    leads.return_lead(
        actor=cast["coordinator"], now=cast.now, lead_id=lead, revision=1, reason="内容空泛。"
    )
    with pytest.raises(Refused, match="不再认定类别") as refusal:
        decide(cast, lead)
    assert refusal.value.rule == "ADV-DECIDE-STATE"
    assert about(cast, lead).permitted & {"decide"} == set()


@pytest.mark.parametrize(
    "columns",
    [
        {"decided": []},
        {"reason": "应归入其他类目", "note": ""},
    ],
)
def test_the_database_keeps_the_form_of_a_decision(
    cast: Any, lead: Any, columns: dict[str, Any]
) -> None:
    clerk = cast["clerk"]
    values: dict[str, Any] = {
        "created_at": cast.now, "lead_id": lead, "facet": "TP-1", "decided": ["TP-C1"],
        "reason": NONE, "note": "", "shown": False, "taxonomy_version": "1",
        "decided_by_id": clerk.account_id,
    }  # fmt: skip
    with acting_as(clerk.account_id), pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(**(values | columns))


def test_nobody_decides_in_anothers_name(cast: Any, lead: Any) -> None:
    from django.db import DatabaseError

    clerk, other = cast["clerk"], cast["coordinator"]
    with (
        acting_as(clerk.account_id),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        Decision.objects.create(
            created_at=cast.now, lead_id=lead, facet="TP-1", decided=["TP-C1"], reason=NONE,
            shown=False, taxonomy_version="1", decided_by_id=other.account_id,
        )  # fmt: skip
