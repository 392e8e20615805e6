"""Repeats against a plain dictionary, whatever the order."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lianxun_insight.deliveries.duplicates import find_repeats

rows = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 2)), max_size=40)


@given(rows)
def test_every_repeat_is_found_with_its_first_row(pairs):
    prints = np.array(pairs, dtype=np.uint64).reshape(len(pairs), 2)
    same, other, first = {}, {}, {}
    for n, (key, content) in enumerate(pairs):
        if key in first:
            kind = same if pairs[first[key]][1] == content else other
            kind[n] = first[key]
        else:
            first[key] = n
    found = find_repeats(prints)
    assert dict(zip(found.same.tolist(), found.same_first.tolist(), strict=True)) == same
    assert dict(zip(found.other.tolist(), found.other_first.tolist(), strict=True)) == other
