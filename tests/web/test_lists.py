"""The list component: filters, remembered columns, acting on many rows, export as a recorded act."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from openpyxl import load_workbook

from lianxun.approvals import queries as approvals
from lianxun.inspection import operations as inspection
from lianxun.web import lists
from lianxun.web.lists import Column
from tests.inspection.test_flow import answer_checks
from tests.support.cast import unit_id
from tests.support.recorded import Recorded, listen
from tests.web.test_pages import client_of

ROUNDS = 4


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    return listen(monkeypatch)


@pytest.fixture
def matters(cast: Any) -> list[str]:
    """Four rounds that wait for the leading group."""
    actor, now = cast["coordinator"], cast.now
    today = now.date()
    for number in range(ROUNDS):
        made = inspection.open_round(
            actor=actor,
            now=now,
            name=f"第{number + 1}轮试巡",
            year=today.year,
            focus="采购领域廉洁风险",
            starts_on=today,
            ends_on=today + timedelta(days=150),
            preset="real-practice",
        )
        inspection.plan_engagement(
            actor=actor,
            now=now,
            round_id=made,
            unit_id=unit_id("YL-JT" if number % 2 else "YL-DX"),
            kind="regular",
            profile="regular",
            entry_on=today + timedelta(days=20 + number),
            on_site_end_on=today + timedelta(days=60),
            with_audit=False,
        )
        answer_checks(cast, made)
        revision = inspection_revision(cast, made)
        inspection.submit_round(actor=actor, now=now, round_id=made, revision=revision)
    found = approvals.inbox(actor=cast["leader"], now=now)
    return [str(m.id) for m in found if m.may_vote]


def inspection_revision(cast: Any, round_id: Any) -> int:
    from lianxun.inspection import queries

    return queries.round_page(actor=cast["coordinator"], now=cast.now, round_id=round_id)[
        0
    ].revision


def hidden(page: str, name: str) -> list[str]:
    return re.findall(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)


def test_a_batch_is_summed_up_confirmed_and_answered_row_by_row(
    cast: Any, matters: list[str]
) -> None:
    assert len(matters) >= ROUNDS
    client = client_of("leader")
    page = client.get("/approvals/").content.decode()
    assert page.count('name="row"') == len(matters)
    summary = client.post("/approvals/", {"many": "agree", "row": matters}).content.decode()
    assert f"批量同意：{len(matters)} 件" in summary
    assert "每一件单独表决" in summary
    assert approvals.inbox(actor=cast["leader"], now=cast.now) != []  # nothing decided yet
    rows, key = hidden(summary, "row"), str(uuid4())
    sent = {"many": "agree", "confirmed": "1", "row": rows, "submission_key": key, "comment": ""}
    done = client.post("/approvals/", sent).content.decode()
    assert f"{len(matters)} 件已办理" in done
    assert done.count("已同意") >= len(matters)
    assert not [m for m in approvals.inbox(actor=cast["leader"], now=cast.now) if m.may_vote]


def test_a_second_click_decides_nothing_twice(
    cast: Any, matters: list[str], heard: Recorded
) -> None:
    client = client_of("leader")
    rows = [f"{m}:1" for m in matters]
    sent = {"many": "agree", "confirmed": "1", "row": rows, "submission_key": str(uuid4())}
    client.post("/approvals/", sent)
    before = len(heard.of("approvals.vote"))
    assert before == len(matters)
    again = client.post("/approvals/", sent).content.decode()
    assert "已办理" in again or "未办理" in again
    assert len(heard.of("approvals.vote")) == before


def test_what_changed_after_the_summary_is_not_done_and_says_so(
    cast: Any, matters: list[str]
) -> None:
    client = client_of("leader")
    rows = [f"{matters[0]}:99", *(f"{m}:1" for m in matters[1:])]
    sent = {"many": "agree", "confirmed": "1", "row": rows}
    done = client.post("/approvals/", sent).content.decode()
    assert f"{len(matters) - 1} 件已办理，1 件未办理" in done
    assert "核对之后又被修改" in done


def test_a_missing_reason_is_said_at_its_field_and_nothing_is_done(
    cast: Any, matters: list[str], heard: Recorded
) -> None:
    client = client_of("leader")
    sent = {"many": "return", "confirmed": "1", "row": matters, "comment": ""}
    answer = client.post("/approvals/", sent)
    assert answer.status_code == 422
    assert "还没有办理任何一件" in answer.content.decode()
    assert hidden(answer.content.decode(), "row")
    too_long = client.post("/approvals/", {**sent, "comment": "长" * 501})
    assert too_long.status_code == 422
    assert not heard.of("approvals.vote")


@pytest.mark.parametrize("who", ["coordinator", "audit", "contact"])
def test_who_may_not_decide_gets_a_reason_or_nothing(
    cast: Any, matters: list[str], who: str, heard: Recorded
) -> None:
    client = client_of(who)
    sent = {"many": "agree", "confirmed": "1", "row": matters}
    answer = client.post("/approvals/", sent)
    text = answer.content.decode()
    assert "件已办理，" not in text or f"0 件已办理，{len(matters)} 件未办理" in text
    assert not heard.of("approvals.vote")


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"many": "agree"}, "没有选中任何一件"),
        ({"many": "agree", "row": ["x"] * 1}, "没有找到，或者您无权知悉。"),
        ({"many": "agree", "row": [f"{n}" for n in range(101)]}, "一次最多办理 100 件"),
        ({"many": "nonsense", "row": ["x"]}, "没有找到，或者您无权知悉。"),
    ],
)
def test_nonsense_is_answered_with_a_sentence(cast: Any, sent: Any, words: str) -> None:
    answer = client_of("leader").post("/approvals/", sent)
    assert answer.status_code in (200, 404, 422)
    assert words in answer.content.decode()


def test_columns_are_remembered_for_the_person_at_this_machine(cast: Any, matters: Any) -> None:
    client = client_of("leader")
    assert ">表决规则</th>" not in client.get("/approvals/").content.decode()
    answer = client.get("/approvals/?state=pending&set_columns=1&columns=quorum&columns=nonsense")
    assert answer.status_code == 302
    assert answer["Location"] == "/approvals/?state=pending"
    page = client.get("/approvals/").content.decode()
    assert ">表决规则</th>" in page
    assert ">事项</th>" in page  # a fixed column cannot be hidden
    assert ">审批机构</th>" not in page
    cookie = client.cookies[next(name for name in client.cookies if name.startswith("lx-columns"))]
    assert cookie["httponly"]
    assert cookie["path"] == "/"  # the same list may stand on a first page too
    other = client_of("deputy_leader")
    other.cookies.update(client.cookies)
    other.cookies["sessionid"] = client_of("deputy_leader").cookies["sessionid"].value
    assert ">表决规则</th>" not in other.get("/approvals/").content.decode()


def test_an_export_needs_a_purpose_and_leaves_one_record(
    cast: Any, matters: list[str], heard: Recorded
) -> None:
    client = client_of("leader")
    bad = client.post("/approvals/", {"purpose": "", "format": "xlsx"})
    assert bad.status_code == 422
    assert "id_purpose_error" in bad.content.decode()
    assert client.post("/approvals/", {"purpose": "随便看看", "format": "xlsx"}).status_code == 422
    assert client.post("/approvals/", {"purpose": "report", "format": "exe"}).status_code == 422
    assert not heard.of("web.export_list")
    answer = client.post("/approvals/", {"purpose": "report", "format": "xlsx"})
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert [c.value for c in sheet[1]][:2] == ["事项", "审批机构"]
    assert sheet.max_row == len(matters) + 1
    assert [body["detail"]["rows"] for body in heard.of("web.export_list")] == [len(matters)]
    assert answer["Cache-Control"] == "no-store"


def test_a_csv_export_obeys_filter_and_columns(cast: Any, matters: list[str]) -> None:
    client = client_of("leader")
    client.get("/approvals/?set_columns=1&columns=proposer")
    answer = client.post("/approvals/?state=pending", {"purpose": "check", "format": "csv"})
    text = answer.content.decode("utf-8-sig").splitlines()
    assert text[0] == "事项,提请人"
    assert len(text) == len(matters) + 1
    none = client.post("/approvals/?state=withdrawn", {"purpose": "check", "format": "csv"})
    assert len(none.content.decode("utf-8-sig").splitlines()) == 1


def test_an_export_holds_only_what_the_reader_may_see(cast: Any, matters: list[str]) -> None:
    answer = client_of("neighbour").post("/approvals/", {"purpose": "check", "format": "csv"})
    assert answer.status_code in (200, 404)
    assert "试巡" not in answer.content.decode("utf-8-sig", "replace")


def test_a_text_that_begins_like_a_formula_is_harmless_in_csv() -> None:
    column = Column(key="a", label="甲", value=lambda row: row)
    text = lists.as_csv([column], ["=1+1", "@x", "-3", "\t", "好"]).decode("utf-8-sig")
    assert text.split("\r\n")[1:-1] == ["'=1+1", "'@x", "'-3", "'\t", "好"]


def test_too_many_rows_are_refused_with_the_remedy(
    cast: Any, matters: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "WHOLE_LIMIT", 1)
    answer = client_of("leader").post("/approvals/", {"purpose": "check", "format": "csv"})
    assert answer.status_code == 422
    assert "请先用筛选条件缩小范围" in answer.content.decode()
