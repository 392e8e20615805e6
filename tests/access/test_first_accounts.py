"""How an empty installation gets its first people: three administrators, once, on the record."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client

from lianxun.access.models import Account

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner", "seq", "audit"])
WISH = {"unit": "示例市委巡察办", "code": "FIRST-IO", "region": 970300, "tier": "city"}


def without_sample() -> None:
    with connections["owner"].cursor() as owner:
        owner.execute(
            "update access_account set roles = '{clerk}', clearance = 0 where roles && "
            "array['system_admin', 'security_admin', 'audit_admin']::varchar[]"
        )
        owner.execute("update access_account set username = username || '-sample'")
        for table in ("organisation_unit",):
            owner.execute(f"alter table {table} no force row level security")
            owner.execute(f"update {table} set path = 'x' || path")
            owner.execute(f"alter table {table} force row level security")


def test_three_administrators_can_sign_in_afterwards() -> None:
    without_sample()
    said = StringIO()
    call_command("first_accounts", **WISH, stdout=said)
    made = dict(re.findall(r"  \S+  (\w+_admin)  (\S+)", said.getvalue()))
    assert set(made) == {"system_admin", "security_admin", "audit_admin"}
    for account, password in made.items():
        assert Account.objects.get(username=account).roles == [account]
        assert Client().login(username=account, password=password)


def test_a_second_time_is_refused() -> None:
    with pytest.raises(CommandError, match="已有管理员账号"):
        call_command("first_accounts", **WISH)


def test_a_wrong_region_is_named() -> None:
    with pytest.raises(CommandError, match="6 位"):
        call_command("first_accounts", **(WISH | {"region": 97}))
