"""A question as weighted grams: lead-ins cut away, the rest counted."""

import re
from collections import Counter
from functools import cache
from importlib import resources
from typing import Final

import yaml

from lianxun_insight.rank.grams import fold, keys_of

MAX_CHARACTERS: Final = 1_000


@cache
def _stop_pattern() -> re.Pattern[str]:
    text = (
        resources.files("lianxun_insight.rank")
        .joinpath("data/stop_phrases.yaml")
        .read_text("utf-8")
    )
    phrases: list[str] = yaml.safe_load(text)["phrases"]
    return re.compile("|".join(sorted(map(re.escape, phrases), key=len, reverse=True)))


def stripped(question: str) -> str:
    """The folded question with lead-ins replaced by blanks, or the whole when nothing is left."""
    text = fold(question[:MAX_CHARACTERS])
    rest = _stop_pattern().sub(" ", text)
    return rest if len(keys_of(rest)) else text


def query_weights(question: str) -> dict[int, float]:
    """How often each gram key occurs in the stripped question."""
    return {int(k): float(n) for k, n in Counter(keys_of(stripped(question)).tolist()).items()}
