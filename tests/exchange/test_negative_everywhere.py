"""T2, second half: the twelve kinds of the negative list leave in no format and by no way between units.

Delivered as JSON, CSV or workbook, asked for in a request, put as a question, shared with another unit:
each kind is stopped, and nothing of it is kept. A PDF is no format of a delivery at all.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import yaml

from lianxun.access import sharing
from lianxun.exchange import catalogue
from lianxun.exchange import operations as do
from lianxun.exchange.negative import NegativeList
from lianxun.kernel.problems import Invalid
from tests.exchange.support import LABELS, draft, good_row, hand_in, look, rows_csv, sent, workbook
from tests.leads.support import Desk
from tests.support.cast import account_id, unit_id

RULES = {
    row["id"]: row["words"]
    for row in yaml.safe_load(catalogue._NEGATIVE.read_text(encoding="utf-8"))["rules"]
}
KINDS = sorted(RULES)


def as_json(header: list[str], row: list[str]) -> bytes:
    return json.dumps({"rows": [dict(zip(header, row, strict=True))]}).encode()


FORMATS = {
    "csv": ("数据.csv", lambda header, row: rows_csv([row], header)),
    "xlsx": ("数据.xlsx", lambda header, row: workbook([row], header)),
    "json": ("数据.json", as_json),
}


def test_there_are_twelve() -> None:
    assert [f"NEG-{n:02}" for n in range(1, 13)] == KINDS


@pytest.fixture
def request_id(cast: Any) -> UUID:
    return sent(cast)


@pytest.mark.parametrize("form", FORMATS)
def test_no_format_carries_any_of_the_twelve(cast: Any, request_id: UUID, form: str) -> None:
    """A column too many, by each trigger word of each kind."""
    name, make = FORMATS[form]
    for rule in KINDS:
        for word in RULES[rule]:
            data = make([*LABELS, word], [*good_row(), "x"])
            with pytest.raises(Invalid) as refused:
                hand_in(cast, request_id, data, name)
            assert rule in refused.value.message, (word, refused.value.message)
    now = look(cast, request_id)
    assert (now.state, now.deliveries) == ("sent", ())


def test_a_pdf_is_no_delivery_whatever_it_says(cast: Any, request_id: UUID) -> None:
    with pytest.raises(Invalid, match="Excel"):
        hand_in(cast, request_id, b"%PDF-1.7\n" + "举报人姓名".encode(), "数据.pdf")
    assert look(cast, request_id).deliveries == ()


@pytest.mark.parametrize("place", ["purpose", "scope"])
def test_no_request_asks_for_any_of_the_twelve(cast: Any, place: str) -> None:
    for rule in KINDS:
        for word in RULES[rule]:
            with pytest.raises(do.NegativeList) as refused:
                draft(cast, **{place: f"请提供{word}"})
            assert refused.value.rule == rule, word


def test_no_share_speaks_of_any_of_the_twelve(cast: Any) -> None:
    desk = Desk(cast)
    lead = desk.register()
    for rule in KINDS:
        for word in RULES[rule]:
            with pytest.raises(NegativeList) as refused:
                sharing.share(
                    actor=cast["clerk"],
                    now=cast.now,
                    kind="leads.lead",
                    object_id=lead,
                    to_unit=unit_id("YL-CZ"),
                    to_account=None,
                    purpose=f"提供{word}",
                    legal_basis="工作办法",
                    valid_to=cast.now.date() + timedelta(days=3),
                    second=account_id("coordinator"),
                )
            assert refused.value.rule == rule, word
