"""The indicators of a year: the cap of C9, weights that add up, one draft at a time, approval by another."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from lianxun.appraisal import operations as do
from lianxun.appraisal import queries
from lianxun.appraisal.models import Scheme
from lianxun.fabric.identity import acting_as
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from tests.appraisal.support import CHAIR, OFFICE, drafted, in_force, see, vote


def year_of(cast: Any) -> int:
    return int(cast.now.date().year)


def test_a_scheme_comes_into_force_by_the_committee(cast: Any) -> None:
    scheme = in_force(cast, year_of(cast))
    found = see(
        cast, "audit", queries.scheme, scheme_id=scheme
    )  # every unit reads what it is measured by
    assert (found.state, found.share, found.body.share) == ("effective", 20, 20)
    assert found.decided_by == "戴云舟"


def test_a_draft_is_the_offices_alone(cast: Any) -> None:
    scheme = drafted(cast, year_of(cast))
    with pytest.raises(NotFound):
        see(cast, "audit", queries.scheme, scheme_id=scheme)
    assert see(cast, OFFICE, queries.scheme, scheme_id=scheme).permitted == {"submit"}


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"share": 26}, "share"),
        ({"share": 0}, "share"),
        ({"year": 1999}, "year"),
        ({"weights": {"IND-01": 7}}, "weights"),
        ({"weights": {"IND-01": 106}}, "weight_IND-01"),
        ({"weights": {"IND-99": 0}}, "weights"),
        ({"note": "长" * 301}, "note"),
    ],
)
def test_weights_and_share_keep_their_limits(
    cast: Any, changes: dict[str, Any], place: str
) -> None:
    """C9: 20 by default, 25 at most."""
    with pytest.raises(Invalid) as problem:
        drafted(cast, **{"year": year_of(cast), **changes})
    assert place in [e.place for e in problem.value.errors]


def test_the_share_may_be_25_and_weights_may_move(cast: Any) -> None:
    scheme = drafted(cast, year_of(cast), share=25, weights={"IND-01": 5, "IND-13": 15})
    found = see(cast, OFFICE, queries.scheme, scheme_id=scheme)
    assert found.share == 25
    assert {i.code: i.weight for i in found.body.indicators}["IND-13"] == 15


def test_one_draft_at_a_time_and_a_new_version_takes_over(cast: Any) -> None:
    year = year_of(cast)
    first = drafted(cast, year)
    with pytest.raises(WrongState, match="正在起草或报批"):
        drafted(cast, year)
    with pytest.raises(Stale):
        do.submit_scheme(actor=cast[OFFICE], now=cast.now, scheme_id=first, revision=9)
    matter = do.submit_scheme(actor=cast[OFFICE], now=cast.now, scheme_id=first, revision=1)
    vote(cast, matter, CHAIR)
    second = in_force(cast, year, share=25)
    assert see(cast, OFFICE, queries.scheme, scheme_id=first).state == "superseded"
    assert see(cast, OFFICE, queries.scheme, scheme_id=second).version == 2


def test_a_refused_scheme_is_not_in_force(cast: Any) -> None:
    scheme = drafted(cast, year_of(cast))
    matter = do.submit_scheme(actor=cast[OFFICE], now=cast.now, scheme_id=scheme, revision=1)
    vote(cast, matter, CHAIR, "return", "权重请再研究。")
    found = see(cast, OFFICE, queries.scheme, scheme_id=scheme)
    assert (found.state, found.answer) == ("draft", "权重请再研究。")


def test_only_the_office_drafts_for_its_region(cast: Any) -> None:
    year = year_of(cast)
    # The office of another tier drafts its own.
    mine = do.draft_scheme(actor=cast["city_overseer"], now=cast.now, year=year, share=20)
    with pytest.raises(NotFound):
        see(cast, "audit", queries.scheme, scheme_id=mine)
    for who in ("leader", "audit", "team_head"):
        with pytest.raises(Refused) as refusal:
            do.draft_scheme(actor=cast[who], now=cast.now, year=year, share=20)
        assert refusal.value.rule == "APR-RUN"


def test_the_database_keeps_the_cap_and_the_second_person(cast: Any) -> None:
    scheme = in_force(cast, year_of(cast))
    office = cast[OFFICE]
    for change in ({"share": 26}, {"decided_by_id": office.account_id}, {"state": "draft"}):
        with (
            acting_as(office.account_id),
            pytest.raises(DatabaseError),
            transaction.atomic(),
        ):
            Scheme.objects.filter(id=scheme).update(**change)
