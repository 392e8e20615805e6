"""The library in the platform's one search box."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from lianxun.kernel.actor import Actor
from lianxun.regulations import queries
from tests.regulations import support
from tests.regulations.support import TODAY, reading
from tests.support.recorded import listen
from tests.web.test_pages import client_of


def found(actor: Actor, now: datetime, text: str) -> list[queries.Place]:
    with reading(actor):
        return queries.find(actor=actor, now=now, today=TODAY, text=text)


def labels(actor: Actor, now: datetime, text: str) -> list[str]:
    return [p.label for p in found(actor, now, text)]


def test_rules_are_found_by_the_words_of_their_title_shortest_first(
    shelf: None, cast: Any, now: datetime
) -> None:
    assert labels(cast["audit"], now, "水井") == [
        "《云岭省水井管理条例》",
        "《中华人民共和国水井保护法》",
    ]
    assert labels(cast["audit"], now, "水井 条例") == ["《云岭省水井管理条例》"]
    assert labels(cast["audit"], now, "《云岭省水井管理条例》") == ["《云岭省水井管理条例》"]
    assert labels(cast["audit"], now, "桥梁") == []
    assert labels(cast["audit"], now, "  ") == []


def test_a_citation_goes_first_to_the_article_of_today(
    shelf: None, cast: Any, now: datetime
) -> None:
    (place,) = found(cast["audit"], now, "水井管理条例第三条第二项")
    assert (place.label, place.key) == ("《云岭省水井管理条例》第三条", "a3")
    assert place.version_id is not None
    assert labels(cast["audit"], now, "水井保护法第九十九条") == []
    assert labels(cast["audit"], now, "水井保护法2条")[0].endswith("》第二条")


def test_whoever_may_not_read_the_library_finds_nothing_of_it(
    shelf: None, cast: Any, now: datetime
) -> None:
    assert found(cast["contact"], now, "水井") == []
    assert found(cast["system_admin"], now, "水井管理条例第三条") == []


def test_what_is_kept_from_a_reader_is_not_named(
    shelf: None, cast: Any, keeper: Actor, now: datetime
) -> None:
    secret = support.LAW.replace("水井保护法", "水塔值守细则").replace("水井", "水塔")
    support.shelve(keeper, now, secret, everyone=False, level=2)
    assert labels(keeper, now, "水塔") != []
    for who in ("audit", "other_city"):
        assert labels(cast[who], now, "水塔") == []
        assert labels(cast[who], now, "水塔值守细则第一条") == []


def test_the_search_is_recorded_without_its_words(
    shelf: None, cast: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = listen(monkeypatch)
    found(cast["audit"], now, "水井")
    (body,) = heard.of("regulations.find")
    assert body["detail"]["count"] == 2
    assert "水井" not in str(body)


def test_the_page_lists_rules_and_leads_on_to_the_articles(shelf: None, cast: Any) -> None:
    page = client_of("audit").get("/search/", {"q": "水井"}).content.decode()
    assert "政策法规（2）" in page
    assert "/regulations/works/" in page
    assert "/regulations/?q=%E6%B0%B4%E4%BA%95" in page
    page = client_of("audit").get("/search/", {"q": "水井管理条例第三条"}).content.decode()
    assert "第三条</a>" in page
    assert "/a3/" in page


def test_the_page_offers_the_library_to_its_readers_alone(cast: Any) -> None:
    page = client_of("contact").get("/search/", {"q": "水井"}).content.decode()
    assert "政策法规库" not in page.partition("<main")[2]
