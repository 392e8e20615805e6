"""Every invariant of the rehearsal can fail: a world is played to it in which just that is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from lianxun.config.launch.rehearse import _tell
from lianxun.demo.people import ACCOUNTS
from lianxun.demo.rehearsal import checks
from lianxun.demo.rehearsal.checks import Invariant
from lianxun.demo.rehearsal.stage import Stage
from lianxun.demo.rehearsal.strangers import INSPECTED, STRANGERS, Strangers
from lianxun.demo.rehearsal.visitor import Answer, Visitor

ID = "01a20485-840a-7ee4-a813-3894ace3c494"
WORK, LEAD, ITEM = f"/engagements/{ID}/", f"/leads/{ID}/", f"/items/{ID}/"
ACT = f"/leads/{ID}/transfer/"
NOTHING = "没有这个页面"
NAMES = {a.key: a.name for a in ACCOUNTS}
Page = Callable[[str], tuple[int, str]]


class Somebody(Visitor):
    """A visitor whose pages the test writes."""

    def __init__(self, name: str, page: Page, pushed: int = 404) -> None:
        super().__init__("http://nowhere", name)
        self.page, self.pushed = page, pushed

    def get(self, path: str) -> Answer:
        self.visits += 1
        status, text = self.page(path)
        if status == 200 and ID in path:
            self.opened.add(path)
        return Answer(status, f"http://nowhere{path}", text)

    def push(self, path: str) -> Answer:
        return Answer(self.pushed, path, NOTHING)


def stranger(path: str) -> tuple[int, str]:
    return (404, NOTHING) if re.search(r"[0-9a-f]{8}-", path) else (200, "没有您可以知悉的内容")


def insider(path: str) -> tuple[int, str]:
    return 200, "巡〔2026〕20158号 线YL-LO〔2026〕36314号"


def stage_with(**pages: Page) -> Stage:
    """Strangers who see nothing, insiders who see everything; ``pages`` replaces somebody's world."""
    stage = Stage(base="http://nowhere", move=lambda _: None, today=date(2026, 11, 22))
    for who in STRANGERS:
        stage.people[who] = Somebody(who, pages.get(who, stranger))
    served: Page = lambda p: (200, "送达") if p.startswith("/items/") else stranger(p)  # noqa: E731
    stage.people[INSPECTED] = Somebody(INSPECTED, pages.get(INSPECTED, served))
    for who in ("coordinator", "leader", "team_head", "audit_admin", "inspector", "auditor_expert"):
        stage.people[who] = Somebody(who, pages.get(who, insider))
    for path in (WORK, LEAD, ACT, ITEM):
        stage["coordinator"].get(path)
    return stage


def tried(stage: Stage) -> Strangers:
    found = Strangers(stage)
    found.look()
    found.read_lists()
    return found


def test_strangers_who_see_nothing_are_counted_and_content() -> None:
    found = tried(stage_with())
    assert found.wrong == []
    # four addresses × (seven strangers and the inspected unit), one act × two pushers, eleven lists × eight
    assert found.tried == 4 * 8 + 2 + 11 * 8


def test_each_address_is_tried_once_however_often_they_look() -> None:
    found = tried(stage_with())
    before = found.tried
    found.look()
    assert found.tried == before


def test_a_stranger_who_opens_an_address_is_a_leak() -> None:
    stage = stage_with(neighbour=lambda p: (200, "内容") if p == LEAD else stranger(p))
    assert tried(stage).wrong == [f"neighbour 打开了 {LEAD}"]


def test_a_page_that_differs_from_nothing_is_a_leak() -> None:
    stage = stage_with(tax=lambda p: (404, "您无权查看") if p == WORK else stranger(p))
    assert tried(stage).wrong == [f"tax 能从页面分辨 {WORK} 是否存在（404）"]


def test_a_refusal_of_another_status_is_a_leak() -> None:
    stage = stage_with(expired=lambda p: (403, NOTHING) if p == WORK else stranger(p))
    assert "expired 能从页面分辨" in tried(stage).wrong[0]


def test_an_act_that_takes_a_strangers_form_is_a_leak() -> None:
    stage = stage_with()
    stage.people["neighbour"].pushed = 302  # type: ignore[attr-defined]
    assert tried(stage).wrong == [f"neighbour 向 {ACT} 提交，答复为 302"]


def test_a_number_on_a_strangers_list_is_a_leak() -> None:
    def list_with_number(path: str) -> tuple[int, str]:
        return (200, "线YL-LO〔2026〕36314号") if path == "/leads/" else stranger(path)

    stage = stage_with(other_city=list_with_number)
    assert tried(stage).wrong == ["other_city 在 /leads/ 看到 线YL-LO〔2026〕36314号"]


def test_the_inspected_unit_opens_what_was_served_and_nothing_else() -> None:
    stage = stage_with(contact=lambda p: (200, "内部") if ID in p else stranger(p))
    wrong = tried(stage).wrong
    assert f"被巡视单位打开了没有送达的 {LEAD}" in wrong
    assert not any(ITEM in sentence for sentence in wrong)


def log_of(*acts: tuple[str, str, str]) -> Page:
    """The audit administrator's page: (person, act, result) of each record."""
    rows = "".join(
        f'<tr><td data-label="人员">{NAMES[who]}</td><td><code>{act}</code></td>'
        f'<td><span data-state="{result}">…</span></td></tr>'
        for who, act, result in acts
    )
    return lambda path: (200, f"<table><tr><th></th></tr>{rows}</table>")


