"""The sample's sign-ins as the launcher prints them: one account of each role, with something to do."""

from __future__ import annotations

import json
from pathlib import Path

from lianxun.access.enums import Role
from lianxun.demo.people import ACCOUNTS, UNITS
from lianxun.demo.province import SAMPLE_PASSWORD

FILE = "demo-accounts.json"
# The first contact's organisation is being inspected: nothing was served on it yet.
IDLE = ("contact",)


def rows() -> list[dict[str, str]]:
    """Role, sign-in name, password and unit, one row for each role, in the order of the sample."""
    units = {unit.code: unit.name for unit in UNITS}
    found: dict[str, dict[str, str]] = {}
    for account in ACCOUNTS:
        if account.key in IDLE:
            continue
        for role in account.roles:
            found.setdefault(
                role,
                {
                    "role": str(Role(role).label),
                    "username": account.key,
                    "password": SAMPLE_PASSWORD,
                    "unit": units[account.unit],
                },
            )
    return list(found.values())


def write(folder: Path) -> None:
    """Leave the list in a demo's data directory, for the launcher and for guides."""
    text = json.dumps(rows(), ensure_ascii=False, indent=2)
    (folder / FILE).write_text(text + "\n", "utf-8")
