"""Every table of ours is known to the oracle of need-to-know, or listed as no business data."""

from __future__ import annotations

from django.db.migrations.loader import MigrationLoader

from lianxun.fabric.models import Labelled
from tests.access import catalogue
from tests.access.special import RULES
from tests.house.test_house import our_models


def test_labelled_tables_are_judged_by_their_labels() -> None:
    """A new labelled table needs a line in tests/access/catalogue.py: what protects it, said twice."""
    labelled = {m._meta.db_table for m in our_models() if issubclass(m, Labelled)}  # type: ignore[attr-defined]
    assert labelled == set(catalogue.SHELVES)


def test_every_other_table_has_a_rule_of_its_own_or_holds_no_business_data() -> None:
    """Its name belongs in ``SPECIAL`` with a rule in tests/access/special.py, or in ``OPEN``."""
    others = {m._meta.db_table for m in our_models() if not issubclass(m, Labelled)}  # type: ignore[attr-defined]
    assert others - set(catalogue.OPEN) == {*catalogue.SPECIAL, *catalogue.THROUGH}
    assert sorted([*RULES, "access_grant"]) == sorted(catalogue.SPECIAL)


def test_migrations_form_one_line_in_each_room() -> None:
    """Two branches that add the same number: the later one renumbers."""
    assert MigrationLoader(None).detect_conflicts() == {}
