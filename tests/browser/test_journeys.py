"""The flows that have to stay short, counted in clicks and fields, in a province with a story."""

from __future__ import annotations

import io
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from lianxun.exchange.catalogue import data_class
from tests.browser.visitor import Person
from tests.support.cast import unit_id

pytestmark = pytest.mark.django_db(transaction=True)
Enter = Callable[..., Person]


def register(clerk: Person) -> None:
    clerk.press("登记线索")
    clerk.click('input[name="seal_rule"][value="none"]')
    clerk.press("下一步")
    clerk.choose("source", "来信来访")
    clerk.page.select_option("#id_subject_org", str(unit_id("YL-JT")))
    clerk.steps += 1
    clerk.choose("discipline", "廉洁纪律")
    clerk.fill("title", "反映采购部收受购物卡")
    clerk.fill("summary", "来信反映 2025 年春节前，采购部经理收受供应商购物卡三张，附照片。")
    clerk.press("登记")


def test_a_lead_from_a_letter_is_registered_in_ten_steps(enter: Enter) -> None:
    """Ten steps at 15 s each, typing the letter included, stay below three minutes."""
    clerk = enter("clerk")
    clerk.go("/")
    register(clerk)
    assert "线索已登记" in clerk.text()
    assert clerk.steps <= 10


def test_a_lead_is_registered_by_keyboard_alone_and_the_next_begins(enter: Enter) -> None:
    """Only keys from the question on: Tab goes from field to field, letters pick in a list."""
    clerk = enter("clerk")
    page = clerk.page

    def to(field: str) -> None:
        for _ in range(40):
            if page.evaluate("document.activeElement.name") == field:
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not reach {field}")

    clerk.go("/leads/new/")
    to("seal_rule")
    page.keyboard.press("Space")
    for _ in range(8):
        if page.evaluate("document.activeElement.value") == "none":
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector("#id_title")
    to("source")
    page.keyboard.press("ArrowDown")
    to("subject_org")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    to("discipline")
    page.keyboard.press("ArrowDown")
    to("title")
    page.keyboard.type("反映公务用车私用")
    to("summary")
    page.keyboard.type("来信反映周末公务用车多次私用，附行车照片。")
    to("save_next")
    page.keyboard.press("Enter")
    page.wait_for_selector('input[name="seal_rule"]')
    assert "线索已登记" in clerk.text()


def workbook(code: str) -> bytes:
    """A unit's own table: its columns in the words of the catalogue, three rows."""
    book = Workbook()
    sheet = book.active
    fields = data_class(code).tables[0].fields
    sheet.append([f.label_zh for f in fields])
    samples = {"money": 1200000, "int": 3, "date": "2026-03-05", "month": "2026-03", "bool": "是"}
    for row in range(3):
        sheet.append(
            [f.choices[0] if f.choices else samples.get(f.type, f"示例{row + 1}") for f in fields]
        )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_request_is_answered_with_the_unit_s_own_excel(enter: Enter) -> None:
    officer = enter("development")
    officer.go("/")
    officer.press("上传数据")
    officer.upload("file", "公共资源交易.xlsx", workbook("D20"))
    officer.press("上传")
    assert "数据已提供，等待验收" in officer.text()
    assert officer.steps <= 3


def test_twenty_are_signed_in_one_batch(enter: Enter, story: Any) -> None:
    from lianxun.leads import operations as acts

    now = story.now
    clerk, office = story["clerk"], story["coordinator"]
    for number in range(20):
        made = acts.register(
            actor=clerk,
            now=now,
            seal_rule="none",
            source="petition",
            title=f"反映第 {number + 1} 件采购围标",
            summary="来信列有时间、合同号和金额。",
            discipline="integrity",
            subject_org=unit_id("YL-JT"),
        )
        acts.screen(actor=office, now=now, lead_id=made, revision=1, discipline="integrity")
        acts.study(actor=office, now=now, lead_id=made, revision=2, minutes="同意移交。")
    leader = enter("leader")
    began = time.monotonic()
    leader.go("/leads/?state=under_group_study")
    leader.press("全选本页")
    leader.click('main button[name="many"][value="approve"]')
    assert "20 件" in leader.text()
    leader.press("签批 20 件")
    assert "20 件已办理" in leader.text()
    assert leader.steps <= 3
    assert time.monotonic() - began < 120


def test_why_is_this_red_and_who_has_it(enter: Enter) -> None:
    leader = enter("leader")
    leader.go("/boards/province/")
    leader.click('tbody a[href*="light=red"]')
    leader.click("tbody td[data-label='时限'] a")
    assert "为什么是这个灯" in leader.text()
    assert "责任：" in leader.text()
    assert leader.steps <= 3


