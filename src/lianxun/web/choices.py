"""Choices that forms offer: units, people and data classes the actor may know."""

from __future__ import annotations

from lianxun.exchange.catalogue import catalogue
from lianxun.organisation.enums import UnitKind
from lianxun.organisation.queries.choices import people_choices, unit_choices

EMPTY = [("", "请选择")]


def units(*kinds: str) -> list[tuple[str, str]]:
    """Units of the given kinds (all without), in the order of the tree."""
    return EMPTY + [(str(i), n) for i, n in unit_choices(kinds=kinds)]


def member_units() -> list[tuple[str, str]]:
    return units(UnitKind.MEMBER)


def inspected_units() -> list[tuple[str, str]]:
    return units(UnitKind.INSPECTED)


def people() -> list[tuple[str, str]]:
    return EMPTY + [(str(i), n) for i, n in people_choices()]


def data_classes() -> list[tuple[str, str]]:
    return EMPTY + [(c.id, f"{c.id} {c.name_zh}（{c.provider}）") for c in catalogue()]
