"""Similar leads: what is found, who is told, who is not (settled.md 24 and 28)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from lianxun.advice import operations as do
from lianxun.advice import queries, similar
from lianxun.advice.limits import limits
from lianxun.advice.models import IndexEntry, SimilarHit, SimilarQuestion
from lianxun.duties.models import Notice
from lianxun.fabric.identity import acting_as
from lianxun.kernel.problems import NotFound, Refused
from lianxun.leads.models import Lead
from tests.advice.conftest import BRIBE, OTHER, TITLE, prepare, read, register, service
from tests.support.cast import account_id, unit_id
from tests.support.recorded import Recorded

TOLD = (
    "示范投资集团置业公司的卞国强2024年分管招标，供应商胡三喜送了他三十万元现金，"
    "后来胡三喜拿到了园区三期的工程。"
)


def about(cast: Any, lead: Any, who: str = "clerk") -> Any:
    return queries.for_lead(actor=cast[who], now=cast.now, lead_id=lead)


def relations(cast: Any, lead: Any, who: str = "clerk") -> dict[Any, str]:
    return {s.id: s.relation for s in about(cast, lead, who).similar}


@pytest.mark.parametrize(
    ("summary", "relation"),
    [
        (BRIBE + "请尽快处理。", "重复件"),
        (TOLD, "同一事项"),
        (BRIBE.replace("卞国强", "罗大海").replace("胡三喜", "高天明"), "同文异主体"),
    ],
)
def test_the_gate_names_what_a_hit_is(cast: Any, lead: Any, summary: str, relation: str) -> None:
    later = read(cast, title="来信反映置业公司招标问题", summary=summary)
    assert relations(cast, later) == {lead: relation}
    assert relations(cast, lead) == {later: relation}, "the earlier one shows it too"


def test_another_matter_is_no_hit(cast: Any, lead: Any) -> None:
    later = read(cast, title="反映低保优亲厚友", summary=OTHER)
    assert "重复件" not in relations(cast, later).values()
    assert "同一事项" not in relations(cast, later).values()


def test_what_differs_is_named_from_the_readers_side(cast: Any, lead: Any) -> None:
    later = read(cast, summary=BRIBE.replace("卞国强", "罗大海"))
    assert ("罗大海", "卞国强") in about(cast, later).similar[0].differing
    assert ("卞国强", "罗大海") in about(cast, lead).similar[0].differing


def test_repeats_raise_a_hint_and_never_judge_the_writer(cast: Any, lead: Any) -> None:
    from datetime import timedelta

    with acting_as(cast["clerk"].account_id), transaction.atomic():
        Lead.objects.filter(id=lead).update(created_at=cast.now - timedelta(days=3))
    later = read(cast, summary=BRIBE + "请尽快处理。")
    reason = next(r for r in about(cast, later).reading.reasons if r.rule == "repeats")
    assert reason.name == "同一事项第 2 次反映"
    assert "不评价反映人" in reason.advice


def test_repeats_count_only_what_the_reader_sees(
    cast: Any, monkeypatch: pytest.MonkeyPatch, heard: Recorded
) -> None:
    """A number that counts leads of others would tell that they exist (settled.md 24)."""
    from datetime import timedelta

    first = far(cast)
    with acting_as(account_id("petitions")), transaction.atomic():
        Lead.objects.filter(id=first).update(created_at=cast.now - timedelta(days=3))
    later = read(cast)

    def repeats(who: str) -> list[str]:
        return [r.name for r in about(cast, later, who).reading.reasons if r.rule == "repeats"]

    assert repeats("clerk") == []
    assert repeats("coordinator") == ["同一事项第 2 次反映"]
    assert "similar" not in heard.of("advice.prepare")[-1]["detail"]


def test_shared_amounts_are_written_in_yuan(cast: Any, lead: Any) -> None:
    later = read(cast, summary=TOLD)
    shared = about(cast, later).similar[0].shared
    assert "300,000 元" in shared
    assert "30000000" not in shared


def test_a_decided_neighbour_is_shown_under_its_leaf(cast: Any, lead: Any) -> None:
    seen = about(cast, lead)
    do.accept(
        actor=cast["clerk"], now=cast.now, lead_id=lead, facet="TP-1", advice_id=seen.advice_id
    )
    later = read(cast, summary=BRIBE + "请尽快处理。")
    leaf = next(x for x in about(cast, later).facets[0].leaves if x.code == "TP-C2")
    assert [n.id for n in leaf.neighbours] == [lead]


# --- persistence, several processes ----------------------------------------------------------------


def test_the_index_survives_a_restart_and_another_process_catches_up(cast: Any, lead: Any) -> None:
    similar._copies.clear()  # a new process knows nothing
    later = read(cast, summary=TOLD)
    assert relations(cast, later) == {lead: "同一事项"}
    stale = dict(similar._copies)
    similar._copies.clear()
    third = read(cast, summary=BRIBE + "再次来信。")  # by a second process
    similar._copies.update(stale)
    fourth = read(cast, summary=BRIBE + "第四次来信。")  # the first one has to catch up
    assert third in relations(cast, fourth)


def test_a_wording_is_put_in_once_and_replaced_when_it_changes(cast: Any, lead: Any) -> None:
    with acting_as(service().account_id, service="advice"):
        first = IndexEntry.objects.get(lead_id=lead)
    prepare(cast, lead)
    with acting_as(cast["clerk"].account_id), transaction.atomic():
        Lead.objects.filter(id=lead).update(summary=OTHER)
    prepare(cast, lead)
    with acting_as(service().account_id, service="advice"):
        second = IndexEntry.objects.get(lead_id=lead)
    assert second.seq > first.seq
    assert second.text_digest != first.text_digest


def test_a_row_that_a_process_still_remembers_is_checked_before_it_is_told(
    cast: Any, lead: Any
) -> None:
    with acting_as(service().account_id, service="advice"), transaction.atomic():
        SimilarHit.objects.all().delete()
        # Emptied behind the back of this process: no new number, so its copy still has the terms.
        IndexEntry.objects.filter(lead_id=lead).update(terms=None)
    assert relations(cast, read(cast, summary=TOLD)) == {}


# --- who is told -----------------------------------------------------------------------------------


def far(cast: Any, **changes: Any) -> Any:
    """The same matter, registered by the petitions office: other clerks do not see it."""
    return read(cast, "petitions", **({"summary": TOLD} | changes))


def test_the_clerk_hears_yes_and_not_where(cast: Any, lead: Any, heard: Recorded) -> None:
    hidden = far(cast)
    assert relations(cast, lead) == {}
    assert do.ask_similar(actor=cast["clerk"], now=cast.now, lead_id=lead) is True
    body = heard.of("advice.ask_similar")[-1]
    assert body["detail"] == {"told": True}
    assert str(hidden) not in repr(body)
    assert body["rule"] == "ADV-DECIDE"


def test_where_there_is_nothing_the_answer_is_no(cast: Any, lead: Any) -> None:
    assert do.ask_similar(actor=cast["clerk"], now=cast.now, lead_id=lead) is False


def test_what_the_asker_sees_himself_is_no_further_hit(cast: Any, lead: Any) -> None:
    read(cast, summary=TOLD)
    assert do.ask_similar(actor=cast["clerk"], now=cast.now, lead_id=lead) is False


def test_a_mere_resemblance_is_no_similar_lead(cast: Any, lead: Any) -> None:
    hidden = far(cast)
    with acting_as(service().account_id, service="advice"), transaction.atomic():
        hit = SimilarHit.objects.get(lead_id=hidden)
        SimilarHit.objects.all().delete()
        hit.pk, hit.relation = None, "相关"
        SimilarHit.objects.create(
            created_at=cast.now, lead_id=hidden, other_id=lead, relation="相关", cosine=0.2,
            overlap=0.1,
        )  # fmt: skip
    assert do.ask_similar(actor=cast["clerk"], now=cast.now, lead_id=lead) is False


@pytest.mark.parametrize("limit", ["recused", "wall", "compartment", "core"])
def test_silence_where_the_asker_may_not_even_know(cast: Any, lead: Any, limit: str) -> None:
    """R2–R4 for the hit, or a sealed hit: the answer is the same as for nothing at all."""
    from lianxun.access.queries import subject_of
    from lianxun.advice.operations.asking import may_hear
    from lianxun.leads.texts import lead_texts

    hidden = far(cast)
    clerk = cast["clerk"]
    with acting_as(service().account_id, service="advice"):
        text = lead_texts([hidden])[hidden]
    subject = subject_of(actor=clerk, kind="leads.lead", now=cast.now)
    assert may_hear(subject, text)
    from dataclasses import replace

    if limit == "recused":
        subject = replace(subject, recused_orgs=frozenset({unit_id("YL-JT")}))
    elif limit == "wall":
        subject = replace(subject, unit_path=text.labels.subject_path or "")
    elif limit == "compartment":
        text = replace(text, labels=replace(text.labels, compartment="c9"))
    else:  # sealed since: out of the service's sight, so no hit at all
        with acting_as(cast["leader"].account_id), transaction.atomic():
            Lead.objects.filter(id=hidden).update(level=3)
        assert do.ask_similar(actor=clerk, now=cast.now, lead_id=lead) is False
        return
    assert not may_hear(subject, text)


def test_a_hit_without_a_case_is_silent(cast: Any, lead: Any) -> None:
    from lianxun.leads import operations as leads

    hidden = far(cast)
    leads.return_lead(
        actor=cast["coordinator"], now=cast.now, lead_id=hidden, revision=1, reason="不属受理范围。"
    )
    assert do.ask_similar(actor=cast["clerk"], now=cast.now, lead_id=lead) is False


def test_so_many_questions_a_day_each_on_the_record(cast: Any, lead: Any, heard: Recorded) -> None:
    clerk = cast["clerk"]
    most = limits()["similar"]["questions_a_day"]
    for _ in range(most):
        do.ask_similar(actor=clerk, now=cast.now, lead_id=lead)
    with pytest.raises(Refused, match="一天内最多查询 20 次") as refusal:
        do.ask_similar(actor=clerk, now=cast.now, lead_id=lead)
    assert refusal.value.rule == "ADV-RATE"
    assert heard.of("advice.ask_similar")[-1]["result"] == "deny"
    with acting_as(clerk.account_id):
        assert SimilarQuestion.objects.count() == most


@pytest.mark.parametrize("who", ["contact", "neighbour", "finance", "other_city", "system_admin"])
def test_nobody_asks_about_a_lead_he_does_not_see(cast: Any, lead: Any, who: str) -> None:
    with pytest.raises(NotFound):
        do.ask_similar(actor=cast[who], now=cast.now, lead_id=lead)


# --- the desk --------------------------------------------------------------------------------------


def test_the_desk_is_told_of_a_pair_in_different_hands(cast: Any, lead: Any) -> None:
    hidden = far(cast)
    rows = queries.desk(actor=cast["coordinator"], now=cast.now)
    assert [(r.lead_id, r.other_id, r.relation) for r in rows] == [(hidden, lead, "同一事项")]
    assert {rows[0].lead_unit, rows[0].other_unit} == {"省信访局", "联络办"}
    with acting_as(account_id("coordinator")):
        notice = Notice.objects.get(object_kind="advice.desk")
    assert notice.object_id == hidden
    for other in ("other_city", "city_overseer"):
        with acting_as(account_id(other)):
            assert not Notice.objects.filter(object_kind="advice.desk").exists()


def test_the_desk_is_not_told_of_pairs_of_one_unit(cast: Any, lead: Any) -> None:
    read(cast, summary=TOLD)
    assert queries.desk(actor=cast["coordinator"], now=cast.now) == []


def test_a_coordinator_elsewhere_sees_an_empty_desk(cast: Any, lead: Any) -> None:
    far(cast)
    assert queries.desk(actor=cast["other_city"], now=cast.now) == []


@pytest.mark.parametrize("who", ["clerk", "audit", "inspector", "contact", "system_admin"])
def test_the_desk_is_for_coordinators(cast: Any, who: str) -> None:
    with pytest.raises(Refused) as refusal:
        queries.desk(actor=cast[who], now=cast.now)
    assert refusal.value.rule == "ADV-DESK"


def test_a_destroyed_lead_takes_everything_here_with_it(cast: Any, lead: Any) -> None:
    from lianxun.advice.models import Advice, Decision
    from lianxun.fabric.handlers import announce

    register(cast)
    seen = about(cast, lead)
    do.accept(
        actor=cast["clerk"], now=cast.now, lead_id=lead, facet="TP-1", advice_id=seen.advice_id
    )
    with acting_as(cast["clerk"].account_id), transaction.atomic():
        announce("leads.moved", lead_id=lead, state="destroyed", no_case=True)
    with acting_as(service().account_id, service="advice"):
        assert not Advice.objects.filter(lead_id=lead).exists()
        assert not Decision.objects.filter(lead_id=lead).exists()
        assert IndexEntry.objects.get(lead_id=lead).terms is None
    assert TITLE in about(cast, lead).text


# --- worth deciding first --------------------------------------------------------------------------


def test_what_the_model_doubts_comes_first_and_decided_leads_leave(cast: Any, lead: Any) -> None:
    thin = read(cast, title="反映某干部问题", summary="某干部工作作风有些问题，群众有意见。")
    rows = queries.queue(actor=cast["coordinator"], now=cast.now)
    assert rows[0].lead_id == thin
    assert rows[0].why == "模型未作建议"
    for facet in ("TP-1", "TP-2"):
        seen = about(cast, thin)
        suggested = next(f for f in seen.facets if f.facet == facet).suggested
        do.decide(
            actor=cast["clerk"], now=cast.now, lead_id=thin, facet=facet,
            decided=["TP-W1" if facet == "TP-1" else "TP-F01"],
            reason="应归入其他类目" if suggested else "未作建议，由人工认定", note="人工判断。",
        )  # fmt: skip
    assert thin not in {r.lead_id for r in queries.queue(actor=cast["coordinator"], now=cast.now)}


def test_leads_of_the_audit_sample_are_not_called_up(
    cast: Any, audit_sample: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lianxun.advice.operations.preparing.held_back", lambda *_: True)
    read(cast, title="反映某干部问题", summary="某干部工作作风有些问题，群众有意见。")
    assert queries.queue(actor=cast["coordinator"], now=cast.now) == []
