"""First pages of teams, liaison officers, clerks, the inspected unit and experts."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.timezone import localdate

from lianxun.documents import queries as documents
from lianxun.duties import queries as duties
from lianxun.duties.records import DutyRecord
from lianxun.exchange import queries as exchange
from lianxun.exchange.enums import RequestState
from lianxun.exchange.records import RequestRecord
from lianxun.inspection import queries as inspection
from lianxun.inspection.enums import PaperState
from lianxun.inspection.paper_records import PaperRecord
from lianxun.inspection.records import EngagementRecord
from lianxun.kernel.clock import Light
from lianxun.leads import queries as leads
from lianxun.leads.enums import LeadState
from lianxun.leads.records import LeadRecord
from lianxun.rectification import queries as rectification
from lianxun.rectification.enums import ItemState
from lianxun.rectification.records import ItemLine
from lianxun.web.home.office import lead_row, request_row
from lianxun.web.home.parts import (
    Button,
    HomePage,
    Lane,
    Row,
    Section,
    clocks_of,
    late_by_engagement,
    my_clocks,
    registering,
    running,
    where_it_stands,
)
from lianxun.web.inspection.next_step import next_step
from lianxun.web.requests import ActorRequest

MY_TASKS = 4  # engagements one member works in at a time
_OPEN_REQUESTS = (RequestState.SENT, RequestState.ACCEPTED, RequestState.RETURNED)
_ITEM_BUTTONS = {
    ItemState.ISSUED: ("plan", "填写整改方案"),
    ItemState.PLAN_DRAFTED: ("submit_plan", "报送方案"),
    ItemState.APPROVED: ("start", "开始整改"),
    ItemState.IN_PROGRESS: ("evidence", "上传佐证"),
    ItemState.RETURNED: ("evidence", "补充佐证"),
    ItemState.REOPENED: ("evidence", "上传佐证"),
}


def team(request: ActorRequest) -> HomePage:
    """What do we know, what is missing, what next: each engagement with its line and its next step."""
    actor, now = request.actor, request.now
    late = late_by_engagement(duties.late(actor=actor, now=now))
    mine = [t for t in running(request) if t.id in actor.engagements][:MY_TASKS]
    ids = [t.id for t in mine]
    whole = inspection.workspaces(actor=actor, now=now, engagements=ids)
    nodes = duties.timelines(actor=actor, now=now, engagements=ids)
    lanes, sections = [], []
    for line in mine:
        task = whole[line.id]
        url = reverse("inspection:workspace", args=[line.id])
        step = next_step(task, now.date())
        own = step.act in task.permitted or (step.act == "advance" and bool(task.next_states))
        lanes.append(
            Lane(
                task=line,
                url=url,
                sentence=where_it_stands(line, request, late.get(line.id, 0)),
                nodes=nodes[line.id],
                next_step=f"{step.sentence}（{step.who}）",
                buttons=((f"{url}do/{step.act}/", "去办理"), (url, "进入任务"))
                if step.act and own
                else ((url, "进入任务"),),
            )
        )
        sections.append(_papers(task, actor.name))
    sections += _to_check(request)
    return HomePage(
        answer=f"您在 {len(lanes)} 项任务中。"
        if lanes
        else "您目前没有参加任何任务；参加后，任务在进驻日自动出现在这里。",
        sections=[*sections, my_clocks(request)],
        lanes=lanes,
        lanes_title="我的任务",
    )


def _papers(task: EngagementRecord, name: str) -> Section:
    waiting = [p for p in task.papers if p.state != PaperState.SIGNED_HEAD]
    return Section(
        title=f"{task.unit_name}：待签字的底稿",
        rows=[_paper_row(p, name) for p in waiting],
        empty="没有待签字的底稿。",
        more=(reverse("inspection:tab", args=[task.id, "papers"]), "全部底稿"),
    )


def _paper_row(paper: PaperRecord, name: str) -> Row:
    signed = "、".join(s.name for s in paper.signatures)
    return Row(
        text=f"{paper.number} {paper.title}",
        url=reverse("inspection:paper", args=[paper.id]),
        note=f"{paper.state_label}" + (f"（{signed} 已签）" if signed else ""),
    )


def _to_check(request: ActorRequest) -> list[Section]:
    """Handed-in rectification that waits for a check, for the guidance group."""
    if "rectification" not in request.actor.duties:
        return []
    found = rectification.items(
        actor=request.actor, now=request.now, state=ItemState.SUBMITTED
    ).rows
    return [
        Section(
            title="待核验的整改",
            rows=[_item_row(i, ("check", "核验")) for i in found],
            empty="没有待核验的整改。",
            first=True,
        )
    ]


def _item_row(item: ItemLine, button: Button | None) -> Row:
    url = reverse("rectification:detail", args=[item.id])
    may = button is not None and button[0] in item.permitted
    return Row(
        text=f"{item.number} {item.title}",
        url=url,
        light=item.light.value if item.light else "",
        why=item.why if item.light else f"期限 {item.due_on:%Y-%m-%d}",
        note=item.state_label,
        buttons=((f"{url}{button[0]}/", button[1]),) if may and button else (),
    )


def liaison(request: ActorRequest) -> HomePage:
    """What do others want from my unit, by when; my own deliveries and their quality."""
    actor, now = request.actor, request.now
    asked = exchange.requests(actor=actor, now=now, mine=True).rows
    open_requests = [r for r in asked if r.state in _OPEN_REQUESTS]
    handed = [
        x
        for state in (LeadState.TRANSFERRED, LeadState.RECEIVED, LeadState.PRELIM)
        for x in leads.leads(actor=actor, now=now, state=state).rows
        if x.permitted & {"receive", "dispose", "result"}
    ]
    clocks = clocks_of(request, open_requests, handed)
    late = sum(
        clocks[i].light is Light.RED
        for i in [*(r.id for r in open_requests), *(x.id for x in handed)]
        if i in clocks
    )
    return HomePage(
        answer=f"{len(open_requests)} 件信息需求、{len(handed)} 件线索等{actor.unit_name}办理，"
        f"其中超期 {late} 件。",
        sections=[
            Section(
                title="要我单位提供的信息",
                rows=[_asked(r, clocks) for r in open_requests],
                empty="没有等待答复的信息需求。",
                first=True,
            ),
            Section(
                title="移交我单位的线索",
                rows=[_handed(x, lead_row(x, clocks, x.state_label)) for x in handed],
                empty="没有等待办理的线索。",
                first=True,
            ),
            _deliveries(asked),
            my_clocks(request, {*(r.id for r in asked), *(x.id for x in handed)}),
        ],
        buttons=registering(request),
    )


def _asked(r: RequestRecord, clocks: dict[UUID, DutyRecord]) -> Row:
    row = request_row(r, clocks, f"{r.owner_name}：{r.purpose}")
    words = {"accept": "同意提供", "deliver": "上传数据", "object": "提出异议"}
    buttons = tuple((f"{row.url}{a}/", w) for a, w in words.items() if a in r.permitted)
    return _with_buttons(row, buttons)


def _handed(lead: LeadRecord, row: Row) -> Row:
    words = {
        "receive": "签收",
        "object": "提出异议",
        "dispose": "提出处置意见",
        "result": "登记结果",
    }
    buttons = tuple((f"{row.url}{a}/", w) for a, w in words.items() if a in lead.permitted)
    return _with_buttons(row, buttons)


def _with_buttons(row: Row, buttons: tuple[Button, ...]) -> Row:
    return Row(
        text=row.text,
        url=row.url,
        light=row.light,
        why=row.why,
        why_url=row.why_url,
        note=row.note,
        buttons=buttons,
    )


def _deliveries(asked: Sequence[RequestRecord]) -> Section:
    rows = []
    for r in asked:
        if not r.deliveries:
            continue
        last = r.deliveries[-1]
        note = f"第 {len(r.deliveries)} 次提供，{last.rows} 行，{last.state_label}"
        rows.append(
            Row(
                text=f"{r.number} {last.file_name}",
                url=reverse("exchange:detail", args=[r.id]),
                note=note + (f"：{last.note}" if last.note else ""),
            )
        )
    return Section(title="我单位提供的数据", rows=rows, empty="还没有提供过数据。")


def clerk(request: ActorRequest) -> HomePage:
    """Register quickly: the button first, then what was registered and what has to be screened."""
    found = leads.leads(actor=request.actor, now=request.now, state=LeadState.REGISTERED).rows
    clocks = clocks_of(request, found)
    today = request.now.date()
    mine = [x for x in found if localdate(x.created_at) == today]
    return HomePage(
        answer=f"今天已登记 {len(mine)} 件，{len(found)} 件等待甄别。",
        buttons=registering(request),
        sections=[
            Section(
                title="等待甄别",
                rows=[lead_row(x, clocks, x.subject_name) for x in found],
                empty="没有等待甄别的线索。点“登记线索”开始登记；全程可用键盘，存后直接登记下一件。",
                first=True,
                more=(f"{reverse('leads:list')}?state={LeadState.REGISTERED}", "全部"),
            ),
            my_clocks(request, {x.id for x in found}),
        ],
    )


def contact(request: ActorRequest) -> HomePage:
    """The inspected unit: what was served on us, what have we handed in. Nothing else exists."""
    actor, now = request.actor, request.now
    items = rectification.items(actor=actor, now=now, unfinished="all").rows
    asked = exchange.requests(actor=actor, now=now).rows
    files = documents.files(actor=actor, now=now).rows
    open_items = [i for i in items if i.state in _ITEM_BUTTONS]
    clocks = clocks_of(request, asked)
    return HomePage(
        answer=f"{len(open_items)} 项整改等你单位办理，{len(items) - len(open_items)} 项已报送。",
        sections=[
            Section(
                title="送达的整改事项",
                rows=[_item_row(i, _ITEM_BUTTONS.get(ItemState(i.state))) for i in items],
                empty="目前没有送达你单位的整改事项。",
                first=True,
                more=(reverse("rectification:items"), "整改台账"),
            ),
            Section(
                title="送达的信息需求",
                rows=[_asked(r, clocks) for r in asked if r.state in _OPEN_REQUESTS],
                empty="目前没有送达你单位的信息需求。",
                first=True,
            ),
            Section(
                title="已提交的材料",
                rows=[
                    Row(
                        text=f"{f.title}{f.suffix}",
                        url=reverse("documents:download", args=[f.id]),
                        note=f"{f.created_at:%Y-%m-%d} {f.stored_by_name}，摘要 {f.sha256[:12]}",
                    )
                    for f in files
                ],
                empty="还没有提交过材料。提交后这里是回执。",
            ),
        ],
    )


def expert(request: ActorRequest) -> HomePage:
    """The one task, its files, its time limit; access ends with it."""
    actor, now = request.actor, request.now
    lanes, sections = [], []
    mine = [t for t in running(request) if t.id in actor.engagements][:MY_TASKS]
    whole = inspection.workspaces(actor=actor, now=now, engagements=[t.id for t in mine])
    for line in mine:
        task = whole[line.id]
        url = reverse("inspection:workspace", args=[line.id])
        end = task.on_site_end_on
        lanes.append(
            Lane(
                task=line,
                url=url,
                sentence=f"访问随任务结束而关闭（驻点至 {end.month}月{end.day}日，听取汇报后关闭）。",
                buttons=((url, "进入任务"),),
            )
        )
        asked = [p for p in task.papers if not _said(p, actor.unit_name)]
        sections.append(
            Section(
                title=f"{task.unit_name}：请您印证的底稿",
                rows=[
                    Row(
                        text=f"{p.number} {p.title}",
                        url=reverse("inspection:paper", args=[p.id]),
                        note=p.state_label,
                        buttons=((reverse("inspection:paper", args=[p.id]), "提出印证意见"),),
                    )
                    for p in asked
                ],
                empty="没有等待您印证的底稿。",
                first=True,
            )
        )
        files = documents.files(actor=actor, now=now, engagement=line.id).rows
        sections.append(
            Section(
                title="任务文件",
                rows=[
                    Row(
                        text=f"{f.title}{f.suffix}",
                        url=reverse("documents:download", args=[f.id]),
                        note=f.role_label,
                    )
                    for f in files
                ],
                empty="没有文件。",
            )
        )
    return HomePage(
        answer="请您办理的任务如下。"
        if lanes
        else "目前没有请您办理的任务；任务结束后访问自动关闭。",
        lanes=lanes,
        lanes_title="我的任务",
        sections=sections,
    )


def _said(paper: PaperRecord, unit: str) -> bool:
    return any(c.unit_name == unit for c in paper.corroborations)


def others(request: ActorRequest) -> HomePage:
    """Whoever has no role of his own here: his clocks."""
    clocks = my_clocks(request)
    late = sum(row.light == Light.RED for row in clocks.rows)
    buttons = (
        ((reverse("leads:openings"), "身份调阅"),) if "custodian" in request.actor.roles else ()
    )
    return HomePage(
        answer=f"{clocks.count} 件待办，其中超期 {late} 件。",
        sections=[clocks],
        buttons=buttons,
    )
