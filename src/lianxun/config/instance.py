"""One data directory: its mark, where its database is, its secrets. Standard library only.

`instance.json` says whether the directory is a demo and which database it uses; `secrets.json`
(mode 0600) holds the passwords of the database roles and the keys of the application. Whoever may
read the second file may be every role, so nothing else is ever written there.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

LOGIN_ROLES = ("lx_owner", "lx_app", "lx_seq", "lx_audit", "lx_backup")
SECRET_NAMES = ("django",)
KEY_NAMES = ("context", "context-inner", "exchange")  # 256-bit keys in hexadecimal
ENVIRONMENT_VARIABLE = "LIANXUN_INSTANCE"
DEFAULT_FOLDER = Path(__file__).resolve().parents[3] / ".lianxun"


class InstanceError(Exception):
    """The data directory cannot be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """Where PostgreSQL answers. `host` may be a folder (Unix socket)."""

    host: str
    port: int = 5432
    name: str = "lianxun"
    # Further libpq parameters of an external server, such as sslmode and sslrootcert.
    options: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Instance:
    """The data directory `folder`. `demo` binds to this machine only and may skip the second factor."""

    folder: Path
    demo: bool
    database: DatabaseAddress
    embedded: bool = True
    hosts: tuple[str, ...] = ()
    secrets: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def files(self) -> Path:
        """Stored files of the platform."""
        return self.folder / "files"

    @property
    def static(self) -> Path:
        """Collected style sheets, scripts and pictures."""
        return self.folder / "static"

    @property
    def logs(self) -> Path:
        """Output of the processes."""
        return self.folder / "logs"

    def password(self, role: str) -> str:
        """The password of a database role; empty when this directory knows none."""
        return self.secrets.get(f"role:{role}", "")

    def write(self) -> None:
        """Store both files, the secrets readable by their owner alone."""
        self.folder.mkdir(parents=True, exist_ok=True)
        description = {
            "demo": self.demo,
            "embedded": self.embedded,
            "database": asdict(self.database),
            "hosts": list(self.hosts),
        }
        _replace(self.folder / "secrets.json", self.secrets, 0o600)
        _replace(self.folder / "instance.json", description, 0o644)


def default_folder() -> Path:
    """The data directory in force: the environment's, else `.lianxun` beside the source."""
    return Path(os.environ.get(ENVIRONMENT_VARIABLE) or DEFAULT_FOLDER)


def fresh_secrets(known: dict[str, str] | None = None) -> dict[str, str]:
    """`known` completed by random values (256 bit each) for everything that is missing."""
    made = dict(known or {})
    for name in (*(f"role:{role}" for role in LOGIN_ROLES), *SECRET_NAMES):
        made.setdefault(name, secrets.token_urlsafe(32))
    for name in KEY_NAMES:
        made.setdefault(name, secrets.token_hex(32))
    return made


def exists(folder: Path) -> bool:
    """Whether `folder` was set up before."""
    return (folder / "instance.json").exists()


def load(folder: Path | None = None) -> Instance:
    """Read a data directory; InstanceError names the file that is missing or damaged."""
    folder = folder or default_folder()
    description = _read(folder / "instance.json")
    address = description.get("database")
    if not isinstance(address, dict) or not isinstance(description.get("demo"), bool):
        raise InstanceError(f"{folder / 'instance.json'} 内容不完整，请从备份恢复该文件。")
    return Instance(
        folder=folder,
        demo=description["demo"],
        database=DatabaseAddress(**address),
        embedded=bool(description.get("embedded", True)),
        hosts=tuple(description.get("hosts", ())),
        secrets=_read(folder / "secrets.json"),
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise InstanceError(
            f"没有找到 {path}；请先运行 ./lianxun up，或用 --data 指明数据目录。"
        ) from error
    except PermissionError as error:
        raise InstanceError(f"没有权限读取 {path}；请用建立该数据目录的账户运行。") from error
    except ValueError as error:
        raise InstanceError(f"{path} 已损坏（{error}），请从备份恢复该文件。") from error
    if not isinstance(value, dict):
        raise InstanceError(f"{path} 已损坏（不是一个对象），请从备份恢复该文件。")
    return value


def _replace(path: Path, value: object, mode: int) -> None:
    """Write beside, then rename: a crash leaves either the old file or the new one."""
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        json.dump(value, stream, ensure_ascii=False, indent=2)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(path)
