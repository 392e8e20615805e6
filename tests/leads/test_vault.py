"""The vault: two people open, three hold the escrow, what is erased stays erased."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from lianxun.fabric.identity import acting_as
from lianxun.kernel.problems import Invalid, NotFound, Refused, WrongState
from lianxun.leads import operations as do
from lianxun.leads import queries
from lianxun.leads.sources import Identity, Original, custody, keystore
from tests.leads.support import PASSPHRASE, REPORTER, Desk
from tests.support import cluster
from tests.support.cast import account_id
from tests.support.recorded import Recorded

PURPOSE = "需向反映人核实合同编号等细节。"
OTHER = "另一句很长的口令abc2026"


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings: Any) -> Path:
    """A key store of its own for each test."""
    settings.LIANXUN_KEYSTORE = tmp_path / "keys"
    return tmp_path / "keys"


@pytest.fixture
def holders(cast: Any, custodians: None) -> None:
    for key in ("escrow_1", "escrow_2", "escrow_3"):
        do.enrol_escrow(actor=cast[key], now=cast.now, passphrase=PASSPHRASE)


@pytest.fixture
def lead(desk: Desk, custodians: None) -> UUID:
    return desk.register(reporter=REPORTER, named=True)


def ask(desk: Desk, lead: UUID, who: str = "coordinator", purpose: str = PURPOSE) -> UUID:
    return do.ask_identity(actor=desk.cast[who], now=desk.cast.now, lead_id=lead, purpose=purpose)


def decide(desk: Desk, opening: UUID, who: str = "custodian_1", *, grant: bool = True) -> None:
    do.decide_opening(actor=desk.cast[who], now=desk.cast.now, opening_id=opening, grant=grant)


def open_it(
    desk: Desk, opening: UUID, who: str = "custodian_1", passphrase: str = PASSPHRASE
) -> Any:
    return do.open_identity(
        actor=desk.cast[who], now=desk.cast.now, opening_id=opening, passphrase=passphrase
    )


def opened(desk: Desk, lead: UUID, who: str = "custodian_1") -> Any:
    opening = ask(desk, lead)
    decide(desk, opening, who)
    return open_it(desk, opening, who)


# --- opening -----------------------------------------------------------------------------------------


def test_one_asks_another_grants_and_opens(desk: Desk, lead: UUID, trace: Recorded) -> None:
    assert opened(desk, lead) == REPORTER
    assert desk.see(lead).in_vault
    for act in ("leads.ask_identity", "leads.decide_opening", "leads.open_identity"):
        (body,) = trace.of(act)
        assert body["result"] == "allow"
        assert not any(x in str(body) for x in (REPORTER.name, REPORTER.contact, PURPOSE))


def test_nothing_opens_before_it_is_granted_nor_after_a_refusal(desk: Desk, lead: UUID) -> None:
    opening = ask(desk, lead)
    with pytest.raises(WrongState, match="未获同意"):
        open_it(desk, opening)
    decide(desk, opening, grant=False)
    with pytest.raises(WrongState, match="未获同意"):
        open_it(desk, opening)
    with pytest.raises(WrongState, match="没有等待您决定"):
        decide(desk, opening)


def test_only_who_granted_opens(desk: Desk, lead: UUID) -> None:
    opening = ask(desk, lead)
    decide(desk, opening, "custodian_1")
    with pytest.raises(WrongState, match="未获同意"):
        open_it(desk, opening, "custodian_2")


def test_a_custodian_does_not_grant_what_he_asked_for(desk: Desk, lead: UUID) -> None:
    opening = ask(desk, desk.register("petitions", reporter=REPORTER), "custodian_1")
    with pytest.raises(WrongState, match="您自己的申请"):
        decide(desk, opening, "custodian_1")
    decide(desk, opening, "custodian_2")
    assert open_it(desk, opening, "custodian_2") == REPORTER


def test_a_wrong_passphrase_opens_nothing(desk: Desk, lead: UUID) -> None:
    opening = ask(desk, lead)
    decide(desk, opening)
    with pytest.raises(WrongState, match="保管口令不正确"):
        open_it(desk, opening, passphrase="错误的口令一二三四五六")
    assert open_it(desk, opening) == REPORTER


def test_after_an_hour_it_is_closed_again(desk: Desk, lead: UUID) -> None:
    opening = ask(desk, lead)
    decide(desk, opening)
    with cluster.superuser(connection.settings_dict["NAME"]) as server:
        # The row is not committed, so the hour is moved by the one who may: inside the transaction.
        assert server.execute("select count(*) from vault.opening").fetchone() == (0,)
    with as_owner() as cursor:
        cursor.execute("update vault.opening set until = now() - interval '1 second'")
    with pytest.raises(WrongState, match="一小时"):
        open_it(desk, opening)


class as_owner:  # noqa: N801 - reads as words
    """The vault's owner in the running transaction of the application: only a test may do that."""

    def __enter__(self) -> Any:
        self.cursor = connection.cursor()
        with cluster.superuser() as server:
            server.execute("grant lx_vault to lx_app with inherit false")
        self.cursor.execute("set local role lx_vault")
        return self.cursor

    def __exit__(self, *_: object) -> None:
        self.cursor.execute("reset role")
        with cluster.superuser() as server:
            server.execute("revoke lx_vault from lx_app")


