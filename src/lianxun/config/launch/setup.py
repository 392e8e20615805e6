"""Open a data directory: create it, start or reach its database, make the roles."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from lianxun.config.instance import (
    LOGIN_ROLES,
    DatabaseAddress,
    Instance,
    InstanceError,
    exists,
    fresh_secrets,
    load,
)
from lianxun.config.launch.cluster import PORT, SUPERUSER, Cluster
from lianxun.config.launch.commands import UsageError
from lianxun.config.launch.provision import (
    Administrator,
    conninfo,
    prepare_server,
    refuse_dangerous,
)

_CARRIED = ("sslmode", "sslrootcert", "sslcert", "sslkey", "target_session_attrs")


def cluster_of(folder: Path) -> Cluster:
    """The embedded server of a data directory."""
    return Cluster(folder / "pg")


def describe(folder: Path, *, demo: bool | None, dsn: str | None) -> Instance:
    """The data directory as it is, or as it shall be made. Writes nothing."""
    if exists(folder):
        known = load(folder)
        if demo is not None and demo != known.demo:
            mark = "演示" if known.demo else "正式"
            raise UsageError(
                f"{folder} 是{mark}数据目录，标记在建立时确定，不能更改；请用 --data 另选一个目录。"
            )
        if dsn and known.embedded:
            raise UsageError(
                f"{folder} 使用自带的数据库，不能改用 --dsn；请用 --data 另选一个目录。"
            )
        return replace(known, secrets=fresh_secrets(known.secrets))
    if folder.exists() and any(child.name != "pg" for child in folder.iterdir() if _counts(child)):
        raise UsageError(f"{folder} 不是联巡的数据目录，而且不是空的；请用 --data 另选一个目录。")
    address = _address(dsn) if dsn else DatabaseAddress(host="")
    return Instance(
        folder=folder,
        demo=bool(demo),
        database=address,
        embedded=not dsn,
        secrets=fresh_secrets(),
    )


def _counts(child: Path) -> bool:
    return child.name not in {"up.lock", "lost+found"} and not child.name.startswith("secrets.json")


def _address(dsn: str) -> DatabaseAddress:
    try:
        parts = {key: str(value) for key, value in conninfo_to_dict(dsn).items()}
    except psycopg.ProgrammingError as error:
        raise UsageError(f"--dsn 的写法不对：{str(error).strip()}") from error
    host, port = parts.get("host") or parts.get("hostaddr", ""), parts.get("port", "5432")
    if not host or not port.isdigit():
        raise UsageError("--dsn 要写明一台主机，例如 postgresql://postgres:口令@主机:5432/lianxun")
    name = parts.get("dbname", "")
    return DatabaseAddress(
        host=host,
        port=int(port),
        name="lianxun" if name in {"", "postgres"} else name,
        options={key: parts[key] for key in _CARRIED if key in parts},
    )


@contextmanager
def opened(
    instance: Instance, dsn: str | None = None, *, cluster: Cluster | None = None
) -> Iterator[Instance]:
    """The instance with its database reachable, roles made, files written; embedded: started."""
    if instance.embedded:
        instance.folder.mkdir(parents=True, exist_ok=True)
        with cluster or cluster_of(instance.folder) as server:
            address = DatabaseAddress(host=server.host, port=PORT, name=instance.database.name)
            here = replace(instance, database=address)
            administrator = Administrator(
                make_conninfo(
                    host=server.host,
                    port=PORT,
                    user=SUPERUSER,
                    password=server.superuser_password,
                    dbname="postgres",
                )
            )
            _settle(here, administrator)
            yield here
        return
    if dsn:
        _settle(instance, Administrator(make_conninfo(dsn, dbname="postgres")))
    else:
        _must_sign_in(instance)
    yield instance


def _settle(instance: Instance, administrator: Administrator) -> None:
    """Secrets first: a crash in between must not leave roles whose passwords nobody knows."""
    instance.write()
    passwords = {role: instance.password(role) for role in LOGIN_ROLES}
    prepare_server(administrator, instance.database, passwords)
    refuse_dangerous(instance)


def _must_sign_in(instance: Instance) -> None:
    try:
        with psycopg.connect(conninfo(instance, "lx_owner")):
            pass
    except psycopg.Error as error:
        raise InstanceError(
            f"用已保存的口令连接外部数据库失败：{str(error).strip().splitlines()[0]}。"
            "服务器换过口令或地址时，请再给一次 --dsn。"
        ) from error
    refuse_dangerous(instance)
