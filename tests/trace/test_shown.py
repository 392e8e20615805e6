"""What a record says was shown beside its object, read from whatever it holds."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from lianxun.kernel.ids import new_id
from lianxun.trace.intake import shown
from lianxun.trace.records import PART, parts

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.uuids().map(str),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("obj_id"), inner),
)


@given(JSON, JSON, JSON)
def test_what_a_record_says_was_shown_is_read_whatever_it_holds(a: Any, b: Any, c: Any) -> None:
    for said in (
        {"detail": a},
        {"detail": {"beside": a, "reads": b}, "obj_id": c},
        {"detail": [a]},
    ):
        for kind, row_id in shown(said):
            assert kind.count(".") == 1
            assert str(UUID(row_id)) == row_id


def test_what_was_shown_is_each_row_once_and_never_the_object_itself() -> None:
    one, two = sorted(str(new_id()) for _ in range(2))
    detail = {
        "beside": {"leads.lead": [two, one, "x", 3], "no kind": [one], "a.b": one},
        "reads": [{"obj": "leads.lead", "obj_id": two}, {"obj": "", "obj_id": one}, 7],
    }
    assert shown({"detail": detail}) == [("leads.lead", one), ("leads.lead", two)]
    assert shown({"detail": detail, "obj_id": one}) == [("leads.lead", two)]


@given(st.lists(st.integers(0, 2 * PART + 7), max_size=3))
def test_a_record_of_many_rows_is_cut_and_loses_none(sizes: list[int]) -> None:
    kinds = {f"room.k{'abc'[n]}": [str(new_id()) for _ in range(m)] for n, m in enumerate(sizes)}
    record = {"act": "web.export_list", "obj_id": "", "detail": {"rows": 7, "beside": kinds}}
    made = parts(record)
    assert [len(shown(part)) <= PART for part in made] == [True] * len(made)
    assert sorted(x for part in made for x in shown(part)) == shown(record)
    assert [part["detail"].get("rows") for part in made] == [7] + [None] * (len(made) - 1)
    if len(made) > 1:
        assert [p["detail"]["part"] for p in made] == [[n + 1, len(made)] for n in range(len(made))]
    else:
        assert made == [record]
