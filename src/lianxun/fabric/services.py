"""Identities under which the platform itself works: they sign in nowhere.

Row security lets each of them touch exactly the tables it is given (ACC-P6, ``lx.service_may``).
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import NAMESPACE_DNS, UUID, uuid5

from django.db import migrations

PLATFORM_UNIT = uuid5(NAMESPACE_DNS, "platform.lianxun")
_SINCE = "2026-11-22T00:00:00Z"  # what is shipped carries this moment


def account_of(service: str) -> UUID:
    """The id of a service's account, the same in every installation."""
    return uuid5(NAMESPACE_DNS, f"service.{service}.lianxun")


# Checked at once: PostgreSQL alters no table for which a deferred check still waits.
_AT_ONCE = "set constraints all immediate"


class PlatformUnit(migrations.RunSQL):
    """The unit that services belong to. Before row security of units: the owner obeys it too."""

    def __init__(self) -> None:
        super().__init__(
            [
                _AT_ONCE,
                "insert into organisation_unit (id, revision, created_at, code, name, short_name, pinyin, "
                f"kind, tier, region, path, valid_from) values ('{PLATFORM_UNIT}', 1, '{_SINCE}', "
                "'LIANXUN', '联巡平台（服务身份）', '平台', '', 'other', 'province', 0, '0000/', "
                f"'{_SINCE[:10]}')",
            ]
        )


class ServiceTables(migrations.RunSQL):
    """Let ``service`` touch ``tables`` as well."""

    def __init__(self, service: str, tables: Iterable[str]) -> None:
        super().__init__(_allowed(service, tables))


class ServiceIdentity(migrations.RunSQL):
    """The account of ``service`` with its ``clearance`` (settled.md 3), and the tables it may touch."""

    def __init__(self, service: str, *, name: str, clearance: int, tables: Iterable[str]) -> None:
        super().__init__(
            [
                _AT_ONCE,
                "insert into access_account (id, password, username, email, display_name, clearance, "
                "roles, duties, compartments, service, is_active, blocked_reason, created_at, unit_id) "
                f"values ('{account_of(service)}', '!', 'service:{service}', '', '{name}', {clearance}, "
                f"'{{}}', '{{}}', '{{}}', '{service}', true, '', '{_SINCE}', '{PLATFORM_UNIT}')",
                _allowed(service, tables),
            ]
        )


def _allowed(service: str, tables: Iterable[str]) -> str:
    rows = ", ".join(f"('{service}', '{table}')" for table in tables)
    return f"insert into lx.service_table (service, table_name) values {rows}"
