"""The virus hook against a real socket that speaks clamd's INSTREAM (clamd(8)); it fails closed."""

from __future__ import annotations

import io
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from lianxun.documents import storage
from lianxun.documents.enums import Scan
from lianxun.kernel.problems import Invalid, Unavailable

SIGNATURE = b"X5O!P%@AP-NOT-A-REAL-VIRUS"


def reply(received: bytes) -> bytes:
    return b"stream: Eicar-Test FOUND\0" if SIGNATURE in received else b"stream: OK\0"


@contextmanager
def clamd(place: Path, answer: Callable[[bytes], bytes] = reply) -> Iterator[list[bytes]]:
    """A daemon for one connection at ``place``; yields what it took in."""
    taken: list[bytes] = []
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(str(place))
    server.listen(1)

    def serve() -> None:
        connection, _ = server.accept()
        with connection, connection.makefile("rb") as stream:
            assert stream.read(10) == b"zINSTREAM\0"
            content = b""
            while size := struct.unpack("!I", stream.read(4))[0]:
                content += stream.read(size)
            taken.append(content)
            for byte in answer(content):  # one byte at a time: the client must wait for the end
                connection.sendall(bytes([byte]))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield taken
    finally:
        thread.join(timeout=5)
        server.close()


@pytest.fixture
def place(tmp_path: Path, settings: Any) -> Path:
    settings.LIANXUN_CLAMD = str(tmp_path / "c.sock")
    return tmp_path / "c.sock"


def scan(content: bytes) -> Scan:
    return storage.scan(io.BytesIO(content), name="来文.pdf")


def test_without_a_scanner_every_file_says_so(settings: Any) -> None:
    settings.LIANXUN_CLAMD = ""
    assert scan(b"%PDF-1.7") is Scan.NOT_CONFIGURED


@pytest.mark.parametrize("size", [1, storage.CHUNK - 1, storage.CHUNK, 2 * storage.CHUNK + 7])
def test_a_clean_file_is_sent_whole_and_passes(place: Path, size: int) -> None:
    content = b"x" * size
    with clamd(place) as taken:
        assert scan(content) is Scan.CLEAN
    assert taken == [content]


def test_what_the_scanner_finds_is_refused_at_the_file(place: Path) -> None:
    with clamd(place), pytest.raises(Invalid, match="未通过查毒，已拒收") as refused:
        scan(b"%PDF-1.7" + SIGNATURE)
    assert refused.value.errors[0].place == "file"


def test_a_signature_across_two_chunks_is_found(place: Path) -> None:
    with clamd(place), pytest.raises(Invalid):
        scan(b"x" * (storage.CHUNK - 5) + SIGNATURE)


@pytest.mark.parametrize(
    "line",
    [b"INSTREAM size limit exceeded. ERROR\0", b"", b"stream: OKAY\0", b"NOT OK\0", b"\xff\xfe\0"],
)
def test_any_other_answer_stops_the_upload(place: Path, line: bytes) -> None:
    with clamd(place, lambda _: line), pytest.raises(Unavailable, match="应答异常"):
        scan(b"%PDF-1.7")


@pytest.mark.parametrize("address", ["/nowhere/clamd.sock", "127.0.0.1:1", "127.0.0.1:nonsense"])
def test_a_scanner_that_is_configured_and_absent_stops_the_upload(
    settings: Any, address: str
) -> None:
    settings.LIANXUN_CLAMD = address
    with pytest.raises(Unavailable, match="没有应答，文件没有接收"):
        scan(b"%PDF-1.7")


def test_a_scanner_that_never_answers_stops_the_upload(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "SCAN_SECONDS", 0.2)
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(str(place))
    server.listen(1)
    try:
        with pytest.raises(Unavailable, match="没有应答"):
            scan(b"%PDF-1.7")
    finally:
        server.close()


def test_the_stream_is_left_at_its_start(place: Path) -> None:
    stream = io.BytesIO(b"%PDF-1.7 content")
    with clamd(place):
        storage.scan(stream, name="来文.pdf")
    assert stream.tell() == 0
