"""Pages for people stay true: links lead somewhere, commands exist, nothing names one machine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lianxun.config.launch.commands import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("src/*/*/README.md")],
    key=str,
)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s#]+)(?:#[^)]*)?\)|!\[[^\]]*\]\(([^)\s]+)\)")
_COMMAND = re.compile(r"\./lianxun ([a-z][a-z-]*)")


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_relative_links_and_pictures_exist(page: Path) -> None:
    missing = [
        target
        for groups in _LINK.findall(page.read_text("utf-8"))
        for target in groups
        if target and "://" not in target and not (page.parent / target).exists()
    ]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_commands_that_are_named_exist(page: Path) -> None:
    known = {command.name for command in COMMANDS}
    assert set(_COMMAND.findall(page.read_text("utf-8"))) <= known


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_no_page_names_one_machine(page: Path) -> None:
    text = page.read_text("utf-8")
    assert not re.search(r"(?<![\w.])/(?:work|root|home/\w+)/", text)


def test_every_decision_is_listed() -> None:
    index = (ROOT / "docs" / "adr" / "README.md").read_text("utf-8")
    decisions = sorted(ROOT.glob("docs/adr/0*.md"))
    assert decisions
    for decision in decisions:
        assert f"({decision.name})" in index
        number = int(decision.name[:4])
        assert decision.read_text("utf-8").startswith(f"# {number}. "), decision.name


def test_both_readmes_show_the_two_commands() -> None:
    for name in ("README.md", "README.zh-CN.md"):
        text = (ROOT / name).read_text("utf-8")
        assert "./lianxun up" in text
        assert "./lianxun test" in text
