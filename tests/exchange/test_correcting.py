"""A corrected delivery from end to end: asked for or offered, judged, replacing the first for good."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError

from lianxun.exchange import keys
from lianxun.exchange import operations as do
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from tests.exchange.support import (
    FIELDS,
    LABELS,
    OWNER,
    PROVIDER,
    WISH,
    act,
    as_app,
    clocks,
    delivered,
    draft,
    good_csv,
    good_row,
    hand_in,
    in_use,
    judge,
    look,
    rows_csv,
    sent,
)
from tests.support.cast import unit_id
from tests.support.recorded import Recorded


def correct(cast: Any, request: UUID, who: str = PROVIDER, **changes: Any) -> UUID:
    given = {
        "stream": BytesIO(good_csv(5)),
        "name": "采购-更正.csv",
        "correction": "补齐第 3、4 行的采购方式。",
        **changes,
    }
    made: UUID = act(cast, do.correct_delivery, who, request, **given)
    return made


def bytes_of(cast: Any, delivery: UUID, who: str = OWNER) -> bytes:
    handed = do.hand_out(actor=cast[who], now=cast.now, delivery_id=delivery)
    with handed.stream as stream:
        return bytes(stream.read())


def test_an_accepted_correction_replaces_the_first_for_good(
    cast: Any, heard: Recorded, django_capture_on_commit_callbacks: Any
) -> None:
    request = in_use(cast)
    first = look(cast, request).deliveries[-1]
    second = correct(cast, request)
    waiting = look(cast, request)
    assert (waiting.state, [d.state for d in waiting.deliveries]) == (
        "delivered",
        ["accepted", "submitted"],
    )
    assert bytes_of(cast, first.id) == good_csv()  # in use until the new one is accepted
    assert clocks(request) == {"DT-EX-ACCEPT"}
    with django_capture_on_commit_callbacks(execute=True):
        judge(cast, request)
    now = look(cast, request)
    assert (now.state, [d.state for d in now.deliveries]) == ("in_use", ["replaced", "accepted"])
    assert [d.openable for d in now.deliveries] == [False, True]
    assert not keys.exists(first.id)
    assert bytes_of(cast, second) == good_csv(5)
    with pytest.raises(Refused, match="已被更正替换"):
        bytes_of(cast, first.id)
    (record,) = heard.of("exchange.correct_delivery")
    assert record["detail"]["delivery"] == str(second)
    assert heard.of("exchange.judge_delivery")[-1]["detail"]["shredded"] == 1


def test_the_manifest_of_a_correction_names_what_it_corrects(cast: Any) -> None:
    request = in_use(cast)
    first = look(cast, request).deliveries[-1]
    correct(cast, request)
    last = look(cast, request).deliveries[-1]
    assert last.manifest["corrects"] == str(first.id)
    assert last.manifest["correction"] == last.correction == "补齐第 3、4 行的采购方式。"
    assert last.manifest["sha256"] == last.sha256 != first.sha256


def test_a_correction_sent_back_leaves_the_first_in_use(cast: Any) -> None:
    request = in_use(cast)
    first = look(cast, request).deliveries[-1]
    correct(cast, request)
    judge(cast, request, accepts=False)
    now = look(cast, request)
    assert (now.state, [d.state for d in now.deliveries]) == ("in_use", ["accepted", "returned"])
    assert bytes_of(cast, first.id) == good_csv()
    assert clocks(request) == {"DT-EX-SUPPLY"}
    correct(cast, request)  # and may be corrected again
    judge(cast, request)
    assert [d.state for d in look(cast, request).deliveries] == [
        "replaced",
        "replaced",
        "accepted",
    ]


def test_a_returned_file_is_closed_once_the_mended_one_is_accepted(
    cast: Any, django_capture_on_commit_callbacks: Any
) -> None:
    request = delivered(cast)
    bad = look(cast, request).deliveries[-1]
    judge(cast, request, accepts=False)
    hand_in(cast, request, good_csv(4), "采购-补.csv")
    with django_capture_on_commit_callbacks(execute=True):
        judge(cast, request)
    assert [d.state for d in look(cast, request).deliveries] == ["replaced", "accepted"]
    assert not keys.exists(bad.id)
    with pytest.raises(Refused, match="已被更正替换"):
        bytes_of(cast, bad.id, PROVIDER)


def test_the_asking_side_asks_for_a_correction_and_the_clock_runs(cast: Any) -> None:
    request = in_use(cast)
    assert "ask_correction" in look(cast, request).permitted
    act(cast, do.ask_correction, OWNER, request, reason="第 3 行金额与凭证不符。")
    now = look(cast, request, PROVIDER)
    assert (now.state, clocks(request)) == ("in_use", {"DT-EX-SUPPLY"})
    assert (now.statements[-1].kind_label, now.statements[-1].text) == (
        "更正",
        "第 3 行金额与凭证不符。",
    )
    assert "correct" in now.permitted
    correct(cast, request)
    assert clocks(request) == {"DT-EX-ACCEPT"}


@pytest.mark.parametrize(
    ("reason", "words"), [("", "请写明"), ("  ", "请写明"), ("长" * 2001, "现有 2001 字")]
)
def test_asking_for_a_correction_says_what_is_wrong(cast: Any, reason: str, words: str) -> None:
    request = in_use(cast)
    with pytest.raises(Invalid, match=words):
        act(cast, do.ask_correction, OWNER, request, reason=reason)
    assert clocks(request) == set()


@pytest.mark.parametrize("who", [PROVIDER, "audit", "contact", "neighbour"])
def test_only_the_asking_side_asks(cast: Any, who: str) -> None:
    with pytest.raises((Refused, NotFound)):
        act(cast, do.ask_correction, who, in_use(cast), reason="不符。")


@pytest.mark.parametrize("who", [OWNER, "audit", "contact", "neighbour"])
def test_only_the_provider_corrects(cast: Any, who: str) -> None:
    with pytest.raises((Refused, NotFound)):
        correct(cast, in_use(cast), who)


@pytest.mark.parametrize(
    ("changes", "place", "words"),
    [
        ({"correction": " "}, "correction", "请写明更正了什么"),
        ({"correction": "长" * 301}, "correction", "现有 301 字"),
        ({"stream": BytesIO(b"")}, "file", "是空文件"),
        ({"declared_rows": 9}, "file", "9"),
        ({"declared_sha256": "0" * 64}, "declared_sha256", "与填写的不符"),
    ],
    ids=["no-word", "too-long", "empty", "half", "digest"],
)
def test_a_bad_correction_is_refused_whole(
    cast: Any, changes: dict[str, Any], place: str, words: str
) -> None:
    request = in_use(cast)
    with pytest.raises(Invalid, match=words) as problem:
        correct(cast, request, **changes)
    assert {e.place for e in problem.value.errors} == {place}
    now = look(cast, request)
    assert (now.state, len(now.deliveries), now.statements) == ("in_use", 1, ())


@pytest.mark.parametrize("make", [draft, sent, delivered], ids=["draft", "sent", "delivered"])
def test_only_what_is_in_use_is_corrected(cast: Any, make: Any) -> None:
    request = make(cast)
    with pytest.raises((WrongState, NotFound, Refused)):
        correct(cast, request)
    with pytest.raises(WrongState, match="只有使用中的数据可以更正"):
        act(cast, do.ask_correction, OWNER, request, reason="不符。")


def test_one_correction_waits_at_a_time(cast: Any) -> None:
    request = in_use(cast)
    correct(cast, request)
    with pytest.raises(WrongState, match="待验收"):
        correct(cast, request)


def test_a_stale_page_corrects_nothing(cast: Any) -> None:
    request = in_use(cast)
    with pytest.raises(Stale):
        correct(cast, request, revision=99)


def test_data_under_correction_is_still_held(cast: Any) -> None:
    request = in_use(cast)
    correct(cast, request)
    with pytest.raises(Invalid, match="请先使用"):
        draft(cast)
    assert WISH["fields"] == FIELDS


def test_ending_use_ends_every_version(cast: Any, django_capture_on_commit_callbacks: Any) -> None:
    request = in_use(cast)
    correct(cast, request)
    judge(cast, request)
    correct(cast, request)
    with django_capture_on_commit_callbacks(execute=True):
        act(cast, do.end_use, OWNER, request, record="两人监督删除。")
    now = look(cast, request)
    assert now.state == "destroyed"
    assert {d.state for d in now.deliveries} == {"destroyed"}
    assert not any(keys.exists(d.id) for d in now.deliveries)


def test_the_end_of_use_of_the_correction_counts(cast: Any) -> None:
    request = in_use(cast)
    second = correct(cast, request)
    judge(cast, request, expires_on=cast.now.date() + timedelta(days=3))
    late = cast.now + timedelta(days=9)
    with pytest.raises(Refused, match="使用期限已过"):
        do.hand_out(actor=cast[OWNER], now=late, delivery_id=second)


@pytest.mark.parametrize(
    "change", ["state = 'accepted'", "correction = '另写'", "corrects_id = null"]
)
def test_the_database_keeps_a_replaced_file_replaced(cast: Any, change: str) -> None:
    request = in_use(cast)
    correct(cast, request)
    judge(cast, request)
    with pytest.raises((IntegrityError, Exception), match=r"written once|不能|replaced"):
        as_app(f"update exchange_delivery set {change} where request_id = %s", [request])


def test_files_that_bring_a_forbidden_column_are_no_correction_either(cast: Any) -> None:
    request = in_use(cast)
    bad = rows_csv([[*good_row(), "张三"]], [*LABELS, "举报人姓名"])
    with pytest.raises(do.NegativeList):
        correct(cast, request, stream=BytesIO(bad))
    assert look(cast, request).state == "in_use"
    assert unit_id("YL-CZ") == look(cast, request).provider_id
