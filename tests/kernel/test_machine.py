"""State machines as data."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lianxun.kernel.machine import Machine

STATES = st.sampled_from("abcdef")
MOVES = st.lists(st.tuples(STATES, STATES), max_size=15)
DOOR = Machine.of("open", moves=(("open", "shut"), ("shut", "open"), ("shut", "locked")))


def test_a_move_is_allowed_only_in_its_direction() -> None:
    assert DOOR.allows("shut", "locked")
    assert not DOOR.allows("locked", "shut")
    assert not DOOR.allows("open", "locked")
    assert DOOR.after("shut") == {"open", "locked"}
    assert DOOR.after("locked") == frozenset()


def test_states_are_what_is_named_anywhere() -> None:
    assert DOOR.states == {"open", "shut", "locked"}
    assert Machine.of("alone", moves=()).states == {"alone"}


def test_a_state_without_a_way_in_is_found() -> None:
    lost = Machine.of("a", moves=(("a", "b"), ("x", "b")))
    assert lost.states - lost.reachable() == {"x"}


@given(initial=st.sets(STATES, min_size=1), moves=MOVES)
def test_whoever_walks_stays_within_the_reachable_states(
    initial: set[str], moves: list[tuple[str, str]]
) -> None:
    machine = Machine.of(*initial, moves=moves)
    reachable = machine.reachable()
    assert initial <= reachable <= machine.states
    assert all(machine.after(state) <= reachable for state in reachable)
    # Nothing outside is entered from inside, and everything inside has a way in.
    assert all(any(s in machine.after(r) for r in reachable) for s in reachable - initial)
