"""Bytes on disk under their digest: written, flushed and named before the row that points at them.

A crash between the two leaves a file without a row, never a row without a file.
"""

from __future__ import annotations

import hashlib
import os
import socket
import struct
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import connection

from lianxun.documents.enums import Scan
from lianxun.kernel.problems import Invalid, Unavailable

CHUNK = 1024 * 1024
SCAN_SECONDS = 60


def folder() -> Path:
    return Path(settings.MEDIA_ROOT)


def path_of(sha256: str) -> Path:
    return folder() / sha256[:2] / sha256[2:4] / sha256


def put(stream: BinaryIO) -> tuple[str, int]:
    """Store the bytes; returns (SHA-256 hex, size). Equal content is stored once.

    Until the running transaction ends nobody removes these bytes (``claim``).

    Raises ``Unavailable`` when the disk is full: nothing half-written stays.
    """
    root = folder()
    digest, size = hashlib.sha256(), 0
    try:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=root, delete=False) as temporary:
            try:
                for chunk in _chunks(stream):
                    digest.update(chunk)
                    size += len(chunk)
                    temporary.write(chunk)
                temporary.flush()
                os.fsync(temporary.fileno())
                claim(digest.hexdigest(), alone=False)
                target = path_of(digest.hexdigest())
                target.parent.mkdir(parents=True, exist_ok=True)
                Path(temporary.name).replace(target)
            except BaseException:
                Path(temporary.name).unlink(missing_ok=True)
                raise
    except OSError as full:
        raise Unavailable(
            "存储空间不足或不可写，文件没有保存；请联系系统管理员后重新上传。"
        ) from full
    return digest.hexdigest(), size


def claim(sha256: str, *, alone: bool) -> None:
    """Hold a digest until the running transaction ends: those who store share it, who removes has it
    ``alone``. So bytes never vanish between being stored and the commit of the row that points at them."""
    if not connection.in_atomic_block:
        return  # outside of an act nothing points at the bytes yet
    lock = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"select {lock}(hashtextextended(%s, 7))", [sha256])


def remove(sha256: str) -> None:
    """Take bytes off the disk for good. Raises ``OSError`` when the disk refuses: the job tries again."""
    path_of(sha256).unlink(missing_ok=True)


def open_stored(sha256: str) -> BinaryIO:
    """Open stored bytes for reading. Raises ``Unavailable`` if the disk lost them."""
    try:
        return path_of(sha256).open("rb")
    except OSError as gone:
        raise Unavailable("文件暂时无法读取，请联系系统管理员从备份恢复。") from gone


def scan(stream: BinaryIO, *, name: str) -> Scan:
    """Ask clamd over its socket (INSTREAM) where one is configured; refuse what it finds.

    Fails closed: a configured scanner that does not answer stops the upload.
    """
    address = settings.LIANXUN_CLAMD
    if not address:
        return Scan.NOT_CONFIGURED
    try:
        with _connected(address) as connection:
            connection.sendall(b"zINSTREAM\0")
            for chunk in _chunks(stream):
                connection.sendall(struct.pack("!I", len(chunk)) + chunk)
            connection.sendall(struct.pack("!I", 0))
            answer = _answer(connection)
    except OSError as silent:
        raise Unavailable(
            "查毒服务没有应答，文件没有接收；请稍后重试或联系系统管理员。"
        ) from silent
    finally:
        stream.seek(0)
    if answer.endswith("FOUND"):
        raise Invalid.at("file", f"《{name}》未通过查毒，已拒收；请清除病毒后重新上传。")
    if answer != "stream: OK":
        raise Unavailable("查毒服务应答异常，文件没有接收；请联系系统管理员。")
    return Scan.CLEAN


def _connected(address: str) -> socket.socket:
    """``/run/clamd.sock`` or ``host:3310``. Raises ``OSError``."""
    if address.startswith("/"):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(SCAN_SECONDS)
        try:
            connection.connect(address)
        except OSError:
            connection.close()
            raise
        return connection
    host, _, port = address.rpartition(":")
    if not port.isdigit():
        raise OSError(f"no port in {address}")
    return socket.create_connection((host, int(port)), timeout=SCAN_SECONDS)


def _answer(connection: socket.socket) -> str:
    """clamd's one line, ended by a zero byte as the command was."""
    data = b""
    while len(data) < 4096 and not data.endswith(b"\0"):
        part = connection.recv(4096)
        if not part:
            break
        data += part
    return data.rstrip(b"\0\n").decode(errors="replace").strip()


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    stream.seek(0)
    while chunk := stream.read(CHUNK):
        yield chunk
