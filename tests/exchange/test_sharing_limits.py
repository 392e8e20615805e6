"""What a standing agreement of sharing does not open, close or take: whoever asks, by whatever way."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest

from lianxun.exchange import checking, keys, queries
from lianxun.exchange import operations as do
from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import Invalid, NotFound, Refused, WrongState
from tests.exchange.support import WISH
from tests.exchange.support_sharing import (
    MAKER,
    MEMBER,
    MIXED,
    PROVIDER,
    SIGNER,
    Linked,
    file_of,
)
from tests.exchange.test_pages import send
from tests.inspection.support import refused_by_database, sql
from tests.support.cast import account_id, unit_id
from tests.support.notices import notices
from tests.web.test_pages import client_of

WHY = "审计方要求先核对口径。"


@pytest.fixture
def linked(cast: Any) -> Linked:
    return Linked(cast).begin()


def test_the_office_that_drafted_it_has_no_way_around_it(linked: Linked) -> None:
    """Who oversees the province sees that a file came; the file is today's team's and the provider's alone."""
    sharing = linked.draft(SIGNER)
    linked.do("chair", do.sign_sharing, sharing)
    linked.do(PROVIDER, do.countersign_sharing, sharing)
    delivery = linked.deliver(sharing)
    assert linked.open(delivery) == file_of(2)
    for office in (SIGNER, "chair"):
        assert [x.id for x in linked.data(office).lines] == [delivery]
        assert "open" not in linked.ask(linked.request(sharing), office).permitted
        with pytest.raises(Refused, match="只向联合组成员和提供单位开放"):
            linked.open(delivery, office)


def test_a_member_who_oversees_the_province_is_stopped_like_the_others(cast: Any) -> None:
    """Row security shows him the delivery by his oversight; the agreement is what opens it."""
    linked, overseer = Linked(cast), "deputy_leader"
    linked.seats = (*MIXED, (overseer, "member"))
    sharing = linked.begin().in_force()
    delivery = linked.deliver(sharing)
    assert linked.open(delivery, overseer) == file_of(2)
    assert "open" in linked.ask(linked.request(sharing), overseer).permitted
    linked.do(PROVIDER, do.suspend_sharing, sharing, reason=WHY)
    assert "open" not in linked.ask(linked.request(sharing), overseer).permitted
    with pytest.raises(Refused, match="已暂停"):
        linked.open(delivery, overseer)


def test_a_correction_names_its_file_where_several_are_in_use(linked: Linked) -> None:
    sharing = linked.in_force()
    first, second = linked.deliver(sharing), linked.deliver(sharing, rows=4)
    with pytest.raises(Invalid, match="有 2 份数据在用，请选择更正的是哪一份"):
        linked.deliver(sharing, rows=3, correction="补报第三个问题。")
    assert (linked.open(first), linked.open(second)) == (file_of(2), file_of(4))


def test_a_large_correction_closes_the_file_that_was_named(linked: Linked) -> None:
    sharing = linked.in_force()
    first, second = linked.deliver(sharing), linked.deliver(sharing, rows=4)

    def hand_in(**more: Any) -> UUID:
        request = linked.request(sharing)
        made: UUID = linked.act(
            PROVIDER,
            do.hand_in,
            request_id=request,
            revision=linked.ask(request).revision,
            stream=BytesIO(file_of(3)),
            name="审计问题.csv",
            correction="补报第三个问题。",
            **more,
        )
        return made

    with pytest.raises(Invalid, match="请选择更正的是哪一份"):
        hand_in()
    made, actor = hand_in(delivery_id=first), linked.cast[PROVIDER]
    checking.take_in(actor=actor, incoming_id=made, clock=lambda: linked.now)
    by_id = {x.id: x for x in linked.data().lines}
    assert (by_id[first].replaced, by_id[second].replaced) == (True, False)
    late = hand_in(delivery_id=second)
    linked.deliver(sharing, rows=5, correction="再补两个问题。", delivery_id=second)
    checking.take_in(actor=actor, incoming_id=late, clock=lambda: linked.now)
    refused = linked.ask(linked.request(sharing)).incoming
    assert "已不在使用中，没有接收" in refused.message


def test_a_provider_above_the_inspected_unit_shares_as_well(cast: Any) -> None:
    """As the supervising body of a company does: the wall is for rows about somebody, not for his own files."""
    words = (
        "update organisation_unit set path = (select path from organisation_unit where id = %s) || %s"
        " where id = %s"
    )
    for code, tail in (("YL-JT", "0022/"), ("YL-JT-1", "0022/0023/")):
        assert sql(cast, SIGNER, words, unit_id("YL-SJ"), tail, unit_id(code)) == 1
    linked = Linked(cast).begin()
    delivery = linked.deliver(linked.in_force())
    assert linked.open(delivery) == linked.open(delivery, PROVIDER) == file_of(2)
    with pytest.raises(NotFound):
        linked.open(delivery, "contact")


