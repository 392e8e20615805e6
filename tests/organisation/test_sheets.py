"""Every kind of spreadsheet: what comes in, what is refused at its cell, what comes back unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from lianxun.fabric.excel import writing
from lianxun.fabric.identity import acting_as
from lianxun.kernel.problems import Invalid, Refused
from lianxun.organisation import operations, queries, sheets
from lianxun.organisation.models import Appointment, Person, Post, RecusalFact, TrainingRecord
from tests.organisation.support import NOW, TODAY
from tests.support.cast import unit_id


def brought(cast: Any, kind: str, *rows: dict[str, Any], mode: str = "all") -> Any:
    report = operations.import_sheet(
        actor=cast["coordinator"],
        now=NOW,
        kind=kind,
        data=writing.export(sheets.BY_KEY[kind], rows),
        name="表.xlsx",
        mode=mode,
    )
    assert report.created + report.updated + report.unchanged + report.refused == report.rows
    return report


def places(report: Any) -> list[tuple[int, str]]:
    return [(e.row, e.column) for e in report.errors]


@pytest.fixture
def people(cast: Any) -> None:
    rows = (
        {"code": f"S-{n}", "name": f"人员{n}", "unit": "YL-CZ", "post": "科员", "active": n < 5}
        for n in range(1, 6)
    )
    assert brought(cast, "people", *rows).created == 5


POST = {"unit": "YL-CZ", "title": "处长", "leading": True, "seats": 1, "valid_from": TODAY}
TERM = {"code": "S-1", "unit": "YL-CZ", "kind": "staff", "valid_from": TODAY}
FACT = {"code": "S-1", "kind": "worked", "unit": "YL-DX", "since": TODAY}
CLASS = {"code": "S-1", "kind": "class", "title": "培训班", "held_on": TODAY, "hours": 8}


def rows(cast: Any, model: Any, **wanted: Any) -> Iterator[Any]:
    with acting_as(cast["coordinator"].account_id), transaction.atomic():
        yield from model.objects.filter(**wanted).order_by("id")


def test_posts_are_made_changed_and_left(cast: Any) -> None:
    assert brought(cast, "posts", POST).created == 1
    assert brought(cast, "posts", POST).unchanged == 1
    assert brought(cast, "posts", {**POST, "seats": 3}).updated == 1
    (post,) = rows(cast, Post, title="处长")
    assert (post.seats, post.revision, post.leading) == (3, 2, True)


def test_posts_that_do_not_fit(cast: Any, people: None) -> None:
    brought(cast, "posts", {**POST, "seats": 2})
    for code in ("S-1", "S-2"):
        brought(cast, "appointments", {**TERM, "code": code, "post": "处长"})
    report = brought(
        cast,
        "posts",
        {**POST, "seats": 1},
        {**POST, "unit": "没有"},
        {**POST, "title": "科长", "valid_from": date(2019, 1, 1)},
        {**POST, "title": "科长", "seats": 0},
        {**POST, "title": "", "seats": 1},
        POST,
    )
    assert places(report) == [
        (2, "职数"),
        (3, "单位编码"),
        (4, "设立日期"),
        (5, "职数"),
        (6, "职位"),
        (7, "职位"),
    ]


def test_appointments_begin_and_end(cast: Any, people: None) -> None:
    assert brought(cast, "appointments", TERM).created == 1
    assert brought(cast, "appointments", TERM).unchanged == 1
    last = date(2026, 12, 31)
    assert brought(cast, "appointments", {**TERM, "valid_to": last}).updated == 1
    (row,) = rows(cast, Appointment, person__code="S-1")
    assert (row.valid_to, row.revision) == (last, 2)
    report = brought(cast, "appointments", {**TERM, "valid_to": date(2027, 12, 31)})
    assert places(report) == [(2, "至")]
    made = brought(
        cast, "appointments", {**TERM, "code": "S-2", "kind": "responsible_deputy", "basis": "文"}
    )
    assert made.applied
    (person,) = rows(cast, Person, code="S-2")
    assert person.contact_until == date(9999, 12, 31)  # colleagues know whom to call


def test_appointments_that_do_not_fit(cast: Any, people: None) -> None:
    brought(cast, "posts", POST)
    officer = {**TERM, "kind": "liaison_officer"}
    report = brought(
        cast,
        "appointments",
        {**TERM, "code": "没有"},
        {**TERM, "unit": "没有"},
        {**TERM, "code": "S-5"},
        {**TERM, "valid_from": date(2019, 1, 1)},
        {**TERM, "valid_to": date(2026, 1, 1)},
        {**TERM, "kind": "body_chair"},
        {**TERM, "code": "S-3", "post": "没有"},
        {**officer, "code": "S-1"},
        {**officer, "code": "S-2"},
        {**officer, "code": "S-3"},  # the fourth with the sample's own
        {**officer, "code": "S-1"},
        {**officer, "code": "S-1", "valid_from": date(2026, 3, 5)},
        {**TERM, "code": "S-4", "post": "处长"},
        {**TERM, "code": "S-2", "post": "处长"},  # one seat
    )
    assert places(report) == [
        (2, "人员编号"),
        (3, "单位编码"),
        (4, "人员编号"),
        (5, "自"),
        (6, "至"),
        (7, "任职类别"),
        (8, "职位"),
        (11, "任职类别"),
        (12, "任职类别"),
        (13, "自"),
        (15, "职位"),
    ]
    assert not report.applied
    assert list(rows(cast, Appointment, person__code__startswith="S-")) == []


def test_facts_come_from_paper_forms(cast: Any, people: None) -> None:
    named = {"code": "S-2", "kind": "kin", "organisation_name": "青松大学", "relation": "配偶"}
    native = {"code": "S-3", "kind": "native", "place": 970121}
    assert brought(cast, "facts", FACT, named, native).created == 3
    assert brought(cast, "facts", FACT, named, native).unchanged == 3
    (fact,) = rows(cast, RecusalFact, person__code="S-1")
    answer = queries.recusal(
        actor=cast["audit"], now=NOW, person_ids=[fact.person_id], unit_id=unit_id("YL-DX")
    )
    assert answer == {fact.person_id: True}


def test_facts_that_do_not_fit(cast: Any, people: None) -> None:
    report = brought(
        cast,
        "facts",
        {**FACT, "code": "没有"},
        {**FACT, "unit": "没有"},
        {"code": "S-1", "kind": "worked"},
        {"code": "S-1", "kind": "native", "organisation_name": "临江"},
        {**FACT, "place": 990000},
        {**FACT, "until": date(2020, 1, 1)},
        FACT,
        FACT,
    )
    assert places(report) == [
        (2, "人员编号"),
        (3, "单位编码"),
        (4, "单位编码"),
        (5, "地方代码"),
        (6, "地方代码"),
        (7, "止"),
        (9, "情形"),
    ]


def test_training_is_added_once(cast: Any, people: None) -> None:
    assert brought(cast, "training", CLASS, {**CLASS, "code": "S-2"}).created == 2
    assert brought(cast, "training", CLASS).unchanged == 1
    report = brought(
        cast,
        "training",
        {**CLASS, "code": "没有"},
        {**CLASS, "held_on": date(2026, 3, 3)},
        {**CLASS, "hours": 0},
        {**CLASS, "code": "S-3"},
        mode="valid",
    )
    assert places(report) == [(2, "人员编号"), (3, "日期"), (4, "学时")]
    assert (report.created, report.applied) == (1, True)
    assert len(list(rows(cast, TrainingRecord, title="培训班"))) == 3


def test_people_who_move_or_leave_by_file_take_their_rows_along(cast: Any, people: None) -> None:
    brought(cast, "appointments", {**TERM, "code": "S-1"}, {**TERM, "code": "S-2"})
    base = {"name": "人员", "post": "科员", "unit": "YL-CZ", "active": True}
    report = brought(
        cast,
        "people",
        {**base, "code": "S-1", "unit": "YL-SW"},
        {**base, "code": "S-2", "active": False},
    )
    assert report.updated == 2
    (moved,) = rows(cast, Appointment, person__code="S-1")
    (person,) = rows(cast, Person, code="S-1")
    assert (moved.unit_path, moved.valid_to) == (person.unit_path, None)
    (left,) = rows(cast, Appointment, person__code="S-2")
    assert left.valid_to == TODAY
    refused = brought(
        cast, "people", {**base, "code": "S-3", "active": False, "appointment": "head"}
    )
    assert places(refused) == [(2, "任职类别")]


def test_a_body_comes_once_by_file_too(cast: Any) -> None:
    row = {"kind": "leading_group", "parent": "QC", "valid_from": TODAY, "basis": "文"}
    report = brought(
        cast,
        "units",
        {**row, "code": "A", "name": "甲", "region": 970200},
        {**row, "code": "B", "name": "乙", "region": 970200},
        {**row, "code": "C", "name": "丙", "region": 970000},
    )
    assert places(report) == [(3, "单位类别"), (4, "单位类别")]


@pytest.mark.parametrize("kind", list(sheets.BY_KEY))
def test_what_is_exported_comes_back_unchanged(cast: Any, people: None, kind: str) -> None:
    brought(cast, "posts", POST)
    brought(cast, "appointments", {**TERM, "post": "处长"})
    brought(cast, "facts", FACT)
    brought(cast, "training", CLASS)
    keeper = {"actor": cast["coordinator"], "now": NOW}
    data = operations.export(**keeper, kind=kind, purpose="check")
    report = operations.import_sheet(**keeper, kind=kind, data=data, name="x.xlsx", mode="check")
    assert report.rows > 0
    assert (report.created, report.updated) == (0, 0), report.errors[:3]
    assert report.errors == ()


@pytest.mark.parametrize("kind", list(sheets.BY_KEY))
def test_only_the_keeper_brings_and_takes(cast: Any, kind: str) -> None:
    for who in ("finance", "system_admin", "contact"):
        with pytest.raises(Refused):
            operations.import_sheet(
                actor=cast[who], now=NOW, kind=kind, data=b"x", name="x.xlsx", mode="check"
            )
        if kind != "units":
            with pytest.raises(Refused):
                operations.export(actor=cast[who], now=NOW, kind=kind, purpose="check")


def test_a_kind_that_does_not_exist_names_those_that_do(cast: Any) -> None:
    keeper = {"actor": cast["coordinator"], "now": NOW}
    for call in (
        lambda: operations.import_sheet(**keeper, kind="x", data=b"", name="x.xlsx"),
        lambda: operations.export(**keeper, kind="x", purpose="check"),
    ):
        with pytest.raises(Invalid, match="单位、职位、人员、任职、人才库、回避事实、培训"):
            call()
