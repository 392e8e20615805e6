"""《巡视协调对接周通报》 (W26): how the clocks of an area stand this week, by unit (R-7.2-2).

Counts and kinds of clocks only: a bulletin goes to units that may not know each other's matters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q

from lianxun.documents import steps as documents
from lianxun.documents.records import Block, Heading, Official, Paragraph, Table
from lianxun.duties import rules, steps
from lianxun.duties.clocks import day_of
from lianxun.duties.enums import STANDING_KIND, LineState
from lianxun.duties.models import Dispatch, DispatchLine, DutyTemplate
from lianxun.duties.queries import cube
from lianxun.fabric.labels import Labels
from lianxun.fabric.models import Level
from lianxun.kernel.actor import Actor
from lianxun.kernel.clock import Light
from lianxun.kernel.problems import Invalid
from lianxun.organisation.models import Unit
from lianxun.trace.door import noting, operation
from lianxun.trace.rows import require

WEEKLY = "DT-ST-WEEK"
LONGEST = 2000
_COLUMNS = (Light.DONE, Light.DONE_LATE, Light.RED, Light.YELLOW, Light.GREEN, Light.PAUSED)


@dataclass(frozen=True, slots=True)
class Week:
    """What the week's bulletin says: counts by unit and the overdue clocks by kind."""

    units: Mapping[str, Mapping[Light, int]]
    overdue: Mapping[str, int]
    dispatched: Mapping[str, int] = field(default_factory=dict)

    def total(self, light: Light) -> int:
        return sum(counts[light] for counts in self.units.values())


@operation("duties.issue_bulletin")
def issue_bulletin(*, actor: Actor, now: datetime, words: str) -> tuple[UUID, UUID]:
    """Print the bulletin of this week and meet the office's weekly clock. ``words``: what the office asks
    of the units. Returns the DOCX and the PDF."""
    require(rules.may_issue_bulletin(actor))
    said = words.strip()
    if len(said) < 10:
        raise Invalid.at("words", "请写明本周情况和下周要求（不少于 10 个字）。")
    if len(said) > LONGEST:
        raise Invalid.at("words", f"不超过 {LONGEST} 字（现为 {len(said)} 字），请精简后再提交。")
    owner = Unit.objects.get(id=actor.unit_id)
    week = _counted(actor, now)
    year, number, _ = day_of(now).isocalendar()
    document = Official(
        issuer=owner.name,
        number=documents.next_number(unit_id=owner.id, code=f"巡周{owner.code}", year=now.year),
        title=f"巡视协调对接周通报（{year}年第{number}周）",
        addressee="各成员单位",
        blocks=_blocks(week, said),
        signed_by=owner.short_name,
        signed_on=day_of(now),
        level_mark=Level.INTERNAL.label,
        printed_by=owner.short_name,
    )
    files = documents.issue(
        actor=actor,
        now=now,
        document=document,
        object_kind=STANDING_KIND,
        object_id=owner.id,
        labels=Labels(
            level=Level.INTERNAL,
            region=owner.region,
            owner_unit=owner.id,
            owner_path=owner.path,
        ),
    )
    closed = steps.fulfil(
        actor=actor,
        now=now,
        object_kind=STANDING_KIND,
        object_id=owner.id,
        template_code=WEEKLY,
        responsible_unit=owner.id,
        reason=f"周通报 {document.number}",
    )
    noting().about(
        "duties.board", owner.id, number=document.number, units=len(week.units), closed=closed
    )
    return files


def _counted(actor: Actor, now: datetime) -> Week:
    units: dict[str, dict[Light, int]] = {}
    for cell, number in cube.counts("unit", {}, actor=actor, now=now).items():
        units.setdefault(cell.key, dict.fromkeys(Light, 0))[cell.light] += number
    overdue: Counter[str] = Counter()
    for cell, number in cube.counts("task", {"light": Light.RED}, actor=actor, now=now).items():
        overdue[cell.key] += number
    names = dict(Unit.objects.filter(id__in=units).order_by("id").values_list("id", "short_name"))
    named = {str(ident): name for ident, name in names.items()}
    titles = dict(
        DutyTemplate.objects.filter(code__in=list(overdue))
        .order_by("version", "preset")
        .values_list("code", "title")
    )
    worst = sorted(units, key=lambda k: (-units[k][Light.RED], named.get(k, k)))
    return Week(
        {named.get(k, k): units[k] for k in worst if any(units[k].values())},
        {titles.get(code, code): n for code, n in overdue.most_common() if n},
        _dispatched(actor, now),
    )


def _dispatched(actor: Actor, now: datetime) -> dict[str, int]:
    """日调度 of the office's own engagements since Monday: days, lines, instructions, answers. Counts only."""
    today = day_of(now)
    monday = today - timedelta(days=today.weekday())
    days = Dispatch.objects.filter(
        owner_path__startswith=actor.unit_path, on_date__gte=monday, on_date__lte=today
    ).count()
    lines = DispatchLine.objects.filter(
        owner_path__startswith=actor.unit_path, on_date__gte=monday, on_date__lte=today
    ).aggregate(
        lines=Count("id"),
        sent=Count("id", filter=Q(state__in=[LineState.SENT, LineState.TAKEN, LineState.DONE])),
        done=Count("id", filter=Q(state=LineState.DONE)),
    )
    return {"days": days, **lines}


def _blocks(week: Week, said: str) -> tuple[Block, ...]:
    red, late, done = (week.total(x) for x in (Light.RED, Light.DONE_LATE, Light.DONE))
    due = red + late + done
    rate = f"，按期率 {round(100 * done / due)}%" if due else ""
    blocks: list[Block] = [
        Heading("一、总体情况"),
        Paragraph(
            f"近三个月按期办结 {done} 件，逾期办结 {late} 件；目前超期未办 {red} 件，"
            f"临期 {week.total(Light.YELLOW)} 件{rate}。"
        ),
    ]
    if week.units:
        rows = tuple(
            (name, *(str(counts[x]) for x in _COLUMNS)) for name, counts in week.units.items()
        )
        header = ("责任单位", *(x.word for x in _COLUMNS))
        blocks += [Heading("二、各单位情况"), Table(header, rows, (3, 1, 1, 1, 1, 1, 1))]
    if week.overdue:
        kinds = tuple((title, str(number)) for title, number in week.overdue.items())
        blocks += [Heading("三、超期环节"), Table(("环节", "超期件数"), kinds, (7, 3))]
    parts = 1 + bool(week.units) + bool(week.overdue)
    if week.dispatched.get("days"):
        said_of = week.dispatched
        blocks += [
            Heading(f"{'一二三四五'[parts]}、日调度"),
            Paragraph(
                f"本周日调度 {said_of['days']} 次，列入 {said_of['lines']} 项，"
                f"下达要求 {said_of['sent']} 项，已回复 {said_of['done']} 项。"
            ),
        ]
        parts += 1
    blocks += [
        Heading(f"{'一二三四五'[parts]}、情况说明和要求"),
        *(Paragraph(part) for part in said.splitlines() if part.strip()),
    ]
    return tuple(blocks)
