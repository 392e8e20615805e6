"""Each measure as a table: what it says in a sentence, its columns, and where every number leads."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse

from lianxun.duties import queries as duties
from lianxun.duties.records import RateRow
from lianxun.exchange import queries as exchange
from lianxun.exchange.records import AskedCount
from lianxun.fabric.paging import Page
from lianxun.inspection import queries as inspection
from lianxun.inspection.enums import TeamKind
from lianxun.inspection.queries.linkage import LinkageLine
from lianxun.kernel.clock import Light
from lianxun.leads import depth as leads
from lianxun.rectification import queries as rectification
from lianxun.web.measures.cells import (
    LINES,
    Cell,
    Measure,
    Shown,
    Table,
    count,
    days,
    part,
    percent,
    word,
)
from lianxun.web.measures.course import course
from lianxun.web.measures.synergy import synergy
from lianxun.web.requests import ActorRequest, year_given
from lianxun.web.templatetags.lx import cn_date

SHARING = ("DT-EX-SUPPLY", "DT-EX-URGENT")
HANDING = ("MS-N5", "DT-LD-RECEIPT", "DT-LD-OPINION", "DT-LD-RESULT", "DT-LD-AUDIT")
_NO_REQUESTS = AskedCount(asked=0, repeated=0, reasoned=0)


_RATE_COLUMNS = ("应办", "按期", "逾期办结", "超期未办", "办理中", "按期率")


def _rate_cells(row: RateRow) -> list[Cell]:
    def lamp(*lights: Light) -> Cell:
        """One light has its list; a sum of several is what the lists beside it hold."""
        number = sum(row.counts[x] for x in lights)
        if len(lights) > 1:
            return Cell(str(number))
        hot = lights[0] is Light.RED
        return count(number, "duties:list", hot=hot, **row.filters, light=lights[0].value)

    return [
        Cell(str(row.due)),
        lamp(Light.DONE),
        lamp(Light.DONE_LATE),
        lamp(Light.RED),
        lamp(Light.GREEN, Light.YELLOW, Light.PAUSED),
        percent(row.rate),
    ]


def sharing(request: ActorRequest, number: int) -> Shown:
    """信息共享率: supplied in time ÷ due, by providing unit (F4; the source's baseline is below 50 %)."""
    found = duties.rates(actor=request.actor, now=request.now, codes=SHARING)
    due = sum(r.due for r in found)
    kept = sum(r.counts[Light.DONE] for r in found)
    red = sum(r.counts[Light.RED] for r in found)
    rate = f"，信息共享率 {round(100 * kept / due)}%" if due else ""
    page = part(found, number)
    table = Table(
        "各提供单位",
        ("提供单位", "类别", *_RATE_COLUMNS, "已发需求"),
        [
            [
                word(r.unit_name),
                word(r.title),
                *_rate_cells(r),
                word("查看", f"{reverse('exchange:requests')}?provider={r.unit}"),
            ]
            for r in page.rows
            if isinstance(r, RateRow)
        ],
        "还没有到期的信息提供。需求经合规审核送达后，提供时限开始计时。",
        "信息共享率＝按期提供÷应提供；不予提供的不计入应提供，在需求台账中按状态查看。"
        "工作方案的基线为不足 50%（1.2.2），目标 92%（4.3）。",
    )
    return Shown(
        f"近三个月应提供 {due} 件，按期 {kept} 件，超期未提供 {red} 件{rate}。", [table], page
    )


def transfer(request: ActorRequest, number: int) -> Shown:
    """线索移交滞后 (R-1.2.1-1): what waits for the hand-over, and who is late at which step of it."""
    waits = leads.handing(actor=request.actor, now=request.now)
    found = duties.rates(actor=request.actor, now=request.now, codes=HANDING)
    page = part(found, number)
    year = request.now.year
    waiting = Table(
        "待移交和移交用时",
        ("登记单位", "待移交", "最久已等", f"{year}年已移交", "平均用时", "最长用时"),
        [
            [
                word(w.unit_name),
                count(w.waiting, "leads:list", owner=w.unit, state="approved"),
                days(w.oldest_days),
                count(w.handed, "leads:list", owner=w.unit, handed=year),
                days(w.mean_days),
                days(w.longest_days),
            ]
            for w in waits
        ],
        "没有您可以知悉的待移交或已移交线索。",
        "用时从登记之日算到移交之日（自然日）；签批后应在最近的周五移交。",
    )
    steps = Table(
        "移交各环节是否按期",
        ("责任单位", "环节", *_RATE_COLUMNS),
        [
            [word(r.unit_name), word(r.title), *_rate_cells(r)]
            for r in page.rows
            if isinstance(r, RateRow)
        ],
        "还没有在计的移交时限。",
    )
    red = sum(r.counts[Light.RED] for r in found)
    late = sum(r.counts[Light.DONE_LATE] for r in found)
    answer = f"待移交线索 {sum(w.waiting for w in waits)} 件；移交各环节超期未办 {red} 件，逾期办结 {late} 件。"
    return Shown(answer, [waiting, steps], page)


def burden(request: ActorRequest, number: int) -> Shown:
    """基层负担 (R-1.2.3-1): inspections and requests that each unit gets, and what was asked twice."""
    year = year_given(request.GET.get("year")) or request.now.year
    page = inspection.burden(actor=request.actor, now=request.now, year=year, page=number)
    asked: dict[UUID, AskedCount] = {}
    if "exchange" in request.actor.duties:
        units = [x.unit_id for x in page.rows]
        asked = exchange.asked_about(actor=request.actor, now=request.now, units=units, year=year)
    rows = []
    for x in page.rows:
        about = asked.get(x.unit_id, _NO_REQUESTS)
        rows.append(
            [
                word(x.unit_name),
                count(x.visits, "inspection:engagements", unit=x.unit_id, year=year),
                Cell(str(x.in_a_round), hot=x.in_a_round > 1),
                Cell(str(x.joint)),
                count(about.asked, "exchange:requests", about=x.unit_id, year=year),
                count(
                    about.repeated,
                    "exchange:requests",
                    hot=True,
                    about=x.unit_id,
                    year=year,
                    again=1,
                ),
                Cell(str(about.reasoned)),
            ]
        )
    table = Table(
        f"{year}年各单位",
        (
            *("被巡视单位", "巡视次数", "同一轮次最多", "其中联合进驻"),
            *("有关信息需求", "重复要的", "其中写明理由"),
        ),
        rows,
        "这一年没有您可以知悉的巡视任务。",
        "重复要的：同一单位、同一类别、时间段有重叠的信息，以前已经要过。已取得的数据不再要，"
        "提出需求时平台会先提示。",
    )
    twice = sum(a.repeated for a in asked.values())
    answer = f"{year}年列入巡视 {page.total_text} 家；本页各单位的需求中重复要的 {twice} 件。"
    return Shown(answer, [table], Page(list(page.rows), page.number, page.total, page.size))


def inherited(request: ActorRequest, number: int) -> Shown:
    """新官不理旧账 (R-1.2.1-1): open matters that are older than the unit's present head."""
    found = rectification.inherited(actor=request.actor, now=request.now)
    page = part(found, number)
    view = "rectification:items"
    table = Table(
        "主要负责人接任前遗留的整改事项",
        ("单位", "现任到任", "到任天数", "遗留未销号", "其中超期", "到任后无报告也无核验"),
        [
            [
                word(r.unit_name),
                word(cn_date(r.since)),
                Cell(str(r.days)),
                count(r.items, view, subject=r.unit, inherited="all"),
                count(r.overdue, view, hot=True, subject=r.unit, inherited="overdue"),
                count(r.silent, view, hot=True, subject=r.unit, inherited="silent"),
            ]
            for r in found[(number - 1) * LINES : number * LINES]
        ],
        "没有现任主要负责人到任之前遗留的整改事项。",
        "以“组织”中登记的主要负责人任职日期为准；未登记主要负责人的单位不列入，请先补登。"
        "整改事项随单位不随人，改任不改期限。",
    )
    answer = (
        f"{len(found)} 家单位有前任遗留的整改事项，共 {sum(r.items for r in found)} 件，"
        f"超期 {sum(r.overdue for r in found)} 件，到任后没有动静 {sum(r.silent for r in found)} 件。"
    )
    return Shown(answer, [table], page)


def support(request: ActorRequest, number: int) -> Shown:
    """整改资源统筹 (R-1.3.1-3): where open items are many and helping hands few."""
    found = rectification.support(actor=request.actor, now=request.now)
    page = part(found, number)
    shown = found[(number - 1) * LINES : number * LINES]
    tasks = inspection.support(
        actor=request.actor, now=request.now, engagements=[r.engagement for r in shown]
    )
    view = "rectification:items"
    rows = []
    for r in shown:
        task = tasks.get(r.engagement)
        people = task.people if task else 0
        team = reverse("inspection:tab", args=[r.engagement, "team"]) if task else ""
        rows.append(
            [
                word(f"{task.number} {task.unit_name}" if task else "（任务不在您的知悉范围）"),
                word(task.state_label if task else "—"),
                count(r.open, view, engagement=r.engagement, unfinished="all"),
                count(r.overdue, view, hot=True, engagement=r.engagement, unfinished="overdue"),
                Cell(f"{r.closed}/{r.due}"),
                percent(r.rate),
                Cell(str(people), team, hot=task is not None and people == 0),
                Cell(f"{r.open / people:.1f}" if people else "—"),
            ]
        )
    table = Table(
        "各巡视任务的整改力量",
        (
            *("巡视任务", "阶段", "未销号", "超期", "已销号/到期", "整改落实率"),
            *("督导组人数", "人均未销号"),
        ),
        rows,
        "没有未销号的整改事项。",
        "点督导组人数可以到任务的“队伍”页增派；整改落实率＝已销号÷到期（含提前销号）。"
        "工作方案的目标为由 78% 提高到 95%（1.3.1）。",
    )
    due = sum(r.due for r in found)
    rate = f"，整改落实率 {round(100 * sum(r.closed for r in found) / due)}%" if due else ""
    answer = (
        f"{len(found)} 项任务有未销号事项 {sum(r.open for r in found)} 件，"
        f"超期 {sum(r.overdue for r in found)} 件{rate}。"
    )
    return Shown(answer, [table], page)


def linkage(request: ActorRequest, number: int) -> Shown:
    """组队方式 (R-1.3.2-1, R-3.3-1): what single teams and teams with others found, and verified of it."""
    year = year_given(request.GET.get("year")) or request.now.year
    lines = inspection.linkage(actor=request.actor, now=request.now, year=year)
    found: dict[UUID, int] | None = None
    if "leads" in request.actor.duties:
        found = leads.leads_by_engagement(
            actor=request.actor, now=request.now, engagements=[x.id for x in lines]
        )
    kinds = Table(
        f"{year}年各组队方式",
        (
            *("组队方式", "任务", "组员", "其中联合单位", "已签底稿", "交叉核验", "交叉核验率"),
            *("线索", "平均每项任务线索"),
        ),
        [
            _linked(kind, [x for x in lines if x.team_kind == kind], found, year)
            for kind in TeamKind
        ],
        "",
        "交叉核验：联合单位与巡视办的组员互相核验对方起草的底稿，只计现行签字版本；"
        "交叉核验率＝经交叉核验的底稿÷已签底稿。线索按登记时所属任务统计。"
        "工作方案以巡审联动线索增加 60%（1.3.2）、45%（3.3）为参照，此处只列本平台的实际数。",
    )
    joint = [x for x in lines if x.team_kind != TeamKind.SINGLE]
    page = part(joint, number)
    each = Table(
        "联合组队的各项任务",
        (
            "巡视任务",
            "组队方式",
            "组员",
            "其中联合单位",
            "已签底稿",
            "交叉核验",
            "核验属实",
            "线索",
            "底稿",
        ),
        [
            [
                word(f"{x.number} {x.unit_name}"),
                word(TeamKind(x.team_kind).label),
                Cell(str(x.people)),
                Cell(str(x.partners), hot=x.partners < x.partners_named),
                Cell(str(x.papers)),
                Cell(str(x.cross), hot=x.cross < x.papers),
                Cell(str(x.sound)),
                _of_task(x.id, found),
                word("查看", reverse("inspection:tab", args=[x.id, "papers"])),
            ]
            for x in page.rows
            if isinstance(x, LinkageLine)
        ],
        "这一年没有您可以知悉的联合组队任务。",
    )
    answer = (
        f"{year}年联合组队 {len(joint)} 项（其中巡审联动 "
        f"{sum(x.team_kind == TeamKind.AUDIT for x in joint)} 项），已签底稿 "
        f"{sum(x.papers for x in joint)} 份，其中交叉核验 {sum(x.cross for x in joint)} 份。"
    )
    return Shown(answer, [kinds, each], page)


def _linked(
    kind: TeamKind, lines: Sequence[LinkageLine], found: dict[UUID, int] | None, year: int
) -> list[Cell]:
    papers, cross = sum(x.papers for x in lines), sum(x.cross for x in lines)
    clues = None if found is None else sum(found.get(x.id, 0) for x in lines)
    mean = f"{clues / len(lines):.1f}" if lines and clues is not None else "—"
    return [
        word(kind.label),
        count(len(lines), "inspection:engagements", team=kind.value, year=year),
        Cell(str(sum(x.people for x in lines))),
        Cell(str(sum(x.partners for x in lines))),
        Cell(str(papers)),
        Cell(str(cross)),
        percent(round(100 * cross / papers) if papers else None),
        Cell("—" if clues is None else str(clues)),
        Cell(mean),
    ]


def _of_task(task: UUID, found: dict[UUID, int] | None) -> Cell:
    """Leads of one engagement; a reader without the duty counts none."""
    if found is None:
        return Cell("—")
    number = found.get(task, 0)
    return Cell(str(number), reverse("inspection:tab", args=[task, "leads"]) if number else "")


MEASURES: dict[str, Measure] = {
    "sharing": Measure("信息共享率", "exchange", sharing),
    "transfer": Measure("线索移交", "leads", transfer),
    "burden": Measure("基层负担", "inspection", burden),
    "stages": Measure("三段衔接", "inspection", course),
    "inherited": Measure("旧账", "rectification", inherited),
    "synergy": Measure("协同度", "inspection", synergy),
    "linkage": Measure("组队方式", "inspection", linkage),
    "support": Measure("整改力量", "rectification", support),
}
