"""From every first page along the links: none leads to a page that does not exist for its reader."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve
from lxml import html

from tests.browser.test_every_page import MOST, kind_of
from tests.web.test_pages import client_of


def file_of(path: str) -> tuple[str, ...] | None:
    """Files count by their address alone; ``None`` for what is no address of ours."""
    try:
        return (resolve(urlsplit(path).path).view_name,)
    except Resolver404:
        return None


@pytest.mark.django_db(transaction=True)
def test_no_link_leads_nowhere(story: Any) -> None:
    dead = []
    for who in ("coordinator", "leader", "team_head", "discipline", "other_contact", "clerk"):
        client = client_of(who)
        waiting: list[tuple[str, str]] = [("/", "")]
        seen: set[Any] = set()
        while waiting and len(seen) < MOST:
            path, source = waiting.pop(0)
            kind = kind_of(path) or file_of(path)
            if kind is None or kind in seen:
                continue
            seen.add(kind)
            answer = client.get(path, follow=True)
            if answer.status_code != 200:
                dead.append((who, path, answer.status_code, source))
                continue
            if answer.streaming or kind_of(path) is None:
                continue
            page = html.document_fromstring(answer.content.decode())
            links = page.xpath("//main//a/@href | //nav//a/@href")
            waiting += [(str(x), path) for x in links if x.startswith("/")]
    assert dead == [], dead