@pytest.mark.parametrize(
    ("purpose", "words"), [("", "10 个字"), ("太短", "10 个字"), ("长" * 301, "不超过 300 字")]
)
def test_a_purpose_is_written(desk: Desk, lead: UUID, purpose: str, words: str) -> None:
    with pytest.raises(Invalid, match=words) as refused:
        ask(desk, lead, purpose=purpose)
    assert refused.value.errors[0].place == "purpose"


def test_who_cannot_see_the_lead_cannot_ask(desk: Desk, lead: UUID) -> None:
    for stranger in ("finance", "neighbour", "contact", "security_admin"):
        with pytest.raises(NotFound):
            ask(desk, lead, stranger)


def test_an_anonymous_lead_has_nothing_to_ask_for(desk: Desk, custodians: None) -> None:
    lead = desk.register()
    assert "ask_identity" not in desk.see(lead).permitted
    with pytest.raises(WrongState, match="没有封存"):
        ask(desk, lead)


@pytest.mark.parametrize("who", ["coordinator", "leader", "escrow_1", "security_admin"])
def test_who_is_no_custodian_decides_opens_and_shreds_nothing(
    desk: Desk, lead: UUID, who: str
) -> None:
    opening = ask(desk, lead)
    for act in (
        lambda: decide(desk, opening, who),
        lambda: open_it(desk, opening, who),
        lambda: do.shred_identity(
            actor=desk.cast[who], now=desk.cast.now, lead_id=lead, reason="期满"
        ),
        lambda: do.reseal(actor=desk.cast[who], now=desk.cast.now, passphrase=PASSPHRASE),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.rule == "LEAD-CUSTODIAN"


def test_what_waits_shows_number_and_purpose_to_custodians_alone(desk: Desk, lead: UUID) -> None:
    ask(desk, lead)
    (waiting,) = queries.openings(actor=desk.cast["custodian_1"], now=desk.cast.now)
    assert (waiting.purpose, waiting.kind_label, waiting.asked_by) == (
        PURPOSE,
        "反映人身份",
        "许若溪",
    )
    assert queries.openings(actor=desk.cast["coordinator"], now=desk.cast.now) == []


# --- keys --------------------------------------------------------------------------------------------


def test_no_identity_is_taken_before_two_custodians_can_open_it(desk: Desk) -> None:
    do.enrol_custodian(actor=desk.cast["custodian_1"], now=desk.cast.now, passphrase=PASSPHRASE)
    with pytest.raises(WrongState, match="至少两名"):
        desk.register(reporter=REPORTER)
    desk.register()


@pytest.mark.parametrize(
    ("passphrase", "again", "field", "words"),
    [
        ("短口令", None, "passphrase", "不少于 12 个字符"),
        ("啊啊啊啊啊啊啊啊啊啊啊啊啊", None, "passphrase", "过于简单"),
        (PASSPHRASE, "不一样", "again", "两次输入的口令不一致"),
    ],
)
def test_a_passphrase_is_long_and_typed_twice(
    desk: Desk, passphrase: str, again: str | None, field: str, words: str
) -> None:
    with pytest.raises(Invalid, match=words) as refused:
        do.enrol_custodian(
            actor=desk.cast["custodian_1"],
            now=desk.cast.now,
            passphrase=passphrase,
            again=again,
        )
    assert refused.value.errors[0].place == field


def test_enrolling_again_does_not_throw_the_key_away_by_mistake(desk: Desk, lead: UUID) -> None:
    with pytest.raises(Invalid, match="已登记保管密钥"):
        do.enrol_custodian(actor=desk.cast["custodian_1"], now=desk.cast.now, passphrase=OTHER)
    assert opened(desk, lead) == REPORTER


def test_another_passphrase_keeps_what_is_sealed(desk: Desk, lead: UUID) -> None:
    custodian = desk.cast["custodian_1"]
    with pytest.raises(Invalid, match="不正确") as refused:
        do.change_passphrase(actor=custodian, now=desk.cast.now, old="不对的口令", passphrase=OTHER)
    assert refused.value.errors[0].place == "old"
    do.change_passphrase(actor=custodian, now=desk.cast.now, old=PASSPHRASE, passphrase=OTHER)
    opening = ask(desk, lead)
    decide(desk, opening)
    with pytest.raises(WrongState, match="不正确"):
        open_it(desk, opening)
    assert open_it(desk, opening, passphrase=OTHER) == REPORTER


def test_a_lost_passphrase_opens_again_after_another_custodian_sealed_anew(
    desk: Desk, lead: UUID, trace: Recorded
) -> None:
    custodian = desk.cast["custodian_1"]
    do.enrol_custodian(actor=custodian, now=desk.cast.now, passphrase=OTHER, replace=True)
    opening = ask(desk, lead)
    decide(desk, opening)
    with pytest.raises(WrongState, match="不是向您加封"):
        open_it(desk, opening, passphrase=OTHER)
    done = do.reseal(actor=desk.cast["custodian_2"], now=desk.cast.now, passphrase=PASSPHRASE)
    assert done == (1, 0)
    assert open_it(desk, opening, passphrase=OTHER) == REPORTER
    assert trace.of("leads.reseal")[0]["detail"] == {"resealed": 1, "left": 0}


def test_a_new_escrow_makes_old_seals_outdated_until_they_are_sealed_anew(
    desk: Desk, lead: UUID, holders: None
) -> None:
    custodian = desk.cast["custodian_2"]
    state = queries.custody(actor=custodian, now=desk.cast.now)
    assert (state.custodians, state.escrow, state.outdated) == (2, 3, 1)
    with pytest.raises(Invalid, match="不正确"):
        do.reseal(actor=custodian, now=desk.cast.now, passphrase="不对的口令一二三四五六")
    do.reseal(actor=custodian, now=desk.cast.now, passphrase=PASSPHRASE)
    assert queries.custody(actor=custodian, now=desk.cast.now).outdated == 0
    assert opened(desk, lead) == REPORTER


def test_the_state_of_keys_is_for_those_who_hold_them(desk: Desk, custodians: None) -> None:
    for stranger in ("coordinator", "security_admin", "leader"):
        with pytest.raises(NotFound):
            queries.custody(actor=desk.cast[stranger], now=desk.cast.now)


# --- escrow ------------------------------------------------------------------------------------------


def asked_back(desk: Desk, lead: UUID) -> UUID:
    (recovery,) = do.ask_recovery(
        actor=desk.cast["custodian_1"],
        now=desk.cast.now,
        lead_id=lead,
        purpose="口令遗失，申请恢复保管密钥。",
    )
    return recovery


def let_go(desk: Desk, recovery: UUID, who: str, passphrase: str = PASSPHRASE) -> int:
    return do.release_pieces(
        actor=desk.cast[who], now=desk.cast.now, recovery_id=recovery, passphrase=passphrase
    )


def finish(desk: Desk, recovery: UUID, who: str = "custodian_1", passphrase: str = OTHER) -> None:
    do.finish_recovery(
        actor=desk.cast[who], now=desk.cast.now, recovery_id=recovery, passphrase=passphrase
    )


@pytest.mark.parametrize("pair", [(1, 2), (1, 3), (2, 3)])
def test_any_two_of_three_bring_a_lost_key_back(
    desk: Desk, holders: None, pair: tuple[int, int]
) -> None:
    lead = desk.register(reporter=REPORTER)
    for key in ("custodian_1", "custodian_2"):
        do.enrol_custodian(actor=desk.cast[key], now=desk.cast.now, passphrase=OTHER, replace=True)
    recovery = asked_back(desk, lead)
    first, second = (f"escrow_{n}" for n in pair)
    assert let_go(desk, recovery, first) == 1
    assert let_go(desk, recovery, first) == 1  # the same holder twice is one
    with pytest.raises(WrongState, match="需要两名托管人"):
        finish(desk, recovery)
    assert let_go(desk, recovery, second) == 2
    with pytest.raises(WrongState, match="没有这一恢复申请"):
        finish(desk, recovery, "custodian_2")
    finish(desk, recovery)
    opening = ask(desk, lead)
    decide(desk, opening, "custodian_2")
    assert open_it(desk, opening, "custodian_2", OTHER) == REPORTER
    assert queries.custody(actor=desk.cast["escrow_1"], now=desk.cast.now).recoveries == ()
    assert not list(keystore.folder().glob(f"*.{recovery}.*"))


def test_escrow_holders_come_from_three_units(desk: Desk, cast: Any, holders: None) -> None:
    with pytest.raises(Invalid, match="已登记保管密钥"):
        do.enrol_escrow(actor=cast["escrow_1"], now=cast.now, passphrase=PASSPHRASE)
    from lianxun.access.models import Account

    Account.objects.filter(id=account_id("audit")).update(roles=["escrow"])
    with pytest.raises(Invalid, match="本单位已有密钥托管人"):
        do.enrol_escrow(actor=cast["audit"], now=cast.now, passphrase=PASSPHRASE)
    Account.objects.filter(id=account_id("finance")).update(roles=["escrow"])
    with pytest.raises(Invalid, match="均已登记"):
        do.enrol_escrow(actor=cast["finance"], now=cast.now, passphrase=PASSPHRASE)


def test_a_holder_without_the_passphrase_or_the_role_releases_nothing(
    desk: Desk, holders: None
) -> None:
    recovery = asked_back(desk, desk.register(reporter=REPORTER))
    with pytest.raises(WrongState, match="不正确"):
        let_go(desk, recovery, "escrow_1", "不对的口令一二三四五六")
    with pytest.raises(Refused) as refused:
        let_go(desk, recovery, "custodian_2")
    assert refused.value.rule == "LEAD-ESCROW"
    with pytest.raises(WrongState, match="没有这一恢复申请"):
        let_go(desk, uuid4(), "escrow_1")


def test_what_was_sealed_before_there_was_escrow_cannot_be_brought_back(
    desk: Desk, lead: UUID, holders: None
) -> None:
    recovery = asked_back(desk, lead)
    with pytest.raises(WrongState, match="没有向您托管"):
        let_go(desk, recovery, "escrow_1")


@given(st.binary(min_size=32, max_size=32))
def test_three_pieces_make_the_secret_and_two_say_nothing(secret: bytes) -> None:
    pieces = dict(zip((1, 2, 3), custody.split(secret), strict=True))
    assert custody.join(pieces) == secret
    for missing in (1, 2, 3):
        # Whatever secret one guesses, a third piece exists that would make it: two pieces fit all of them.
        held = {k: v for k, v in pieces.items() if k != missing}
        guess = bytes(reversed(secret))
        a, b = held.values()
        third = bytes(x ^ y ^ z for x, y, z in zip(a, b, guess, strict=True))
        assert custody.join({**held, missing: third}) == guess


def test_pieces_differ_every_time() -> None:
    assert custody.split(bytes(32)) != custody.split(bytes(32))


# --- originals ---------------------------------------------------------------------------------------


def seal_file(desk: Desk, lead: UUID, content: bytes = b"%PDF-1.7 letter", **more: Any) -> UUID:
    return do.attach_sealed(
        actor=desk.cast[more.get("who", "clerk")],
        now=desk.cast.now,
        lead_id=lead,
        revision=desk.see(lead).revision,
        file=io.BytesIO(content),
        name="甘来信的信.pdf",
    )


def test_an_original_is_sealed_and_opened_like_an_identity(
    desk: Desk, custodians: None, trace: Recorded
) -> None:
    lead = desk.register()
    item = seal_file(desk, lead)
    assert desk.see(lead).in_vault
    opening = do.ask_identity(
        actor=desk.cast["coordinator"],
        now=desk.cast.now,
        lead_id=lead,
        purpose=PURPOSE,
        item=item,
    )
    decide(desk, opening)
    assert open_it(desk, opening) == Original(b"%PDF-1.7 letter", ".pdf")
    assert "甘来信" not in str(trace)
    assert "letter" not in repr(Original(b"letter", ".pdf"))


def test_a_sealed_original_leaves_no_row_digest_or_file_elsewhere(
    desk: Desk, custodians: None
) -> None:
    from lianxun.documents.models import StoredFile

    seal_file(desk, desk.register())
    with acting_as(account_id("coordinator")), transaction.atomic():
        assert not StoredFile.objects.filter(object_kind="leads.lead").exists()


@pytest.mark.parametrize(
    ("content", "words"), [(b"", "空文件"), (b"MZ\x00\x01", "不是允许的文件类型")]
)
def test_an_original_is_checked_by_its_content(
    desk: Desk, custodians: None, content: bytes, words: str
) -> None:
    lead = desk.register()
    with pytest.raises(Invalid, match=words) as refused:
        seal_file(desk, lead, content)
    assert "甘来信" not in str(refused.value)
    assert not desk.see(lead).in_vault


def test_nothing_is_added_behind_the_sheet(desk: Desk, custodians: None) -> None:
    lead = desk.at("transferred")
    with pytest.raises(Refused) as refused:
        seal_file(desk, lead, who="coordinator")
    assert refused.value.rule == "LEAD-ATTACH"


# --- erasing -----------------------------------------------------------------------------------------


def shred(desk: Desk, lead: UUID, reason: str = "反映人申请销毁。") -> None:
    do.shred_identity(
        actor=desk.cast["custodian_1"], now=desk.cast.now, lead_id=lead, reason=reason
    )


def test_what_is_shredded_is_gone_and_the_lead_stays(
    desk: Desk, store: Path, trace: Recorded
) -> None:
    do.enrol_custodian(actor=desk.cast["custodian_1"], now=desk.cast.now, passphrase=PASSPHRASE)
    do.enrol_custodian(actor=desk.cast["custodian_2"], now=desk.cast.now, passphrase=PASSPHRASE)
    lead = desk.register("petitions", reporter=REPORTER)
    assert len(list(store.glob("*.json"))) == 1
    shred(desk, lead)
    assert list(store.glob("*.json")) == []
    assert len(keystore.erased()) == 1
    record = desk.see(lead)
    assert (record.title != "", record.in_vault) == (True, False)
    assert trace.of("leads.shred_identity")[0]["detail"]["shredded"] == 1
    with pytest.raises(WrongState, match="没有封存"):
        shred(desk, lead)


def test_shredding_needs_its_reason(desk: Desk) -> None:
    with pytest.raises(Invalid, match="销毁依据"):
        shred(desk, uuid4(), reason=" ")


def test_a_copy_of_the_key_store_does_not_bring_an_erased_key_back(
    tmp_path: Path, store: Path
) -> None:
    kept, gone = uuid4(), uuid4()
    for item in (kept, gone):
        keystore.write(item, {"custodians": {}})
    made = keystore.copy(tmp_path / "copies", now=datetime.now(UTC))
    keystore.erase([gone])
    (store / f"{kept}.json").unlink()
    assert keystore.restore(made) == (1, 1)
    assert keystore.read(kept) is not None
    assert keystore.read(gone) is None


def test_a_copy_into_an_empty_store_brings_its_list_of_erased_keys(
    tmp_path: Path, settings: Any
) -> None:
    gone = uuid4()
    keystore.write(gone, {"custodians": {}})
    before = keystore.copy(tmp_path / "copies", now=datetime.now(UTC) - timedelta(days=1))
    keystore.erase([gone])
    after = keystore.copy(tmp_path / "copies", now=datetime.now(UTC))
    settings.LIANXUN_KEYSTORE = tmp_path / "new"
    keystore.restore(after)
    assert keystore.restore(before) == (0, 1)
    assert keystore.read(gone) is None


@pytest.mark.parametrize(("days", "stays"), [(0, True), (34, True), (36, False), (400, False)])
def test_copies_of_keys_live_35_days_at_most(tmp_path: Path, days: int, stays: bool) -> None:
    now = datetime.now(UTC)
    keystore.folder().mkdir(parents=True)
    old = keystore.copy(tmp_path / "copies", now=now - timedelta(days=days))
    keystore.prune(tmp_path / "copies", now=now, days=9999)
    assert old.exists() is stays


def test_prune_leaves_what_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "keys-of-the-house").mkdir()
    assert keystore.prune(tmp_path, now=datetime.now(UTC)) == 0
    assert keystore.prune(tmp_path / "nowhere", now=datetime.now(UTC)) == 0


