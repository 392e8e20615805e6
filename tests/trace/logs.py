"""A log in the test database: records, sequencer, witnesses, policy."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection, transaction

from lianxun.trace import places, writer
from lianxun.trace.audit import Report, audit_database
from lianxun.trace.notes import COSIGNATURE_KEY, Signer
from lianxun.trace.policy import Policy
from lianxun.trace.pusher import Pusher
from lianxun.trace.sequencer import Sequencer
from lianxun.trace.witness import Witness, serve
from tests.support import cluster

NAMES = ("jiwei", "shenji", "zuzhi")


def superuser() -> psycopg.Connection[Any]:
    """Whoever owns the machine: nothing in the database stops it."""
    return cluster.superuser(connection.settings_dict["NAME"])


def write(*acts: str, **more: Any) -> None:
    for act in acts:
        with transaction.atomic():
            writer.append({"act": act, "result": "allow", "detail": {}, **more})


@dataclass
class Site:
    """One installation with its log key; started and stopped by hand."""

    signer: Signer = field(default_factory=lambda: Signer.generate("lianxun/log/test"))
    sequencer: Sequencer = field(init=False)

    def __post_init__(self) -> None:
        self.sequencer = Sequencer(places.conninfo("seq"), self.signer)

    def start(self) -> None:
        assert self.sequencer.open()

    def sequence(self) -> int:
        """Empty the inbox; the size of the log."""
        if self.sequencer.connection is None:
            self.start()
        while self.sequencer.step():
            pass
        return self.sequencer.size

    def audit(self, **more: Any) -> Report:
        logs = [signer.verifier for signer in self.sequencer.signers.values()]
        return audit_database(places.conninfo("audit"), logs, **more)


@dataclass
class Agency:
    """A witness process of another agency, here in a thread."""

    name: str
    witness: Witness
    server: ThreadingHTTPServer

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/"

    def held(self) -> list[bytes]:
        return [path.read_bytes() for path in self.witness.state.glob("*.checkpoint")]


@contextmanager
def agency(name: str, site: Site, folder: Path, signer: Signer | None = None) -> Iterator[Agency]:
    logs = [s.verifier for s in site.sequencer.signers.values()]
    signer = signer or Signer.generate(f"witness/{name}", COSIGNATURE_KEY)
    witness = Witness(signer, logs, folder / name)
    server = serve(witness, "127.0.0.1", 0)
    setattr(server.RequestHandlerClass, "log_message", lambda *_: None)  # noqa: B010
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield Agency(name, witness, server)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def policy_text(site: Site, agencies: list[Agency], quorum: str) -> str:
    lines = [f"log {s.verifier.vkey}" for s in site.sequencer.signers.values()]
    lines += [f"witness {a.name} {a.witness.signer.verifier.vkey} {a.url}" for a in agencies]
    names = " ".join(a.name for a in agencies)
    return "\n".join([*lines, f"group all-of-them {quorum} {names}", "quorum all-of-them", ""])


def use_policy(text: str) -> Policy:
    with superuser() as server:
        server.execute("update trace.setting set policy = %s", [text])
    return Policy.parse(text)


def push(pusher: Pusher | None = None) -> bool:
    """One forced round to all witnesses, whatever their pauses."""
    own = pusher or Pusher(places.conninfo("seq"))
    for peer in own.peers.values():
        peer.due = 0.0
    try:
        return own.round(force=True)
    finally:
        if pusher is None:
            own.close()
