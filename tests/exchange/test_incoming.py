"""A large file: taken in sealed, checked by a job, provided or refused whole; a killed check begins anew."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from lianxun.exchange import checking, keys
from lianxun.exchange import operations as do
from lianxun.exchange.models import Incoming, RefusalReceipt
from lianxun.exchange.operations import incoming, providing
from lianxun.fabric.identity import acting_as
from lianxun.kernel.problems import Invalid, Refused, Stale, WrongState
from tests.api.test_api import caller
from tests.exchange.support import (
    LABELS,
    OWNER,
    PROVIDER,
    act,
    good_csv,
    good_row,
    hand_in,
    in_use,
    judge,
    look,
    rows_csv,
    sent,
)
from tests.support.cast import account_id
from tests.support.recorded import Recorded
from tests.web.test_pages import client_of


def give(
    cast: Any, request_id: UUID, data: bytes = b"", name: str = "采购.csv", **more: Any
) -> UUID:
    made: UUID = act(
        cast,
        do.hand_in,
        PROVIDER,
        request_id,
        stream=BytesIO(data or good_csv()),
        name=name,
        **more,
    )
    return made


def check(cast: Any, incoming_id: UUID) -> None:
    checking.take_in(actor=cast[PROVIDER], incoming_id=incoming_id, clock=lambda: cast.now)


def row(incoming_id: UUID) -> Incoming:
    with acting_as(account_id(PROVIDER)), transaction.atomic():
        return Incoming.objects.get(id=incoming_id)


def stored_path(digest: str) -> Path:
    return Path(settings.MEDIA_ROOT) / digest[:2] / digest[2:4] / digest


def test_a_good_file_is_provided_by_the_job(cast: Any, heard: Recorded) -> None:
    found = sent(cast)
    heard.clear()
    made = give(cast, found)
    assert [r["result"] for r in heard.of("exchange.hand_in")] == ["allow"]
    seen = look(cast, found, PROVIDER)
    assert (seen.incoming.state, seen.state) == ("waiting", "sent")
    assert "deliver" not in seen.permitted
    assert "stop" in seen.permitted
    assert look(cast, found).incoming is None, "the asking side hears of it when it is provided"
    heard.clear()
    check(cast, made)
    assert [r["act"] for r in heard] == ["exchange.begin_incoming", "exchange.take_incoming"]
    assert (row(made).state, row(made).percent) == ("taken", 100)
    after = look(cast, found)
    assert after.state == "delivered"
    assert after.deliveries[-1].rows > 0
    assert look(cast, found, PROVIDER).incoming is None
    judge(cast, found)
    assert look(cast, found).state == "in_use"


def test_what_waits_is_sealed_under_a_key_of_its_own_that_goes(cast: Any) -> None:
    found = sent(cast)
    made = give(cast, found)
    kept = stored_path(row(made).stored).read_bytes()
    assert "示例采购".encode() not in kept
    assert keys.exists(made)
    check(cast, made)
    check(cast, made)  # once more is nothing more
    assert len(look(cast, found).deliveries) == 1
    incoming._remove(row(made).stored)
    assert not stored_path(row(made).stored).exists()


def test_a_killed_check_has_done_nothing_and_begins_anew(
    cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = sent(cast)
    made = give(cast, found)

    def killed(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(checking, "examine", killed)
    with pytest.raises(KeyboardInterrupt):
        check(cast, made)
    monkeypatch.undo()
    assert (row(made).state, look(cast, found).state) == ("reading", "sent")
    assert look(cast, found).deliveries == ()
    monkeypatch.setattr("lianxun.exchange.operations.delivering.documents.store", killed)
    with pytest.raises(KeyboardInterrupt):
        check(cast, made)
    monkeypatch.undo()
    assert look(cast, found).deliveries == ()
    check(cast, made)
    assert look(cast, found).state == "delivered"


def test_how_far_the_check_is_shows_on_the_page(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    found = sent(cast)
    made = give(cast, found)
    examine, shown = checking.examine, []

    def slow(*args: Any, follow: Any, **more: Any) -> Any:
        follow(42)
        page = client_of(PROVIDER).get(f"/requests/{found}/").content.decode()
        shown.append("正在检查《采购.csv》" in page and 'value="42"' in page)
        return examine(*args, follow=follow, **more)

    monkeypatch.setattr(checking, "examine", slow)
    check(cast, made)
    assert shown == [True]
    assert client_of(PROVIDER).get(f"/requests/{found}/progress/").status_code == 404


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"PK\x03\x04" + b"\x00" * 40, "采购.zip", "已损坏"),
        (rows_csv([good_row()[:1]], LABELS[:1]), "采购.csv", ""),
    ],
    ids=["broken", "half"],
)
def test_a_file_that_cannot_be_taken_is_refused_in_words_and_may_be_sent_again(
    cast: Any, data: bytes, name: str, words: str
) -> None:
    found = sent(cast)
    made = give(cast, found, data, name)
    check(cast, made)
    if row(made).state == "taken":
        return  # usable rows with faults are provided with their report
    assert row(made).state == "refused"
    assert words in row(made).message
    seen = look(cast, found, PROVIDER)
    assert (seen.state, seen.deliveries, seen.incoming.message) == ("sent", (), row(made).message)
    assert "deliver" in seen.permitted
    page = client_of(PROVIDER).get(f"/requests/{found}/").content.decode()
    assert "上传的文件没有接收" in page
    hand_in(cast, found)
    assert look(cast, found).state == "delivered"


def test_declared_rows_are_held_against_the_file(cast: Any) -> None:
    found = sent(cast)
    made = give(cast, found, declared_rows=900_000)
    check(cast, made)
    assert row(made).state == "refused"
    assert "行" in row(made).message


def test_a_column_of_the_negative_list_leaves_its_receipt(cast: Any) -> None:
    found = sent(cast)
    data = rows_csv([[*good_row(), "某甲"]], [*LABELS, "举报人姓名"])
    made = give(cast, found, data)
    check(cast, made)
    assert row(made).state == "refused"
    with acting_as(account_id(PROVIDER)), transaction.atomic():
        assert RefusalReceipt.objects.filter(stage="delivery").count() == 1


def test_one_at_a_time_by_the_provider_while_the_request_waits(cast: Any) -> None:
    found = sent(cast)
    with pytest.raises(Stale):
        act(
            cast,
            do.hand_in,
            PROVIDER,
            found,
            stream=BytesIO(good_csv()),
            name="采购.csv",
            revision=99,
        )
    for who in (OWNER, "coordinator"):
        with pytest.raises(Refused):
            act(cast, do.hand_in, who, found, stream=BytesIO(good_csv()), name="采购.csv")
    with pytest.raises(Invalid) as bad:
        give(cast, found, b"MZ\x90" + b"\0" * 99, "程序.exe")
    assert bad.value.errors[0].place == "file"
    give(cast, found)
    with pytest.raises(WrongState, match="还在检查"):
        give(cast, found)
    used = in_use(cast)
    with pytest.raises(WrongState, match="不能提供数据"):
        give(cast, used)


def test_the_sender_may_stop_it(cast: Any, heard: Recorded) -> None:
    found = sent(cast)
    made = give(cast, found)
    with pytest.raises(Refused):
        act(cast, do.stop_incoming, OWNER, found)
    client = client_of(PROVIDER)
    assert client.get(f"/requests/{found}/stop/").status_code == 200
    stale = client.post(f"/requests/{found}/stop/", {"revision": 77})
    assert stale.status_code == 422
    heard.clear()
    done = client.post(
        f"/requests/{found}/stop/", {"revision": look(cast, found, PROVIDER).revision}
    )
    assert done.status_code == 302
    assert [r["result"] for r in heard.of("exchange.stop_incoming")] == ["allow"]
    assert row(made).state == "refused"
    check(cast, made)
    assert look(cast, found).deliveries == ()
    with pytest.raises(WrongState, match="已经结束"):
        act(cast, do.stop_incoming, PROVIDER, found)


def test_a_large_correction_replaces_after_acceptance(cast: Any) -> None:
    found = in_use(cast)
    made = give(cast, found, correction="更正第 3 行金额")
    check(cast, made)
    assert [d.correction for d in look(cast, found).deliveries] == ["", "更正第 3 行金额"]


def test_the_page_takes_a_large_file_in_and_a_small_one_at_once(
    cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(PROVIDER)
    for most, state in ((10, "sent"), (1 << 20, "delivered")):
        monkeypatch.setattr(providing, "LARGE", most)
        found = sent(cast)
        answer = client.post(
            f"/requests/{found}/deliver/",
            {
                "file": SimpleUploadedFile("采购.csv", good_csv()),
                "revision": look(cast, found, PROVIDER).revision,
            },
        )
        assert answer.status_code == 302, answer.content.decode()
        assert look(cast, found).state == state


# --- by machine ---------------------------------------------------------------------------------------


@pytest.fixture
def small_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten bytes are a large file."""
    monkeypatch.setattr(providing, "LARGE", 10)


