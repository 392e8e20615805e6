"""What must hold after the play, asked over the same public pages."""

from __future__ import annotations

import re

from lianxun.demo.rehearsal.script import REPORTER
from lianxun.demo.rehearsal.stage import UUID, Stage

STRANGERS = (
    "neighbour",
    "neighbour_head",
    "expired",
    "other_city",
    "tax",
    "system_admin",
    "security_admin",
)


def check(stage: Stage, work: str) -> list[str]:
    """Sentences of what does not hold; empty when everything does."""
    return [
        *_strangers(stage),
        *_inspected(stage),
        *_former_members(stage, work),
        *_clocks(stage, work),
        *_trace(stage),
    ]


def _strangers(stage: Stage) -> list[str]:
    """Nobody without need-to-know opens anything of the engagement, and what exists looks exactly like
    what does not: same status, same page (T19)."""
    wrong = []
    for who in STRANGERS:
        for path in sorted(stage.secret | stage.served):
            real = stage[who].get(path)
            if real.status != 404:
                wrong.append(f"{who} 打开了 {path}（{real.status}）")
                continue
            nothing = stage[who].get(re.sub(UUID, "00000000-0000-7000-8000-000000000000", path))
            if (real.status, _plain(real.text)) != (nothing.status, _plain(nothing.text)):
                wrong.append(f"{who} 能从页面分辨 {path} 是否存在")
    return wrong


def _plain(page: str) -> str:
    """A page without its one-time tokens."""
    return re.sub(r"[A-Za-z0-9]{64}", "", page)


def _inspected(stage: Stage) -> list[str]:
    """The inspected unit sees what was served on it, and nothing else."""
    wrong = [
        f"被巡视单位打开了 {path}"
        for path in sorted(stage.secret)
        if stage["contact"].get(path).status != 404
    ]
    wrong += [
        f"被巡视单位打不开送达的 {path}"
        for path in sorted(stage.served)
        if stage["contact"].get(path).status != 200
    ]
    page = "".join(
        stage["contact"].get(p).text for p in ("/", "/items/", "/requests/", "/documents/")
    )
    if "核查属实" in page or "初步核实" in page or any(r in page for r in REPORTER):
        wrong.append("被巡视单位的列表中出现了内部内容")
    return wrong


def _former_members(stage: Stage, work: str) -> list[str]:
    """Access died with the decided report; the clock decides, no job does."""
    stage.later(1)
    return [
        f"{who} 在报告听取之后仍能打开任务"
        for who in ("inspector", "auditor_expert")
        if stage[who].get(work).status != 404
    ]


def _clocks(stage: Stage, work: str) -> list[str]:
    """Every clock of what was handled is closed: no act left one running behind it."""
    wrong = []
    for path in sorted(
        stage.served | {p for p in stage.secret if p.startswith(("/leads/", "/requests/"))}
    ):
        page = stage["coordinator"].get(path).text
        if ("还有" in page and "个工作日" in page) or "已超期" in page:
            wrong.append(f"{path} 办结后仍有在计的时限")
    # Standing duties of the year run on whatever is inspected; here the engagement's own count.
    board = stage["coordinator"].get(f"/duties/?light=red&engagement={work.split('/')[2]}")
    if board.status != 200 or "lx-light-red" in board.text.split("</nav>")[-1]:
        wrong.append("归档之后任务仍有超期时限")
    if "节点时间线" not in stage["coordinator"].get(work).text:
        wrong.append("任务页面没有节点时间线")
    return wrong


def _trace(stage: Stage) -> list[str]:
    """The log is sequenced and raises no alarm; each lead and item has a trail with a proof."""
    wrong = []
    for path in sorted(stage.served):
        kind = "rectification.item"
        trail = stage["coordinator"].get(f"/trace/of/{kind}/{path.split('/')[2]}/")
        if trail.status != 200 or "rectification.sign_close_out" not in trail.text:
            wrong.append(f"{path} 的销号没有留痕")
    health = stage["audit_admin"].get("/trace/")
    if health.status != 200 or "已入日志" not in health.text:
        wrong.append("留痕状态页打不开")
    return wrong
