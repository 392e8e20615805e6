"""Every act's page with bad input, in a province with a story: nothing done, a sentence that names the place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client

from lianxun.exchange import queries as exchange
from lianxun.fabric.identity import acting_as
from lianxun.inspection import queries as inspection
from lianxun.leads import queries as leads
from lianxun.rectification import queries as rectification
from tests.support.cast import unit_id
from tests.web.test_pages import client_of

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True)
class Case:
    """``good`` would be accepted but for the stale revision that the test sends with it."""

    who: str
    path: str
    empty: tuple[str, ...]  # labels that an empty form has to name
    good: dict[str, Any] = field(default_factory=dict)
    stale: bool = True


def seen(story: Any, who: str, query: Any, **more: Any) -> Any:
    actor = story[who]
    with acting_as(actor.account_id), transaction.atomic():
        return query(actor=actor, now=story.now, **more)


def cases(story: Any) -> Iterator[Case]:
    tasks = {t.state: t.id for t in seen(story, "coordinator", inspection.engagements).rows}
    work, prepared = f"/engagements/{tasks['on_site']}/do", f"/engagements/{tasks['consulting']}/do"
    found = {}
    for x in seen(story, "coordinator", leads.leads).rows:
        found.setdefault(x.state, x.id)
    asked = {}
    for r in seen(story, "coordinator", exchange.requests).rows:
        asked.setdefault(r.state, r.id)
    items = {}
    for i in seen(story, "coordinator", rectification.items).rows:
        items.setdefault(i.state, i.id)
    registered, held = found["registered"], found["received"]
    lead, request, item = "/leads/{}/{}/", "/requests/{}/{}/", "/items/{}/{}/"
    yield Case("coordinator", f"{prepared}/reschedule/", ("改期理由",))
    yield Case("coordinator", f"{prepared}/line/", ("来源或提供单位",), stale=False)
    yield Case("coordinator", f"{prepared}/obstacle/", ("堵点", "涉及单位"), stale=False)
    yield Case("coordinator", f"{prepared}/consult/", ("召开日期", "地点", "会商纪要"), stale=False)
    yield Case("team_head", f"{work}/extend/", ("申请延至", "延期理由"))
    yield Case("inspector", f"{work}/paper/", ("问题", "查证经过", "责任主体"), stale=False)
    yield Case("inspector", f"{work}/pause/", ("暂停理由",), stale=False)
    yield Case("coordinator", lead.format(registered, "return"), ("理由",), {"reason": "不具体"})
    yield Case("coordinator", lead.format(registered, "forward"), ("理由",), {"reason": "业务"})
    yield Case("discipline", lead.format(held, "dispose"), ("处置意见",))
    yield Case("coordinator", "/rounds/new/", ("轮次名称", "监督重点", "计划开始"), stale=False)
    yield Case(
        "chair", request.format(asked["objected"], "settle"), ("协商结果",), {"outcome": "同意"}
    )
    yield Case(
        "development", request.format(asked["accepted"], "deliver"), ("数据文件",), stale=False
    )
    yield Case("other_contact", item.format(items["issued"], "plan"), ("责任领导", "整改措施"))
    yield Case(
        "other_contact",
        item.format(items["in_progress"], "evidence"),
        ("材料名称", "佐证材料"),
        stale=False,
    )
    yield Case("guide", item.format(items["submitted"], "check"), ("核验情况",))
    yield Case("coordinator", "/requests/new/D14/", ("提供单位", "用途", "依据"), stale=False)
    yield Case("clerk", "/leads/new/form/", ("来源", "主要问题", "问题摘要"), stale=False)
    yield Case("system_admin", "/admin3/new/", ("账号", "显示名", "初始密码"), stale=False)


def page_of(client: Client, case: Case) -> str:
    answer = client.get(case.path)
    assert answer.status_code == 200, (case.who, case.path, answer.status_code)
    return answer.content.decode()


def test_an_empty_form_names_its_fields_and_changes_nothing(story: Any) -> None:
    wrong = []
    for case in cases(story):
        client = client_of(case.who)
        page_of(client, case)
        # A browser always sends the hidden fields along: nothing at all never comes.
        answer = client.post(case.path, {"submission_key": ""})
        page = answer.content.decode()
        if answer.status_code != 422:
            wrong.append((case.path, answer.status_code))
        wrong += [
            (case.who, case.path, label)
            for label in case.empty
            if not re.search(rf"请(填写|选择)“[^”]*{label}", page)
        ]
    assert wrong == []


def test_what_was_typed_stays_on_the_page(story: Any) -> None:
    client = client_of("clerk")
    answer = client.post("/leads/new/form/", {"title": "反映甲事", "summary": ""})
    assert answer.status_code == 422
    assert "反映甲事" in answer.content.decode()


def test_too_long_and_unstorable_texts_are_refused_on_every_page(story: Any) -> None:
    wrong = []
    for case in cases(story):
        client = client_of(case.who)
        names = re.findall(r'<(?:input|textarea)[^>]* name="([a-z_]+)"', page_of(client, case))
        texts = [
            n for n in names if n not in ("csrfmiddlewaretoken", "submission_key", "q", "login")
        ]
        for value in ("长" * 20_001, "\x00"):
            answer = client.post(case.path, dict.fromkeys(texts, value))
            if answer.status_code != 422:
                wrong.append((case.path, len(value), answer.status_code))
    assert wrong == []


def test_a_stale_page_is_told_so(story: Any) -> None:
    tried = 0
    for case in cases(story):
        if not case.stale or not case.good:
            continue
        tried += 1
        answer = client_of(case.who).post(case.path, {**case.good, "revision": 99})
        assert answer.status_code == 422, case.path
        assert "刚被他人修改" in answer.content.decode(), case.path
    assert tried >= 3


def test_sending_twice_does_it_once(story: Any) -> None:
    client, key = client_of("clerk"), str(uuid4())
    sent = {
        "source": "petition",
        "subject_org": str(unit_id("YL-JT")),
        "discipline": "integrity",
        "title": "反映同一封信",
        "summary": "来信一页。",
        "submission_key": key,
    }
    before = seen(story, "clerk", leads.leads).total
    for _ in range(2):
        assert client.post("/leads/new/form/", sent).status_code == 302
    assert seen(story, "clerk", leads.leads).total == before + 1


def test_an_act_that_the_state_does_not_allow_is_not_there(story: Any) -> None:
    done = next(x for x in seen(story, "coordinator", leads.leads).rows if x.state == "done")
    for act in ("screen", "study", "approve", "transfer", "receive", "nonsense"):
        assert client_of("coordinator").get(f"/leads/{done.id}/{act}/").status_code == 404, act
        sent = client_of("coordinator").post(f"/leads/{done.id}/{act}/", {})
        assert sent.status_code == (404 if act == "nonsense" else 409), act


def test_who_comes_too_late_is_told_so_and_keeps_what_he_typed(story: Any) -> None:
    done = next(x for x in seen(story, "coordinator", leads.leads).rows if x.state == "done")
    answer = client_of("coordinator").post(
        f"/leads/{done.id}/study/", {"minutes": "集体研究<b>意见</b>", "revision": done.revision}
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "可能其他同志已先行办理" in page
    assert "集体研究&lt;b&gt;意见&lt;/b&gt;" in page


def test_a_double_click_that_moves_the_matter_says_done_and_not_missing(story: Any) -> None:
    """After the first click the state has moved on, so the act is gone; the second click must not be
    answered with "not found"."""
    told = 0
    for case in cases(story):
        if not case.good or not case.stale:
            continue
        client = client_of(case.who)
        form = client.get(case.path).content.decode()
        revision = re.search(r'name="revision" value="(\d+)"', form)
        sent = {**case.good, "submission_key": str(uuid4())}
        if revision:
            sent["revision"] = revision[1]
        first = client.post(case.path, sent)
        if first.status_code != 302:
            continue
        again = client.post(case.path, sent, follow=True)
        assert again.status_code == 200, case.path
        assert "未重复办理" in again.content.decode(), case.path
        told += 1
    assert told >= 2


@pytest.mark.parametrize("who", ["other_city", "expired", "contact", "system_admin"])
def test_for_strangers_no_act_of_the_story_exists(story: Any, who: str) -> None:
    client = client_of(who)
    open_to_all = ("/rounds/new/", "/requests/new/D14/", "/leads/new/form/", "/admin3/new/")
    for case in cases(story):
        if case.path in open_to_all:
            continue
        assert client.get(case.path).status_code == 404, case.path
        assert client.post(case.path, {"reason": "x"}).status_code in (403, 404), case.path
