"""Registration: the question that seals comes first, and nobody writes down what he may not read."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction

from lianxun.access.models import Account, Recusal
from lianxun.duties.models import Duty
from lianxun.fabric.identity import acting_as
from lianxun.fabric.once import Repeated, submission
from lianxun.kernel.problems import Invalid, NotFound, Refused
from lianxun.leads import operations as do
from lianxun.leads.models import Lead, SealedRefusal
from tests.leads.support import GIVEN, JT, Desk
from tests.support.cast import account_id, unit_id
from tests.support.recorded import Recorded


def count(model: Any, who: str = "coordinator") -> int:
    with acting_as(account_id(who)), transaction.atomic():
        return int(model.objects.count())


def test_a_registered_lead_carries_what_was_typed_and_its_labels(desk: Desk) -> None:
    record = desk.see(desk.register(named=True))
    assert re.fullmatch(r"线YL-LO〔2026〕\d{5}号", record.number)
    assert (record.title, record.summary) == (GIVEN["title"], GIVEN["summary"])
    assert (record.object_name, record.object_post) == ("某某", "置业公司负责人")
    assert (record.subject_name, record.owner_name) == ("示范投资集团", "联络办")
    assert (record.level, record.state, record.named, record.in_vault) == (
        2,
        "registered",
        True,
        False,
    )


def test_registration_is_one_record_without_a_word_of_the_lead(desk: Desk, trace: Recorded) -> None:
    lead = desk.register()
    (body,) = trace.of("leads.register")
    assert (body["obj"], body["obj_id"], body["rule"]) == (
        "leads.lead",
        str(lead),
        "LEAD-REGISTER",
    )
    assert not any(text in str(body) for text in ("置业", "某某", "未招标", "1200"))


def test_the_clock_of_screening_starts_and_names_only_the_number(desk: Desk) -> None:
    lead = desk.register()
    with acting_as(account_id("coordinator")), transaction.atomic():
        clock = Duty.objects.get(object_kind="leads.lead", object_id=lead)
    assert (clock.template_code, clock.state) == ("DT-LD-SORT", "open")
    assert clock.object_title == f"线索 {desk.see(lead).number}"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("title", "", "主要问题"),
        ("title", "   ", "主要问题"),
        ("title", "长" * 121, "不超过 120 字（现为 121 字）"),
        ("summary", "", "问题摘要"),
        ("summary", "长" * 10_001, "不超过 10000 字"),
        ("object_name", "长" * 41, "不超过 40 字"),
        ("object_post", "长" * 61, "不超过 60 字"),
        ("title", "含\x00字符", "无法保存的字符"),
        ("source", "rumour", "从列表中选择"),
        ("source", "", "从列表中选择"),
        ("discipline", "bad", "从列表中选择"),
        ("subject_org", uuid4(), "被反映的单位"),
        ("seal_rule", "own_principal", "密封件"),
        ("seal_rule", "", "密封件"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field_and_nothing_is_kept(
    desk: Desk, field: str, value: Any, words: str
) -> None:
    before = count(Lead)
    with pytest.raises(Invalid, match=re.escape(words)) as refused:
        desk.register(**{field: value})
    assert [e.place for e in refused.value.errors] == [field]
    assert count(Lead) == before


def test_every_problem_of_a_form_is_said_at_once(desk: Desk) -> None:
    with pytest.raises(Invalid) as refused:
        desk.register(title="", summary="", source="x", discipline="x", subject_org=uuid4())
    assert {e.place for e in refused.value.errors} == {
        "title",
        "summary",
        "source",
        "discipline",
        "subject_org",
    }


@pytest.mark.parametrize("code", ["YL-LO", "YL-IO", "YL"])
def test_a_lead_about_the_own_unit_or_above_it_goes_on_paper(desk: Desk, code: str) -> None:
    with pytest.raises(Invalid, match="密封件") as refused:
        desk.register(subject_org=unit_id(code))
    assert refused.value.errors[0].place == "subject_org"


def test_a_recused_clerk_is_asked_to_hand_on(desk: Desk, cast: Any) -> None:
    with acting_as(account_id("coordinator")), transaction.atomic():
        Recusal.objects.create(
            created_at=cast.now,
            account_id=account_id("clerk"),
            organisation_id=JT,
            reason_code="kin",
            valid_from=cast.now.date(),
        )
    with pytest.raises(Invalid, match="回避"):
        desk.register()


def test_nobody_registers_above_his_clearance(desk: Desk, cast: Any) -> None:
    Account.objects.filter(id=account_id("clerk")).update(clearance=1)
    with pytest.raises(Invalid, match="知悉级别"):
        desk.register()


@pytest.mark.parametrize(
    "who", ["contact", "system_admin", "security_admin", "audit_admin", "auditor_expert", "idle"]
)
def test_who_has_no_business_with_leads_registers_none(
    desk: Desk, trace: Recorded, who: str
) -> None:
    with pytest.raises(Refused) as refused:
        desk.register(who)
    assert refused.value.rule == "LEAD-REGISTER"
    (body,) = trace.of("leads.register")
    assert (body["result"], body["rule"]) == ("deny", "LEAD-REGISTER")


def test_an_engagement_takes_leads_of_its_members_only(desk: Desk) -> None:
    with pytest.raises(Invalid, match="不是该巡视任务的成员"):
        desk.register(engagement_id=uuid4())


def test_a_double_click_registers_once(desk: Desk) -> None:
    key, before = uuid4(), count(Lead)
    with submission(key):
        desk.register()
    with submission(key), pytest.raises(Repeated):
        desk.register()
    assert count(Lead) == before + 1


def test_two_numbers_of_a_desk_do_not_tell_what_lies_between(desk: Desk) -> None:
    numbers = {desk.see(desk.register()).number for _ in range(3)}
    assert len(numbers) == 3


# --- the sealed route -------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", ["own_principal", "superior_managed", "state_secret"])
def test_what_may_not_enter_leaves_rule_date_and_desk_only(desk: Desk, rule: str) -> None:
    do.refuse_sealed(actor=desk.cast["clerk"], now=desk.cast.now, rule=rule)
    with acting_as(account_id("clerk")), transaction.atomic():
        row = SealedRefusal.objects.get()
    kept = {f.name: getattr(row, f.name) for f in row._meta.fields}
    assert kept["rule"] == rule
    assert kept["owner_unit"] == unit_id("YL-LO")
    for name in (
        "subject_org",
        "subject_path",
        "engagement",
        "addressee_unit",
        "addressee_path",
        "compartment",
    ):
        assert kept[name] is None
    assert set(kept) == {
        "id",
        "revision",
        "created_at",
        "rule",
        "level",
        "region",
        "owner_unit",
        "owner_path",
        "subject_org",
        "subject_path",
        "engagement",
        "addressee_unit",
        "addressee_path",
        "compartment",
    }


@pytest.mark.parametrize("rule", ["none", "", "whatever"])
def test_a_refusal_names_its_rule(desk: Desk, rule: str) -> None:
    with pytest.raises(Invalid, match="不予登记的情形"):
        do.refuse_sealed(actor=desk.cast["clerk"], now=desk.cast.now, rule=rule)
    assert count(SealedRefusal, "clerk") == 0


def test_a_refusal_leaves_no_number_file_job_or_submission(desk: Desk) -> None:
    tables = ("documents_givennumber", "documents_storedfile", "fabric_outbox", "leads_lead")
    before = [rows(t) for t in tables]
    do.refuse_sealed(actor=desk.cast["clerk"], now=desk.cast.now, rule="own_principal")
    assert [rows(t) for t in tables] == before


def rows(table: str) -> int:
    with (
        acting_as(account_id("clerk")),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"select count(*) from {table}")
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize(
    "who",
    ["contact", "neighbour", "finance", "system_admin", "audit_admin", "other_city", "expired"],
)
def test_whoever_has_no_part_in_it_never_sees_it(desk: Desk, trace: Recorded, who: str) -> None:
    lead = desk.register()
    with pytest.raises(NotFound):
        desk.see(lead, who)
    assert trace.of("leads.lead")[-1]["result"] == "deny"
