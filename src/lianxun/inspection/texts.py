"""The texts of the room's official documents: list, letter of secondment, minutes, plan."""

from __future__ import annotations

from collections.abc import Mapping

from lianxun.documents.records import Block, Heading, Paragraph, Table
from lianxun.exchange.catalogue import data_class
from lianxun.inspection.models import Consultation, Engagement, Focus, ListLine, Plan, Round, Seat
from lianxun.inspection.records import EvaluatedTask, Figure
from lianxun.organisation.models import Unit


def focus_table(lines: list[Focus]) -> Table:
    """The focus as a table: number, axis, line, source, reason."""
    rows = tuple(
        (
            str(x.number),
            x.get_axis_display() if x.axis else "其他",
            x.text,
            x.source.short_name,
            x.reason,
        )
        for x in lines
    )
    return Table(("序号", "四个落实", "协作重点", "来源单位", "理由"), rows, (1, 3, 4, 2, 3))


def collaboration_list(
    task: Engagement, lines: list[ListLine], focus: list[Focus]
) -> tuple[Block, ...]:
    """《巡前协作清单》 (W03)."""
    risks = tuple(
        (str(i), x.risk, x.unit.short_name) for i, x in enumerate((y for y in lines if y.risk), 1)
    )
    needs = tuple(
        (
            x.data_class,
            data_class(x.data_class).name_zh,
            x.unit.short_name,
            f"{x.due_on:%Y-%m-%d}" if x.due_on else "",
        )
        for x in lines
        if x.data_class
    )
    blocks: list[Block] = [
        Heading("一、基本情况"),
        Paragraph(
            f"{task.round.name}对{task.unit.name}开展{task.get_kind_display()}巡视，"
            f"计划{task.entry_on:%Y年%m月%d日}进驻，{task.on_site_end_on:%Y年%m月%d日}结束驻点。"
        ),
        Paragraph(f"监督重点：{task.round.focus}"),
    ]
    if focus:
        blocks += [Paragraph("会商确定的协作重点："), focus_table(focus)]
    if risks:
        blocks += [Heading("二、风险点"), Table(("序号", "风险点", "来源单位"), risks, (1, 6, 3))]
    if needs:
        blocks += [
            Heading("三、信息需求" if risks else "二、信息需求"),
            Table(("类别", "名称", "提供单位", "期限"), needs, (1, 4, 3, 2)),
        ]
    return tuple(blocks)


def secondment(task: Engagement, people: list[Seat]) -> tuple[Block, ...]:
    """《抽调函》 (W05). It says who, when and under which rules, not which body will be inspected."""
    rows = tuple(
        (str(i), s.name, s.get_role_display(), f"{s.until or task.on_site_end_on:%Y-%m-%d}")
        for i, s in enumerate(people, 1)
    )
    return (
        Paragraph(
            f"因{task.round.name}工作需要，经研究并征求意见，现抽调你单位 {len(people)} 名同志"
            f"参加联合检查组，请于{task.entry_on:%Y年%m月%d日}前安排到位。"
        ),
        Table(("序号", "姓名", "组内职务", "抽调截止"), rows, (1, 3, 3, 3)),
        Paragraph(
            "一、抽调人员已通过回避审查；本人或你单位认为另有回避情形的，请在进驻前通过平台提出异议。"
        ),
        Paragraph("二、抽调期间由巡视组管理，不承担原单位工作；工资关系和待遇不变。"),
        Paragraph(
            "三、请组织本人填写回避申报表、签署保密承诺书；不得打听、泄露巡视对象和工作安排。"
        ),
        Paragraph("四、确有特殊情况不能到位的，请在收函之日起 2 个工作日内函告并推荐替换人选。"),
    )


def minutes(
    meeting: Consultation, units: list[Unit], lines: list[ListLine], focus: list[Focus]
) -> tuple[Block, ...]:
    """《信息会商纪要》 (W02) with what was agreed."""
    blocks: list[Block] = [
        Heading("一、会议情况"),
        Paragraph(f"{meeting.held_on:%Y年%m月%d日}，在{meeting.place}召开信息会商。"),
        Paragraph("参加单位：" + "、".join(u.name for u in units)),
        Heading("二、会商内容"),
        *(Paragraph(part) for part in meeting.minutes.splitlines() if part.strip()),
    ]
    if lines or focus:
        blocks.append(Heading("三、议定事项"))
    if focus:
        blocks += [Paragraph("会商确定以下协作重点："), focus_table(focus)]
    return (*blocks, *_agreed(lines))


def _agreed(lines: list[ListLine]) -> list[Paragraph]:
    """One sentence for each line of the collaboration list that came out of the meeting."""
    said = []
    for number, line in enumerate(lines, 1):
        if line.risk:
            said.append(f"{number}. 风险点：{line.risk}（{line.unit.short_name}）。")
        else:
            day = f"{line.due_on:%Y年%m月%d日}前" if line.due_on else ""
            name = data_class(line.data_class).name_zh
            said.append(f"{number}. {line.unit.short_name}{day}提供{line.data_class} {name}。")
    return [Paragraph(sentence) for sentence in said]


def plan(row: Plan, seats: list[Seat], focus: list[Focus]) -> tuple[Block, ...]:
    """《协作方案》 (W04) with the confirmed team."""
    blocks: list[Block] = []
    for title, text in (
        ("一、目标", row.aim),
        ("二、重点", row.focus),
        ("三、保密与回避要求", row.secrecy),
        ("四、应急联系人与措施", row.emergency),
    ):
        blocks += [Heading(title), *(Paragraph(x) for x in text.splitlines() if x.strip())]
        if focus and text is row.focus:
            blocks.append(focus_table(focus))
    if seats:
        team = tuple(
            (s.get_group_display(), s.get_role_display(), s.name, s.home_unit) for s in seats
        )
        blocks += [
            Heading("五、组成人员"),
            Table(("组别", "职务", "姓名", "原单位"), team, (2, 2, 2, 4)),
        ]
    return tuple(blocks)


def evaluation(
    campaign: Round,
    tasks: list[EvaluatedTask],
    figures: list[Figure],
    said: Mapping[str, str],
    *,
    third_party_name: str,
) -> tuple[Block, ...]:
    """《巡视协调对接工作评估报告》 (W27): figures, effects, problems, both opinions, measures."""
    blocks: list[Block] = [
        Heading("一、基本情况"),
        Paragraph(
            f"{campaign.name}自{campaign.starts_on:%Y年%m月%d日}至{campaign.ends_on:%Y年%m月%d日}，"
            f"监督重点：{campaign.focus}"
        ),
        Table(("事项", "情况"), tuple((f.label, f.value) for f in figures), (3, 7)),
    ]
    if tasks:
        rows = tuple(
            (
                t.unit_name,
                t.team_label,
                t.state_label,
                str(t.signed),
                str(t.confirmed),
                str(t.obstacles),
            )
            for t in tasks
        )
        columns = ("被巡视单位", "组队方式", "阶段", "已签底稿", "印证属实", "堵点")
        blocks.append(Table(columns, rows, (3, 2, 2, 1, 1, 1)))
    for title, name in (
        ("二、主要成效", "effects"),
        ("三、存在问题", "problems"),
        ("四、内部评估意见", "internal"),
        (f"五、第三方评估意见（{third_party_name}）", "third_party"),
        ("六、改进措施", "measures"),
    ):
        parts = said[name].splitlines()
        blocks += [Heading(title), *(Paragraph(part) for part in parts if part.strip())]
    return tuple(blocks)
