"""抽调函 (W05): a letter to each unit that lends people, served on it; the inspected unit is not named."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import groupby
from uuid import UUID

from lianxun.access.queries import accounts_at
from lianxun.documents import steps as documents
from lianxun.documents.enums import Retention
from lianxun.documents.records import Form, Official
from lianxun.duties import steps as duties
from lianxun.duties.enums import NoticeCode
from lianxun.fabric.models import Level
from lianxun.inspection import rules, texts
from lianxun.inspection.common import facts_of, labels_of, load, note, require
from lianxun.inspection.enums import SeatState, TeamGroup
from lianxun.inspection.models import Engagement, Seat
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import WrongState
from lianxun.organisation.models import Unit
from lianxun.trace.door import operation

# Opened by the duty for documents, which every member unit's liaison officer has.
KIND = "documents.secondment"


@operation("inspection.issue_secondment")
def issue_secondment(*, actor: Actor, now: datetime, engagement_id: UUID) -> int:
    """Print one letter for each home unit of confirmed people and serve it there; returns how many."""
    task = load(engagement_id)
    require(rules.may_prepare(actor, facts_of(task)))
    owner = Unit.objects.get(id=task.owner_unit)
    seats = task.seats.filter(group=TeamGroup.ON_SITE, state=SeatState.CONFIRMED)
    seats = seats.exclude(home__path__startswith=owner.path).select_related("home")
    lent = sorted(seats, key=lambda s: (s.home.path, s.role, s.id))
    if not lent:
        raise WrongState("还没有确认从其他单位抽调的组员，请先确认组成人员。")
    letters = 0
    for home, people in groupby(lent, key=lambda s: s.home):
        _issue(task, home, list(people), owner=owner, actor=actor, now=now)
        letters += 1
    note(task, letters=letters, seconded=len(lent))
    return letters


def _issue(
    task: Engagement, home: Unit, people: list[Seat], *, owner: Unit, actor: Actor, now: datetime
) -> None:
    document = Official(
        form=Form.LETTER,
        issuer=owner.name,
        number=documents.next_number(
            unit_id=actor.unit_id,
            code=f"巡抽{home.code}{documents.serial_of(task.number)}",
            year=now.year,
        ),
        title="关于抽调人员参加巡视工作的函",
        addressee=home.name,
        blocks=texts.secondment(task, people),
        signed_by=owner.name,
        signed_on=now.date(),
        level_mark=Level(task.level).label,
        attachments=("回避申报表", "保密承诺书"),
        printed_by=owner.short_name,
    )
    labels = replace(labels_of(task), addressee_unit=home.id, addressee_path=home.path)
    _, pdf = documents.issue(
        actor=actor,
        now=now,
        document=document,
        object_kind=KIND,
        object_id=task.id,
        labels=labels,
        retention=Retention.YEARS_10,
    )
    duties.notify(
        now=now,
        accounts=accounts_at(unit_id=home.id, roles=["liaison_officer"]),
        code=NoticeCode.ARRIVED,
        object_kind="documents.file",
        object_id=pdf,
    )
