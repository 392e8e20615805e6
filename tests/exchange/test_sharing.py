"""A standing agreement of sharing: signed by both sides, then data are open to the team the moment they pass the
check, and to nobody of it once either side stops it, its last day is over or the engagement is archived."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest

from lianxun.exchange import keys, queries
from lianxun.exchange import operations as do
from lianxun.exchange.models import RefusalReceipt
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from tests.exchange.support_sharing import (
    CODE,
    MAKER,
    MEMBER,
    PROVIDER,
    SIGNER,
    Linked,
    file_of,
)
from tests.inspection.support import Play, refused_by_database, sql
from tests.support.cast import unit_id
from tests.support.notices import notices
from tests.support.recorded import Recorded

WHY = "审计方要求先核对口径。"


@pytest.fixture
def linked(cast: Any) -> Linked:
    return Linked(cast).begin()


def test_both_sides_sign_and_each_class_gets_its_request(linked: Linked, heard: Recorded) -> None:
    sharing = linked.draft()
    assert (linked.look(sharing).state, linked.look(sharing, MAKER).permitted) == (
        "drafted",
        {"withdraw"},
    )
    with pytest.raises(NotFound):
        linked.look(sharing, PROVIDER)
    linked.do(SIGNER, do.sign_sharing, sharing)
    assert "countersign" in linked.look(sharing, PROVIDER).permitted
    linked.do(
        PROVIDER,
        do.countersign_sharing,
        sharing,
        project_number="云审企〔2026〕7 号",
        project_title="经济责任审计",
        project_lead="卓越然",
    )
    found = linked.look(sharing, MEMBER)
    assert (found.state, found.open_today, found.project_lead) == ("in_force", True, "卓越然")
    assert [c.code for c in found.classes] == [CODE, "D10"]
    states = {linked.ask(c.request_id).state for c in found.classes}
    assert states == {"accepted"}
    assert "deliver" in linked.ask(linked.request(sharing)).permitted
    for act in ("draft_sharing", "sign_sharing", "countersign_sharing"):
        assert len(heard.of(f"exchange.{act}")) == 1


def test_what_passes_the_check_is_open_to_the_team_at_once(linked: Linked, heard: Recorded) -> None:
    sharing = linked.in_force()
    first = linked.deliver(sharing)
    (line,) = linked.data().lines
    assert (line.id, line.data_class, line.rows, line.first_read_at) == (first, CODE, 2, None)
    assert linked.open(first) == file_of(2)
    assert len(heard.of("exchange.export_delivery")) == 1
    second = linked.deliver(sharing, rows=3)
    assert {x.id for x in linked.data().lines} == {first, second}
    assert linked.open(first) == file_of(2)  # the next file replaces nothing
    assert linked.ask(linked.request(sharing)).state == "in_use"
    # Nobody but the team and the two sides' offices: not the neighbour, not another unit, not the inspected.
    for stranger in ("neighbour", "finance", "contact"):
        with pytest.raises(NotFound):
            linked.open(first, stranger)
        assert linked.data(stranger).lines == ()


def test_the_time_to_the_first_reading_is_measured_once(linked: Linked) -> None:
    sharing = linked.in_force()
    delivery = linked.deliver(sharing)
    linked.open(delivery, PROVIDER)
    assert linked.data().lines[0].first_read_at is None  # the provider's own look is no reading
    linked.now += timedelta(minutes=95)
    linked.open(delivery)
    linked.now += timedelta(hours=5)
    linked.open(delivery, "team_deputy")
    data = linked.data()
    assert (data.read, data.lines[0].taken_words, data.median_words) == (
        1,
        "1 小时 35 分",
        "1 小时 35 分",
    )


def test_a_correction_reaches_the_team_with_what_changed(
    linked: Linked, django_capture_on_commit_callbacks: Any
) -> None:
    sharing = linked.in_force()
    first, other = linked.deliver(sharing), linked.deliver(sharing, rows=4)
    with django_capture_on_commit_callbacks(execute=True):
        mended = linked.deliver(sharing, rows=3, correction="补报第三个问题。", delivery_id=first)
    by_id = {x.id: x for x in linked.data().lines}
    assert (by_id[mended].correction, by_id[mended].rows_before, by_id[mended].rows) == (
        "补报第三个问题。",
        2,
        3,
    )
    assert [by_id[i].replaced for i in (first, other, mended)] == [True, False, False]
    assert not keys.exists(first)
    assert linked.open(mended) == file_of(3)
    assert linked.open(other) == file_of(4)
    with pytest.raises(Refused, match="已被更正替换"):
        linked.open(first)


def test_a_file_with_faults_is_not_taken(linked: Linked) -> None:
    sharing = linked.in_force()
    with pytest.raises(Invalid, match="未通过校验"):
        linked.deliver(sharing, stream=BytesIO(file_of(2, spoilt=True)))
    assert linked.data().lines == ()
    assert linked.ask(linked.request(sharing)).state == "accepted"


@pytest.mark.parametrize("column", ["定性依据", "内部备注"])
def test_a_column_that_was_not_agreed_does_not_come_along(linked: Linked, column: str) -> None:
    """One that the catalogue knows but nobody agreed to, and one that it does not know."""
    sharing = linked.in_force()
    with pytest.raises(Invalid, match=f"约定之外的列：{column}"):
        linked.deliver(sharing, stream=BytesIO(file_of(2, more=column)))
    assert linked.data().lines == ()
    wider = linked.in_force(all_fields=True)
    if column == "定性依据":
        linked.deliver(wider, stream=BytesIO(file_of(2, more=column)))
        assert len(linked.data().lines) == 1


@pytest.mark.parametrize("side", ["audit", "inspector"])
def test_either_side_stops_it_at_once_and_lets_it_go_on(linked: Linked, side: str) -> None:
    sharing = linked.in_force()
    delivery = linked.deliver(sharing)
    with pytest.raises(Invalid, match="理由"):
        linked.do(side, do.suspend_sharing, sharing, reason="停")
    linked.do(side, do.suspend_sharing, sharing, reason=WHY)
    assert linked.data().lines == ()
    with pytest.raises(NotFound):
        linked.open(delivery)
    assert linked.open(delivery, PROVIDER) == file_of(2)  # what he handed in stays his
    with pytest.raises(WrongState, match="已暂停"):
        linked.deliver(sharing)
    other = "inspector" if side == "audit" else "audit"
    with pytest.raises(Refused, match="恢复"):
        linked.do(other, do.resume_sharing, sharing, reason="已经核对清楚。")
    linked.do(side, do.resume_sharing, sharing, reason="已经核对清楚。")
    assert linked.open(delivery) == file_of(2)


def test_a_stranger_neither_reads_nor_stops_it(linked: Linked) -> None:
    sharing = linked.in_force()
    for stranger in ("neighbour", "finance", "contact"):
        with pytest.raises(NotFound):
            linked.look(sharing, stranger)
        with pytest.raises(NotFound):
            linked.do(stranger, do.suspend_sharing, sharing, reason=WHY)


def test_nobody_signs_twice(linked: Linked) -> None:
    sharing = linked.draft(SIGNER)
    with pytest.raises(Refused, match="起草人"):
        linked.do(SIGNER, do.sign_sharing, sharing)
    with pytest.raises(Refused, match="联络员办公室"):
        linked.do(MEMBER, do.sign_sharing, sharing)
    linked.do("chair", do.sign_sharing, sharing)
    with pytest.raises(Refused, match="起草人或巡视方签署人"):
        linked.do(SIGNER, do.countersign_sharing, sharing)
    with pytest.raises(Refused, match="只有提供单位"):
        linked.do("leader", do.countersign_sharing, sharing)
    with pytest.raises(Stale):
        linked.do(PROVIDER, do.countersign_sharing, sharing, revision=1)
    with pytest.raises(WrongState):
        linked.do("leader", do.sign_sharing, sharing)
    assert linked.look(sharing).state == "offered"


def test_a_project_named_has_a_lead(linked: Linked) -> None:
    sharing = linked.offered()
    with pytest.raises(Invalid, match="项目负责人"):
        linked.do(PROVIDER, do.countersign_sharing, sharing, project_title="经济责任审计")


@pytest.mark.parametrize("state", ["drafted", "offered"])
def test_whoever_signs_next_may_decline_and_the_team_may_take_it_back(
    linked: Linked, state: str
) -> None:
    def made() -> Any:
        return linked.draft() if state == "drafted" else linked.offered()

    first, second = made(), made()
    linked.do(SIGNER if state == "drafted" else PROVIDER, do.decline_sharing, first, reason=WHY)
    assert (linked.look(first).state, linked.look(first).reason) == ("declined", WHY)
    linked.do(MAKER, do.withdraw_sharing, second, reason="改由另一项约定办理。")
    assert linked.look(second).state == "withdrawn"
    told = ["arrived", "withdrawn"] if state == "offered" else []
    assert notices(PROVIDER, second) == told, "told if it had reached him"
    with pytest.raises(WrongState):
        linked.do(SIGNER, do.suspend_sharing, second, reason=WHY)


BAD: list[tuple[dict[str, Any], str]] = [
    ({"classes": ()}, "至少选择一类"),
    ({"classes": ("D25",)}, "只问不给"),
    ({"classes": ("X99",)}, "数据目录"),
    ({"purpose": " "}, "用途"),
    ({"basis": ""}, "依据"),
    ({"purpose": "长" * 301}, "不超过 300 字"),
    ({"provider_id": unit_id("YL-JT-1")}, "提供单位"),
    ({"subject_org": unit_id("YL-DX")}, "本任务的被巡视单位"),
]


@pytest.mark.parametrize(("changes", "words"), BAD)
def test_a_bad_draft_is_refused_with_its_place(
    linked: Linked, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(Invalid, match=words):
        linked.draft(**changes)


def test_the_period_is_in_order_and_no_longer_than_a_year(linked: Linked) -> None:
    for start, end in ((-1, 5), (3, 2), (0, 367)):
        days = {
            "valid_from": linked.today + timedelta(days=start),
            "valid_to": linked.today + timedelta(days=end),
        }
        with pytest.raises(Invalid):
            linked.draft(**days)


def test_a_single_team_signs_none(cast: Any) -> None:
    alone = Linked(cast)
    Play.on_site(alone)
    with pytest.raises(WrongState, match="单独组队"):
        alone.draft()


def test_the_negative_list_stops_it_with_a_receipt(linked: Linked) -> None:
    with pytest.raises(do.NegativeList, match="NEG-"):
        linked.act(MAKER, do.receipted(do.draft_sharing), **linked.wish(purpose="调取举报人身份"))
    found = linked.see(SIGNER, lambda **_: list(RefusalReceipt.objects.order_by("-created_at")[:1]))
    assert [r.rule for r in found] == ["NEG-02"]
    assert linked.see(SIGNER, queries.sharings, engagement=linked.id).rows == []


def test_before_its_first_and_after_its_last_day_it_opens_nothing(
    cast: Any, linked: Linked
) -> None:
    ahead = linked.in_force(valid_from=linked.today + timedelta(days=1))
    assert not linked.look(ahead).open_today
    with pytest.raises(WrongState, match="起生效"):
        linked.deliver(ahead)
    sharing = linked.in_force()
    linked.now += timedelta(days=41)
    with pytest.raises(WrongState, match="到期"):
        linked.deliver(sharing)


def test_the_archive_ends_it_without_a_job(linked: Linked) -> None:
    sharing, waiting = linked.in_force(), linked.draft()
    delivery = linked.deliver(sharing)
    linked.archived()
    assert [linked.look(s).state for s in (sharing, waiting)] == ["ended", "withdrawn"]
    with pytest.raises(NotFound):
        linked.open(delivery)
    assert linked.ask(linked.request(sharing)).state == "expired"


def test_the_database_holds_the_signatures_the_wording_and_the_way(
    cast: Any, linked: Linked
) -> None:
    drafted, signed = linked.draft(), linked.in_force()
    with refused_by_database("forbidden transition"):
        sql(cast, SIGNER, "update exchange_sharing set state='in_force' where id=%s", drafted)
    with refused_by_database("sharing_signed_by_another"):
        sql(
            cast,
            SIGNER,
            "update exchange_sharing set signed_by_id=drafted_by_id where id=%s",
            drafted,
        )
    with refused_by_database("sharing_countersigned_by_a_third"):
        words = "update exchange_sharing set countersigned_by_id=signed_by_id where id=%s"
        sql(cast, SIGNER, words, signed)
    with refused_by_database("written once"):
        sql(cast, SIGNER, "update exchange_sharing set classes='{D13}' where id=%s", signed)
    with refused_by_database("sharing_stopped_says_why"):
        words = "update exchange_sharing set state='suspended', suspended_side='team' where id=%s"
        sql(cast, SIGNER, words, signed)
    delivery = linked.deliver(signed)
    # Reading alone: the team changes nothing of what the provider handed in, and opens no second agreement with it.
    assert sql(cast, MEMBER, "update exchange_delivery set note='x' where id=%s", delivery) == 0
    with refused_by_database("written once"):
        words = "update exchange_delivery set standing_id=%s where id=%s"
        sql(cast, PROVIDER, words, drafted, delivery)
