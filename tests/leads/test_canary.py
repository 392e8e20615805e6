"""T15: identities planted in the vault turn up nowhere else — and erased ones nowhere at all, backups included."""

from __future__ import annotations

import logging
import re
import subprocess
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client

from lianxun.config.launch.binaries import find_programs
from lianxun.kernel.problems import Problem
from lianxun.leads import operations as do
from lianxun.leads import queries
from lianxun.leads.sources import Identity, keystore
from tests.leads.support import PASSPHRASE, Desk
from tests.support import cluster
from tests.support.cast import Cast
from tests.web.test_pages import client_of

pytestmark = pytest.mark.django_db(transaction=True)
COUNT = 6
PLANTED = [
    Identity(
        name=f"金丝雀{'甲乙丙丁戊己'[n]}雯",
        contact=f"1399000{n}417",
        address=f"云岭省临江市雀巷{n}47号",
        note=f"身份证尾号雀{n}X",
    )
    for n in range(COUNT)
]
BYTES = re.compile(rb"\\\\x((?:[0-9a-f]{2})+)")  # how a dump writes bytea
SECRETS = [text for i in PLANTED for text in (i.name, i.contact, i.address, i.note)]
READERS = (
    "coordinator",
    "clerk",
    "leader",
    "discipline",
    "inspector",
    "neighbour",
    "contact",
    "finance",
    "custodian_1",
    "escrow_1",
    "security_admin",
    "audit_admin",
    "system_admin",
)


@pytest.fixture
def planted(settings: Any, tmp_path: Path) -> tuple[Desk, list[UUID]]:
    """Leads in several states with identities behind them, handed over, objected to, returned."""
    settings.LIANXUN_KEYSTORE = tmp_path / "keys"
    desk = Desk(Cast())
    for key in ("custodian_1", "custodian_2"):
        do.enrol_custodian(actor=desk.cast[key], now=desk.cast.now, passphrase=PASSPHRASE)
    for key in ("escrow_1", "escrow_2", "escrow_3"):
        do.enrol_escrow(actor=desk.cast[key], now=desk.cast.now, passphrase=PASSPHRASE)
    states = ("registered", "screened", "transferred", "received", "result", "done")
    leads = [
        desk.at(state, reporter=who, named=True) for state, who in zip(states, PLANTED, strict=True)
    ]
    return desk, leads


def dump(*arguments: str) -> bytes:
    """The whole database as the backup role writes it."""
    programs = find_programs(None)
    return subprocess.run(
        [
            str(Path(programs) / "pg_dump"),
            "--dbname",
            cluster.superuser_conninfo(cluster.start(), connection.settings_dict["NAME"]),
            *arguments,
        ],
        capture_output=True,
        check=True,
    ).stdout


def assert_clean(text: str | bytes, where: str) -> None:
    data = text if isinstance(text, bytes) else text.encode()
    found = [s for s in SECRETS if s.encode() in data]
    assert found == [], where


