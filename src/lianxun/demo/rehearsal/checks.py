"""What must hold after the play, asked over the same public pages. Each invariant says what it looked at."""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import dataclass
from html import unescape

from lianxun.demo.people import ACCOUNTS
from lianxun.demo.rehearsal.stage import Stage
from lianxun.demo.rehearsal.strangers import Strangers

QUIET_SECONDS = 20.0  # the sequencer is given so long to bring the last records into the log
ROW = re.compile(
    r'data-label="人员">([^<]*)</td>.*?<code>([\w.:\-]+)</code>.*?data-state="(\w+)"', re.S
)
OLDER = re.compile(r'href="\?before=(\d+)"')


@dataclass(frozen=True, slots=True)
class Invariant:
    """``looked_at`` says how much was examined: an invariant that looked at nothing does not hold."""

    title: str
    looked_at: int
    unit: str
    wrong: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.wrong and self.looked_at > 0

    def line(self) -> str:
        mark = "成立" if self.holds else "不成立"
        return f"{mark}  {self.title}（检查 {self.looked_at} {self.unit}）"


def check(stage: Stage, work: str, strangers: Strangers) -> list[Invariant]:
    """Every invariant with what it found. The order is that of the promise in the README."""
    strangers.look()
    strangers.read_lists()
    found = [
        _recorded(stage),
        _sealed(stage),
        _clocks(stage, work),
        _handled(stage),
        _strangers(strangers),
        _served(stage, strangers),
        _reporter(stage),
    ]
    return [*found, _former_members(stage, work)]


def _recorded(stage: Stage) -> Invariant:
    """Every form somebody carried out is exactly one record of an act in the log."""
    names = {key: name for key, name in _names().items() if key in stage.people}
    expected = Counter({names[key]: v.acts for key, v in stage.people.items() if v.acts})
    written = Counter[str]()
    deadline = time.monotonic() + QUIET_SECONDS
    while time.monotonic() < deadline:
        written = _acts_in_log(stage)
        if all(written[name] >= count for name, count in expected.items()):
            break
        time.sleep(1)
    wrong = tuple(
        f"{name} 办理 {count} 件，留痕 {written[name]} 条"
        for name, count in sorted(expected.items())
        if written[name] != count
    )
    return Invariant("每一件办理都有且只有一条留痕", expected.total(), "件办理", wrong)


def _names() -> dict[str, str]:
    return {person.key: person.name for person in ACCOUNTS}


def _acts_in_log(stage: Stage) -> Counter[str]:
    """Records of carried-out acts by person. Reading (``web.``, ``trace.``) and sign-in are no acts."""
    found: Counter[str] = Counter()
    audit, before = stage["audit_admin"], ""
    while True:
        page = audit.get(f"/trace/records/{before}").text
        for row in page.split("<tr>")[2:]:
            cells = ROW.search(row)
            if (
                cells
                and cells[3] == "allow"
                and not cells[2].startswith(("web.", "trace.", "access.sign"))
            ):
                found[unescape(cells[1])] += 1
        older = OLDER.search(page)
        if older is None:
            return found
        before = f"?before={older[1]}"


def _sealed(stage: Stage) -> Invariant:
    """The close-out of every item has its trail with a proof to take away, and the log raises no alarm."""
    wrong = []
    for path in sorted(stage.served):
        trail = stage["coordinator"].get(f"/trace/of/rectification.item/{path.split('/')[2]}/")
        if trail.status != 200 or "rectification.sign_close_out" not in trail.text:
            wrong.append(f"{path} 的销号没有留痕")
        elif not re.search(r"/trace/proof/\d+/", trail.text):
            wrong.append(f"{path} 的留痕不能下载证明")
    health = stage["audit_admin"].get("/trace/")
    if health.status != 200 or "已入日志" not in health.text:
        wrong.append("留痕状态页打不开")
    return Invariant("销号可以向第三方证明，日志无告警", len(stage.served), "件销号", tuple(wrong))


def _clocks(stage: Stage, work: str) -> Invariant:
    """Every duty of the engagement is closed; what was not met says why it ended."""
    office, base = stage["coordinator"], f"/duties/?engagement={work.split('/')[2]}"
    wrong = [f"归档后仍在计时：{title}" for title in _titles(office.get(f"{base}&state=open").text)]
    closed = 0
    for state in ("fulfilled", "cancelled"):
        number = 1
        while True:
            page = office.get(f"{base}&state={state}&page={number}").text
            links = re.findall(r'href="(/duties/[0-9a-f-]{36}/)"', page)
            closed += len(set(links))
            if state == "cancelled":
                wrong += [
                    f"没有写明终止理由：{p}" for p in sorted(set(links)) if not _explained(stage, p)
                ]
            if f"page={number + 1}" not in page:
                break
            number += 1
    return Invariant("每一个时限都已办结，或写明终止理由", closed, "个时限", tuple(wrong))


def _titles(page: str) -> list[str]:
    return re.findall(r'data-label="时限"[^>]*><a[^>]*>([^<]*)<', page)


def _explained(stage: Stage, path: str) -> bool:
    """The history of a duty that ended unmet has a reason beside the word."""
    page = stage["coordinator"].get(path).text
    return any(reason.strip() for reason in re.findall(r"<li>已?取消 ([^<]+)<time>", page))


def _handled(stage: Stage) -> Invariant:
    """No act left a clock running behind it on what was handled."""
    paths = sorted(
        stage.served | {p for p in stage.secret if p.startswith(("/leads/", "/requests/"))}
    )
    wrong = [
        f"{path} 办结后仍有在计的时限"
        for path in paths
        if re.search(r"还有 \d+ 个工作日|已超期", stage["coordinator"].get(path).text)
    ]
    return Invariant("线索、需求和整改事项办结后没有时限在走", len(paths), "件事项", tuple(wrong))


def _strangers(strangers: Strangers) -> Invariant:
    return Invariant(
        "无关人员什么也看不到，存在与不存在无法分辨",
        strangers.tried,
        "次尝试",
        tuple(strangers.wrong),
    )


def _served(stage: Stage, strangers: Strangers) -> Invariant:
    """What was served on the inspected unit opens for it; its lists show nothing of the inside."""
    person = stage["contact"]
    wrong = [
        f"被巡视单位打不开送达的 {path}"
        for path in sorted(stage.served)
        if person.get(path).status != 200
    ]
    page = "".join(person.get(p).text for p in ("/", "/items/", "/requests/", "/documents/"))
    if "初步核实" in page:
        wrong.append("被巡视单位的列表中出现了内部内容")
    return Invariant("被巡视单位只看到送达它的内容", strangers.served, "次打开", tuple(wrong))


def _reporter(stage: Stage) -> Invariant:
    """Name and number of the reporter stood on no page of anybody after registration."""
    visits = sum(v.visits for v in stage.people.values())
    wrong = tuple(
        f"{v.name} 在 {path} 看到反映人信息" for v in stage.people.values() for path in v.heard
    )
    return Invariant("反映人信息不在任何人的任何页面上", visits, "个页面", wrong)


def _former_members(stage: Stage, work: str) -> Invariant:
    """Access died with the decided report; the clock decides, no job does."""
    stage.later(1)
    members = ("inspector", "auditor_expert")
    wrong = tuple(
        f"{who} 在报告听取之后仍能打开任务" for who in members if stage[who].get(work).status != 404
    )
    return Invariant("组员的访问随报告听取而关闭", len(members), "名组员", wrong)
