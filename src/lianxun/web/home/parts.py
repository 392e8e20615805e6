"""What first pages are made of, and the reads that several of them share."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from django.urls import reverse
from django.utils.timezone import localdate

from lianxun.duties import queries as duties
from lianxun.duties.queries import Late
from lianxun.duties.records import DutyRecord, NoticeRecord
from lianxun.inspection import queries as inspection
from lianxun.inspection.enums import State
from lianxun.inspection.records import EngagementLine
from lianxun.kernel.clock import Light
from lianxun.leads.rules import may_register
from lianxun.web.duties.notices import url_of
from lianxun.web.objects import object_url
from lianxun.web.requests import ActorRequest, any_task

LANES = 8  # engagements whose time line a first page shows
TOLD = 5  # notices that a first page shows
BEFORE = frozenset({State.DRAFT, State.ARCHIVED})
Button = tuple[str, str]


class Identified(Protocol):
    """Anything with an id that clocks run about."""

    @property
    def id(self) -> UUID: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line: what it is, how its clock stands and why, and what the reader can do about it."""

    text: str
    url: str = ""
    light: str = ""
    why: str = ""
    why_url: str = ""
    note: str = ""
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """``first`` marks the answer to the reader's question; ``more`` leads to the whole list."""

    title: str
    rows: Sequence[Row]
    empty: str
    first: bool = False
    more: Button | None = None
    total: int = 0  # where the rows are only the first of more
    note: str = ""

    @property
    def count(self) -> int:
        return self.total or len(self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """An engagement with its nodes on a line."""

    task: EngagementLine
    url: str
    sentence: str
    nodes: Sequence[DutyRecord] = ()
    next_step: str = ""
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    """``question`` is answered by ``answer`` in one line before anything else."""

    answer: str
    sections: Sequence[Section] = ()
    lanes: Sequence[Lane] = ()
    lanes_title: str = ""
    buttons: tuple[Button, ...] = ()
    extra: Mapping[str, object] = field(default_factory=dict)

    @property
    def quiet(self) -> list[Section]:
        """Sections in which nothing waits: one line each, instead of a panel each."""
        return [section for section in self.sections if not section.rows]


def burning(
    request: ActorRequest, *lights: Light, codes: Collection[str] = ()
) -> Sequence[DutyRecord]:
    """Open duties of these lights that the reader may see, soonest first."""
    return duties.burning(actor=request.actor, now=request.now, lights=lights, codes=codes)


def clocks_of(request: ActorRequest, *found: Iterable[Identified]) -> dict[UUID, DutyRecord]:
    """The gravest clock of each of the objects that a page shows."""
    objects = {each.id for rows in found for each in rows}
    return duties.clocks_of(actor=request.actor, now=request.now, objects=objects)


def grouped(found: Iterable[DutyRecord]) -> list[tuple[DutyRecord, int]]:
    """Occurrences of one recurring duty as one matter: the oldest of them, and how many there are."""
    groups: dict[tuple[str, UUID, UUID], list[DutyRecord]] = defaultdict(list)
    for duty in found:
        groups[duty.code, duty.object_id, duty.responsible_unit].append(duty)
    return [(group[0], len(group)) for group in groups.values()]


def by_unit(found: Iterable[DutyRecord]) -> list[tuple[str, list[tuple[DutyRecord, int]]]]:
    """Matters by the unit that owes them, the unit with most of them first."""
    groups: dict[str, list[tuple[DutyRecord, int]]] = defaultdict(list)
    for duty, times in grouped(found):
        groups[duty.responsible_unit_name].append((duty, times))
    return sorted(groups.items(), key=lambda g: (-len(g[1]), g[0]))


def duty_row(duty: DutyRecord, times: int = 1) -> Row:
    words = f"{duty.title}（{times} 次）" if times > 1 else duty.title
    return Row(
        text=f"{words}：{duty.object_title}",
        url=object_url(duty.object_kind, duty.object_id)
        or reverse("duties:detail", args=[duty.id]),
        light=duty.light.value,
        why=duty.why,
        why_url=reverse("duties:detail", args=[duty.id]),
        note=duty.responsible_unit_name,
    )


def running(request: ActorRequest) -> list[EngagementLine]:
    """Engagements under way, the latest entry first."""
    page = inspection.engagements(actor=request.actor, now=request.now)
    return [t for t in page.rows if t.state not in BEFORE][:LANES]


def where_it_stands(task: EngagementLine, request: ActorRequest, late: int) -> str:
    """One sentence for a leader: phase, day of it, what is late."""
    today = request.now.date()
    words = task.state_label
    if task.state in (State.ON_SITE, State.EXTENDED):
        end = task.on_site_end_on
        words += f"第 {(today - task.entry_on).days + 1} 天，{end.month}月{end.day}日结束"
    elif task.state in (State.APPROVED, State.CONSULTING, State.PREPARED):
        left = (task.entry_on - today).days
        words += f"，{task.entry_on.month}月{task.entry_on.day}日进驻"
        words += f"（还有 {left} 天）" if left > 0 else "（已到期）"
    return f"{words}，" + (f"超期 {late} 项。" if late else "无超期事项。")


def lanes(
    request: ActorRequest, tasks: Sequence[EngagementLine], late: Mapping[UUID | None, int]
) -> list[Lane]:
    """Each engagement with its nodes on a line."""
    nodes = duties.timelines(
        actor=request.actor, now=request.now, engagements=[t.id for t in tasks]
    )
    return [
        Lane(
            task=task,
            url=reverse("inspection:workspace", args=[task.id]),
            sentence=where_it_stands(task, request, late.get(task.id, 0)),
            nodes=nodes[task.id],
        )
        for task in tasks
    ]


def late_by_engagement(late: Iterable[Late]) -> dict[UUID | None, int]:
    """Late matters of each engagement."""
    return Counter(matter.engagement for matter in late)


def my_clocks(request: ActorRequest, shown: Collection[UUID] = ()) -> Section:
    """The reader's own clocks, the latest first, less the objects that the page ``shown`` already."""
    mine = duties.my_duties(actor=request.actor, now=request.now)
    found = [
        (d, times)
        for rows in (mine.overdue, mine.due_soon, mine.waiting)
        for d, times in grouped(rows)
        if d.object_id not in shown
    ]
    return Section(
        title="我的其他时限" if shown else "我的时限",
        rows=[duty_row(d, times) for d, times in found],
        empty="没有在计的时限。",
    )


def registering(request: ActorRequest) -> tuple[Button, ...]:
    """The way to a new lead, for who may register one."""
    may = may_register(request.actor, engagement=any_task(request))
    return ((reverse("leads:seal"), "登记线索"),) if may else ()


def told(request: ActorRequest) -> Section:
    """What the reader was told and has not marked as read, the newest first."""
    page = duties.notices(actor=request.actor, now=request.now, unread=True)
    return Section(
        title="未读提醒",
        rows=[Row(text=n.text, url=url_of(n), note=_note(n)) for n in page.rows[:TOLD]],
        total=page.total,
        empty="没有未读提醒。",
        first=True,
        more=(f"{reverse('duties:notices')}?state=unread", "查看全部并标为已读"),
    )


def _note(notice: NoticeRecord) -> str:
    if not notice.open:
        return "您现在不能查看该事项"
    return f"{notice.about} {localdate(notice.created_at):%-m月%-d日}".strip()
