"""What the job stores about a lead, and what it refuses to read."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from lianxun.advice import engine, queries, similar
from lianxun.advice import operations as do
from lianxun.advice.models import Advice, IndexEntry, ModelVersion, Release
from lianxun.fabric.identity import acting_as
from lianxun.kernel.problems import NotFound, Refused
from lianxun.leads import operations as leads
from lianxun.leads.models import Lead
from tests.advice.conftest import BRIBE, TITLE, prepare, read, register, service
from tests.support.recorded import Recorded


def about(cast: Any, lead: Any, who: str = "clerk") -> Any:
    return queries.for_lead(actor=cast[who], now=cast.now, lead_id=lead)


def stored(lead: Any) -> list[Advice]:
    with acting_as(service().account_id, service="advice"):
        return list(Advice.objects.filter(lead_id=lead))


def jobs() -> list[dict[str, Any]]:
    rows = ProcrastinateJob.objects.filter(task_name="advice.prepare")
    return [job.args for job in rows]


def test_registering_queues_the_job_and_waits_for_no_engine(cast: Any) -> None:
    lead = register(cast)
    assert {"lead_id": str(lead)} in jobs()
    waiting = about(cast, lead)
    assert (waiting.ready, waiting.sealed, waiting.facets[0].leaves) == (False, False, ())


def test_the_reason_for_a_suggestion_is_words_rules_and_a_sentence(cast: Any, lead: Any) -> None:
    seen = about(cast, lead)
    nature = seen.facets[0]
    bribery = next(leaf for leaf in nature.leaves if leaf.code == "TP-C2")
    assert bribery.name.startswith("受贿")
    assert 60 <= bribery.percent <= 99
    assert bribery.rules
    assert "职务" in bribery.definition
    words = {w.words for w in bribery.favour}
    assert any("收受" in w or "好处" in w or "职务便利" in w for w in words)
    for word in bribery.favour + bribery.against:
        for start, end in word.places:
            assert seen.text[start:end] == word.words
    assert len(bribery.favour) <= 8
    assert len(bribery.against) <= 3


def test_facts_gaps_and_urgency_stand_in_the_text(cast: Any) -> None:
    lead = read(
        cast,
        title="反映某村会计冒领补贴",
        summary="村会计正在销毁账本。他冒领退耕还林补助12万元，车牌云A12345。",
    )
    reading = about(cast, lead).reading
    assert [f.norm for f in reading.facts if f.type == "amount"] == ["120,000.00 元"]
    assert "when" in {g.code for g in reading.gaps}
    assert reading.level_label == "紧急"
    assert reading.reasons[0].rule == "evidence"
    assert "账" in reading.reasons[0].words[0]


def test_the_trace_names_model_hash_and_codes_and_no_words(cast: Any, heard: Recorded) -> None:
    lead = read(cast)
    body = heard.of("advice.prepare")[-1]
    detail = body["detail"]
    assert body["obj_id"] == str(lead)
    assert body["service"] == "advice"
    assert detail["model"].startswith("triage-")
    assert len(detail["model_sha256"]) == 64
    assert "TP-C2" in detail["suggested"]["TP-1"]
    assert "卞国强" not in repr(body)
    assert "收受" not in repr(body)


def test_the_same_wording_is_read_once(cast: Any, lead: Any) -> None:
    assert prepare(cast, lead).done is False
    assert len(stored(lead)) == 1


def test_a_new_wording_is_read_again_and_the_old_one_is_not_shown(cast: Any, lead: Any) -> None:
    with acting_as(cast["clerk"].account_id), transaction.atomic():
        Lead.objects.filter(id=lead).update(
            title="反映整改不力", summary="某局长长期不落实整改要求，敷衍应付。"
        )
    changed = about(cast, lead)
    assert (changed.ready, changed.stale) == (False, True)
    assert prepare(cast, lead).done is True
    assert "TP-C2" not in about(cast, lead).facets[0].suggested


def test_the_shipped_model_is_installed_once_with_its_hash(cast: Any, lead: Any) -> None:
    read(cast, title="反映另一件事", summary="某镇干部公款吃喝，金额三千元，2025年1月，有发票。")
    with acting_as(service().account_id, service="advice"):
        assert ModelVersion.objects.count() == 1
        assert Release.objects.get().kind == "install"
        model = ModelVersion.objects.get()
    assert model.name == engine.pack(engine.shipped_folder()).name


def test_a_sealed_lead_reaches_no_model_and_no_index(cast: Any, heard: Recorded) -> None:
    lead = register(cast)
    with acting_as(cast["leader"].account_id), transaction.atomic():
        Lead.objects.filter(id=lead).update(level=3)
    assert prepare(cast, lead).done is False
    assert stored(lead) == []
    assert heard.of("advice.prepare")[-1]["detail"] == {"sealed": True}
    seen = about(cast, lead, "leader")
    assert seen.sealed
    assert "again" not in seen.permitted
    with pytest.raises(Refused, match="请人工研判"):
        do.request_again(actor=cast["leader"], now=cast.now, lead_id=lead)


def test_a_lead_in_a_compartment_is_sealed() -> None:
    from lianxun.advice.rules import LeadFacts, sealed

    assert sealed(LeadFacts("registered", 2, None, "c1"))
    assert sealed(LeadFacts("registered", 3, None, None))
    assert not sealed(LeadFacts("registered", 2, None, None))


def test_the_reporters_lines_reach_neither_suggestion_nor_index(cast: Any) -> None:
    letter = (
        BRIBE
        + "\n举报人：甘来信，电话13912345678\n我叫甘来信，身份证110101199003070011，家住幸福街1号。"
    )
    lead = read(cast, summary=letter)
    seen = about(cast, lead)
    assert seen.reading.reporter_lines
    shown = [f.words for f in seen.reading.facts]
    assert not any("甘来信" in w or "13912345678" in w for w in shown)
    with acting_as(service().account_id, service="advice"):
        entry = IndexEntry.objects.get(lead_id=lead)
    import zlib

    assert "甘来" not in zlib.decompress(bytes(entry.terms)).decode()


def test_strangers_learn_nothing(cast: Any, lead: Any) -> None:
    for stranger in ("contact", "neighbour", "finance", "system_admin", "other_city"):
        with pytest.raises(NotFound):
            about(cast, lead, stranger)
        with pytest.raises(NotFound):
            do.request_again(actor=cast[stranger], now=cast.now, lead_id=lead)


def test_asking_again_queues_one_job(cast: Any) -> None:
    lead = register(cast)
    do.request_again(actor=cast["clerk"], now=cast.now, lead_id=lead)
    do.request_again(actor=cast["clerk"], now=cast.now, lead_id=lead)
    assert jobs().count({"lead_id": str(lead)}) == 1


# --- the audit sample ------------------------------------------------------------------------------


def test_a_lead_of_the_sample_shows_no_class_but_everything_else(
    cast: Any, audit_sample: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lianxun.advice.operations.preparing.held_back", lambda *_: True)
    lead = read(cast)
    seen = about(cast, lead)
    assert seen.held_back
    assert [f.leaves for f in seen.facets] == [(), ()]
    assert "抽样件" in seen.facets[0].reason
    assert seen.reading.facts
    assert stored(lead)[0].content["facets"]["TP-1"]["leaves"], "kept for the comparison"


def test_about_one_lead_in_twenty_is_drawn(audit_sample: None, cast: Any) -> None:
    from lianxun.advice.operations.preparing import _audit_key
    from lianxun_insight.triage.learning import held_back

    drawn = sum(held_back(f"lead {n}", _audit_key(), 0.05) for n in range(4000))
    assert 140 <= drawn <= 260


# --- without the extra -----------------------------------------------------------------------------


def test_without_the_extra_facts_and_urgency_remain_and_the_page_says_so(
    cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "installed", lambda: False)
    lead = read(cast)
    seen = about(cast, lead)
    assert (seen.ready, seen.engine, seen.model) == (True, False, "")
    assert seen.facets[0].reason == engine.MISSING
    assert seen.reading.facts
    assert "ask_similar" not in seen.permitted
    do.decide(
        actor=cast["clerk"], now=cast.now, lead_id=lead, facet="TP-1", decided=["TP-C2"],
        reason="未作建议，由人工认定", advice_id=seen.advice_id,
    )  # fmt: skip


def test_once_the_extra_is_there_the_lead_is_read_again(
    cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as light:
        light.setattr(engine, "installed", lambda: False)
        lead = read(cast)
    assert prepare(cast, lead).done is True
    assert about(cast, lead).engine


# --- what the sweep puts right ---------------------------------------------------------------------


def test_the_sweep_queues_what_nobody_read_and_forgets_what_left_search(cast: Any) -> None:
    unread, held = register(cast), read(cast, title="反映另一件事")
    with acting_as(cast["leader"].account_id), transaction.atomic():
        Lead.objects.filter(id=held).update(level=3)
    done = do.sweep(actor=service(), now=cast.now)
    assert done.queued >= 1
    assert done.forgotten == 1
    assert {"lead_id": str(unread)} in jobs()
    with acting_as(service().account_id, service="advice"):
        assert IndexEntry.objects.get(lead_id=held).terms is None


@pytest.mark.parametrize("act", ["return_lead", "forward"])
def test_a_lead_without_a_case_leaves_search_in_the_same_transaction(cast: Any, act: str) -> None:
    first = read(cast)
    second = read(cast, "coordinator", title=TITLE + "（重复来信）")
    assert [s.id for s in about(cast, second, "coordinator").similar] == [first]
    getattr(leads, act)(
        actor=cast["coordinator"], now=cast.now, lead_id=first, revision=1, reason="不属受理范围。"
    )
    assert about(cast, second, "coordinator").similar == ()
    with acting_as(service().account_id, service="advice"):
        gone = IndexEntry.objects.get(lead_id=first)
        assert (gone.terms, gone.signature, gone.text_digest) == (None, None, "")
        assert similar.size() == 1
    third = read(cast, "coordinator", title=TITLE + "（第三次来信）")
    assert [s.id for s in about(cast, third, "coordinator").similar] == [second]
