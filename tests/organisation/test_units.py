"""The tree of units: set up, renamed, moved with everything that carries its path, closed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from lianxun.access.models import Grant
from lianxun.demo.people import RIVER_CITY
from lianxun.fabric.identity import acting_as
from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from lianxun.organisation import operations, queries
from lianxun.organisation.models import Person, Unit
from lianxun.organisation.regions import region_name
from tests.organisation.support import NOW, TODAY
from tests.support.cast import unit_id


def created(cast: Any, **more: Any) -> Any:
    values = {
        "actor": cast["coordinator"],
        "now": NOW,
        "code": "YL-NEW",
        "name": "省数据局",
        "short_name": "",
        "kind": "member_unit",
        "region": 970000,
        "parent_id": unit_id("YL"),
        "valid_from": TODAY,
        "basis": "云编〔2026〕1号",
    }
    return operations.create_unit(**{**values, **more})


def test_a_new_unit_stands_below_its_parent_with_a_history_and_pinyin(cast: Any) -> None:
    ident = created(cast)
    shown = queries.unit(actor=cast["coordinator"], now=NOW, unit_id=ident)
    parent = queries.unit(actor=cast["coordinator"], now=NOW, unit_id=unit_id("YL")).unit
    assert shown.unit.path.startswith(parent.path)
    assert shown.unit.depth == parent.depth + 1
    assert [u.name for u in shown.parents] == ["中共云岭省委"]
    assert [(p.change, p.name, p.basis) for p in shown.periods] == [
        ("created", "省数据局", "云编〔2026〕1号")
    ]
    for text in ("数据局", "sjj", "shuju", "YL-NEW"):
        found = queries.units(actor=cast["audit"], now=NOW, search=text.replace("shuju", "shu ju"))
        assert ident in {u.id for u in found}, text


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("code", "YL-SJ", "已被使用"),
        ("code", " ", "请填写单位编码"),
        ("name", "长" * 121, "不能超过 120 字"),
        ("kind", "nonsense", "请选择单位类别"),
        ("region", 12, "6 位数字"),
        ("region", 900000, "不是省级代码"),
        ("region", 970021, "缺少地级代码"),
        ("basis", "", "设立依据"),
        ("valid_from", date(2019, 1, 1), "不能早于上级单位"),
    ],
)
def test_a_form_that_does_not_fit_names_its_field(
    cast: Any, field: str, value: Any, sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence) as problem:
        created(cast, **{field: value})
    assert field in {e.place for e in problem.value.errors}


def test_units_are_kept_by_the_office_for_its_area(cast: Any) -> None:
    for key in ("audit", "team_head", "contact", "audit_admin", "security_admin"):
        with pytest.raises(Refused):
            created(cast, actor=cast[key])
    with pytest.raises(Refused):
        created(cast, actor=cast["city_overseer"], region=970200, parent_id=unit_id("QC"))


def test_a_renamed_unit_keeps_its_old_name_for_old_days(cast: Any) -> None:
    keeper = cast["coordinator"]
    arguments = {
        "actor": keeper,
        "now": NOW,
        "unit_id": unit_id("YL-FG"),
        "name": "省发展改革和数据委",
        "short_name": "省发改委",
        "since": TODAY,
        "basis": "云编〔2026〕2号",
    }
    operations.rename_unit(**arguments, revision=1)
    assert (
        queries.unit_on(actor=keeper, now=NOW, unit_id=unit_id("YL-FG"), day=date(2025, 1, 1)).name
        == "省发展改革委"
    )
    assert (
        queries.unit_on(actor=keeper, now=NOW, unit_id=unit_id("YL-FG"), day=TODAY).name
        == "省发展改革和数据委"
    )
    with pytest.raises(NotFound):
        queries.unit_on(actor=keeper, now=NOW, unit_id=unit_id("YL-FG"), day=date(2010, 1, 1))
    with pytest.raises(Stale):
        operations.rename_unit(**arguments, revision=1)
    with pytest.raises(Invalid, match="没有变化"):
        operations.rename_unit(**arguments, revision=2)
    with pytest.raises(Invalid, match="须晚于"):
        operations.rename_unit(**{**arguments, "name": "又改", "since": TODAY}, revision=2)


def paths(key: str = "coordinator", **cast: Any) -> dict[str, str]:
    with acting_as(cast["cast"][key].account_id), transaction.atomic():
        return dict(Unit.objects.values_list("code", "path"))


def test_a_moved_unit_takes_everything_below_and_every_copy_of_its_path_along(cast: Any) -> None:
    keeper = cast["coordinator"]
    with acting_as(keeper.account_id), transaction.atomic():
        grant = Grant.objects.create(
            created_at=NOW,
            kind="membership",
            account_id=cast["audit"].account_id,
            engagement=new_id(),
            purpose="核对",
            granted_by_id=keeper.account_id,
            valid_from=TODAY,
            valid_to=TODAY,
            owner_path=paths(cast=cast)["YL-JT-1"],
        )
        people = Person.objects.filter(unit_id=unit_id("YL-JT")).count()
    before = paths(cast=cast)
    moved = operations.move_unit(
        actor=keeper,
        now=NOW,
        unit_id=unit_id("YL-JT"),
        parent_id=unit_id("YL-GZ"),
        since=TODAY,
        basis="云国资〔2026〕3号",
        revision=1,
    )
    after = paths(cast=cast)
    assert after["YL-JT"].startswith(after["YL-GZ"])
    assert after["YL-JT-1"].startswith(after["YL-JT"])
    unchanged = {c for c in before if not c.startswith("YL-JT")}
    assert {c: after[c] for c in unchanged} == {c: before[c] for c in unchanged}
    with acting_as(keeper.account_id), transaction.atomic():
        assert Grant.objects.get(id=grant.id).owner_path == after["YL-JT-1"]
        rows = Person.objects.filter(unit_id=unit_id("YL-JT")).values_list("unit_path", flat=True)
        assert set(rows) == {after["YL-JT"]}
        with connection.cursor() as cursor:
            cursor.execute(
                "select count(*) from pg_class where relrowsecurity and not relforcerowsecurity"
            )
            assert cursor.fetchone() == (0,)
    assert moved >= 2 + 1 + people
    history = queries.unit(actor=keeper, now=NOW, unit_id=unit_id("YL-JT")).periods
    assert [p.change for p in history] == ["created", "moved"]
    assert cast["contact"].unit_path == after["YL-JT"]


def test_a_unit_cannot_move_below_itself_nor_nowhere(cast: Any) -> None:
    keeper = cast["coordinator"]
    arguments = {
        "actor": keeper,
        "now": NOW,
        "unit_id": unit_id("YL-JT"),
        "since": TODAY,
        "basis": "文",
        "revision": 1,
    }
    with pytest.raises(Invalid, match="自己或其下级"):
        operations.move_unit(**arguments, parent_id=unit_id("YL-JT-1"))
    with pytest.raises(Invalid, match="没有变化"):
        operations.move_unit(**arguments, parent_id=unit_id("YL"))


def test_nobody_relabels_by_calling_the_function(cast: Any) -> None:
    with (
        acting_as(cast["audit"].account_id),
        pytest.raises(DatabaseError, match="not allowed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("select lx.move_path('0001/', '0002/')")


def test_a_closed_unit_names_its_successor_and_leaves_nobody_behind(cast: Any) -> None:
    keeper = cast["coordinator"]
    ident = created(cast)
    arguments = {"actor": keeper, "now": NOW, "last_day": date(2026, 12, 31), "basis": "机构改革"}
    with pytest.raises(Invalid, match="在岗人员"):
        operations.close_unit(**arguments, unit_id=unit_id("YL-SJ"), revision=1)
    with pytest.raises(Invalid, match="下级单位"):
        operations.close_unit(**arguments, unit_id=unit_id("YL-IO"), revision=1)
    with pytest.raises(Invalid, match="承接单位"):
        operations.close_unit(**arguments, unit_id=ident, revision=1, successor_id=ident)
    operations.close_unit(**arguments, unit_id=ident, revision=1, successor_id=unit_id("YL-FG"))
    shown = queries.unit(actor=keeper, now=NOW, unit_id=ident)
    assert (shown.unit.closed, shown.unit.successor_id) == (True, unit_id("YL-FG"))
    assert shown.periods[-1].change == "merged"
    with pytest.raises(WrongState, match="已停用"):
        operations.rename_unit(
            actor=keeper,
            now=NOW,
            unit_id=ident,
            name="新名",
            short_name="",
            since=TODAY,
            basis="文",
            revision=2,
        )


def test_the_tree_comes_in_order_and_hides_the_platform_itself(cast: Any) -> None:
    found = queries.units(actor=cast["audit"], now=NOW)
    assert [u.path for u in found] == sorted(u.path for u in found)
    assert "LIANXUN" not in {u.code for u in found}
    river = queries.units(actor=cast["audit"], now=NOW, tier="city")
    assert {u.region for u in river} == {RIVER_CITY, 970200}
    assert {u.region_name for u in river} == {"临江市", "青川市"}
    below = queries.units(actor=cast["audit"], now=NOW, under=river[0].path, kind="member_unit")
    assert all(u.path.startswith(river[0].path) for u in below)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (110000, "北京市"),
        (330100, "杭州市"),
        (530102, "五华区"),
        (970100, "临江市"),
        (990000, "990000"),
    ],
)
def test_a_region_is_called_by_its_name(code: int, name: str) -> None:
    assert region_name(code) == name
