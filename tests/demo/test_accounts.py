"""The sign-ins that the launcher prints."""

from __future__ import annotations

from lianxun.access.enums import Role
from lianxun.demo.accounts import rows


def test_each_role_is_there_once_and_the_inspected_unit_has_something_to_do() -> None:
    found = rows()
    assert sorted(r["role"] for r in found) == sorted(str(role.label) for role in Role)
    (contact,) = [r for r in found if r["role"] == "被巡视单位联系人"]
    assert contact["username"] == "other_contact"
