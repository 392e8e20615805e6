"""Counting by buckets gives exactly what sorting gives."""

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lianxun_insight.rules.sieve import among, repeated

CODES = st.lists(st.integers(0, 2**62) | st.integers(0, 5), max_size=200)


@given(codes=CODES, least=st.integers(1, 4))
def test_repeated_codes_are_those_of_a_count(codes, least):
    wanted = sorted(code for code, n in Counter(codes).items() if n >= least)
    assert repeated(np.array(codes, dtype=np.int64), least).tolist() == wanted


@given(known=CODES, asked=CODES)
def test_no_known_code_is_stopped(known, asked):
    codes = np.array([*known, *asked], dtype=np.int64)
    passed = among(np.array(known, dtype=np.int64))(codes)
    assert passed[: len(known)].all()


def test_most_unknown_codes_are_stopped():
    rng = np.random.default_rng(4)
    known, unknown = np.split(rng.integers(0, 2**62, 20_000), 2)
    assert among(known)(unknown).mean() < 0.15
