"""A day is a day in Shanghai: what the database hands out is UTC, where it is still yesterday until eight."""

from __future__ import annotations

import ast

from tests.house.test_house import ROOT, tracked


def utc_days(source: str) -> list[int]:
    """Lines that take the date of a stored moment (``….created_at.date()``) without going to local time."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "date"
        and isinstance(node.func.value, ast.Attribute | ast.Name)
        and (
            node.func.value.attr
            if isinstance(node.func.value, ast.Attribute)
            else node.func.value.id
        ).endswith("_at")
    ]


def test_no_stored_moment_is_cut_to_its_utc_day() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in tracked("src/lianxun/**/*.py")
        for line in utc_days(path.read_text("utf-8"))
    ]
    assert not found, "use django.utils.timezone.localdate: " + ", ".join(found)


def test_the_watch_sees_both_ways_of_writing_it() -> None:
    assert utc_days("a = row.created_at.date()\nb = sent_at.date()\nc = now.date()") == [1, 2]
    assert not utc_days("a = localdate(row.created_at)\nb = datetime.date()")
