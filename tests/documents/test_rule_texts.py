"""《数据安全管理办法》《应急处置预案》: filled for the body, resting on named laws, kept as Word and PDF."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from docx import Document

from lianxun.documents import operations
from lianxun.documents import steps as stored
from lianxun.documents.rule_texts import blocks, numbered, rule_texts
from lianxun.fabric.identity import acting_as
from lianxun.kernel.problems import Invalid, Refused
from tests.web.test_pages import client_of

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "第一条"), (10, "第十条"), (11, "第十一条"), (20, "第二十条"), (21, "第二十一条")],
)
def test_articles_are_numbered_as_official_chinese_writes_them(number: int, words: str) -> None:
    assert numbered(number) == words


def test_the_numbers_of_all_articles_differ() -> None:
    words = [numbered(n) for n in range(1, 100)]
    assert len(set(words)) == 99


def test_both_texts_are_dated_and_rest_on_laws() -> None:
    found = {t.title: t for t in rule_texts(TODAY)}
    assert set(found) == {"数据安全管理办法", "应急处置预案"}
    for text in found.values():
        assert text.valid_from <= TODAY
        assert any("数据安全法" in g for g in text.grounds)
        assert all("（2" in g for g in text.grounds), text.grounds  # each with its year
        filled = blocks(text, body="某市委巡察办", office="综合科", effective=TODAY)
        said = "\n".join(getattr(b, "text", "") for b in filled)
        assert "{" not in said
        assert said.count("第一条") == 1
        assert "自2026年3月2日起施行" in said
        for law in text.grounds:
            assert law.split("（")[0] in said


def test_what_they_ask_is_what_the_platform_does() -> None:
    """Encryption, graded permissions, a trace nobody changes (6.2)."""
    text = next(t for t in rule_texts(TODAY) if t.key == "data-security")
    said = "".join(a for _, articles in text.chapters for a in articles)
    for words in ("加密存储", "知悉范围按职责", "不可篡改的记录", "四级", "三员分设", "监销"):
        assert words in said


def issue(cast: Any, who: str = "coordinator", **more: Any) -> tuple[UUID, UUID]:
    now = cast.now
    values = {"text": "emergency", "office": "综合处", "effective_on": now.date()}
    return operations.issue_rules(actor=cast[who], now=now, **{**values, **more})


def test_it_is_filled_for_the_unit_and_kept_twice(cast: Any) -> None:
    docx, pdf = issue(cast)
    with acting_as(cast["coordinator"].account_id), transaction.atomic():
        paper = Document(BytesIO(stored.open_bytes(docx).read()))
        assert stored.open_bytes(pdf).read(5) == b"%PDF-"
    said = "\n".join(p.text for p in paper.paragraphs)
    assert cast["coordinator"].unit_name[:2] in said
    assert "综合处承担值班" in said
    assert "《中华人民共和国突发事件应对法》" in said
    assert "反映人优先" in said


@pytest.mark.parametrize("who", ["audit", "leader", "inspector", "contact", "system_admin"])
def test_only_the_office_prints_it(cast: Any, who: str) -> None:
    with pytest.raises(Refused, match="协调专员"):
        issue(cast, who)
    assert client_of(who).get("/documents/rules/").status_code == 404


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"text": "other"}, "text"),
        ({"text": ""}, "text"),
        ({"office": " "}, "office"),
        ({"office": "长" * 41}, "office"),
        ({"effective_on": date(2020, 1, 1)}, "effective_on"),
        ({"effective_on": date(2099, 1, 1)}, "effective_on"),
    ],
)
def test_the_field_that_does_not_fit_is_named(cast: Any, more: Any, place: str) -> None:
    with pytest.raises(Invalid) as problem:
        issue(cast, **more)
    assert [e.place for e in problem.value.errors] == [place]


def test_it_is_printed_once_and_downloaded_from_the_pages(cast: Any) -> None:
    client = client_of("coordinator")
    assert "制度文本" in client.get("/documents/").content.decode()
    assert "制度文本" not in client_of("audit").get("/documents/").content.decode()
    form = client.get("/documents/rules/").context["form"]
    sent = {"submission_key": form["submission_key"].value(), "text": "data-security"}
    bad = client.post("/documents/rules/", {**sent, "office": "", "effective_on": "x"})
    assert bad.status_code == 422
    good = {
        **sent,
        "office": "综合处",
        "effective_on": (cast.now.date() + timedelta(days=1)).isoformat(),
    }
    page = client.post("/documents/rules/", good, follow=True).content.decode()
    assert "制度文本已印制" in page
    assert page.count("数据安全管理办法") >= 2  # Word and PDF
    again = client.post("/documents/rules/", good, follow=True).content.decode()
    assert again.count("数据安全管理办法") == page.count("数据安全管理办法")
