"""The reference of rules (`docs/insight/rules.md`), generated from the records.

python -m lianxun_insight.rules.docs docs/insight/rules.md
"""

from __future__ import annotations

import sys
from pathlib import Path

from lianxun_insight.rules.limits import load_limits
from lianxun_insight.rules.model import Rule, load_rules
from lianxun_insight.schemas import load_catalogue

FAMILY_ZH = {
    "process": "程序",
    "price": "价格",
    "payment": "支付",
    "ownership": "股权关系",
    "personnel": "人员",
    "corroboration": "印证",
}
HEAD = """# 规则一览

本页由规则记录生成(`python -m lianxun_insight.rules.docs`),请勿手工修改。规则只给出需要人工核实的疑点,
不作结论,不给个人打分;人员一律以标识出现。法定限额见文末,按日期、地区、方式取值。
"""


def _needs(record: Rule) -> str:
    catalogue = load_catalogue()
    parts = [
        f"{table} {catalogue.table(table).name_zh}({'、'.join(columns)})"
        for table, columns in record.needs.items()
    ]
    if record.any_of:
        names = [f"{table} {catalogue.table(table).name_zh}" for table in record.any_of]
        parts.append("以下任一:" + "、".join(names))
    return ";".join(parts)


def _section(record: Rule) -> str:
    lines = [
        f"### {record.id} {record.title_zh}",
        "",
        f"- 类别：{FAMILY_ZH[record.family]}；版本 {record.version}；计算核心：{record.core}"
        + (";只作画像" if record.profile_only else "")
        + (f";与 {record.same_as} 同一算法" if record.same_as else ""),
        f"- 所需数据：{_needs(record)}",
        f"- 依据：{'、'.join(record.ground)}",
        f"- 防误报：{record.guard_zh}",
        f"- 可能的正常原因：{'、'.join(record.innocent)}",
        f"- 说明句：{record.text_zh}",
    ]
    if record.params:
        values = [f"{name} = {value}" for name, value in record.params.items() if name != "themes"]
        lines.append(f"- 分析参数：{'、'.join(values)}")
    if record.questions:
        lines.append(f"- 只问不给的数据：{'、'.join(record.questions)}(先列候选，逐项批准后核验)")
    return "\n".join(lines) + "\n"


def _limits() -> str:
    limits = load_limits()
    lines = [
        f"## 法定限额({limits.version})",
        "",
        "| 名称 | 值 | 起 | 止 | 方式 | 来源 |",
        "|---|---|---|---|---|---|",
    ]
    for name, rows in limits.tables.items():
        lines += [
            f"| {name} | {row.value:,.10g} | {row.begin} | {row.end or ''} |"
            f" {'、'.join(row.methods) or '全部'} | {row.source} |"
            for row in rows
        ]
    return "\n".join(lines) + "\n"


def render() -> str:
    """The whole page."""
    sections = [_section(record) for record in load_rules().values()]
    return "\n".join([HEAD, *sections, _limits()])


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(render(), encoding="utf-8")