def test_who_cannot_close_the_files_does_not_record_that_they_are_gone(
    cast: Any, django_capture_on_commit_callbacks: Any
) -> None:
    linked, guest = Linked(cast), "discipline_head"  # leads a member unit, sits in the team
    linked.seats = (*MIXED, (guest, "member"))
    sharing = linked.begin().in_force()
    delivery = linked.deliver(sharing)
    request = linked.request(sharing)

    def end(who: str) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            linked.act(
                who,
                do.end_use,
                request_id=request,
                revision=linked.ask(request).revision,
                record="格式化介质，见证人甲、乙。",
            )

    for _ in ("in force", "suspended"):
        with pytest.raises(Refused, match="不能停用这里的数据文件"):
            end(guest)
        assert linked.ask(request).state == "in_use"
        if linked.look(sharing).state == "in_force":
            linked.do(PROVIDER, do.suspend_sharing, sharing, reason=WHY)
    assert keys.exists(delivery)
    end(SIGNER)
    assert (linked.ask(request).state, keys.exists(delivery)) == ("destroyed", False)


def test_the_page_asks_which_file_is_mended(linked: Linked) -> None:
    sharing = linked.in_force()
    first = linked.deliver(sharing)
    url = f"/requests/{linked.request(sharing)}/correct/"
    client = client_of(PROVIDER)
    page = client.get(url).content.decode()
    assert f'value="{first}"' in page
    assert '<option value=""' not in page, "the one in use is the one, nobody has to choose"
    second = linked.deliver(sharing, rows=4)
    page = client.get(url).content.decode()
    assert '<option value=""' in page
    assert page.index(f'value="{second}"') < page.index(f'value="{first}"'), (
        "the newest comes first"
    )

    def given(**more: Any) -> dict[str, Any]:
        file = BytesIO(file_of(3))
        file.name = "审计问题.csv"
        revision = linked.ask(linked.request(sharing)).revision
        return {"file": file, "correction": "补报第三个问题。", "revision": revision, **more}

    assert send(client, url, **given()).status_code == 422
    assert send(client, url, **given(delivery_id=str(sharing))).status_code == 422
    assert send(client, url, **given(delivery_id=str(first))).status_code == 302
    by_id = {x.id: x for x in linked.data().lines}
    assert (by_id[first].replaced, by_id[second].replaced) == (True, False)


def test_the_team_hears_of_new_data_and_nobody_else_does(linked: Linked) -> None:
    sharing = linked.in_force()
    linked.deliver(sharing)
    linked.deliver(sharing, rows=4)
    team = (MEMBER, "team_deputy", "auditor_expert")
    assert [notices(who, sharing) for who in team] == [["shared"]] * 3, "one, however many files"
    for other in (PROVIDER, SIGNER, "neighbour", "finance", "contact"):
        assert "shared" not in notices(other, sharing), other
    assert notices(MEMBER, sharing, read=True) == ["shared"]
    assert notices(MEMBER, sharing) == []
    linked.deliver(sharing, rows=5)
    assert notices(MEMBER, sharing) == ["shared"], "read, it rises again with the next file"


def test_a_member_who_may_not_know_it_is_told_nothing(cast: Any, linked: Linked) -> None:
    """Recused since, his membership over, or left without the clearance: each hears nothing of the next file."""
    sharing = linked.in_force()
    sql(
        cast,
        SIGNER,
        "insert into access_recusal(id, revision, created_at, account_id, organisation_id, reason_code, valid_from)"
        " values (%s, 1, now(), %s, %s, 'kin', %s)",
        *(new_id(), account_id(MEMBER), unit_id("YL-JT"), linked.today),
    )
    ended = (
        "update access_grant set revoked_at = now() where kind = 'membership' and account_id = %s"
    )
    assert sql(cast, SIGNER, ended, account_id("team_deputy")) >= 1
    linked.deliver(sharing)
    assert notices("auditor_expert", sharing) == ["shared"]
    assert notices(MEMBER, sharing) == notices("team_deputy", sharing) == []


@pytest.mark.parametrize(("side", "other"), [(PROVIDER, MAKER), (MAKER, PROVIDER)])
def test_both_sides_hear_of_every_stop(linked: Linked, side: str, other: str) -> None:
    sharing = linked.in_force()
    for who in (other, MEMBER):
        notices(who, sharing, read=True)
    for _ in range(2):
        linked.do(side, do.suspend_sharing, sharing, reason=WHY)
        for told in (other, MEMBER):
            assert notices(told, sharing, read=True) == ["sharing_stopped"]
        assert notices(side, sharing) in ([], ["arrived"], ["answered"]), "who did it knows"
        linked.do(side, do.resume_sharing, sharing, reason="已经核对清楚。")
        for told in (other, MEMBER):
            assert notices(told, sharing, read=True) == ["sharing_resumed"]
    assert notices("finance", sharing) == notices("neighbour", sharing) == []


