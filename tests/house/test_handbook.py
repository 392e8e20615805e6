"""What the handbook puts between quotation marks as a button or page stands on a screen, word for word."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HANDBOOK = ROOT / "docs" / "handbook"
CHECKED = ("教程.md", "信息共享.md", "整改.md")
ROLES = {
    "协调专员": "coordinator",
    "领导": "leader",
    "巡视组": "team_head",
    "联络员": "finance",
    "登记员": "clerk",
    "督导组": "guide",
    "被巡视单位联系人": "contact",
    "系统管理员": "system_admin",
    "安全管理员": "security_admin",
    "审计管理员": "audit_admin",
}


@cache
def screens() -> str:
    """All words of the product that a person can meet."""
    source = ROOT / "src" / "lianxun"
    files = [*source.rglob("*.py"), *source.rglob("*.html"), *source.rglob("*.yaml")]
    return "\n".join(p.read_text("utf-8") for p in sorted(files) if "migrations" not in p.parts)


def quoted(page: str) -> list[str]:
    text = (HANDBOOK / page).read_text("utf-8")
    found = re.findall(r"“([^”…]+)”", re.sub(r"\n\s*", "", text))
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("page", CHECKED)
def test_the_handbook_names_what_is_on_the_screens(page: str) -> None:
    assert len(quoted(page)) >= 15
    assert [words for words in quoted(page) if words not in screens()] == []


@pytest.mark.parametrize("role", sorted(ROLES))
def test_the_tutorial_has_a_chapter_for_each_role_and_names_its_account(role: str) -> None:
    text = (HANDBOOK / "教程.md").read_text("utf-8")
    headings = [line for line in text.splitlines() if line.startswith("## ")]
    assert any(role in line and ROLES[role] in line for line in headings), headings


def test_every_room_has_its_page_for_developers() -> None:
    rooms = [p.parent for p in (ROOT / "src" / "lianxun").glob("*/__init__.py")]
    assert [r.name for r in sorted(rooms) if not (r / "README.md").exists()] == []
