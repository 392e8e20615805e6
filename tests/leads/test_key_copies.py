"""Copies of the key store: made, compared, tried out, brought back; and how a lost key is asked for."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command

from lianxun.access.queries import service_actor
from lianxun.jobs import tasks
from lianxun.kernel.problems import Invalid, NotFound, Refused, Unavailable, WrongState
from lianxun.leads import operations as do
from lianxun.leads import queries
from lianxun.leads.sources import keystore
from tests.leads.support import PASSPHRASE, REPORTER, Desk
from tests.support.recorded import Recorded
from tests.web.test_pages import client_of

OTHER = "另一句很长的保管口令2026"


@pytest.fixture
def copies(settings: Any, tmp_path: Path) -> Path:
    settings.LIANXUN_KEYSTORE = tmp_path / "keys"
    settings.LIANXUN_KEYSTORE_COPIES = tmp_path / "copies"
    return tmp_path / "copies"


@pytest.fixture
def holders(cast: Any, copies: Path) -> None:
    for key in ("custodian_1", "custodian_2"):
        do.enrol_custodian(actor=cast[key], now=cast.now, passphrase=PASSPHRASE)
    for key in ("escrow_1", "escrow_2", "escrow_3"):
        do.enrol_escrow(actor=cast[key], now=cast.now, passphrase=PASSPHRASE)


@pytest.fixture
def lead(desk: Desk, holders: None) -> UUID:
    return desk.register(reporter=REPORTER)


def made(desk: Desk) -> Path:
    return do.copy_keys(actor=service_actor(service="retention"), now=desk.cast.now)


def checked(desk: Desk, who: str = "custodian_1", passphrase: str = PASSPHRASE) -> Any:
    return do.check_copy(actor=desk.cast[who], now=desk.cast.now, passphrase=passphrase)


# --- making ------------------------------------------------------------------------------------------


def test_a_copy_is_what_it_was_made_from(
    desk: Desk, lead: UUID, copies: Path, trace: Recorded
) -> None:
    copy = made(desk)
    (name,) = [p.name for p in keystore.folder().glob("*.json")]
    assert (copy / name).read_bytes() == (keystore.folder() / name).read_bytes()
    assert keystore.damaged(copy) == []
    assert [p.name for p in copies.iterdir()] == [copy.name], "nothing half-made beside it"
    (body,) = trace.of("leads.copy_keys")
    assert (body["service"], body["detail"]["files"]) == ("retention", 1)
    assert name[:36] not in str(body)


def test_a_copy_that_was_not_written_as_meant_is_no_copy(
    desk: Desk, lead: UUID, copies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = keystore._write
    monkeypatch.setattr(keystore, "_write", lambda to, text: write(to, text[: len(text) // 2]))
    with pytest.raises(Unavailable, match="密钥库副本没有写成"):
        made(desk)
    assert list(copies.iterdir()) == []


def test_a_full_disk_is_said_in_words(desk: Desk, lead: UUID, copies: Path) -> None:
    copies.write_text("a file where the folder should be")
    with pytest.raises(Unavailable, match="请检查磁盘空间和目录权限"):
        made(desk)


def test_the_nightly_job_makes_one(desk: Desk, lead: UUID, copies: Path) -> None:
    tasks.leads_copy_keys(timestamp=0)
    assert len(keystore.copies(copies)) == 1


def test_only_the_service_copies_and_restores(desk: Desk, lead: UUID, copies: Path) -> None:
    copy = made(desk)
    for who in ("custodian_1", "system_admin", "leader"):
        with pytest.raises(Refused) as refused:
            do.copy_keys(actor=desk.cast[who], now=desk.cast.now)
        assert refused.value.rule == "LEAD-KEY-COPY"
        with pytest.raises(Refused):
            do.restore_keys(actor=desk.cast[who], now=desk.cast.now, source=copy)


def test_the_command_says_what_it_did(desk: Desk, lead: UUID, copies: Path) -> None:
    out = StringIO()
    call_command("copy_keys", stdout=out)
    assert "已复制 1 个密钥文件" in out.getvalue()
    (copy,) = keystore.copies(copies)
    for path in keystore.folder().glob("*.json"):
        path.unlink()
    out = StringIO()
    call_command("copy_keys", restore=copy, stdout=out)
    assert "找回 1 个密钥文件；已销毁、不予找回的 0 个" in out.getvalue()
    with pytest.raises(CommandError, match="没有这个目录"):
        call_command("copy_keys", restore=copies / "keys-20200101T000000")


def test_a_damaged_copy_is_not_brought_back(desk: Desk, lead: UUID, copies: Path) -> None:
    copy = made(desk)
    for path in copy.glob("*.json"):
        path.write_text("{}")
    with pytest.raises(CommandError, match="有 1 个文件损坏或缺失"):
        call_command("copy_keys", restore=copy)


# --- trying out --------------------------------------------------------------------------------------


def test_a_custodian_tries_out_the_newest_copy(desk: Desk, lead: UUID, trace: Recorded) -> None:
    copy = made(desk)
    found = checked(desk)
    assert (found.made, found.opens, found.whole) == (copy.name, 1, True)
    (body,) = trace.of("leads.check_copy")
    assert body["detail"]["opens"] == 1
    assert "甘来信" not in str(trace)


def test_what_a_copy_lacks_is_counted(desk: Desk, lead: UUID) -> None:
    made(desk)
    desk.register(reporter=REPORTER)
    found = checked(desk)
    assert (found.opens, found.missing, found.whole) == (1, 1, False)


def test_what_a_copy_got_wrong_is_counted(desk: Desk, lead: UUID) -> None:
    copy = made(desk)
    (path,) = copy.glob("*.json")
    text = path.read_text()
    account = str(desk.cast["custodian_1"].account_id)
    at = text.index(account) + len(account) + 80
    path.write_text(text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :])
    found = checked(desk)
    assert (found.opens, found.broken, found.damaged, found.whole) == (0, 1, 1, False)


def test_what_is_sealed_for_others_alone_is_no_fault(desk: Desk, lead: UUID) -> None:
    cast = desk.cast
    do.enrol_custodian(actor=cast["custodian_1"], now=cast.now, passphrase=OTHER, replace=True)
    made(desk)
    found = checked(desk, passphrase=OTHER)
    assert (found.opens, found.broken) == (0, 1), "wrapped to his old key: he cannot open it"
    assert checked(desk, "custodian_2").opens == 1


def test_bad_input_of_a_check_is_placed(desk: Desk, lead: UUID) -> None:
    with pytest.raises(WrongState, match="还没有密钥库副本"):
        checked(desk)
    made(desk)
    with pytest.raises(Invalid, match="不正确") as refused:
        checked(desk, passphrase="不对的口令一二三四五六")
    assert [e.place for e in refused.value.errors] == ["passphrase"]
    with pytest.raises(Refused) as denied:
        checked(desk, "escrow_1")
    assert denied.value.rule == "LEAD-CUSTODIAN"


# --- asking for a lost key ---------------------------------------------------------------------------


def test_a_custodian_sees_what_he_cannot_open_and_asks(desk: Desk, lead: UUID) -> None:
    cast = desk.cast
    assert queries.custody(actor=cast["custodian_1"], now=cast.now).lost == ()
    do.enrol_custodian(actor=cast["custodian_1"], now=cast.now, passphrase=OTHER, replace=True)
    state = queries.custody(actor=cast["custodian_1"], now=cast.now)
    assert [found for found, _ in state.lost] == [lead]
    assert queries.custody(actor=cast["custodian_2"], now=cast.now).lost == ()
    given = {
        "actor": cast["custodian_1"],
        "now": cast.now,
        "lead_id": lead,
        "purpose": "口令遗失，申请恢复保管密钥。",
    }
    assert len(do.ask_recovery(**given)) == 1
    with pytest.raises(WrongState, match="不需要重复申请"):
        do.ask_recovery(**given)
    with pytest.raises(NotFound):
        do.ask_recovery(**{**given, "lead_id": uuid4()})


def test_a_lost_key_is_asked_for_released_and_finished_on_the_page(desk: Desk, lead: UUID) -> None:
    cast = desk.cast
    for key in ("custodian_1", "custodian_2"):
        do.enrol_custodian(actor=cast[key], now=cast.now, passphrase=OTHER, replace=True)
    url, client = "/leads/openings/key/", client_of("custodian_1")
    page = client.get(url).content.decode()
    assert "申请托管恢复" in page
    assert "甘来信" not in page
    answer = client.post(url, {"act": "ask", "lead_id": str(lead), "purpose": "短"})
    assert answer.status_code == 422
    assert "不少于 10 个字" in answer.content.decode()
    answer = client.post(
        url, {"act": "ask", "lead_id": str(uuid4()), "purpose": "口令遗失，申请恢复。"}
    )
    assert "没有这个选项" in answer.content.decode()
    asked = {"act": "ask", "lead_id": str(lead), "purpose": "口令遗失，申请恢复。"}
    assert client.post(url, asked).status_code == 302
    (recovery,) = queries.custody(actor=cast["custodian_1"], now=cast.now).recoveries
    for who in ("escrow_1", "escrow_3"):
        sent = {"act": "release", "recovery": str(recovery.id), "passphrase": PASSPHRASE}
        assert client_of(who).post(url, sent).status_code == 302
    sent = {"act": "finish", "recovery": str(recovery.id), "passphrase": OTHER}
    assert client.post(url, sent).status_code == 302
    assert queries.custody(actor=cast["custodian_1"], now=cast.now).lost == ()


def test_the_page_tries_out_the_copy(desk: Desk, lead: UUID) -> None:
    url, client = "/leads/openings/key/", client_of("custodian_1")
    assert "还没有副本" in client.get(url).content.decode()
    copy = made(desk)
    assert copy.name in client.get(url).content.decode()
    answer = client.post(url, {"act": "check", "passphrase": PASSPHRASE}, follow=True)
    assert "1 件能用您的口令开启" in answer.content.decode()
    assert "没有开启任何身份" in answer.content.decode()
    for form in ("ask", "check"):
        answer = client_of("escrow_1").post(url, {"act": form, "passphrase": PASSPHRASE})
        assert answer.status_code == 404


def test_no_two_fields_of_the_page_share_an_id(desk: Desk, lead: UUID) -> None:
    import re

    made(desk)
    page = client_of("custodian_1").get("/leads/openings/key/").content.decode()
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
