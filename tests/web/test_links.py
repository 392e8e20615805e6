"""From every first page along the links: none leads to a page that does not exist for its reader."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import html

from tests.browser.test_every_page import MOST, kind_of
from tests.web.test_pages import client_of


@pytest.mark.django_db(transaction=True)
def test_no_link_leads_nowhere(story: Any) -> None:
    dead = []
    for who in ("coordinator", "leader", "team_head", "discipline", "other_contact", "clerk"):
        client = client_of(who)
        waiting: list[tuple[str, str]] = [("/", "")]
        seen: set[Any] = set()
        while waiting and len(seen) < MOST:
            path, source = waiting.pop(0)
            kind = kind_of(path)
            if kind is None or kind in seen:
                continue
            seen.add(kind)
            answer = client.get(path, follow=True)
            if answer.status_code == 503 and "/data/" in path:
                continue  # the key of a file lies with the process that made the template
            if answer.status_code != 200:
                dead.append((who, path, answer.status_code, source))
                continue
            page = html.document_fromstring(answer.content.decode())
            links = page.xpath("//main//a/@href | //nav//a/@href")
            waiting += [(str(x), path) for x in links if x.startswith("/")]
    assert dead == [], dead