def test_the_standard_pack_is_requested_for_a_unit(enter: Enter) -> None:
    """From the first page: the engagement, its requests, the pack, send; purpose and ticks are filled in."""
    office = enter("coordinator")
    office.go("/")
    office.click('main .lx-lane a:has-text("示范置业")')
    office.click('main .lx-tabs a:has-text("信息需求")')
    office.press("标准资料包")
    assert "示范置业" in office.page.locator("#id_subject_org option:checked").inner_text()
    office.press("起草资料包")
    assert "办理结果" in office.text()
    assert "信需" in office.page.locator("tbody").inner_text()
    assert office.steps <= 8


def opened(person: Person) -> None:
    """The other acts of a workspace lie behind a fold when the next step has a button of its own."""
    if not person.page.locator("main .lx-next details[open]").count():
        person.click("main .lx-next summary")


def test_the_time_on_site_is_extended_with_preview_and_approval(enter: Enter, story: Any) -> None:
    from lianxun.approvals import operations as approvals
    from lianxun.approvals import queries as matters
    from lianxun.fabric.identity import acting_as

    with acting_as(story["leader"].account_id):
        waiting = matters.inbox(actor=story["leader"], now=story.now)
    old = next(m for m in waiting if "延期" in m.title)
    approvals.vote(
        actor=story["leader"],
        now=story.now,
        matter_id=old.id,
        revision=old.revision,
        opinion="return",
        comment="请补充理由后再报。",
    )
    head = enter("team_head")
    head.go("/")
    head.press("进入任务")
    opened(head)
    head.press("申请延期")
    end = date.fromisoformat(head.page.input_value("#id_to"))
    head.fill("to", f"{end + timedelta(days=14)}")
    head.fill("reason", "投资项目核查需增加审计力量，已补充说明。")
    head.press("预览影响")
    assert "移动的时限" in head.text()
    assert "还没有办理" in head.text()
    head.press("申请延期")
    assert "已提请审批" in head.text()
    leader = enter("leader")
    leader.go("/")
    leader.click('tr:has-text("延期") button[name="one"]')
    leader.press("同意 1 件")
    assert "1 件已办理" in leader.text()
    assert head.steps + leader.steps <= 10


def test_a_transfer_is_proved_to_a_third_party_in_three_clicks(
    enter: Enter, story: Any, tmp_path: Path
) -> None:
    from lianxun.fabric.identity import acting_as
    from lianxun.leads import queries
    from tests.trace import logs

    with acting_as(story["coordinator"].account_id):
        lead = queries.leads(actor=story["coordinator"], now=story.now, state="transferred").rows[0]
    site = logs.Site()
    with ExitStack() as running:
        agencies = [
            running.enter_context(logs.agency(name, site, tmp_path)) for name in ("jiwei", "shenji")
        ]
        site.sequence()
        logs.use_policy(logs.policy_text(site, agencies, "any"))
        logs.push()
        site.sequencer.close()
        office = enter("coordinator")
        office.go(f"/leads/{lead.id}/")
        office.press("移交的留痕与证明")
        with office.page.expect_download() as waiting:
            office.steps += 1
            office.page.locator('tr:has(code:text-is("leads.transfer")) a').first.click()
    assert office.steps <= 3
    file, folder = tmp_path / "proof.zip", tmp_path / "proof"
    waiting.value.save_as(file)
    zipfile.ZipFile(file).extractall(folder)
    verifier = Path(__file__).parents[2] / "tools" / "lianxun_verify.py"
    parts = [str(folder / n) for n in ("record.json", "record.tlog-proof", "policy.txt")]
    said = subprocess.run(
        [sys.executable, "-I", str(verifier), *parts], capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stdout + said.stderr


def test_the_main_flows_work_without_scripts(enter: Enter) -> None:
    clerk = enter("clerk", scripts=False)
    clerk.go("/")
    register(clerk)
    assert "线索已登记" in clerk.text()
    leader = enter("leader", scripts=False)
    leader.go("/approvals/")
    leader.click('tbody input[name="row"]')
    leader.click('main button[name="many"][value="agree"]')
    leader.press("同意 1 件")
    assert "1 件已办理" in leader.text()
    leader.go("/approvals/?state=approved")
    leader.click("summary:has-text('选择列')")
    leader.click('input[name="columns"][value="quorum"]')
    leader.press("记住这些列")
    assert "表决规则" in leader.page.locator("thead").inner_text()
