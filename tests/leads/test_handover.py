"""Friday's hand-over: each row answered, one sheet for each receiving unit, a signed receipt."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID, uuid4

import docx
import pytest
from django.db import transaction

from lianxun.documents import queries as documents
from lianxun.documents import storage
from lianxun.duties.models import Duty, Notice
from lianxun.fabric.identity import acting_as
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from lianxun.leads import operations as do
from lianxun.leads import queries
from lianxun.leads.records import Handed, HandOver
from tests.leads.support import JW, REPORTER, ZZ, Desk
from tests.support.cast import account_id, unit_id
from tests.support.recorded import Recorded


def row(desk: Desk, lead: UUID, to: UUID = JW, revision: int = 0) -> HandOver:
    return HandOver(lead_id=lead, revision=revision or desk.see(lead).revision, recipient_id=to)


def hand_over(desk: Desk, *rows: HandOver, who: str = "coordinator") -> dict[UUID, Handed]:
    answers = do.hand_over(actor=desk.cast[who], now=desk.cast.now, rows=rows)
    return {x.lead_id: x for x in answers}


def papers(desk: Desk, batch: Any, who: str = "coordinator") -> dict[tuple[str, str], Any]:
    with acting_as(account_id(who)), transaction.atomic():
        found = documents.of_object(
            actor=desk.cast[who], object_kind="leads.batch", object_id=batch
        )
    return {(f.title, f.suffix): f for f in found}


def words_of(file: Any) -> str:
    with storage.open_stored(file.sha256) as stream:
        paper = docx.Document(io.BytesIO(stream.read()))
    cells = [c.text for t in paper.tables for r in t.rows for c in r.cells]
    return "\n".join([p.text for p in paper.paragraphs] + cells)


def due(lead: UUID) -> dict[str, str]:
    with acting_as(account_id("coordinator")), transaction.atomic():
        rows = Duty.objects.filter(object_kind="leads.lead", object_id=lead)
        return dict(rows.values_list("template_code", "state"))


def test_every_receiving_unit_gets_one_sheet_with_its_leads(desk: Desk) -> None:
    leads = [desk.at("approved") for _ in range(3)]
    answers = hand_over(desk, row(desk, leads[0]), row(desk, leads[1], ZZ), row(desk, leads[2]))
    assert [answers[x].done for x in leads] == [True, True, True]
    assert answers[leads[0]].batch_id == answers[leads[2]].batch_id != answers[leads[1]].batch_id
    assert answers[leads[0]].message == "已移交省纪委监委"
    assert answers[leads[0]].batch_number == "线移YL-JW〔2026〕1号"
    assert answers[leads[1]].batch_number == "线移YL-ZZ〔2026〕1号"
    assert set(papers(desk, answers[leads[1]].batch_id)) == {
        ("问题线索移交单", ".docx"),
        ("问题线索移交单", ".pdf"),
    }


def test_a_row_that_cannot_go_is_told_why_and_stops_no_other(desk: Desk, trace: Recorded) -> None:
    good, early, about, stale = (
        desk.at("approved"),
        desk.at("screened"),
        desk.at("approved", subject_org=JW),
        desk.at("approved"),
    )
    unseen = uuid4()
    answers = hand_over(
        desk,
        row(desk, good),
        row(desk, early),
        row(desk, about),
        row(desk, stale, revision=1),
        HandOver(lead_id=unseen, revision=1, recipient_id=JW),
        row(desk, desk.at("approved"), uuid4()),
        row(desk, good),  # ticked twice: answered once
    )
    assert len(answers) == 6
    assert answers[good].done
    assert "已甄别”，不能移交" in answers[early].message
    assert "相同或有隶属关系" in answers[about].message
    assert "刚被他人修改" in answers[stale].message
    assert answers[unseen].message == "没有找到，或者您无权知悉。"
    assert [desk.see(x).state for x in (early, about, stale)] == [
        "screened",
        "approved",
        "approved",
    ]
    (body,) = trace.of("leads.hand_over")
    assert (body["detail"]["count"], body["detail"]["refused"]) == (1, 5)


def test_a_unit_without_a_cleared_liaison_officer_gets_nothing(desk: Desk) -> None:
    lead = desk.at("approved")
    answers = hand_over(desk, row(desk, lead, unit_id("LJ-SJ")))
    assert "没有知悉级别足够的联络员" in answers[lead].message
    assert desk.see(lead).state == "approved"


@pytest.mark.parametrize("who", ["clerk", "leader", "discipline", "contact", "system_admin"])
def test_only_the_desk_hands_over(desk: Desk, who: str) -> None:
    lead = desk.at("approved")
    with pytest.raises(Refused, match="归口移交") as refused:
        hand_over(desk, row(desk, lead), who=who)
    assert refused.value.rule == "LEAD-TRANSFER"
    assert desk.see(lead).state == "approved"


def test_nothing_chosen_and_too_much_chosen_are_said(desk: Desk) -> None:
    with pytest.raises(Invalid, match="至少选择一条"):
        hand_over(desk)
    many = [HandOver(lead_id=uuid4(), revision=1, recipient_id=JW) for _ in range(201)]
    with pytest.raises(Invalid, match="一次最多移交 200 条"):
        hand_over(desk, *many)


def test_what_waits_is_listed_for_the_desk_alone_oldest_first(desk: Desk) -> None:
    leads = [desk.at("approved") for _ in range(2)]
    desk.at("screened")
    found = queries.handover(actor=desk.cast["coordinator"], now=desk.cast.now)
    assert [x.id for x in found] == leads
    with pytest.raises(NotFound):
        queries.handover(actor=desk.cast["clerk"], now=desk.cast.now)


# --- transfer of one ---------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["registered", "screened", "under_group_study", "received"])
def test_only_what_was_signed_is_handed_over(desk: Desk, state: str) -> None:
    lead = desk.at(state)
    with pytest.raises(WrongState, match="不能移交"):
        desk.transfer(lead)


@pytest.mark.parametrize("code", ["YL-JT", "YL-JT-1", "YL"])
def test_a_lead_never_goes_to_the_body_it_is_about_above_or_below_it(desk: Desk, code: str) -> None:
    lead = desk.at("approved")
    with pytest.raises(Invalid, match="不得移交"):
        desk.transfer(lead, to=unit_id(code))


def test_one_that_cannot_go_keeps_the_whole_sheet_back(desk: Desk) -> None:
    good, bad = desk.at("approved"), desk.at("screened")
    with pytest.raises(WrongState):
        desk.transfer(good, bad)
    assert desk.see(good).state == "approved"


def test_a_hand_over_starts_the_clock_of_the_receipt_and_tells_the_receiver(desk: Desk) -> None:
    lead = desk.at("transferred")
    assert due(lead) == {"DT-LD-SORT": "fulfilled", "DT-LD-RECEIPT": "open"}
    with acting_as(account_id("discipline")), transaction.atomic():
        notice = Notice.objects.get(object_id=desk.see(lead).batch_id)
        clock = Duty.objects.get(object_id=lead, template_code="DT-LD-RECEIPT")
    assert (notice.code, notice.object_kind) == ("arrived", "leads.batch")
    assert clock.responsible_unit == JW


# --- the answer --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "sorts", "answers"),
    [("member", "DT-LD-FORWARD", "DT-LD-RESULT"), ("audit", "DT-LD-FORWARD", "DT-LD-AUDIT")],
)
def test_what_an_agency_passed_on_runs_under_its_own_clocks_to_the_end(
    desk: Desk, source: str, sorts: str, answers: str
) -> None:
    lead = desk.at("received", source=source)
    assert due(lead) == {
        sorts: "fulfilled",
        "DT-LD-RECEIPT": "fulfilled",
        "DT-LD-OPINION": "open",
        answers: "open",
    }
    desk.act("dispose", "discipline", lead, way="prelim", opinion="集体研究，初步核实。")
    desk.act("record_result", "discipline", lead, outcome="partly", result="部分属实。")
    desk.act("feed_back", "discipline", lead)
    assert due(lead)[answers] == "fulfilled"


def test_the_receiver_signs_and_two_clocks_begin(desk: Desk, trace: Recorded) -> None:
    lead = desk.at("received")
    record = desk.see(lead)
    assert (record.state, record.received_at is not None) == ("received", True)
    assert due(lead) == {
        "DT-LD-SORT": "fulfilled",
        "DT-LD-RECEIPT": "fulfilled",
        "DT-LD-OPINION": "open",
        "DT-LD-RESULT": "open",
    }
    (body,) = trace.of("leads.receive")
    assert body["rule"] == "LEAD-RECEIVE"


@pytest.mark.parametrize("who", ["coordinator", "leader"])
def test_who_handed_over_does_not_sign_for_it(desk: Desk, who: str) -> None:
    lead = desk.at("transferred")
    with pytest.raises(Refused, match="只有接收单位的联络员可以签收"):
        desk.act("receive", who, lead)


def test_another_unit_does_not_even_see_what_it_could_sign(desk: Desk) -> None:
    lead = desk.at("transferred")
    with pytest.raises(NotFound):
        desk.act("receive", "audit", lead)


def test_an_objection_needs_its_reason_and_comes_back_to_the_desk(desk: Desk) -> None:
    lead = desk.at("transferred")
    for reason, words in (("", "不予接收的理由"), ("长" * 301, "不超过 300 字")):
        with pytest.raises(Invalid, match=words):
            desk.act("object_transfer", "discipline", lead, reason=reason)
    desk.act("object_transfer", "discipline", lead, reason="不属我单位管辖。")
    record = desk.see(lead)
    assert (record.state, record.objection) == ("objected", "不属我单位管辖。")
    assert due(lead)["DT-LD-RECEIPT"] == "fulfilled"
    with pytest.raises(WrongState):
        desk.act("receive", "discipline", lead)


def test_after_an_objection_it_goes_elsewhere_and_the_first_sheet_keeps_the_answer(
    desk: Desk,
) -> None:
    lead = desk.at("transferred")
    first = desk.see(lead).batch_id
    desk.act("object_transfer", "discipline", lead, reason="不属我单位管辖。")
    second = desk.transfer(lead, to=ZZ)
    assert desk.see(lead).recipient_name == "省委组织部"
    with pytest.raises(NotFound):
        desk.see(lead, "discipline")
    line = queries.batch(
        actor=desk.cast["coordinator"], now=desk.cast.now, batch_id=first or uuid4()
    ).lines[0]
    assert (line.state, line.reason, line.answered_by) == ("objected", "不属我单位管辖。", "彭砚之")
    desk.act("receive", "personnel", lead)
    assert ("问题线索移交回执", ".pdf") in papers(desk, second)


def test_an_objection_may_also_end_it(desk: Desk) -> None:
    lead = desk.at("transferred")
    desk.act("object_transfer", "discipline", lead, reason="不属受理范围。")
    desk.act("return_lead", "coordinator", lead, reason="按接收单位意见退回。")
    assert desk.see(lead).state == "returned"


def test_many_are_signed_at_once_and_each_row_is_answered(desk: Desk, trace: Recorded) -> None:
    leads = [desk.at("approved") for _ in range(3)]
    batch = desk.transfer(*leads)
    rows = [(x, desk.see(x).revision) for x in leads]
    rows[1] = (leads[1], 1)
    answers = do.receive_many(actor=desk.cast["discipline"], now=desk.cast.now, rows=rows)
    assert [(x.done, x.message[:3]) for x in answers] == [
        (True, "已签收"),
        (False, "此事项"),
        (True, "已签收"),
    ]
    assert [desk.see(x).state for x in leads] == ["received", "transferred", "received"]
    assert not any(t == "问题线索移交回执" for t, _ in papers(desk, batch))
    detail = trace.of("leads.receive_many")[0]["detail"]
    assert (detail["count"], detail["refused"]) == (2, 1)


def test_the_last_answer_makes_the_receipt_with_every_row_on_it(desk: Desk) -> None:
    leads = [desk.at("approved") for _ in range(2)]
    batch = desk.transfer(*leads)
    desk.act("receive", "discipline", leads[0])
    desk.act("object_transfer", "discipline", leads[1], reason="不属我单位管辖。")
    receipt = words_of(papers(desk, batch)["问题线索移交回执", ".docx"])
    for expected in (
        "签收 1 件，提出异议 1 件",
        desk.see(leads[0]).number,
        desk.see(leads[1]).number,
        "不属我单位管辖。",
        "彭砚之",
    ):
        assert expected in receipt
    with acting_as(account_id("coordinator")), transaction.atomic():
        assert Notice.objects.filter(object_id=batch, code="answered").count() == 1


def test_nothing_ticked_is_said(desk: Desk) -> None:
    with pytest.raises(Invalid, match="至少选择一条"):
        do.receive_many(actor=desk.cast["discipline"], now=desk.cast.now, rows=[])


def test_a_stale_signature_signs_nothing(desk: Desk) -> None:
    lead = desk.at("transferred")
    with pytest.raises(Stale):
        desk.act("receive", "discipline", lead, revision=1)
    assert desk.see(lead).state == "transferred"


def test_the_sheet_names_what_is_handed_over_and_nobody_who_reported(
    desk: Desk, custodians: None
) -> None:
    lead = desk.at("transferred", reporter=REPORTER, named=True)
    record = desk.see(lead)
    text = words_of(papers(desk, record.batch_id)["问题线索移交单", ".docx"])
    assert record.number in text
    assert record.title in text
    for secret in (REPORTER.name, REPORTER.contact, REPORTER.address, "实名", "反映人"):
        assert secret not in text


def test_strangers_see_neither_the_sheet_nor_its_papers(desk: Desk) -> None:
    lead = desk.at("transferred")
    batch = desk.see(lead).batch_id
    for stranger in ("finance", "neighbour", "contact", "audit_admin"):
        with pytest.raises(NotFound):
            queries.batch(actor=desk.cast[stranger], now=desk.cast.now, batch_id=batch or uuid4())
        assert papers(desk, batch, stranger) == {}
