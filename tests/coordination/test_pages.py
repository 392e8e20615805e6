"""The pages of the room: through the client, by form, with bad input and without business there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lianxun.coordination import operations as do
from tests.coordination.support import (
    CHAIR,
    OFFICE,
    WORDS,
    act,
    binding,
    closed,
    convened,
    decided,
    held,
    look,
    see,
    today,
)
from tests.support.cast import unit_id
from tests.web.test_pages import client_of


def form(cast: Any, **changes: Any) -> dict[str, Any]:
    given = {
        "body_id": str(unit_id("YL-CC")),
        "kind": "regular",
        "title": "第二季度会商",
        "planned_on": f"{today(cast):%Y-%m-%d}",
        "begins": "09:30",
        "place": "一号会议室",
        "topics": "通报进展\n\n研究堵点",
        "units": [str(unit_id("YL-SJ"))],
        "level": "1",
    }
    return {**given, **changes}


def test_a_meeting_is_called_by_form_and_found_again(cast: Any) -> None:
    client = client_of(OFFICE)
    page = client.get("/coordination/new/").content.decode()
    assert "召集机构" in page
    assert "云岭示范投资集团" not in page
    key = "01890a5d-ac96-774b-bcce-b302099a8057"
    for _ in range(2):  # the second click of a double click
        answer = client.post("/coordination/new/", form(cast, submission_key=key), follow=True)
        assert answer.status_code == 200
    listing = client.get("/coordination/?state=convened&kind=regular").content.decode()
    assert listing.count(">第二季度会商<") == 1
    assert "第二季度会商" not in client.get("/coordination/?state=closed").content.decode()
    meeting = UUID(listing.split("/coordination/0")[1].split("/")[0].join(["0", ""]))
    assert [i.topic for i in look(cast, meeting).agenda] == ["通报进展", "研究堵点"]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("body_id", "", "请选择“召集机构”。"),
        ("body_id", str(unit_id("YL-SJ")), "“召集机构”中没有这个选项"),
        ("planned_on", "明天", "“召开日期”应为日期"),
        ("begins", "25:99", "“开始时间”应为时刻"),
        ("title", "", "请填写“会议名称”。"),
        ("units", ["x"], "“参会单位”中没有这个选项"),
        ("level", "3", "“级别”中没有这个选项"),
    ],
)
def test_bad_input_is_named_and_kept(cast: Any, field: str, value: Any, words: str) -> None:
    answer = client_of(OFFICE).post("/coordination/new/", form(cast, **{field: value}))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "一号会议室" in page


@pytest.mark.parametrize("who", ["audit", "contact", "inspector", "system_admin"])
def test_who_runs_no_body_has_no_form(cast: Any, who: str) -> None:
    client = client_of(who)
    assert client.get("/coordination/new/").status_code in (403, 404)
    assert "召集会议" not in client.get("/coordination/").content.decode()


def test_minutes_by_form(cast: Any) -> None:
    meeting = convened(cast)
    client, url = client_of(OFFICE), f"/coordination/{meeting}/record/"
    found = look(cast, meeting)
    answer = client.post(url, {"revision": found.revision, "held_on": "2031-01-01"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "请填写“议题 1 纪要：通报季度进展”。" in page
    assert "请选择“省审计厅出席情况”。" in page
    values = {"revision": found.revision, "held_on": f"{today(cast):%Y-%m-%d}"}
    values |= {f"minutes_{i.id}": WORDS for i in found.agenda}
    for row, came in zip(found.invitations, ("present", "excused"), strict=True):
        values |= {f"attendance_{row.id}": came, f"people_{row.id}": "贺文渊"}
    assert client.post(url, values | {"revision": 99}).status_code == 422
    assert client.post(url, values).status_code == 302
    page = client.get(f"/coordination/{meeting}/").content.decode()
    assert "纪要待确认" in page
    assert "省财政厅：请假（贺文渊）" in page
    assert client.get(url).status_code == 404


def test_from_decision_to_its_end_by_form(cast: Any) -> None:
    meeting = held(cast, convened(cast))
    office, chair, audit = client_of(OFFICE), client_of(CHAIR), client_of("audit")
    found = look(cast, meeting)
    values = {
        "revision": found.revision,
        "item_id": str(found.agenda[0].id),
        "text": "十日内补齐工程审计数据",
        "unit_id": str(unit_id("YL-SJ")),
        "due_on": f"{today(cast) + timedelta(days=10):%Y-%m-%d}",
    }
    base = f"/coordination/{meeting}/"
    assert office.post(f"{base}decision/", values | {"text": ""}).status_code == 422
    assert office.post(f"{base}decision/", values).status_code == 302
    confirm = {"revision": look(cast, meeting).revision}
    assert chair.post(f"{base}confirm/", confirm).status_code == 302
    decision = look(cast, meeting).decisions[0].id
    page = f"/coordination/decisions/{decision}/"
    assert "会议议定事项" in audit.get(page).content.decode()
    assert audit.post(f"{page}report/", {"revision": 2, "report": "已补齐数据"}).status_code == 302
    assert audit.get(f"{page}check/").status_code == 404
    answer = office.post(f"{page}check/", {"revision": 3, "accepts": "no"})
    assert (answer.status_code, "退回须写明理由" in answer.content.decode()) == (422, True)
    assert office.post(f"{page}check/", {"revision": 3, "accepts": "yes"}).status_code == 302
    assert see(cast, decision).state == "done"
    mine = audit.get("/coordination/decisions/?mine=own&state=done").content.decode()
    assert "十日内补齐工程审计数据" in mine


def test_inviting_adding_dropping_and_cancelling_by_form(cast: Any) -> None:
    meeting = convened(cast)
    office, base = client_of(OFFICE), f"/coordination/{meeting}/"

    def post(name: str, **values: Any) -> int:
        values["revision"] = look(cast, meeting).revision
        return office.post(f"{base}{name}/", values).status_code

    assert post("invite") == 422
    assert post("invite", units=[str(unit_id("YL-SW"))]) == 302
    assert post("item", topic="研究集团整改", subject_id=str(unit_id("YL-JT")), level="1") == 302
    assert "涉及示范投资集团" in office.get(base).content.decode()
    decision = decided(cast, meeting)
    drop = f"/coordination/decisions/{decision}/drop/"
    assert office.post(drop, {"revision": 1}).status_code == 302
    assert look(cast, meeting).decisions == ()
    assert post("cancel", reason="短") == 422
    assert post("cancel", reason="与全会时间冲突") == 302
    assert "已取消" in office.get(base).content.decode()
    assert office.get(f"{base}nonsense/").status_code == 404


def test_returned_minutes_say_why(cast: Any) -> None:
    meeting = held(cast, convened(cast))
    chair = client_of(CHAIR)
    values = {"revision": look(cast, meeting).revision, "reason": "缺少结论，请补充"}
    assert chair.post(f"/coordination/{meeting}/return/", values).status_code == 302
    assert (
        "纪要退回修改：缺少结论，请补充" in chair.get(f"/coordination/{meeting}/").content.decode()
    )


@pytest.mark.parametrize("who", ["tax", "contact", "inspector", "city_overseer", "audit_admin"])
def test_an_address_tells_strangers_nothing(cast: Any, who: str) -> None:
    decision = binding(cast)
    meeting = see(cast, decision).meeting_id
    client = client_of(who)
    for url in (
        f"/coordination/{meeting}/",
        f"/coordination/{meeting}/confirm/",
        f"/coordination/decisions/{decision}/",
        f"/coordination/decisions/{decision}/report/",
    ):
        answer = client.get(url)
        assert answer.status_code in (403, 404), url
        assert "季度会商" not in answer.content.decode()
    assert "季度会商" not in client.get("/coordination/").content.decode()


def count(url: str) -> int:
    client = client_of(OFFICE)
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_pages_cost_the_same_however_much_they_show(cast: Any, whole_pages: None) -> None:
    small = convened(cast, topics=["一项"], units=())
    few = {url: count(url) for url in ("/coordination/", f"/coordination/{small}/")}
    large = convened(cast, topics=[f"第{n}项" for n in range(9)])
    act(cast, do.add_item, large, topic="涉及集团", subject_id=unit_id("YL-JT"))
    held(cast, large)
    decisions = [decided(cast, large) for _ in range(5)]
    closed(cast, large)
    assert count("/coordination/") <= min(few["/coordination/"], 12)
    # One more for the names of the organisations that items are about.
    assert count(f"/coordination/{large}/") <= min(few[f"/coordination/{small}/"] + 1, 15)
    assert count("/coordination/decisions/") <= 12
    assert count(f"/coordination/decisions/{decisions[0]}/") <= 14