def test_a_damaged_key_file_is_said_and_opens_nothing(desk: Desk, lead: UUID, store: Path) -> None:
    opening = ask(desk, lead)
    decide(desk, opening)
    (path,) = store.glob("*.json")
    content = json.loads(path.read_text())
    own = content["custodians"][str(account_id("custodian_1"))]
    own[1] = own[1][:-8] + "AAAAAAA="
    path.write_text(json.dumps(content))
    with pytest.raises(WrongState, match="已损坏"):
        open_it(desk, opening)


def test_key_files_are_for_the_platforms_user_alone(store: Path) -> None:
    keystore.write(uuid4(), {})
    assert store.stat().st_mode & 0o077 == 0
    assert all(p.stat().st_mode & 0o077 == 0 for p in store.iterdir())


# --- who owns what -----------------------------------------------------------------------------------

TOUCH_ITEMS = {"put", "open_decided", "reseal", "shred"}


def test_the_vault_belongs_to_a_role_nobody_signs_in_as(db: None) -> None:
    with cluster.superuser(connection.settings_dict["NAME"]) as server:
        owners = server.execute(
            "select distinct r.rolname, r.rolcanlogin from pg_roles r where r.oid in ("
            " select relowner from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " where n.nspname = 'vault' and relkind <> 'c' union select proowner from pg_proc p"
            " join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'vault'"
            " union select nspowner from pg_namespace where nspname = 'vault')"
        ).fetchall()
    assert owners == [("lx_vault", False)]


