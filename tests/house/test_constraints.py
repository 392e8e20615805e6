"""What a check constraint asks is asked of empty columns as well: in SQL an unknown answer is no refusal."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db.models import CheckConstraint, Model, Q

MODELS = [m for m in apps.get_models() if m.__module__.startswith("lianxun.")]


def asked(condition: Q) -> Iterator[str]:
    """Lookups that an empty column leaves unknown. What stands under a negation Django itself guards."""
    for child in condition.children:
        if isinstance(child, Q):
            if not child.negated:
                yield from asked(child)
        elif isinstance(child, tuple):
            yield child[0]


def unguarded(model: type[Model], condition: Q) -> set[str]:
    """Columns that may be empty, are compared, and are never asked to be filled."""
    names = list(asked(condition))
    filled = {name.split("__")[0] for name in names if name.endswith("__isnull")}
    compared = {name.split("__")[0] for name in names if not name.endswith("__isnull")}
    return {name for name in compared - filled if model._meta.get_field(name).null}


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m._meta.db_table)
def test_no_empty_column_slips_through_a_check(model: type[Model]) -> None:
    for constraint in model._meta.constraints:
        if isinstance(constraint, CheckConstraint) and isinstance(constraint.condition, Q):
            assert unguarded(model, constraint.condition) == set(), constraint.name


def test_the_check_of_checks_sees_an_empty_column() -> None:
    from lianxun.rectification.models import Assessment

    assert unguarded(Assessment, Q(total__gte=0)) == {"total"}
    assert unguarded(Assessment, Q(total__gte=0, total__isnull=False)) == set()
    assert unguarded(Assessment, ~Q(total=0) | Q(state="x")) == set()