def sent_by_machine(cast: Any, found: UUID, path: str, **more: Any) -> tuple[Client, Any]:
    client = caller(cast, PROVIDER)
    body = {
        "file": SimpleUploadedFile("采购.csv", more.pop("data", b"") or good_csv()),
        "revision": look(cast, found, PROVIDER).revision,
        **more,
    }
    return client, client.post(f"/api/v1/requests/{found}/{path}", body)


BY_MACHINE = pytest.mark.parametrize("path", ["deliveries", "do/deliver"])


@BY_MACHINE
def test_a_machine_is_told_where_to_read_on(
    cast: Any, heard: Recorded, small_limit: None, path: str
) -> None:
    found = sent(cast)
    heard.clear()
    client, answer = sent_by_machine(cast, found, path)
    assert answer.status_code == 202, answer.content.decode()
    told = answer.json()
    assert told["done"] is False
    assert answer["Location"] == told["at"]
    assert len(heard.of("exchange.hand_in")) == 1
    assert look(cast, found).state == "sent"
    heard.clear()
    waiting = client.get(told["at"]).json()
    assert (waiting["state"], waiting["percent"], waiting["message"]) == ("waiting", 0, "")
    assert [(r["act"], r["obj"]) for r in heard] == [("api.incoming", "exchange.incoming")]
    check(cast, UUID(told["id"]))
    over = client.get(told["at"]).json()
    assert (over["state"], over["percent"]) == ("taken", 100)
    assert look(cast, found).state == "delivered"


