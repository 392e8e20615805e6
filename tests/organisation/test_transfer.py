"""Import and export: a dry run, all or nothing, part by choice, every row accounted for."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from lianxun.access import queries as access
from lianxun.access.models import Account
from lianxun.fabric.excel import writing
from lianxun.fabric.identity import acting_as
from lianxun.kernel.problems import Invalid, Refused
from lianxun.organisation import operations, queries, sheets
from lianxun.organisation.models import ImportBatch, Person, Unit
from lianxun.organisation.operations import add_person
from tests.organisation.support import NOW, TODAY
from tests.support.cast import account_id, unit_id


def people(*rows: dict[str, Any]) -> bytes:
    base = {"name": "叶知微", "unit": "YL-CZ", "post": "主任科员", "active": True}
    return writing.export(sheets.PEOPLE, [{**base, **row} for row in rows])


def imported(
    cast: Any, data: bytes, mode: str = "all", key: str = "coordinator", kind: str = "people"
) -> Any:
    return operations.import_sheet(
        actor=cast[key], now=NOW, kind=kind, data=data, name="表.xlsx", mode=mode
    )


def stored(cast: Any, prefix: str = "X-") -> dict[str, str]:
    with acting_as(cast["coordinator"].account_id), transaction.atomic():
        return dict(Person.objects.filter(code__startswith=prefix).values_list("code", "name"))


def account(report: Any) -> None:
    assert report.created + report.updated + report.unchanged + report.refused == report.rows


def test_a_dry_run_stores_nothing_and_says_what_it_would(cast: Any) -> None:
    data = people({"code": "X-1"}, {"code": "X-2"})
    report = imported(cast, data, mode="check")
    account(report)
    assert (report.created, report.applied, report.errors) == (2, False, ())
    assert stored(cast) == {}
    report = imported(cast, data)
    assert (report.created, report.applied) == (2, True)
    assert set(stored(cast)) == {"X-1", "X-2"}
    again = imported(cast, data)
    assert (again.unchanged, again.created, again.updated) == (2, 0, 0)


def test_one_bad_row_keeps_the_whole_file_out_unless_chosen_otherwise(cast: Any) -> None:
    data = people(
        {"code": "X-1"},
        {"code": "X-2", "unit": "YL-没有"},
        {"code": "X-1", "name": "重复"},
        {"code": "X-4", "name": ""},
    )
    report = imported(cast, data)
    account(report)
    assert not report.applied
    assert stored(cast) == {}
    assert [(e.row, e.column) for e in report.errors] == [
        (3, "单位编码"),
        (4, "人员编号"),
        (5, "姓名"),
    ]
    page = load_workbook(io.BytesIO(report.workbook))["人员"]
    last = page.max_column
    assert [bool(page.cell(r, last).value) for r in (2, 3, 4, 5)] == [False, True, True, True]
    partly = imported(cast, data, mode="valid")
    account(partly)
    assert (partly.applied, partly.created, partly.refused) == (True, 1, 3)
    assert stored(cast) == {"X-1": "叶知微"}


def test_a_change_is_an_update_and_seats_are_counted_across_the_file(cast: Any) -> None:
    imported(cast, people({"code": "X-1"}))
    report = imported(
        cast, people({"code": "X-1", "post": "处长", "appointment": "responsible_deputy"})
    )
    assert (report.updated, report.applied) == (1, True)
    shown = queries.directory(actor=cast["audit"], now=NOW, unit_id=unit_id("YL-CZ"))
    assert ("叶知微", "responsible_deputy") in {(a.person_name, a.kind) for a in shown}
    crowd = people(*({"code": f"X-{i}", "appointment": "liaison_officer"} for i in range(2, 6)))
    report = imported(cast, crowd)
    assert [(e.row, e.column) for e in report.errors] == [(4, "任职类别"), (5, "任职类别")]


def test_only_the_keeper_imports_and_only_into_the_area(cast: Any) -> None:
    data = people({"code": "X-1"})
    for key in ("audit", "team_head", "system_admin", "contact"):
        with pytest.raises(Refused):
            imported(cast, data, key=key)
    with pytest.raises(Invalid, match="仅检查"):
        imported(cast, data, mode="halfway")


def test_a_number_used_elsewhere_is_named_at_its_row(cast: Any) -> None:
    imported(cast, people({"code": "X-1"}))
    keeper = cast["coordinator"]
    narrow = type(keeper)(
        **{name: getattr(keeper, name) for name in keeper.__slots__ if name != "region"},
        region=(1, 0),
    )
    with acting_as(keeper.account_id), transaction.atomic():
        assert Person.objects.filter(code="X-1").exists()
    with pytest.raises(Invalid) as problem:
        add_person(actor=keeper, now=NOW, name="另", unit_id=unit_id("YL-CZ"), post="x", code="X-1")
    assert problem.value.errors[0].place == "code"
    report = operations.import_sheet(
        actor=narrow,
        now=NOW,
        kind="people",
        data=people({"code": "X-1"}),
        name="x.xlsx",
        mode="check",
    )
    assert [e.column for e in report.errors] == ["单位编码"]


def test_an_import_leaves_a_batch_that_only_its_maker_sees(cast: Any) -> None:
    report = imported(cast, people({"code": "X-1"}))
    with acting_as(cast["coordinator"].account_id), transaction.atomic():
        batch = ImportBatch.objects.get(id=report.batch)
        assert (batch.created, len(batch.file_digest), len(batch.salt)) == (1, 64, 16)
    with acting_as(cast["leader"].account_id), transaction.atomic():
        assert not ImportBatch.objects.filter(id=report.batch).exists()


def units(*rows: dict[str, Any]) -> bytes:
    base = {
        "kind": "member_unit",
        "region": 970000,
        "parent": "YL",
        "valid_from": TODAY,
        "basis": "文",
    }
    return writing.export(sheets.UNITS, [{**base, **row} for row in rows])


def test_units_may_name_parents_that_stand_later_in_the_file(cast: Any) -> None:
    data = units(
        {"code": "N-2", "name": "数据局信息处", "parent": "N-1"},
        {"code": "N-1", "name": "省数据局"},
        {"code": "YL-SJ", "name": "省审计厅"},
    )
    report = imported(cast, data, kind="units")
    account(report)
    assert (report.created, report.unchanged, report.applied) == (2, 1, True)
    with acting_as(cast["audit"].account_id), transaction.atomic():
        child = Unit.objects.select_related("parent").get(code="N-2")
        assert child.path.startswith(child.parent.path)
        assert child.periods.count() == 1


def test_circles_missing_parents_and_changed_units_are_refused(cast: Any) -> None:
    data = units(
        {"code": "N-1", "name": "甲", "parent": "N-2"},
        {"code": "N-2", "name": "乙", "parent": "N-1"},
        {"code": "N-3", "name": "丙", "parent": "没有"},
        {"code": "N-4", "name": "丁", "region": 900000},
        {"code": "YL-SJ", "name": "改名了"},
    )
    report = imported(cast, data, kind="units", mode="check")
    account(report)
    assert {e.row: e.column for e in report.errors} == {
        2: "上级单位编码",
        3: "上级单位编码",
        4: "上级单位编码",
        5: "行政区划代码",
        6: "单位编码",
    }


def test_the_pool_comes_after_the_people(cast: Any) -> None:
    row = {
        "code": "X-1",
        "kind": "expert",
        "skills": ["audit"],
        "available_from": TODAY,
        "years": 8,
    }
    data = writing.export(sheets.POOL, [row])
    assert [e.column for e in imported(cast, data, kind="pool").errors] == ["人员编号"]
    imported(cast, people({"code": "X-1"}))
    assert [e.column for e in imported(cast, data, kind="pool").errors] == ["高级职称"]
    good = writing.export(
        sheets.POOL, [{**row, "senior_title": "正高级审计师", "available_to": date(2026, 12, 31)}]
    )
    assert imported(cast, good, kind="pool").created == 1
    assert imported(cast, good, kind="pool").unchanged == 1


def test_an_export_is_an_act_with_a_purpose_and_comes_back_unchanged(cast: Any) -> None:
    imported(cast, people({"code": "X-1", "name": "=1+1"}))
    with pytest.raises(Invalid, match="用途"):
        operations.export(actor=cast["coordinator"], now=NOW, kind="people", purpose=" ")
    with pytest.raises(Refused):
        operations.export(actor=cast["audit"], now=NOW, kind="people", purpose="check")
    data = operations.export(actor=cast["coordinator"], now=NOW, kind="units", purpose="check")
    report = imported(cast, data, kind="units", mode="check")
    assert (report.created, report.refused) == (0, 0)
    rows = load_workbook(
        io.BytesIO(
            operations.export(actor=cast["coordinator"], now=NOW, kind="people", purpose="check")
        )
    )["人员"]
    names = [
        cell for (cell,) in rows.iter_rows(min_row=2, min_col=2, max_col=2) if cell.value == "=1+1"
    ]
    assert [cell.data_type for cell in names] == ["s"]


@pytest.mark.parametrize("kind", list(sheets.BY_KEY))
def test_every_template_opens_and_explains_itself(kind: str) -> None:
    book = load_workbook(io.BytesIO(operations.template(kind)))
    assert book.sheetnames == [sheets.BY_KEY[kind].title, "填写说明", "模板信息"]
    assert book["模板信息"].sheet_state == "hidden"
    headings = [c.value for c in book.worksheets[0][1]]
    assert headings == [c.header for c in sheets.BY_KEY[kind].columns]


def test_a_thousand_people_come_in_whole_with_a_few_statements(cast: Any) -> None:
    """The time is measured by benchmarks/organisation_import.py; here that it does not grow by rows."""
    data = people(*({"code": f"X-{i}", "name": f"人员{i}"} for i in range(1000)))
    with CaptureQueriesContext(connection) as said:
        report = imported(cast, data)
    account(report)
    assert (report.created, report.applied) == (1000, True)
    assert len(stored(cast)) == 1000
    assert len(said) <= 40, [q["sql"][:80] for q in said]


class Keepers(dict[str, Any]):
    """The province's keeper, and one of a city who sees nobody of the province."""

    def __init__(self, cast: Any) -> None:
        Account.objects.filter(username="city_overseer").update(duties=["organisation"])
        city = access.actor_for(account_id=account_id("city_overseer"))
        super().__init__(coordinator=cast["coordinator"], city=city)


