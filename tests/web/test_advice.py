"""The pages of suggestions through the Django client."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from tests.advice.conftest import lead, prepare, register
from tests.web.test_pages import client_of

__all__ = ["lead"]


def test_the_clerk_sees_why_and_decides_in_one_click(cast: Any, lead: Any) -> None:
    client = client_of("clerk")
    page = client.get(f"/leads/{lead}/").content.decode()
    assert "研判建议" in page
    assert "受贿" in page
    answer = client.get(f"/advice/leads/{lead}/")
    body = answer.content.decode()
    assert answer.status_code == 200
    assert '<mark class="lx-mark lx-mark-for"' in body
    assert "职务犯罪类文字" in body
    advice_id = answer.context["advice"].advice_id
    sent = client.post(
        reverse("advice:accept", args=[lead, "TP-1"]), {"advice_id": advice_id}, follow=True
    )
    assert "已按建议认定。" in sent.content.decode()
    assert "何晓棠" in client.get(f"/leads/{lead}/").content.decode()


def test_a_lead_that_waits_for_the_job_says_so_and_asks_again(cast: Any) -> None:
    waiting = register(cast)
    client = client_of("clerk")
    assert 'hx-trigger="every 2s"' in client.get(f"/leads/{waiting}/").content.decode()
    prepare(cast, waiting)
    panel = client.get(f"/advice/leads/{waiting}/panel/").content.decode()
    assert "hx-trigger" not in panel
    assert "查看依据并认定" in panel


def test_beside_the_form_gaps_are_named_and_nothing_is_kept(cast: Any) -> None:
    client = client_of("clerk")
    assert "核对要素" in client.get("/leads/new/form/").content.decode()
    answer = client.post(
        "/advice/check/", {"title": "反映某干部吃拿卡要", "summary": "办事要收好处费。"}
    )
    assert "发生时间" in answer.content.decode()
