"""The lists and objects that other systems read: described, permitted, and a sentence where nothing is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.test_api import NOBODYS, caller

NEW = (
    "/api/v1/duties",
    "/api/v1/letters",
    "/api/v1/engagements",
    "/api/v1/approvals",
    "/api/v1/files",
    "/api/v1/units",
)


@pytest.mark.parametrize("url", NEW)
@pytest.mark.parametrize("who", ["coordinator", "audit", "neighbour", "contact"])
def test_every_list_answers_as_described(cast: Any, who: str, url: str) -> None:
    client = caller(cast, who)
    answer = client.get(url)
    assert answer.status_code == 200, answer.content.decode()[:500]


@pytest.mark.parametrize(
    "url", ["/duties/{}", "/approvals/{}", "/files/{}/content", "/leads/{}", "/requests/{}"]
)
def test_what_is_not_there_is_a_404_in_words(cast: Any, url: str) -> None:
    answer = caller(cast, "coordinator").get("/api/v1" + url.format(NOBODYS))
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"