def recorded(stage: Stage, **acts: int) -> Invariant:
    for who, number in acts.items():
        stage[who].acts = number
    return checks._recorded(stage)


@pytest.fixture(autouse=True)
def _nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "QUIET_SECONDS", 0.05)
    monkeypatch.setattr("time.sleep", lambda _: None)


TRANSFER = ("coordinator", "leads.transfer", "allow")


def test_as_many_records_as_acts_hold_and_reading_does_not_count() -> None:
    reading = ("coordinator", "web.leads:detail", "allow")
    denied = ("coordinator", "leads.transfer", "deny")
    stage = stage_with(audit_admin=log_of(TRANSFER, TRANSFER, reading, denied))
    found = recorded(stage, coordinator=2)
    assert found.holds
    assert found.looked_at == 2


def test_a_lost_record_breaks_the_invariant() -> None:
    found = recorded(stage_with(audit_admin=log_of(TRANSFER)), coordinator=2)
    assert found.wrong == (f"{NAMES['coordinator']} 办理 2 件，留痕 1 条",)


def test_a_record_too_many_breaks_it_too() -> None:
    assert not recorded(stage_with(audit_admin=log_of(TRANSFER, TRANSFER)), coordinator=1).holds


def test_a_close_out_without_trail_or_proof_breaks_the_invariant() -> None:
    stage = stage_with(coordinator=lambda p: (200, "rectification.sign_close_out"))
    stage.served.add(ITEM)
    stage.people["audit_admin"] = Somebody("audit_admin", lambda p: (200, "条 已入日志"))
    assert checks._sealed(stage).wrong == (f"{ITEM} 的留痕不能下载证明",)
    stage.people["coordinator"] = Somebody("coordinator", lambda p: (200, "没有记录"))
    assert checks._sealed(stage).wrong == (f"{ITEM} 的销号没有留痕",)


def duties(*, running: str = "", reason: str = "任务归档，转入长效时限") -> Page:
    link = f'<td data-label="时限"><a href="/duties/{ID}/">{{}}</a></td>'

    def page(path: str) -> tuple[int, str]:
        if path == f"/duties/{ID}/":
            return 200, f"<li>取消 {reason}<time>…</time></li>"
        if "state=open" in path:
            return 200, link.format(running) if running else "没有符合条件的时限。"
        return 200, link.format("信息提供")

    return page


def test_closed_and_explained_duties_hold() -> None:
    found = checks._clocks(stage_with(coordinator=duties()), WORK)
    assert found.holds
    assert found.looked_at == 2


def test_a_duty_still_running_breaks_the_invariant() -> None:
    found = checks._clocks(stage_with(coordinator=duties(running="数据验收")), WORK)
    assert found.wrong == ("归档后仍在计时：数据验收",)


def test_a_duty_ended_without_a_reason_breaks_the_invariant() -> None:
    found = checks._clocks(stage_with(coordinator=duties(reason="")), WORK)
    assert found.wrong == (f"没有写明终止理由：/duties/{ID}/",)


def test_a_clock_left_on_a_handled_matter_breaks_the_invariant() -> None:
    stage = stage_with(coordinator=lambda p: (200, "线索签收回执 还有 3 个工作日"))
    stage.secret.add(LEAD)
    assert checks._handled(stage).wrong == (f"{LEAD} 办结后仍有在计的时限",)


def test_the_reporters_name_on_any_page_breaks_the_invariant() -> None:
    stage = stage_with()
    stage["leader"].heard.append(LEAD)
    assert checks._reporter(stage).wrong == (f"leader 在 {LEAD} 看到反映人信息",)


def test_a_member_who_still_enters_breaks_the_invariant() -> None:
    found = checks._former_members(stage_with(auditor_expert=stranger), WORK)
    assert found.wrong == ("inspector 在报告听取之后仍能打开任务",)


def test_an_invariant_that_looked_at_nothing_does_not_hold() -> None:
    assert not Invariant("一条", 0, "件", ()).holds
    assert Invariant("一条", 1, "件", ()).line() == "成立  一条（检查 1 件）"


@pytest.mark.parametrize(
    ("wrong", "code", "words"),
    [((), 0, "全部不变量成立。"), (("某处有误",), 1, "1 条不变量不成立。")],
)
def test_the_exit_code_tells(
    wrong: tuple[str, ...], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = [Invariant("甲", 3, "件", ()), Invariant("乙", 4, "件", wrong)]
    assert _tell(stage_with(), found) == code
    shown = capsys.readouterr().out
    assert words in shown
    assert "成立  甲（检查 3 件）" in shown
    assert all(sentence in shown for sentence in wrong)


def test_a_long_list_of_faults_is_cut_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    _tell(stage_with(), [Invariant("甲", 40, "件", tuple(f"第{n}处" for n in range(40)))])
    shown = capsys.readouterr().out
    assert "第11处" in shown
    assert "第12处" not in shown
    assert "另有 28 处" in shown


def test_the_faults_name_people_and_change_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    from lianxun.config.launch import planted

    said: list[Any] = []

    class Server:
        rowcount = 0

        def __enter__(self) -> Server:
            return self

        def __exit__(self, *_: object) -> None: ...

        def execute(self, *words: Any) -> Server:
            said.append(words)
            return self

    monkeypatch.setattr(planted.psycopg, "connect", lambda *_: Server())
    monkeypatch.setattr(planted, "_superuser", lambda _: "")
    with pytest.raises(LookupError):
        planted.plant("leak", None, WORK)  # type: ignore[arg-type]
    assert said[1][1]["engagement"] == ID
