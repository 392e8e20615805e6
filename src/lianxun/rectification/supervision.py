"""What the acts of a joint supervision share: its facts for the rules, its group, its clocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from lianxun.access import steps as access
from lianxun.documents import queries as documents
from lianxun.documents import steps as papers
from lianxun.documents.records import Official
from lianxun.duties import steps as duties
from lianxun.duties.records import Responsible
from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor
from lianxun.organisation.models import Unit
from lianxun.rectification import rules, supervising
from lianxun.rectification.common import KIND as ITEM_KIND
from lianxun.rectification.enums import MACHINES, Verdict
from lianxun.rectification.models import Supervision, Supervisor
from lianxun.trace.door import noting
from lianxun.trace.rows import Rows

KIND = "rectification.supervision"
FILE = "documents.file"
REPLY, SITE, PLEDGE, NOTICE = "DT-RC-JOINT", "DT-RC-SITE", "DT-RC-PLEDGE", "DT-RC-NOTICE"
PURPOSE = "联合督办"
NOT_LOOKED = "清单上每一事项须有两个以上单位的核查结论，才能作出督办结论。"
SUPERVISIONS = Rows(
    Supervision, kind=KIND, noun="联合督办", machine=MACHINES["rectification_supervision"]
)


def facts_of(row: Supervision, today: date) -> rules.SupervisionFacts:
    """As far as the reader sees them; parts are read once where they were prefetched."""
    group = {
        (g.account_id, g.unit_id)
        for g in row.group.all()
        if g.left_on is None and g.valid_from <= today <= g.valid_to
    }
    listed = list(row.listed.all())
    turn = [[f for f in s.findings.all() if f.turn == row.turn] for s in listed]
    least = supervising.scheme().least_units
    looked = bool(listed) and all(len({f.unit_id for f in found}) >= least for found in turn)
    taken = [e.rung for e in row.rungs.all()]
    after = supervising.rung_after(taken)
    return rules.SupervisionFacts(
        state=row.state,
        unit_path=row.subject_path or "",
        group=frozenset(group),
        found=frozenset((f.account_id, f.unit_id) for found in turn for f in found),
        unfound=frozenset(
            unit for _, unit in group if any(unit not in {f.unit_id for f in t} for t in turn)
        ),
        looked=looked,
        sound=looked and all(f.verdict == Verdict.CONFIRMED for found in turn for f in found),
        waiting=sum(s.answered_turn < row.turn for s in listed),
        due_on=row.due_on,
        next_rung=after.code if after else "",
        taken=len(taken),
    )


def may_lift(row: Supervision, account_id: UUID) -> bool:
    """Whether everything on the list was found sound by others, also what the account may not see."""
    with connection.cursor() as cursor:
        cursor.execute("select lx.may_lift(%s, %s, %s)", [row.id, row.turn, account_id])
        found: bool = cursor.fetchone()[0]
        return found


def in_force(row: Supervision, today: date) -> list[Supervisor]:
    return [
        g
        for g in row.group.order_by("created_at", "id")
        if g.left_on is None and g.valid_to >= today
    ]


def own_labels(row: Supervision, actor: Actor) -> dict[str, object]:
    """Labels of what a supervising unit writes: its own row, never served on the supervised unit."""
    return unserved(row) | {"owner_unit": actor.unit_id, "owner_path": actor.unit_path}


def unserved(row: Supervision) -> dict[str, object]:
    return Labels.of(row).columns() | {"addressee_unit": None, "addressee_path": None}


def objects_of(row: Supervision) -> list[tuple[str, UUID]]:
    """What the group sees: the supervision, the items on its list, the letters of it."""
    items = row.listed.order_by("number").values_list("item_id", flat=True)
    return [(KIND, row.id), *((ITEM_KIND, i) for i in items)]


def let_in(row: Supervision, member: Supervisor, *, actor: Actor, now: datetime) -> None:
    """Dated grants to the one person: exactly the list, its items and its letters (P4)."""
    letters = documents.of_object(actor=actor, object_kind=KIND, object_id=row.id)
    for kind, object_id in [*objects_of(row), *((FILE, f.id) for f in letters)]:
        open_to(member, kind, object_id, actor=actor, now=now)


def open_to(member: Supervisor, kind: str, object_id: UUID, *, actor: Actor, now: datetime) -> None:
    access.let_participate(
        actor=actor,
        now=now,
        object_kind=kind,
        object_id=object_id,
        account_id=member.account_id,
        purpose=PURPOSE,
        valid_to=member.valid_to,
    )


def let_out(row: Supervision, member: Supervisor, *, actor: Actor, now: datetime) -> int:
    """The person sees nothing of it any more, from now on. Returns how many grants ended."""
    letters = documents.of_object(actor=actor, object_kind=KIND, object_id=row.id)
    objects = [i for _, i in objects_of(row)] + [f.id for f in letters]
    member.left_on = now.date()
    member.revision += 1
    member.save(update_fields=["left_on", "revision"])
    return access.end_participation(now=now, account_id=member.account_id, objects=objects)


def print_letter(
    row: Supervision, document: Official, labels: Labels, *, actor: Actor, now: datetime
) -> None:
    """Issue a letter of the supervision; its group may read it."""
    made = papers.issue(
        actor=actor,
        now=now,
        document=document,
        object_kind=KIND,
        object_id=row.id,
        labels=labels,
    )
    for member in in_force(row, now.date()):
        for file in made:
            open_to(member, FILE, file, actor=actor, now=now)


def subject(row: Supervision) -> Unit:
    return Unit.objects.get(id=row.subject_org or row.owner_unit)


def responsible(unit: Unit) -> Responsible:
    return Responsible(unit.id, unit.short_name)


def clock(
    row: Supervision,
    code: str,
    who: Responsible,
    *,
    actor: Actor,
    now: datetime,
    due_on: date | None = None,
    after: date | None = None,
) -> date:
    """Open a clock about the supervision; returns its day. Served on whom it obliges, on nobody else. It counts
    from today, or from ``after``."""
    labels = replace(Labels.of(row), addressee_unit=None, addressee_path=None)
    made = duties.open_duty(
        actor=actor,
        now=now,
        template_code=code,
        object_kind=KIND,
        object_id=row.id,
        title=f"{row.number} 联合督办",
        responsible=who,
        labels=labels,
        due_on=due_on,
        anchor_date=after,
    )
    return duties.due_day(made)


def site_clocks(row: Supervision, *, actor: Actor, now: datetime) -> None:
    """Each unit of the group has so many days behind the answer's day to look on site. Opened by the office with
    the letter: the unit that answers opens nothing for those that look at it."""
    units = {g.unit_id for g in in_force(row, now.date())}
    for unit in Unit.objects.filter(id__in=units).order_by("path"):
        clock(row, SITE, responsible(unit), actor=actor, now=now, after=row.due_on)


def stop(
    row: Supervision, *codes: str, actor: Actor, now: datetime, unit: UUID | None = None
) -> None:
    for code in codes:
        duties.fulfil(
            actor=actor,
            now=now,
            object_kind=KIND,
            object_id=row.id,
            template_code=code,
            responsible_unit=unit,
        )
        noting().detail.setdefault("stopped", []).append(code)
