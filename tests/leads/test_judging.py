"""Screening, group study, signature: three different people, each state its own acts."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from lianxun.duties.models import Duty
from lianxun.fabric.identity import acting_as
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from lianxun.leads.models import Lead
from tests.leads.support import Desk
from tests.support.cast import account_id
from tests.support.recorded import Recorded


def clocks(lead: Any) -> dict[str, str]:
    with acting_as(account_id("coordinator")), transaction.atomic():
        rows = Duty.objects.filter(object_kind="leads.lead", object_id=lead)
        return dict(rows.values_list("template_code", "state"))


def test_screening_sets_the_class_and_stops_its_clock(desk: Desk, trace: Recorded) -> None:
    lead = desk.register()
    desk.act("screen", "coordinator", lead, discipline="crime")
    record = desk.see(lead)
    assert (record.state, record.discipline) == ("screened", "crime")
    assert clocks(lead) == {"DT-LD-SORT": "fulfilled"}
    (body,) = trace.of("leads.screen")
    assert (body["rule"], body["obj_rev"], body["detail"]["to"]) == ("LEAD-SCREEN", 2, "screened")


# act, state it needs, who may, arguments
JUDGING = {
    "screen": ("registered", "coordinator", {"discipline": "work"}),
    "study": ("screened", "coordinator", {"minutes": "集体研究，同意移交。"}),
    "approve": ("under_group_study", "leader", {}),
    "return_lead": ("registered", "coordinator", {"reason": "不属受理范围。"}),
    "forward": ("screened", "coordinator", {"reason": "业务诉求，转主管部门。"}),
}


@pytest.mark.parametrize("name", JUDGING)
def test_an_act_at_an_old_revision_changes_nothing(desk: Desk, name: str) -> None:
    state, who, given = JUDGING[name]
    lead = desk.at(state)
    before = desk.see(lead)
    with pytest.raises(Stale, match="刚被他人修改"):
        desk.act(name, who, lead, revision=before.revision - 1, **given)
    assert desk.see(lead) == before


@pytest.mark.parametrize("name", JUDGING)
@pytest.mark.parametrize("state", ["transferred", "received", "done"])
def test_what_was_handed_over_is_judged_no_more(desk: Desk, name: str, state: str) -> None:
    _, who, given = JUDGING[name]
    lead = desk.at(state)
    with pytest.raises(WrongState, match="不能改为"):
        desk.act(name, who, lead, **given)


@pytest.mark.parametrize("name", JUDGING)
def test_nobody_judges_a_lead_he_cannot_see(desk: Desk, name: str) -> None:
    state, _, given = JUDGING[name]
    lead = desk.at(state)
    for stranger in ("finance", "neighbour", "contact", "system_admin"):
        with pytest.raises(NotFound):
            desk.act(name, stranger, lead, **given)


@pytest.mark.parametrize("name", JUDGING)
def test_a_lead_that_does_not_exist_looks_the_same(desk: Desk, name: str) -> None:
    _, who, given = JUDGING[name]
    with pytest.raises(NotFound, match="没有找到，或者您无权知悉"):
        desk.act(name, who, uuid4(), revision=1, **given)


@pytest.mark.parametrize(
    ("name", "field", "value", "words"),
    [
        ("screen", "discipline", "nonsense", "所涉纪律"),
        ("screen", "discipline", "", "所涉纪律"),
        ("study", "minutes", " ", "集体研究意见"),
        ("study", "minutes", "长" * 501, "不超过 500 字"),
        ("return_lead", "reason", "", "理由"),
        ("return_lead", "reason", "长" * 301, "不超过 300 字"),
        ("forward", "reason", "\x00", "无法保存的字符"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(
    desk: Desk, name: str, field: str, value: str, words: str
) -> None:
    state, who, given = JUDGING[name]
    lead = desk.at(state)
    with pytest.raises(Invalid, match=words) as refused:
        desk.act(name, who, lead, **given | {field: value})
    assert [e.place for e in refused.value.errors] == [field]
    assert desk.see(lead).state == state


def test_who_registered_does_not_screen(desk: Desk, trace: Recorded) -> None:
    lead = desk.register("coordinator")
    with pytest.raises(Refused, match="甄别人不能是登记人") as refused:
        desk.act("screen", "coordinator", lead, discipline="work")
    assert refused.value.rule == "LEAD-MAKER-CHECKER"
    (body,) = trace.of("leads.screen")
    assert (body["result"], body["rule"]) == ("deny", "LEAD-MAKER-CHECKER")


def test_the_database_holds_maker_and_checker_apart_too(desk: Desk) -> None:
    lead = desk.register("coordinator")
    with (
        acting_as(account_id("coordinator")),
        pytest.raises(IntegrityError, match="lead_screened_by_another"),
        transaction.atomic(),
    ):
        Lead.objects.filter(id=lead).update(screened_by=account_id("coordinator"))


def test_a_clerk_does_not_screen_what_another_registered(desk: Desk) -> None:
    lead = desk.register("coordinator")
    with pytest.raises(Refused, match="联络员办公室或本任务巡视组") as refused:
        desk.act("screen", "clerk", lead, discipline="work")
    assert refused.value.rule == "LEAD-SCREEN"


@pytest.mark.parametrize("who", ["coordinator", "clerk"])
def test_only_a_head_signs_and_never_what_he_screened(desk: Desk, who: str) -> None:
    lead = desk.at("under_group_study")
    with pytest.raises(Refused) as refused:
        desk.act("approve", who, lead)
    assert refused.value.rule in {"LEAD-APPROVE", "LEAD-MAKER-CHECKER"}
    assert desk.see(lead).state == "under_group_study"


def test_a_leader_who_registered_does_not_sign(desk: Desk) -> None:
    lead = desk.register("leader")
    desk.act("screen", "coordinator", lead, discipline="work")
    desk.act("study", "coordinator", lead, minutes="集体研究，同意移交。")
    with pytest.raises(Refused, match="签批人不能是登记人或甄别人"):
        desk.act("approve", "leader", lead)
    desk.act("approve", "deputy_leader", lead)
    assert desk.see(lead).state == "approved"


def test_no_signature_without_group_study_even_past_the_operations(desk: Desk) -> None:
    lead = desk.at("screened")
    with (
        acting_as(account_id("coordinator")),
        pytest.raises(Exception, match="forbidden transition"),
        transaction.atomic(),
    ):
        Lead.objects.filter(id=lead).update(state="approved")


@pytest.mark.parametrize(("name", "state"), [("return_lead", "returned"), ("forward", "forwarded")])
def test_what_ends_here_leaves_search_at_once_and_gets_a_date(
    desk: Desk, name: str, state: str
) -> None:
    lead = desk.at("screened")
    desk.act(name, "coordinator", lead, reason="不属受理范围。")
    record = desk.see(lead)
    assert (record.state, record.return_reason) == (state, "不属受理范围。")
    assert record.no_case_on == desk.cast.now.date()
    assert clocks(lead)["DT-LD-DESTROY"] == "open"


def test_what_the_group_rejects_is_returned_by_whoever_would_have_signed(desk: Desk) -> None:
    lead = desk.at("under_group_study")
    with pytest.raises(Refused):
        desk.act("return_lead", "coordinator", lead, reason="材料太少。")
    desk.act("return_lead", "leader", lead, reason="集体研究不同意移交。")
    assert desk.see(lead).state == "returned"


# --- duplicates -------------------------------------------------------------------------------------


def test_a_duplicate_is_linked_and_both_leads_stay(desk: Desk) -> None:
    first, second = desk.register(), desk.register()
    desk.act("screen", "coordinator", second, discipline="integrity", duplicate_of=first)
    assert desk.see(second).duplicate_of == first
    assert desk.see(first).state == "registered"


def test_a_lead_is_not_its_own_duplicate_nor_that_of_an_unknown_one(desk: Desk) -> None:
    lead = desk.register()
    for other in (lead, uuid4()):
        with pytest.raises(Invalid, match="没有找到要关联的线索"):
            desk.act("screen", "coordinator", lead, discipline="work", duplicate_of=other)
