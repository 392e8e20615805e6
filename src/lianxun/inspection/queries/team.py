"""A team suggested from the pool: skills × availability × recusal × load, for a person to change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from lianxun.access import queries as access
from lianxun.inspection import matching, rules
from lianxun.inspection.common import facts_of, partners_on
from lianxun.inspection.enums import SeatState, State, TeamGroup, TeamRole
from lianxun.inspection.matching import Candidate, Need, Proposal
from lianxun.inspection.models import Engagement, Seat
from lianxun.kernel.actor import Actor, Denied
from lianxun.kernel.problems import Invalid, NotFound, Refused
from lianxun.organisation import queries as organisation
from lianxun.organisation.enums import Skill
from lianxun.trace.door import noting, query

_SEATED = (SeatState.PROPOSED, SeatState.OBJECTED, SeatState.CONFIRMED)


LARGEST = 30


@query("inspection.suggest_team")
def suggest_team(
    *,
    actor: Actor,
    now: datetime,
    engagement_id: UUID,
    skills: Sequence[str] = (),
    experts: Sequence[str] = (),
    members: int = 3,
) -> Proposal:
    """A whole team with alternates: head, deputy, ``members``, one expert per skill in ``experts``.

    ``skills`` are needed among the members. Nothing is stored: ``propose_team`` takes over what a person
    made of it.
    """
    task = Engagement.objects.select_related("round", "unit").filter(id=engagement_id).first()
    if task is None:
        raise NotFound
    decision = rules.may_prepare(actor, facts_of(task))
    if isinstance(decision, Denied):
        raise Refused(decision)
    if not 1 <= members <= LARGEST or len(skills) > members:
        raise Invalid.at("members", f"组员人数须为 1 至 {LARGEST}，且不少于所需专长数。")
    if unknown := sorted({*skills, *experts} - set(Skill.values)):
        raise Invalid.at("skills", f"没有这项专长：{'、'.join(unknown)}。")
    needs = [Need(TeamRole.HEAD), Need(TeamRole.DEPUTY)]
    needs += [Need(TeamRole.MEMBER, skill) for skill in skills]
    needs += [Need(TeamRole.MEMBER)] * (members - len(skills))
    needs += [Need(TeamRole.EXPERT, skill) for skill in experts]
    found = matching.propose(
        needs,
        candidates(task, actor=actor, now=now),
        entry_on=task.entry_on,
        end_on=task.on_site_end_on,
        partners=partners_on(task, now.date()),
    )
    noting().about(
        "inspection.engagement",
        task.id,
        revision=task.revision,
        engagement=task.id,
        level=task.level,
        method=found.method,
        seats=len(found.seats),
        unfilled=len(found.unfilled),
    )
    return found


def candidates(task: Engagement, *, actor: Actor, now: datetime) -> list[Candidate]:
    """The pool as the actor may see it, with load, overlaps and 回避：是/否."""
    pool = organisation.pool(actor=actor, now=now)
    people = [p.person_id for p in pool]
    recused = organisation.recusal(actor=actor, now=now, person_ids=people, unit_id=task.unit_id)
    accounts = access.people_with_accounts(person_ids=people)
    load: dict[UUID, int] = defaultdict(int)
    busy: dict[UUID, str] = {}
    seated: set[UUID] = set()
    for seat in (
        Seat.objects.filter(person_id__in=people, state__in=_SEATED)
        .exclude(task__state=State.ARCHIVED)
        .select_related("task")
        .order_by("task__entry_on", "id")
    ):
        if seat.task_id == task.id:
            seated.add(seat.person_id)
            continue
        load[seat.person_id] += 1
        overlaps = seat.task.entry_on <= task.on_site_end_on and (
            seat.task.on_site_end_on >= task.entry_on
        )
        if overlaps and seat.group == TeamGroup.ON_SITE:
            busy[seat.person_id] = seat.task.number
    return [
        Candidate(
            person=p.person_id,
            name=p.name,
            unit=p.unit_id,
            unit_name=p.unit_name,
            pool=p.kind,
            skills=frozenset(p.skills),
            years=p.years,
            available_from=p.available_from,
            available_to=p.available_to,
            tasks=load[p.person_id],
            busy_with=busy.get(p.person_id, ""),
            recused=recused[p.person_id],
            has_account=p.person_id in accounts,
            declared=p.facts_declared,
            seated=p.person_id in seated,
        )
        for p in pool
    ]
