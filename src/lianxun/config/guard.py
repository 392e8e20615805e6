"""Every process refuses a database role that could get around row security (settled.md 1)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.signals import connection_created
from django.db.utils import DEFAULT_DB_ALIAS

from lianxun.config.launch.provision import DANGERS_SQL, describe_dangers

_checked: set[str] = set()


def install() -> None:
    """Look at the application's role when this process first connects."""
    connection_created.connect(check_role, dispatch_uid="lianxun.config.guard")


def check_role(connection: Any, **_: Any) -> None:
    """ImproperlyConfigured when the role is superuser, BYPASSRLS, an owner or a member of one."""
    if connection.alias != DEFAULT_DB_ALIAS or connection.alias in _checked:
        return
    with connection.connection.cursor() as cursor:
        row = cursor.execute(DANGERS_SQL).fetchone()
    found = describe_dangers(row) if row else []
    if found:
        connection.close()
        raise ImproperlyConfigured(
            "拒绝启动：" + "；".join(found) + "。请由数据库管理员收回后重试。"
        )
    _checked.add(connection.alias)
