"""All detectors on one text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from lianxun_insight.detect.amounts import find_amounts
from lianxun_insight.detect.contacts import find_contacts
from lianxun_insight.detect.dates import find_dates
from lianxun_insight.detect.persons import find_persons
from lianxun_insight.detect.spans import Span, fold, without_overlaps
from lianxun_insight.detect.tokens import Token, tokenise
from lianxun_insight.detect.units import (
    find_addresses,
    find_organisations,
    find_places,
    find_posts,
)

IDENTIFIERS = frozenset(
    {"phone", "id_card", "bank_card", "plate", "email", "account", "passport", "officer_no",
     "credit_code"}
)  # fmt: skip
TYPES = IDENTIFIERS | {"amount", "date", "person", "org", "place", "post", "address"}


def _names(text: str, tokens: list[Token]) -> Iterator[Span]:
    yield from find_persons(text, tokens)
    yield from find_organisations(text, tokens)
    yield from find_places(text, tokens)
    yield from find_posts(text)
    yield from find_addresses(text)


def find_spans(
    text: str,
    *,
    today: date | None = None,
    types: frozenset[str] | None = None,
    resolve: Callable[[list[Span]], list[Span]] | None = None,
) -> list[Span]:
    """Spans of the wanted types (all of ``TYPES`` by default), in order, without overlaps.

    ``today`` is the day from which relative times are read. ``resolve`` replaces the choice
    between overlapping finds, for a caller who needs all of them.
    """
    folded = fold(text)
    wanted = TYPES if types is None else types
    found: list[Span] = []
    if wanted & IDENTIFIERS:
        found.extend(find_contacts(folded.text))
    if "amount" in wanted:
        found.extend(find_amounts(folded.text))
    if "date" in wanted:
        found.extend(find_dates(folded.text, today))
    if wanted & {"person", "org", "place", "post", "address"}:
        found.extend(_names(folded.text, tokenise(folded.text)))
    kept = [folded.back(span) for span in found if span.type in wanted]
    return (resolve or without_overlaps)(kept)