def test_a_machine_reads_why_a_large_file_was_not_taken(cast: Any, small_limit: None) -> None:
    found = sent(cast)
    data = rows_csv([[*good_row(), "某甲"]], [*LABELS, "举报人姓名"])
    client, answer = sent_by_machine(cast, found, "deliveries", data=data)
    check(cast, UUID(answer.json()["id"]))
    over = client.get(answer.json()["at"]).json()
    assert over["state"] == "refused"
    assert "触及负面清单" in over["message"]
    assert look(cast, found).state == "sent"


@BY_MACHINE
def test_a_small_file_by_machine_is_provided_at_once(cast: Any, path: str) -> None:
    found = sent(cast)
    _, answer = sent_by_machine(cast, found, path)
    assert answer.status_code == 200, answer.content.decode()
    assert answer.json()["id"] == str(look(cast, found).deliveries[-1].id)
    assert look(cast, found).state == "delivered"


@BY_MACHINE
def test_what_the_negative_list_stops_by_machine_leaves_its_receipt(cast: Any, path: str) -> None:
    found = sent(cast)
    data = rows_csv([[*good_row(), "某甲"]], [*LABELS, "举报人姓名"])
    _, answer = sent_by_machine(cast, found, path, data=data)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["place"] == "file"
    with acting_as(account_id(PROVIDER)), transaction.atomic():
        assert RefusalReceipt.objects.filter(stage="delivery").count() == 1


def test_a_large_correction_by_machine_is_underway_as_well(cast: Any, small_limit: None) -> None:
    found = sent(cast)
    check(cast, give(cast, found))
    judge(cast, found)
    client, answer = sent_by_machine(cast, found, "do/correct", correction="更正第 3 行金额")
    assert answer.status_code == 202, answer.content.decode()
    check(cast, UUID(answer.json()["id"]))
    assert client.get(answer.json()["at"]).json()["state"] == "taken"
    assert [d.correction for d in look(cast, found).deliveries] == ["", "更正第 3 行金额"]


def test_a_large_file_sent_twice_under_one_key_is_taken_in_once(
    cast: Any, small_limit: None
) -> None:
    found, key = sent(cast), str(uuid4())
    client, told = caller(cast, PROVIDER), []
    revision = look(cast, found, PROVIDER).revision
    for _ in range(2):
        body = {"file": SimpleUploadedFile("采购.csv", good_csv()), "revision": revision}
        url = f"/api/v1/requests/{found}/deliveries"
        told.append(client.post(url, body, headers={"Idempotency-Key": key}))
    assert [a.status_code for a in told] == [202, 409]
    assert told[1].json()["code"] == "repeated"
    with acting_as(account_id(PROVIDER)), transaction.atomic():
        assert Incoming.objects.filter(request=found).count() == 1


def test_only_the_sending_unit_reads_how_its_file_goes(
    cast: Any, heard: Recorded, small_limit: None
) -> None:
    found = sent(cast)
    _, answer = sent_by_machine(cast, found, "deliveries")
    at = answer.json()["at"]
    for who in (OWNER, "coordinator", "discipline", "neighbour", "contact"):
        heard.clear()
        assert caller(cast, who).get(at).status_code == 404, who
        assert [r["result"] for r in heard.of("api.incoming")] == ["deny"], who
    other = at.replace(str(found), str(sent(cast)))
    assert caller(cast, PROVIDER).get(other).status_code == 404


def test_the_page_says_what_became_of_the_file(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(PROVIDER)
    for most, words in ((10, "已收到文件，正在检查"), (1 << 20, "数据已提供，等待验收")):
        monkeypatch.setattr(providing, "LARGE", most)
        found = sent(cast)
        answer = client.post(
            f"/requests/{found}/deliver/",
            {
                "file": SimpleUploadedFile("采购.csv", good_csv()),
                "revision": look(cast, found, PROVIDER).revision,
            },
            follow=True,
        )
        assert words in answer.content.decode()
