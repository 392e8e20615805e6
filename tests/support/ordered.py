"""Whoever takes a part of a list takes it from a list in a total order."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models.query import MAX_GET_RESULTS, QuerySet

from lianxun.fabric.paging import totally_ordered

ONE = (1, MAX_GET_RESULTS)  # what `first()` and `get()` ask for


def watch(patch: pytest.MonkeyPatch) -> None:
    """A slice of rows of ours that is fetched without a total order raises from now on."""
    fetch = QuerySet._fetch_all

    def fetched(self: QuerySet[Any]) -> None:
        query = self.query
        ours = self.model is not None and self.model.__module__.startswith("lianxun.")
        single = query.low_mark == 0 and query.high_mark in ONE
        if ours and query.is_sliced and not single and not totally_ordered(self):
            raise TypeError(
                f"part of a list of {self.model.__name__} without a total order: add its id"
            )
        fetch(self)

    patch.setattr(QuerySet, "_fetch_all", fetched)
