"""Acts on the pool of staff and experts, and on training."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound, Stale, WrongState
from lianxun.organisation import rules
from lianxun.organisation.enums import PoolKind, Skill, TrainingKind, TrainingMethod
from lianxun.organisation.models import Person, PoolEntry, TrainingRecord
from lianxun.organisation.operations.common import Checks, person_for_change, place_of
from lianxun.trace.door import noting, operation
from lianxun.trace.rows import require


@operation("organisation.put_in_pool")
def put_in_pool(
    *,
    actor: Actor,
    now: datetime,
    person_id: UUID,
    kind: str,
    skills: Sequence[str],
    available_from: date,
    available_to: date | None = None,
    senior_title: str = "",
    years: int = 0,
) -> UUID:
    """Enter a person into the pool, or replace the entry of the same kind."""
    person = person_for_change(person_id)
    require(rules.may_keep_people(actor, path=person.unit_path, region=person.region))
    checks = Checks()
    checks.that("kind", kind in PoolKind.values, "请选择专职、兼职或专家。")
    checks.that("person_id", person.active, "此人已不在岗，不能列入人才库。")
    unknown = [s for s in skills if s not in Skill.values]
    checks.that("skills", bool(skills) and not unknown, "请从列表中选择至少一项专长。")
    checks.order("available_to", available_from, available_to)
    checks.that("years", 0 <= years <= 60, "从业年限须为 0—60 年。")
    senior_title = checks.text("senior_title", senior_title, "高级职称", most=40, least=0)
    checks.that(
        "senior_title", kind != PoolKind.EXPERT or bool(senior_title), "专家库人员须填写高级职称。"
    )
    checks.done()
    # The person's row is locked: nobody else enters the same kind meanwhile.
    entry = PoolEntry.objects.filter(person=person, kind=kind).first()
    if entry is None:
        entry = PoolEntry(created_at=now, kind=kind, revision=0, **place_of(person))
    entry.skills = sorted(set(skills))
    entry.senior_title, entry.years = senior_title, years
    entry.available_from, entry.available_to = available_from, available_to
    entry.revision += 1
    entry.save()
    noting().about("organisation.pool", entry.id, revision=entry.revision, kind=kind)
    return entry.id


@operation("organisation.leave_pool")
def leave_pool(
    *, actor: Actor, now: datetime, entry_id: UUID, last_day: date, revision: int
) -> None:
    """The last day on which a person may be drawn into a team. The entry stays as history."""
    entry = PoolEntry.objects.select_for_update(of=("self",)).filter(id=entry_id).first()
    if entry is None:
        raise NotFound
    require(rules.may_keep_people(actor, path=entry.unit_path, region=entry.region))
    if entry.revision != revision:
        raise Stale
    if entry.available_to is not None and entry.available_to <= last_day:
        raise WrongState(f"可抽调的最后一天已是 {entry.available_to}，不需要再办理。")
    checks = Checks()
    checks.order("last_day", entry.available_from, last_day)
    checks.done()
    entry.available_to = last_day
    entry.revision += 1
    entry.save(update_fields=["available_to", "revision"])
    noting().about("organisation.pool", entry.id, revision=entry.revision, kind=entry.kind)


@operation("organisation.record_training")
def record_training(
    *,
    actor: Actor,
    now: datetime,
    person_ids: Sequence[UUID],
    kind: str,
    title: str,
    held_on: date,
    hours: int,
    methods: Sequence[str] = (),
) -> int:
    """Note who took part, and in which forms it was held. Who is noted already is left as he is.
    Returns how many were added."""
    checks = Checks()
    strange = [m for m in methods if m not in TrainingMethod.values]
    checks.that("methods", not strange, "培训形式请从理论授课、案例研讨、模拟演练中选择。")
    checks.that("kind", kind in TrainingKind.values, "请选择培训类别。")
    title = checks.text("title", title, "培训名称", most=80)
    checks.that("hours", 0 < hours <= 200, "学时须为 1—200。")
    checks.that("held_on", held_on <= timezone.localdate(now), "培训日期不能晚于今天。")
    people = list(Person.objects.filter(id__in=set(person_ids)).order_by("id"))
    missing = len(set(person_ids)) - len(people)
    checks.that(
        "person_ids",
        bool(person_ids) and missing == 0,
        f"有 {missing} 人不在可见的人员中。" if person_ids else "请选择参加的人员。",
    )
    checks.done()
    for person in people:
        require(rules.may_keep_people(actor, path=person.unit_path, region=person.region))
    noted = set(
        TrainingRecord.objects.filter(person__in=people, title=title, held_on=held_on).values_list(
            "person_id", flat=True
        )
    )
    TrainingRecord.objects.bulk_create(
        [
            TrainingRecord(
                created_at=now,
                kind=kind,
                title=title,
                held_on=held_on,
                hours=hours,
                methods=sorted(set(methods)),
                **place_of(p),
            )
            for p in people
            if p.id not in noted
        ],
        ignore_conflicts=True,
    )
    added = len(people) - len(noted)
    noting().about("organisation.training", actor.unit_id, count=added)
    return added
