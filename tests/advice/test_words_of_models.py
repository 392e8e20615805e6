"""What a model file says about itself, in the words of the screen."""

from __future__ import annotations

import pytest

from lianxun.advice.queries.models import source_in_words


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("synthetic: 3000 invented leads, seed 1, wordings 0 and 1", "虚构线索 3,000 件，没有真实线索"),
        ("200 invented leads and 41 decided ones", "虚构线索 200 件，人工认定的线索 41 件"),
        ("外单位提供", "外单位提供"),
    ],
)  # fmt: skip
def test_what_a_model_was_trained_on_is_said_in_chinese(source: str, words: str) -> None:
    assert source_in_words(source) == words