def test_only_four_functions_write_what_is_sealed(db: None) -> None:
    with cluster.superuser(connection.settings_dict["NAME"]) as server:
        found = {
            name
            for name, body in server.execute(
                "select proname, prosrc from pg_proc p join pg_namespace n"
                " on n.oid = p.pronamespace where n.nspname = 'vault'"
            ).fetchall()
            if "i.sealed " in body.replace(",", " ") + " "
            or "into vault.item" in body
            or "update vault.item" in body
            or "from vault.item where" in body
        }
    assert found == TOUCH_ITEMS


@pytest.mark.parametrize(
    "table", ["item", "shredded", "opening", "custodian", "escrow", "recovery", "release"]
)
@pytest.mark.parametrize("alias", ["default", "owner"])
def test_neither_the_application_nor_the_owner_reads_the_vault(
    cast: Any, alias: str, table: str
) -> None:
    assert settings.DATABASES
    with cluster.superuser(connection.settings_dict["NAME"]) as server:
        role = "lx_app" if alias == "default" else "lx_owner"
        (may,) = server.execute(
            "select has_table_privilege(%s, %s, 'select,insert,update,delete')",
            [role, f"vault.{table}"],
        ).fetchone()  # type: ignore[misc]
    assert may is False


def test_without_identity_every_door_of_the_vault_is_closed(db: None) -> None:
    for call in (
        "vault.put(gen_random_uuid(), gen_random_uuid(), 'identity', '', '\\x00')",
        "vault.shred(gen_random_uuid())",
        "vault.reseal(gen_random_uuid())",
        "vault.open_decided(gen_random_uuid())",
        "vault.decide(gen_random_uuid(), true)",
        "vault.ask(gen_random_uuid(), gen_random_uuid(), 'a purpose long enough')",
    ):
        with (
            pytest.raises(DatabaseError, match="vault:"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"select {call}")


@pytest.mark.parametrize("who", ["clerk", "discipline", "escrow_1", "security_admin"])
def test_the_database_refuses_what_is_a_custodians_whoever_calls(desk: Desk, who: str) -> None:
    for call in ("vault.decide(gen_random_uuid(), true)", "vault.shred(gen_random_uuid())"):
        with (
            acting_as(account_id(who)),
            pytest.raises(DatabaseError, match="not for you"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"select {call}")


def test_an_identity_says_nothing_when_it_is_printed() -> None:
    assert repr(Identity(name="甘来信", contact="139")) == "Identity(…)"
    assert "甘来信" not in f"{Identity(name='甘来信')}"
