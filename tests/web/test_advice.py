"""The pages of suggestions through the Django client."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lianxun.advice import engine, queries
from lianxun.advice import operations as do
from tests.advice.conftest import BRIBE, lead, not_in_the_sample, prepare, read, register
from tests.advice.test_learning import propose, trained
from tests.web.test_pages import client_of

__all__ = ["lead", "not_in_the_sample", "trained"]


def body(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, url
    return answer.content.decode()


def test_the_clerk_sees_why_and_decides_in_one_click(cast: Any, lead: Any) -> None:
    client = client_of("clerk")
    assert "受贿" in body(client, f"/leads/{lead}/")
    answer = client.get(f"/advice/leads/{lead}/")
    page = answer.content.decode()
    assert '<mark class="lx-mark lx-mark-for"' in page
    assert "职务犯罪类文字" in page
    sent = client.post(
        reverse("advice:accept", args=[lead, "TP-1"]),
        {"advice_id": answer.context["advice"].advice_id},
        follow=True,
    )
    assert "已按建议认定。" in sent.content.decode()
    assert "何晓棠" in body(client, f"/leads/{lead}/")


def test_a_double_click_decides_once(cast: Any, lead: Any) -> None:
    client, key = client_of("clerk"), str(uuid4())
    seen = queries.for_lead(actor=cast["clerk"], now=cast.now, lead_id=lead)
    given = {"advice_id": seen.advice_id, "submission_key": key}
    url = reverse("advice:accept", args=[lead, "TP-1"])
    client.post(url, given)
    assert "未重复办理" in client.post(url, given, follow=True).content.decode()


@pytest.mark.parametrize("mark", ["facts", "urgency", "TP-C2", "nonsense", "<script>"])
def test_any_choice_of_marks_shows_the_text(cast: Any, lead: Any, mark: str) -> None:
    page = body(client_of("clerk"), f"/advice/leads/{lead}/?mark={mark}")
    assert "转账记录和通话录音可以作证" in page
    assert "<script>" not in page


def test_the_text_of_a_lead_is_never_markup(cast: Any) -> None:
    bad = read(cast, title="反映<b>收受</b>好处", summary=BRIBE + "<script>alert(1)</script>")
    page = body(client_of("clerk"), f"/advice/leads/{bad}/?mark=facts")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "反映&lt;b&gt;" in page


def test_a_lead_that_waits_for_the_job_says_so_and_asks_again(cast: Any) -> None:
    waiting = register(cast)
    client = client_of("clerk")
    assert 'hx-trigger="every 2s"' in body(client, f"/leads/{waiting}/")
    assert "正在研判" in body(client, f"/advice/leads/{waiting}/")
    sent = client.post(f"/advice/leads/{waiting}/again/", follow=True)
    assert "已安排重新研判" in sent.content.decode()
    prepare(cast, waiting)
    panel = body(client, f"/advice/leads/{waiting}/panel/")
    assert "hx-trigger" not in panel
    assert "查看依据并认定" in panel


def test_without_the_extra_the_screens_say_so(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "installed", lambda: False)
    plain = read(cast)
    page = body(client_of("clerk"), f"/advice/leads/{plain}/")
    assert "未安装智能分析组件（insight）" in page
    assert "要素核对" in page
    models = body(client_of("coordinator"), "/advice/models/")
    assert "未安装智能分析组件（insight）" in models
    assert "开始训练" not in models


# --- correcting ------------------------------------------------------------------------------------


def decide_form(client: Client, lead_id: Any, **given: Any) -> Any:
    return client.post(f"/advice/leads/{lead_id}/decide/TP-1/", given)


def test_correcting_ticks_nothing_beforehand(cast: Any, lead: Any) -> None:
    page = body(client_of("clerk"), f"/advice/leads/{lead}/decide/TP-1/")
    assert 'value="TP-C2"' in page
    assert "checked" not in page
    assert "违反生活纪律" in page


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"note": ""}, "请选择“认定类目”"),
        ({"decided": ["TP-XX"], "reason": "应归入其他类目"}, "没有这个选项"),
        ({"decided": ["TP-L1"], "reason": "应归入其他类目"}, "一句话说明理由"),
        ({"decided": ["TP-L1"], "reason": "同意建议"}, "不能选择“同意建议”"),
        ({"decided": ["TP-L1"], "reason": "应归入其他类目", "note": "长" * 301}, "300"),
        ({"decided": ["TP-L1"], "reason": "随便"}, "“理由”中没有这个选项"),
    ],
)
def test_bad_input_comes_back_with_the_words_kept(
    cast: Any, lead: Any, given: dict[str, Any], words: str
) -> None:
    answer = decide_form(client_of("clerk"), lead, **given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    if "TP-L1" in given.get("decided", []):
        assert 'value="TP-L1" class="form-check-input" id="id_decided_' in page or "checked" in page


def test_a_correction_is_kept_and_shown(cast: Any, lead: Any) -> None:
    client = client_of("clerk")
    answer = decide_form(
        client, lead, decided=["TP-L1"], reason="应归入其他类目", note="只有购物卡。"
    )
    assert answer.status_code == 302
    assert "只有购物卡。" in body(client, f"/advice/leads/{lead}/")


def test_an_outdated_page_keeps_what_was_typed(cast: Any, lead: Any) -> None:
    answer = decide_form(
        client_of("clerk"), lead, decided=["TP-L1"], reason="应归入其他类目", note="只有购物卡。",
        advice_id=uuid4(),
    )  # fmt: skip
    assert answer.status_code == 422
    assert "建议已更新" in answer.content.decode()
    assert "只有购物卡。" in answer.content.decode()


def test_elements_for_people_alone_have_their_page(cast: Any, lead: Any) -> None:
    client = client_of("clerk")
    assert "具体可查" in body(client, f"/advice/leads/{lead}/element/TP-H3/")
    assert client.post(f"/advice/leads/{lead}/element/TP-H3/", {}).status_code == 422
    client.post(f"/advice/leads/{lead}/element/TP-H3/", {"value": "具体可查"})
    assert "可查性：具体可查" in body(client, f"/advice/leads/{lead}/")
    body(client, f"/advice/leads/{lead}/element/TP-H1/", 404)
    body(client, f"/advice/leads/{lead}/decide/TP-3/", 404)


# --- beside the form -------------------------------------------------------------------------------


def test_beside_the_form_gaps_are_named_and_nothing_is_kept(cast: Any) -> None:
    client = client_of("clerk")
    form = body(client, "/leads/new/form/")
    assert 'hx-params="title, summary"' in form, "the sealed fields are never sent"
    answer = client.post(
        "/advice/check/",
        {
            "title": "反映某干部吃拿卡要",
            "summary": "办事要收好处费。举报人：甘来信，电话13912345678",
        },
    )
    page = answer.content.decode()
    assert "发生时间" in page
    assert "请移到下面的封存栏" in page


@pytest.mark.parametrize(
    ("who", "given", "status"),
    [
        ("clerk", {}, 200),
        ("clerk", {"summary": "长" * 10_200}, 422),
        ("contact", {"summary": "x"}, 403),
        ("system_admin", {"summary": "x"}, 403),
    ],
)
def test_beside_the_form_bad_input_is_answered(
    cast: Any, who: str, given: dict[str, str], status: int
) -> None:
    assert client_of(who).post("/advice/check/", given).status_code == status


# --- similar leads and models ----------------------------------------------------------------------


def test_asking_for_similar_leads_answers_in_one_sentence(cast: Any, lead: Any) -> None:
    client = client_of("clerk")
    url = f"/advice/leads/{lead}/similar/"
    assert "没有可以告知的其他相似件" in client.post(url, follow=True).content.decode()
    read(cast, "petitions", summary=BRIBE + "请尽快处理。")
    assert "存在相似件，请联系协调办" in client.post(url, follow=True).content.decode()
    assert client.get(url).status_code == 302


def test_similar_leads_stand_with_what_is_same_and_different(cast: Any, lead: Any) -> None:
    read(cast, summary=BRIBE.replace("卞国强", "罗大海"))
    page = body(client_of("clerk"), f"/advice/leads/{lead}/")
    assert "同文异主体" in page
    assert "卞国强 ↔ 罗大海" in page


def test_the_desk_sees_pairs_in_different_hands(cast: Any, lead: Any) -> None:
    read(cast, "petitions", summary=BRIBE + "请尽快处理。")
    page = body(client_of("coordinator"), "/advice/desk/")
    assert "省信访局" in page
    assert "重复件" in page
    assert body(client_of("clerk"), "/advice/desk/", 403)


def test_a_model_is_proposed_confirmed_and_taken_back_on_the_pages(cast: Any, trained: Any) -> None:
    leader, deputy = client_of("leader"), client_of("deputy_leader")
    page = body(leader, f"/advice/trainings/{trained.id}/")
    assert "冻结测试集上的比较" in page
    url = f"/advice/trainings/{trained.id}/propose/"
    assert leader.post(url, {"revision": 1}).status_code == 422
    assert leader.post(url, {"reason": "没有退步。", "revision": 1}).status_code == 302
    assert "同意启用" not in body(leader, "/advice/models/")
    assert "同意启用" in body(deputy, "/advice/models/")
    releases = queries.models(actor=cast["leader"], now=cast.now).releases
    release = next(r for r in releases if r.state == "proposed")
    body(leader, f"/advice/releases/{release.id}/confirm/", 404)
    assert (
        deputy.post(f"/advice/releases/{release.id}/confirm/", {"revision": 1}).status_code == 302
    )
    assert "triage-000000000001" in body(deputy, "/advice/models/")
    back = deputy.post("/advice/models/act/rollback/", {"reason": "误判较多。"}, follow=True)
    assert "已回退。" in back.content.decode()


def test_a_stale_confirmation_is_refused_on_the_page(cast: Any, trained: Any) -> None:
    proposed = propose(cast, trained)
    answer = client_of("deputy_leader").post(
        f"/advice/releases/{proposed}/confirm/", {"revision": 7}
    )
    assert answer.status_code == 422
    assert "刚被他人修改" in answer.content.decode()


def test_the_card_is_shown_whole(cast: Any, lead: Any) -> None:
    client = client_of("coordinator")
    page = body(client, "/advice/models/")
    assert "弱点" in page
    name = queries.models(actor=cast["coordinator"], now=cast.now).in_use.name  # type: ignore[union-attr]
    assert "Weak where" in body(client, f"/advice/models/{name}/")
    assert "件数不足，暂不判断" in body(client, "/advice/bias/")


def test_the_pages_need_few_queries(cast: Any, lead: Any) -> None:
    """However many similar leads there are."""
    for n in range(4):
        read(cast, summary=BRIBE + f"第{n}次来信。")
    client = client_of("clerk")
    body(client, f"/advice/leads/{lead}/")
    with CaptureQueriesContext(
        connection,
    ) as seen:
        body(client, f"/advice/leads/{lead}/")
    ours = [q for q in seen.captured_queries if "advice_" in q["sql"] or "leads_lead" in q["sql"]]
    assert len(ours) <= 6, [q["sql"][:80] for q in ours]


def test_strangers_get_404_and_nothing_else(cast: Any, lead: Any) -> None:
    for who in ("contact", "neighbour", "finance", "other_city", "system_admin"):
        client = client_of(who)
        body(client, f"/advice/leads/{lead}/", 404)
        for act in ("again", "similar", "accept/TP-1"):
            done = client.post(f"/advice/leads/{lead}/{act}/", follow=False)
            assert done.status_code in (302, 404), act
    assert do.HUMAN
