"""A witness: remembers the last size and root of a log and cosigns only what grows from it.

``./lianxun witness --key FILE --state FOLDER --log VKEY`` on a machine of another agency. It needs
neither the database nor Django; its key and its folder are all it has. Protocol: C2SP tlog-witness
(``POST /add-checkpoint``), cosignature v1. ``GET /checkpoints`` shows what it holds, for comparison.

The new checkpoint is on disk before the cosignature leaves; a damaged state file stops the witness
instead of making it forget, because a witness that forgets can be led to cosign a second history.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import signal
import sys
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from lianxun.trace.merkle import check_consistency
from lianxun.trace.notes import (
    COSIGNATURE_KEY,
    BadNote,
    Checkpoint,
    Note,
    Signer,
    Verifier,
    number,
    open_checkpoint,
    unb64,
)
from lianxun.trace.proofs import suite_of

MAX_REQUEST = 100_000
MAX_PROOF = 63


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: str
    kind: str = "text/plain; charset=utf-8"


class Witness:
    """The rules, without HTTP. ``add_checkpoint`` is safe for threads."""

    def __init__(self, signer: Signer, logs: list[Verifier], state: Path) -> None:
        if signer.kind != COSIGNATURE_KEY:
            raise BadNote("a witness signs with a cosignature key (type 04)")
        self.signer, self.logs, self.state = signer, {log.name: log for log in logs}, state
        self._lock = threading.Lock()
        state.mkdir(parents=True, exist_ok=True)
        for origin in self.logs:
            self.latest(origin)  # damaged state is found at start

    def latest(self, origin: str) -> Checkpoint | None:
        """What was last cosigned for this log; raises if the file is damaged."""
        path = self._path(origin)
        if not path.exists():
            return None
        return open_checkpoint(path.read_bytes(), self.logs[origin])[0]

    def add_checkpoint(self, request: bytes) -> Answer:
        """One request of the protocol."""
        head, _, note_bytes = request.partition(b"\n\n")
        try:
            old, proof = _parse_head(head)
            origin = Note.parse(note_bytes).text.split("\n", 1)[0]
        except BadNote as error:
            return Answer(400, f"{error}\n")
        log = self.logs.get(origin)
        if log is None:
            return Answer(404, "unknown log\n")
        try:
            checkpoint, note = open_checkpoint(note_bytes, log)
        except BadNote as error:
            return Answer(403, f"{error}\n")
        if old > checkpoint.size:
            return Answer(400, "old size is larger than the checkpoint\n")
        with self._lock:
            return self._extend(old, proof, checkpoint, note, note_bytes)

    def _extend(
        self, old: int, proof: list[bytes], new: Checkpoint, note: Note, note_bytes: bytes
    ) -> Answer:
        known = self.latest(new.origin)
        size = known.size if known else 0
        if old != size:
            return Answer(409, f"{size}\n", "text/x.tlog.size")
        if known and new.size == known.size and new.root != known.root:
            return Answer(409, f"{size}\n", "text/x.tlog.size")
        suite = suite_of(new.origin)
        root = known.root if known else hashlib.new(suite).digest()
        if not check_consistency(old, new.size, proof, root, new.root, suite):
            return Answer(422, "the consistency proof does not hold\n")
        self._persist(new.origin, note_bytes)
        return Answer(200, self.signer.sign(note.text, seconds=int(time.time())))

    def _path(self, origin: str) -> Path:
        return self.state / f"{hashlib.sha256(origin.encode()).hexdigest()[:32]}.checkpoint"

    def _persist(self, origin: str, note_bytes: bytes) -> None:
        path = self._path(origin)
        beside = path.with_suffix(".new")
        with beside.open("wb") as stream:
            stream.write(note_bytes)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(path)
        folder = os.open(self.state, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _parse_head(head: bytes) -> tuple[int, list[bytes]]:
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise BadNote("request is not ASCII") from None
    word, _, old = lines[0].partition(" ")
    if word != "old" or len(lines) > MAX_PROOF + 1:
        raise BadNote("request without old size")
    proof = [unb64(line) for line in lines[1:]]
    if any(len(step) != 32 for step in proof):
        raise BadNote("proof steps have 32 bytes")
    return number(old), proof


def serve(witness: Witness, host: str, port: int) -> ThreadingHTTPServer:
    """An HTTP server for the witness; the caller runs ``serve_forever``. Port 0 = any free one."""

    class Handler(BaseHTTPRequestHandler):
        timeout = 20
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            size = self.headers.get("Content-Length", "")
            if self.path.rstrip("/") != "/add-checkpoint":
                return self._answer(Answer(404, "unknown path\n"))
            if not (size.isascii() and size.isdigit()) or int(size) > MAX_REQUEST:
                return self._answer(Answer(413, "request too long\n"))
            return self._answer(witness.add_checkpoint(self.rfile.read(int(size))))

        def do_GET(self) -> None:
            if self.path != "/checkpoints":
                return self._answer(Answer(404, "unknown path\n"))
            notes = [path.read_text("utf-8") for path in sorted(witness.state.glob("*.checkpoint"))]
            return self._answer(Answer(200, "\f\n".join([witness.signer.verifier.vkey, *notes])))

        def _answer(self, answer: Answer) -> None:
            body = answer.body.encode()
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.kind)
            self.send_header("Content-Length", str(len(body)))
            if answer.status >= 400:
                self.send_header("Connection", "close")
                self.close_connection = True
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            sys.stderr.write(f"witness: {format % args}\n")

    return ThreadingHTTPServer((host, port), Handler)


def load_or_make_key(path: Path, name: str, kind: int) -> Signer:
    """The signing key in ``path`` (mode 0600), made when missing."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(Signer.generate(name, kind).line() + "\n")
    signer = Signer.parse(path.read_text("utf-8"))
    if signer.kind != kind:
        raise BadNote(f"{path} 里的密钥类型不对")
    return signer


def main(arguments: list[str]) -> int:
    """``./lianxun witness``; exit 2 for wrong usage or damaged state."""
    parser = argparse.ArgumentParser(
        prog="./lianxun witness", description="为联巡的留痕作见证：只为连续增长的日志签名。"
    )
    parser.add_argument("--key", type=Path, required=True, help="私钥文件，没有则新建（0600）")
    parser.add_argument("--name", default="lianxun/witness", help="新建私钥时的名称")
    parser.add_argument("--state", type=Path, required=True, help="状态目录，须可靠保存")
    parser.add_argument("--log", action="append", default=[], help="被见证日志的公钥，可重复")
    parser.add_argument("--listen", default="127.0.0.1:8765", help="监听地址，默认 %(default)s")
    options = parser.parse_args(arguments)
    try:
        signer = load_or_make_key(options.key, options.name, COSIGNATURE_KEY)
        if not options.log:
            sys.stdout.write(signer.verifier.vkey + "\n")
            return 0
        witness = Witness(signer, [Verifier.parse(v) for v in options.log], options.state)
    except (BadNote, OSError) as error:
        sys.stderr.write(f"见证程序不能启动：{error}\n")
        return 2
    host, _, port = options.listen.rpartition(":")
    server = serve(witness, host or "127.0.0.1", int(port))
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    sys.stdout.write(f"见证公钥：{signer.verifier.vkey}\n监听：{options.listen}\n")
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
