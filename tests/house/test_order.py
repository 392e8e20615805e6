"""Every list that is cut into pages states a total order: no row stands on two pages, or on none.

The tests of pages watch every slice that a page fetches (tests/support/pages.py); here the pure part, the
watch itself, and the slices that can be told from the source.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

import pytest
from django.db.models import Count, F

from lianxun.fabric.paging import page_of, totally_ordered
from lianxun.organisation.models import Person, Unit
from tests.house.test_house import ROOT, tracked


@pytest.mark.parametrize(
    ("order", "total"),
    [
        ((), False),
        (("pinyin",), False),
        (("pinyin", "id"), True),
        (("-pk",), True),
        (("code",), False),
        ((F("pinyin").asc(), F("id").desc()), True),
        (("unit__id",), False),
    ],
)
def test_a_total_order_has_a_unique_key(order: tuple[Any, ...], total: bool) -> None:
    assert totally_ordered(Person.objects.order_by(*order)) is total


def test_the_order_of_the_model_counts_and_groups_need_one() -> None:
    assert totally_ordered(Person.objects.all())  # ends with the id
    assert totally_ordered(Unit.objects.all())  # a path is unique
    grouped = Person.objects.values("unit").annotate(n=Count("id"))
    assert totally_ordered(grouped.order_by("unit"))
    assert not totally_ordered(grouped.order_by())


def test_a_page_of_rows_in_no_total_order_is_refused() -> None:
    """Planted fault: the page says so before it asks the database."""
    with pytest.raises(TypeError, match="total order"):
        page_of(Person.objects.order_by("pinyin"), 1)


def test_the_watch_finds_a_slice_in_no_order(cast: Any, whole_pages: None) -> None:
    """Planted fault; one row alone needs no order."""
    with pytest.raises(TypeError, match="total order"):
        list(Person.objects.order_by("pinyin")[:5])
    list(Person.objects.order_by("pinyin", "id")[:5])
    Person.objects.order_by("pinyin").first()


def slices(source: str) -> Iterator[tuple[int, list[str]]]:
    """Line and names of the chain of every slice of ``….objects.…``."""
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice)):
            continue
        chain, value = [], node.value
        while isinstance(value, ast.Call | ast.Attribute):
            if isinstance(value, ast.Attribute):
                chain.append(value.attr)
                value = value.value
            else:
                value = value.func
        if "objects" in chain:
            yield node.lineno, chain


def test_no_slice_in_the_source_goes_without_an_order() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in tracked("src/lianxun/*.py")
        for line, chain in slices(path.read_text("utf-8"))
        if "order_by" not in chain
    ]
    assert wrong == []


def test_an_unordered_slice_in_the_source_is_found() -> None:
    """Planted fault."""
    (found,) = slices("rows = Person.objects.filter(active=True)[:20]")
    assert "order_by" not in found[1]
