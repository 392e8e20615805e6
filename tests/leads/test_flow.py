"""A lead from the letter to the result, and an identity that stays sealed."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from lianxun.fabric.identity import acting_as
from lianxun.kernel.problems import Invalid, NotFound, Refused, WrongState
from lianxun.leads import operations as do
from lianxun.leads import queries
from lianxun.leads.sources import Identity
from tests.support.cast import unit_id

PASSPHRASE = "一句很长的保管口令2026"
REPORTER = Identity(name="甘来信", contact="13900000000", address="云岭省临江市某街")


@pytest.fixture
def custodians(cast: Any) -> None:
    for key in ("custodian_1", "custodian_2"):
        do.enrol_custodian(actor=cast[key], now=cast.now, passphrase=PASSPHRASE)


@pytest.fixture
def lead(cast: Any, custodians: None) -> Any:
    return do.register(
        actor=cast["clerk"],
        now=cast.now,
        seal_rule="none",
        source="petition",
        title="反映置业公司未招标集中采购",
        summary="2025年以来，置业公司将八个项目拆分后直接交由同一供应商，合同金额约1200万元。",
        discipline="integrity",
        subject_org=unit_id("YL-JT"),
        object_name="某某",
        object_post="置业公司负责人",
        named=True,
        reporter=REPORTER,
    )


def state(cast: Any, lead_id: Any, who: str = "coordinator") -> Any:
    return queries.lead(actor=cast[who], now=cast.now, lead_id=lead_id)


def to_approved(cast: Any, lead_id: Any) -> None:
    do.screen(
        actor=cast["coordinator"], now=cast.now, lead_id=lead_id, revision=1, discipline="integrity"
    )
    do.study(
        actor=cast["coordinator"],
        now=cast.now,
        lead_id=lead_id,
        revision=2,
        minutes="集体研究同意移交。",
    )
    do.approve(actor=cast["leader"], now=cast.now, lead_id=lead_id, revision=3)


def test_a_lead_goes_to_the_discipline_body_and_its_result_comes_back(cast: Any, lead: Any) -> None:
    to_approved(cast, lead)
    do.transfer(
        actor=cast["coordinator"], now=cast.now, lead_ids=(lead,), recipient_id=unit_id("YL-JW")
    )
    receiver = cast["discipline"]
    do.receive(actor=receiver, now=cast.now, lead_id=lead, revision=5)
    do.dispose(
        actor=receiver,
        now=cast.now,
        lead_id=lead,
        revision=6,
        way="prelim",
        opinion="集体研究，初步核实。",
    )
    do.record_result(
        actor=receiver,
        now=cast.now,
        lead_id=lead,
        revision=7,
        outcome="partly",
        result="部分属实，已责令退回。",
    )
    do.feed_back(actor=receiver, now=cast.now, lead_id=lead, revision=8)
    do.finish(actor=cast["coordinator"], now=cast.now, lead_id=lead, revision=9)
    assert state(cast, lead).state == "done"


def test_whoever_it_is_about_and_strangers_never_see_it(cast: Any, lead: Any) -> None:
    for stranger in (
        "contact",
        "neighbour",
        "finance",
        "system_admin",
        "audit_admin",
        "other_city",
    ):
        with pytest.raises(NotFound):
            state(cast, lead, stranger)


def test_a_lead_never_goes_to_the_body_it_is_about(cast: Any, lead: Any) -> None:
    to_approved(cast, lead)
    with pytest.raises(Invalid, match="不得移交"):
        do.transfer(
            actor=cast["coordinator"],
            now=cast.now,
            lead_ids=(lead,),
            recipient_id=unit_id("YL-JT-1"),
        )
    assert state(cast, lead).state == "approved"


def test_a_unit_without_clearance_gets_nothing(cast: Any, lead: Any) -> None:
    to_approved(cast, lead)
    with pytest.raises(Invalid, match="知悉级别"):
        do.transfer(
            actor=cast["coordinator"], now=cast.now, lead_ids=(lead,), recipient_id=unit_id("LJ-SJ")
        )


def test_who_registered_cannot_screen_and_who_screened_cannot_approve(cast: Any, lead: Any) -> None:
    with pytest.raises(Refused, match="登记人"):
        do.screen(
            actor=cast["clerk"], now=cast.now, lead_id=lead, revision=1, discipline="integrity"
        )


def test_what_may_not_enter_leaves_rule_and_desk_only(cast: Any) -> None:
    from lianxun.leads.models import SealedRefusal

    do.refuse_sealed(actor=cast["clerk"], now=cast.now, rule="own_principal")
    with acting_as(cast["clerk"].account_id):
        row = SealedRefusal.objects.get()
    assert row.rule == "own_principal"
    assert row.subject_org is None


def test_a_sealed_identity_is_opened_by_two_people_only(cast: Any, lead: Any) -> None:
    opening = do.ask_identity(
        actor=cast["coordinator"],
        now=cast.now,
        lead_id=lead,
        purpose="需向反映人核实合同编号等细节。",
    )
    custodian = cast["custodian_1"]
    with pytest.raises(WrongState):
        do.open_identity(actor=custodian, now=cast.now, opening_id=opening, passphrase=PASSPHRASE)
    do.decide_opening(actor=custodian, now=cast.now, opening_id=opening, grant=True)
    with pytest.raises(WrongState, match="口令"):
        do.open_identity(
            actor=custodian, now=cast.now, opening_id=opening, passphrase="错误的口令一二三四"
        )
    seen = do.open_identity(
        actor=custodian, now=cast.now, opening_id=opening, passphrase=PASSPHRASE
    )
    assert seen == REPORTER


def test_a_shredded_identity_is_gone_and_the_lead_stays(cast: Any, lead: Any) -> None:
    from lianxun.leads import sources
    from lianxun.leads.sources.custody import _folder

    assert (_folder() / f"{lead}.json").exists()
    with acting_as(cast["custodian_1"].account_id), transaction.atomic():
        assert sources.shred(lead=lead)
    assert not (_folder() / f"{lead}.json").exists()
    assert state(cast, lead).title


def test_the_application_cannot_read_the_vault_tables(cast: Any, lead: Any) -> None:
    with (
        acting_as(cast["custodian_1"].account_id),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("select * from vault.identity")


def test_no_record_carries_the_reporter(cast: Any, lead: Any) -> None:
    record = repr(state(cast, lead)) + repr(REPORTER)
    assert REPORTER.name not in record
    assert REPORTER.contact not in record
