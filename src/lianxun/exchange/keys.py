"""The key store of deliveries and questions: one small file for each, outside of the database.

``<keystore>/exchange/<id>.key`` holds the data key, wrapped under the instance's exchange key
(``secrets.json``). It is in no database dump and no write-ahead log, so that deleting the file destroys
the data in every backup (settled.md 22). Written, flushed and named before the row that needs it.
"""

from __future__ import annotations

import os
from pathlib import Path
from uuid import UUID

from django.conf import settings

from lianxun.kernel.crypto import CryptoError, provider, provider_for
from lianxun.kernel.problems import Unavailable

_KEK = "exchange-1"
_LOST = "数据密钥已销毁或不在本机，无法打开；如非到期销毁，请联系系统管理员从密钥备份恢复。"


def _folder() -> Path:
    return Path(settings.LIANXUN_KEYSTORE) / "exchange"


def _path(of: UUID) -> Path:
    return _folder() / f"{of}.key"


def _kek() -> bytes:
    try:
        key = bytes.fromhex(settings.LIANXUN_EXCHANGE_KEY)
    except ValueError:
        key = b""
    if len(key) != provider().key_bytes:
        raise Unavailable(
            "本实例没有信息共享密钥（secrets.json 的 exchange），请联系系统管理员重新启动平台。"
        )
    return key


def make(of: UUID) -> bytes:
    """A fresh data key for one delivery or question, kept."""
    key = provider().new_key()
    wrapped = provider().wrap(_kek(), key, kek_id=_KEK, key_id=str(of))
    folder = _folder()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = folder / f".{of}.part"
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(wrapped)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(_path(of))
    except OSError as full:
        raise Unavailable("密钥库不可写，数据没有保存；请联系系统管理员。") from full
    return key


def get(of: UUID) -> bytes:
    """The data key. ``Unavailable`` when it was destroyed or the store is not this instance's."""
    try:
        wrapped = _path(of).read_bytes()
        return provider_for(wrapped).unwrap(_kek(), wrapped)
    except (OSError, CryptoError) as gone:
        raise Unavailable(_LOST) from gone


def exists(of: UUID) -> bool:
    return _path(of).exists()


def forget(of: UUID) -> None:
    """Destroy the key: what was sealed with it says nothing any more, in backups too."""
    _path(of).unlink(missing_ok=True)