def test_a_number_that_is_taken_elsewhere_tells_nobody_of_it(cast: Any) -> None:
    keepers = Keepers(cast)
    assert imported(keepers, people({"code": "X-1"})).created == 1
    report = imported(keepers, people({"code": "X-1", "unit": "LJ-SJ"}), key="city")
    assert (report.created, report.refused) == (1, 0)
    ident = add_person(
        actor=keepers["city"],
        now=NOW,
        name="另一人",
        unit_id=unit_id("LJ-IO"),
        post="科员",
        code="X-1",
    )
    assert ident
    with pytest.raises(Invalid, match="该单位已有这个人员编号"):
        add_person(
            actor=keepers["city"],
            now=NOW,
            name="第三人",
            unit_id=unit_id("LJ-SJ"),
            post="科员",
            code="X-1",
        )


def test_of_several_with_one_number_the_one_of_the_rows_unit_is_meant(cast: Any) -> None:
    keepers = Keepers(cast)
    imported(keepers, people({"code": "X-1"}))
    imported(keepers, people({"code": "X-1", "unit": "LJ-SJ"}), key="city")
    report = imported(keepers, people({"code": "X-1", "unit": "LJ-SJ", "post": "副局长"}))
    assert (report.created, report.updated, report.refused) == (0, 1, 0)
    with acting_as(cast["coordinator"].account_id), transaction.atomic():
        posts = dict(Person.objects.filter(code="X-1").values_list("unit__code", "post"))
    assert posts == {"YL-CZ": "主任科员", "LJ-SJ": "副局长"}
    elsewhere = imported(keepers, people({"code": "X-1", "unit": "YL-ZZ"}))
    assert [e.message for e in elsewhere.errors] == ["该编号有多人使用，请先改正其中一人的编号。"]
    row = {
        "code": "X-1",
        "kind": "expert",
        "skills": ["audit"],
        "available_from": TODAY,
        "years": 8,
    }
    pool = writing.export(sheets.POOL, [row])
    (wrong,) = imported(keepers, pool, kind="pool").errors
    assert "有多人使用该编号" in wrong.message