def test_planted_identities_turn_up_nowhere_outside_the_vault(
    planted: tuple[Desk, list[UUID]], caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    desk, leads = planted
    caplog.set_level(logging.DEBUG)
    # 1. A form with identities that comes back with errors keeps them out of log and trace.
    clerk = client_of("clerk")
    for bad in ({"title": ""}, {"summary": "长" * 10_001}):
        sent = {
            "source": "petition",
            "discipline": "work",
            "title": "反映某事",
            "summary": "经过。",
            "reporter_name": PLANTED[0].name,
            "reporter_contact": PLANTED[0].contact,
        }
        clerk.post("/leads/new/form/", sent | bad)
    # 2. Acts that fail say nothing of them.
    for lead in leads:
        for act in ("screen", "receive", "finish"):
            more = {"discipline": "work"} if act == "screen" else {}
            try:
                desk.act(act, "coordinator", lead, **more)
            except Problem as problem:
                assert_clean(f"{problem} {problem!r}", act)
    # 3. Every page and export of every reader.
    for who in READERS:
        look_around(client_of(who), leads, who)
    # 4. The whole database, vault included (ciphertext), as text.
    whole = dump("--format=plain")
    assert_clean(whole, "database dump")
    binary = b"\n".join(bytes.fromhex(x.decode()) for x in BYTES.findall(whole))
    assert b'"act":"leads.register"' in binary, "what lies there as bytes is read: records among it"
    assert_clean(binary, "bytes in the database dump")
    # 5. What lies on disk, and what was logged.
    for folder in (keystore.folder(), Path(django_settings.MEDIA_ROOT)):
        for path in folder.rglob("*"):
            if path.is_file():
                assert_clean(path.read_bytes(), str(path.name))
                assert_clean(str(path), "file name")
    assert_clean(caplog.text, "log")
    # 6. The search is alive: the identity is there for whoever opens it rightly.
    assert opened(desk, leads[0]) == PLANTED[0]


def look_around(browser: Client, leads: list[UUID], who: str) -> None:
    pages = [
        "/",
        "/leads/",
        "/leads/handover/",
        "/documents/",
        "/trace/records/",
        "/search/?q=金丝雀",
    ]
    for lead in leads:
        pages += [f"/leads/{lead}/", f"/trace/of/leads.lead/{lead}/"]
    seen: set[str] = set()
    for url in pages:
        answer = browser.get(url)
        assert answer.status_code in (200, 403, 404), f"{who} {url}"
        seen.add(url) if answer.status_code == 200 else None
        assert_clean(b"".join(answer) if answer.streaming else answer.content, f"{who} {url}")
    if who == "coordinator":  # his pages are there: the search looks at something
        assert seen == set(pages) - {"/trace/records/"}
    if who == "audit_admin":
        assert "/trace/records/" in seen
    for kind in ("csv", "xlsx"):
        answer = browser.post("/leads/", {"purpose": "check", "format": kind})
        assert_clean(b"".join(answer) if answer.streaming else answer.content, f"{who} {kind}")


def opened(desk: Desk, lead: UUID) -> Any:
    opening = do.ask_identity(
        actor=desk.cast["coordinator"],
        now=desk.cast.now,
        lead_id=lead,
        purpose="需向反映人核实合同编号等细节。",
    )
    custodian = desk.cast["custodian_1"]
    do.decide_opening(actor=custodian, now=desk.cast.now, opening_id=opening, grant=True)
    return do.open_identity(
        actor=custodian, now=desk.cast.now, opening_id=opening, passphrase=PASSPHRASE
    )


def test_what_was_shredded_stays_shredded_in_a_restored_backup(
    planted: tuple[Desk, list[UUID]], tmp_path: Path
) -> None:
    desk, leads = planted
    # Registered where the custodian works: nobody erases what he may not see.
    leads = [desk.register("petitions", reporter=PLANTED[0]), leads[1]]
    backup = tmp_path / "before.dump"
    backup.write_bytes(dump("--format=custom"))
    do.shred_identity(
        actor=desk.cast["custodian_1"], now=desk.cast.now, lead_id=leads[0], reason="申请销毁。"
    )
    name = connection.settings_dict["NAME"]
    connection.close()
    programs = Path(find_programs(None))
    restored = subprocess.run(
        [
            str(programs / "pg_restore"),
            "--clean",
            "--if-exists",
            "--dbname",
            cluster.superuser_conninfo(cluster.start(), name),
            str(backup),
        ],
        capture_output=True,
        check=False,
    )
    with cluster.superuser(name) as server:
        (count,) = server.execute(  # type: ignore[misc]
            "select count(*) from vault.item where lead = %s", [leads[0]]
        ).fetchone()
    assert count == 1, restored.stderr.decode()[-500:]  # the ciphertext is back …
    assert desk.see(leads[0]).in_vault
    with pytest.raises(Problem, match="密钥已销毁"):  # … and says nothing any more
        opened(desk, leads[0])
    assert opened(desk, leads[1]) == PLANTED[1]


def test_nobody_but_a_custodian_is_shown_what_waits(planted: tuple[Desk, list[UUID]]) -> None:
    desk, _ = planted
    assert queries.openings(actor=desk.cast["leader"], now=desk.cast.now) == []
