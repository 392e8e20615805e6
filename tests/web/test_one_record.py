"""T5: every address, read or sent to, by whoever, leaves exactly one record — also when it refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from lianxun.trace import writer
from tests.web.test_matrix import NOBODYS, addresses
from tests.web.test_pages import client_of

SOURCE = Path(__file__).resolve().parents[2] / "src" / "lianxun"
# Where a browser is only sent on to another address: that one leaves the record.
FORWARDED = {"/boards/"}


@pytest.fixture
def records(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What is written into the trace from now on."""
    found: list[dict[str, Any]] = []
    original = writer.append

    def append(body: dict[str, Any], **more: Any) -> Any:
        found.append(body)
        return original(body, **more)

    monkeypatch.setattr(writer, "append", append)
    return found


@pytest.mark.parametrize("who", ["coordinator", "contact", "neighbour", "audit_admin"])
def test_reading_leaves_one_record(cast: Any, records: list[dict[str, Any]], who: str) -> None:
    client = client_of(who)
    wrong = []
    for url in addresses():
        if url in FORWARDED:
            continue
        records.clear()
        status = client.get(url).status_code
        acts = [(r["act"], r["result"]) for r in records]
        fits = len(acts) == 1 and (acts[0][1] == "deny") == (status in (403, 404))
        if not fits:
            wrong.append((url, status, acts))
    assert wrong == []


@pytest.mark.parametrize("who", ["coordinator", "contact", "neighbour", "audit_admin"])
def test_sending_leaves_one_record(cast: Any, records: list[dict[str, Any]], who: str) -> None:
    """Empty forms and forms about what does not exist: nothing is done, and that is on record."""
    client = client_of(who)
    wrong = []
    for url in addresses():
        records.clear()
        status = client.post(url, {}).status_code
        acts = [(r["act"], r["result"]) for r in records]
        if len(acts) != 1 or (status in (403, 404) and acts[0][1] != "deny"):
            wrong.append((url, status, acts))
    assert wrong == []


def test_a_denial_names_whom_and_why_but_nothing_typed(
    cast: Any, records: list[dict[str, Any]]
) -> None:
    client_of("neighbour").post(f"/leads/{NOBODYS}/screen/", {"discipline": "typed-secret"})
    (record,) = records
    assert (record["result"], record["actor"]) == ("deny", str(cast["neighbour"].account_id))
    assert record["rule"]
    assert "typed-secret" not in str(record)


# What each command of the machine room leaves; None: it acts for nobody, or makes invented data only.
COMMANDS = {
    "audit_trace": "trace.audit",
    "bring_shipped": "duties.bring_shipped",
    "copy_keys": "operations.copy_keys(",
    "first_accounts": "access.first_accounts",
    "import_laws": "operations.receive(",
    "prove_trace": "trace.prove",
    "run_sequencer": None,
    "sample": None,
    "story": None,
}


def test_every_command_is_on_record_or_acts_for_nobody() -> None:
    """A new command needs a line here, and a record unless it acts for nobody."""
    found = {
        path.stem: path.read_text("utf-8")
        for path in SOURCE.rglob("management/commands/*.py")
        if path.stem != "__init__"
    }
    assert set(found) == set(COMMANDS)
    for name, act in COMMANDS.items():
        assert act is None or act in found[name], name


def test_a_stranger_leaves_none(db: None, records: list[dict[str, Any]]) -> None:
    """Without sign-in there is nobody to record and nothing to see."""
    for url in addresses():
        assert Client().get(url).status_code == 302
    assert records == []
