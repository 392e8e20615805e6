"""Acts on the tree of units. Nothing is deleted: a unit is renamed, moved, closed, with its document."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import F, Q
from django.utils import timezone

from lianxun.fabric.handlers import announce
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid, NotFound, WrongState
from lianxun.organisation import regions, rules
from lianxun.organisation.enums import ONCE_PER_REGION, UnitChange, UnitKind
from lianxun.organisation.models import Appointment, Person, Post, Unit, UnitPeriod
from lianxun.organisation.operations.common import (
    Checks,
    pinyin,
    refresh_contact,
    unit_for_change,
)
from lianxun.organisation.queries.tree import spans
from lianxun.organisation.tree import circle_since
from lianxun.trace.door import noting, operation
from lianxun.trace.rows import require

ONE_DAY = timedelta(days=1)


@operation("organisation.create_unit")
def create_unit(
    *,
    actor: Actor,
    now: datetime,
    code: str,
    name: str,
    short_name: str,
    kind: str,
    region: int,
    parent_id: UUID | None,
    valid_from: date,
    basis: str,
) -> UUID:
    """Set up a unit below ``parent_id`` (a new root only for the system administrator)."""
    parent = Unit.objects.filter(id=parent_id).first() if parent_id else None
    if parent_id and parent is None:
        raise Invalid.at("parent_id", "没有这个上级单位，请从单位列表中选择。")
    wrong = regions.problem_with(region)
    place = parent.region if wrong and parent else region
    require(rules.may_keep_units(actor, path=parent.path if parent else "~", region=place))
    checks = Checks()
    code = checks.text("code", code, "单位编码", most=40)
    name = checks.text("name", name, "单位名称", most=120)
    short_name = checks.text("short_name", short_name or name, "简称", most=40)
    basis = checks.text("basis", basis, "设立依据", most=200)
    checks.that("kind", kind in UnitKind.values, "请选择单位类别。")
    checks.that("region", not wrong, wrong)
    checks.that(
        "code", not Unit.objects.filter(code=code).exists(), f"单位编码 {code} 已被使用，请换一个。"
    )
    if parent is not None:
        checks.that(
            "valid_from", valid_from >= parent.valid_from, "启用日期不能早于上级单位的启用日期。"
        )
        checks.that("parent_id", parent.valid_to is None, "上级单位已停用，不能再设下级。")
    if kind in ONCE_PER_REGION and not wrong:
        twin = Unit.objects.filter(kind=kind, region=region, valid_to__isnull=True).first()
        checks.that(
            "kind",
            twin is None,
            f"本级已设立{UnitKind(kind).label}（{twin.name if twin else ''}），同一级只设一个。",
        )
    checks.done()
    unit = Unit.objects.create(
        created_at=now,
        code=code,
        name=name,
        short_name=short_name,
        pinyin=pinyin(name),
        kind=kind,
        tier=regions.tier_of(region),
        region=region,
        parent=parent,
        path=f"{parent.path if parent else ''}{next_segment()}/",
        valid_from=valid_from,
    )
    period(unit, UnitChange.CREATED, now=now, since=valid_from, basis=basis)
    noting().about("organisation.unit", unit.id, revision=1)
    return unit.id


def next_segment() -> str:
    """The last part of a new path: never given twice."""
    with connection.cursor() as cursor:
        cursor.execute("select nextval('organisation_unit_segment')")
        return f"{cursor.fetchone()[0]:04d}"


def period(
    unit: Unit,
    change: UnitChange,
    *,
    now: datetime,
    since: date,
    basis: str,
    place: str = "since",
) -> None:
    """Close the current period the day before ``since`` and open the next with the unit as it is now.

    ``place`` is the field that gave the day.
    """
    before = UnitPeriod.objects.filter(unit=unit, valid_to__isnull=True).first()
    if before is not None:
        if since <= before.valid_from:
            raise Invalid.at(place, f"生效日期须晚于上次变动的日期 {before.valid_from}。")
        UnitPeriod.objects.filter(id=before.id).update(valid_to=since - ONE_DAY)
    UnitPeriod.objects.create(
        created_at=now,
        unit=unit,
        change=change,
        name=unit.name,
        short_name=unit.short_name,
        parent_id=unit.parent_id,
        valid_from=since,
        valid_to=since if change in (UnitChange.CLOSED, UnitChange.MERGED) else None,
        basis=basis,
    )


def _known_before(unit: Unit, now: datetime) -> None:
    """Write down the name so far of a unit that has no history yet, before it changes."""
    if not UnitPeriod.objects.filter(unit=unit).exists():
        UnitPeriod.objects.create(
            created_at=now,
            unit=unit,
            change=UnitChange.CREATED,
            name=unit.name,
            short_name=unit.short_name,
            parent_id=unit.parent_id,
            valid_from=unit.valid_from,
            basis="建库时登记",
        )


@operation("organisation.rename_unit")
def rename_unit(
    *,
    actor: Actor,
    now: datetime,
    unit_id: UUID,
    name: str,
    short_name: str,
    since: date,
    basis: str,
    revision: int,
) -> None:
    """A new name from a day on; documents of earlier days keep the old one."""
    unit = unit_for_change(unit_id, revision)
    require(rules.may_keep_units(actor, path=unit.path, region=unit.region))
    checks = Checks()
    name = checks.text("name", name, "单位名称", most=120)
    short_name = checks.text("short_name", short_name or name, "简称", most=40)
    basis = checks.text("basis", basis, "更名依据", most=200)
    checks.that("name", (name, short_name) != (unit.name, unit.short_name), "名称没有变化。")
    _not_ahead(checks, since, now)
    checks.done()
    _open(unit)
    _known_before(unit, now)
    unit.name, unit.short_name, unit.pinyin = name, short_name, pinyin(name)
    unit.revision += 1
    unit.save(update_fields=["name", "short_name", "pinyin", "revision"])
    period(unit, UnitChange.RENAMED, now=now, since=since, basis=basis)
    noting().about("organisation.unit", unit.id, revision=unit.revision)
    announce("organisation.unit_renamed", unit_id=unit.id, name=name, actor=actor, now=now)


def _not_ahead(checks: Checks, since: date, now: datetime) -> None:
    """Name and place are one value now: what takes effect later is done when the day has come."""
    checks.that(
        "since", since <= timezone.localdate(now), "生效日期不能晚于今天，请在生效当天或以后办理。"
    )


def _place_problem(unit: Unit, parent: Unit, since: date, today: date) -> str:
    """Why ``unit`` cannot have stood below ``parent`` since a day in the past; empty if it can."""
    if since < parent.valid_from:
        return f"生效日期不能早于新上级单位的启用日期 {parent.valid_from}。"
    day = circle_since(spans(), unit=unit.id, parent=parent.id, since=since, until=today)
    if day is not None:
        return f"{day} 当天新上级单位还在本单位之下，请填写此后的生效日期。"
    return ""


def _open(unit: Unit) -> None:
    if unit.valid_to is not None:
        raise WrongState("这个单位已停用，不能再变更。")


@operation("organisation.move_unit")
def move_unit(
    *,
    actor: Actor,
    now: datetime,
    unit_id: UUID,
    parent_id: UUID,
    since: date,
    basis: str,
    revision: int,
) -> int:
    """Put a unit with all below it under another parent; every copy of its path in every room follows
    in the same transaction. Returns how many rows were relabelled."""
    unit = unit_for_change(unit_id, revision)
    require(rules.may_keep_units(actor, path=unit.path, region=unit.region))
    parent = Unit.objects.filter(id=parent_id).first()
    if parent is None:
        raise NotFound("没有这个上级单位。")
    require(rules.may_keep_units(actor, path=parent.path, region=parent.region))
    checks = Checks()
    basis = checks.text("basis", basis, "调整依据", most=200)
    checks.that("parent_id", parent.id != unit.parent_id, "隶属关系没有变化。")
    checks.that("parent_id", parent.valid_to is None, "上级单位已停用。")
    below = parent.path.startswith(unit.path)
    checks.that("parent_id", not below, "不能移到本单位自己或其下级之下。")
    _not_ahead(checks, since, now)
    if not below:
        checks.fits("since", _place_problem(unit, parent, since, timezone.localdate(now)))
    checks.done()
    _open(unit)
    _known_before(unit, now)
    old_path = unit.path
    new_path = f"{parent.path}{old_path.rstrip('/').rsplit('/', 1)[-1]}/"
    with connection.cursor() as cursor:
        cursor.execute("select lx.move_path(%s, %s)", [old_path, new_path])
        moved: int = cursor.fetchone()[0]
    Unit.objects.filter(id=unit.id).update(parent=parent, revision=F("revision") + 1)
    unit.refresh_from_db()
    period(unit, UnitChange.MOVED, now=now, since=since, basis=basis)
    noting().about("organisation.unit", unit.id, revision=unit.revision, relabelled=moved)
    announce("organisation.unit_moved", old_path=old_path, new_path=new_path, actor=actor, now=now)
    return moved


def _end_all(unit: Unit, last_day: date) -> None:
    """Appointments to a closed unit end with it, also of people who work elsewhere; its posts too."""
    beyond = Q(valid_to__isnull=True) | Q(valid_to__gt=last_day)
    running = Appointment.objects.filter(beyond, unit=unit)
    people = set(running.order_by("id").values_list("person_id", flat=True))
    running.update(valid_to=last_day)
    refresh_contact(*people)
    Post.objects.filter(beyond, unit=unit).update(valid_to=last_day)


@operation("organisation.close_unit")
def close_unit(
    *,
    actor: Actor,
    now: datetime,
    unit_id: UUID,
    last_day: date,
    basis: str,
    revision: int,
    successor_id: UUID | None = None,
) -> None:
    """Close a unit; ``successor_id`` takes over its old accounts (新官须理旧账). People and units below
    must have been moved before."""
    unit = unit_for_change(unit_id, revision)
    require(rules.may_close_unit(actor, path=unit.path, region=unit.region))
    _open(unit)
    successor = Unit.objects.filter(id=successor_id).first() if successor_id else None
    checks = Checks()
    basis = checks.text("basis", basis, "撤销依据", most=200)
    checks.that("last_day", last_day >= unit.valid_from, "停用日期不能早于启用日期。")
    checks.that(
        "successor_id",
        successor_id is None
        or (successor is not None and successor.valid_to is None and successor.id != unit.id),
        "承接单位须是另一个在用的单位。",
    )
    below = Unit.objects.filter(parent=unit, valid_to__isnull=True).count()
    checks.that("unit_id", below == 0, f"还有 {below} 个下级单位，请先调整隶属或撤销。")
    people = Person.objects.filter(unit=unit, active=True).count()
    checks.that("unit_id", people == 0, f"还有 {people} 名在岗人员，请先调整到其他单位。")
    ahead = Appointment.objects.filter(unit=unit, valid_from__gt=last_day).count()
    ahead += Post.objects.filter(unit=unit, valid_from__gt=last_day).count()
    checks.that(
        "last_day", ahead == 0, f"有 {ahead} 项任职或职位在这一天以后才开始，请改填更晚的日期。"
    )
    checks.done()
    _known_before(unit, now)
    change = UnitChange.MERGED if successor else UnitChange.CLOSED
    period(unit, change, now=now, since=last_day, basis=basis, place="last_day")
    unit.valid_to, unit.successor = last_day, successor
    unit.revision += 1
    unit.save(update_fields=["valid_to", "successor", "revision"])
    _end_all(unit, last_day)
    noting().about("organisation.unit", unit.id, revision=unit.revision)
    announce(
        "organisation.unit_closed",
        unit_id=unit.id,
        successor_id=successor.id if successor else None,
        actor=actor,
        now=now,
    )