def test_a_stranger_tells_nobody(cast: Any, linked: Linked) -> None:
    sharing = linked.in_force()
    words = "select lx.tell_of_agreement(%s, 'shared', now())"
    sql(cast, "neighbour", words, sharing)
    assert notices(MEMBER, sharing) == []
    with refused_by_database("row-level security"):
        sql(cast, MEMBER, words.replace("'shared'", "'decide'"), sharing)
    sql(cast, PROVIDER, words, sharing)
    assert notices(MEMBER, sharing) == ["shared"]


def test_a_draft_mended_into_the_negative_list_leaves_its_receipt(linked: Linked) -> None:
    """By a member of the team who has no business with exchanges otherwise."""
    request = linked.act(MAKER, do.draft_request, engagement_id=linked.id, **WISH)
    found = linked.ask(request, MAKER)
    keep = ("purpose", "basis", "fields", "period_from", "period_to")
    values = {k: WISH[k] for k in keep} | {"purpose": "调取举报人身份"}
    with pytest.raises(do.NegativeList, match="NEG-02"):
        linked.act(
            MAKER,
            do.receipted(do.change_draft),
            request_id=request,
            revision=found.revision,
            **values,
        )
    (receipt,) = linked.see(SIGNER, queries.receipts).rows
    assert receipt.rule == "NEG-02"
    assert linked.ask(request, MAKER).purpose == found.purpose


def test_nobody_of_the_provider_signs_for_the_inspecting_side(cast: Any) -> None:
    """A leader of the providing unit who sits in the team: both signatures would be one side's."""
    linked, guest = Linked(cast), "discipline_head"
    linked.seats = (*MIXED, (guest, "member"))
    sharing = linked.begin().draft(provider_id=unit_id("YL-JW"))
    assert not linked.look(sharing, guest).permitted & {"sign", "decline"}
    for call, more in ((do.sign_sharing, {}), (do.decline_sharing, {"reason": WHY})):
        with pytest.raises(Refused, match="提供单位的人员不能代表巡视方签署"):
            linked.do(guest, call, sharing, **more)
    linked.do(SIGNER, do.sign_sharing, sharing)
    linked.do(guest, do.countersign_sharing, sharing)
    assert linked.look(sharing).state == "in_force"


def test_what_is_over_is_not_signed_any_more(linked: Linked) -> None:
    sharing, offered = linked.draft(), linked.offered()
    linked.now += timedelta(days=41)
    for who, call, which in (
        (SIGNER, do.sign_sharing, sharing),
        (PROVIDER, do.countersign_sharing, offered),
    ):
        with pytest.raises(WrongState, match="截止日期已过，不能签署"):
            linked.do(who, call, which)
    assert linked.look(sharing).state == "drafted"


COPY = (
    "insert into {0} select (jsonb_populate_record(null::{0}, to_jsonb(t) || %s::jsonb)).*"
    " from {0} t where id = %s"
)
WRONG: list[tuple[str, dict[str, Any]]] = [
    ("sharing_number_once_in_its_unit", {}),
    ("sharing_is_of_an_engagement", {"number": "x", "engagement": None}),
    ("sharing_names_classes", {"number": "x", "classes": []}),
    ("sharing_above_core_is_a_question", {"number": "x", "level": 3}),
    ("sharing_period_is_in_order", {"number": "x", "valid_to": "2020-01-01"}),
]


@pytest.mark.parametrize(("constraint", "changes"), WRONG, ids=[w[0] for w in WRONG])
def test_no_such_agreement_is_written(
    cast: Any, linked: Linked, constraint: str, changes: dict[str, Any]
) -> None:
    draft = linked.draft()

    def copy(**more: Any) -> int:
        values = json.dumps({"id": str(new_id()), **more})
        return sql(cast, SIGNER, COPY.format("exchange_sharing"), values, draft)

    with refused_by_database(constraint):
        copy(**changes)
    assert copy(number="another") == 1


def test_no_state_is_reached_without_what_it_needs(cast: Any, linked: Linked) -> None:
    for sharing, changes, constraint in (
        (linked.draft(), "state='offered'", "sharing_served_was_signed"),
        (linked.offered(), "state='in_force'", "sharing_in_force_was_signed_by_both"),
        (
            linked.in_force(),
            "state='suspended', reason='停'",
            "sharing_suspended_names_the_side",
        ),
    ):
        with refused_by_database(constraint):
            sql(cast, SIGNER, f"update exchange_sharing set {changes} where id=%s", sharing)


def test_no_file_comes_under_an_agreement_that_is_not_its_requests(
    cast: Any, linked: Linked
) -> None:
    """An agreement takes the place of a person's acceptance: a request made without it has no part in that."""
    one, other = linked.in_force(), linked.in_force()
    delivery = linked.deliver(one)

    def copy(agreement: UUID) -> int:
        values = json.dumps(
            {"id": str(new_id()), "standing_id": str(agreement), "state": "submitted"}
        )
        return sql(cast, PROVIDER, COPY.format("exchange_delivery"), values, delivery)

    with refused_by_database("the agreement of its own request"):
        copy(other)
    assert copy(one) == 1
    with refused_by_database("delivery_in_use_was_judged_and_ends"):
        sql(cast, PROVIDER, "update exchange_delivery set expires_on=null where id=%s", delivery)
