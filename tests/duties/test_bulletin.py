"""《周通报》: counts by unit and kind, no matter by name; the week's clock ends with it."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from docx import Document

from lianxun.documents import steps as stored
from lianxun.duties import operations, queries, steps
from lianxun.fabric.identity import acting_as
from lianxun.kernel.problems import Invalid, Refused
from tests.duties.support import at, inside, labels, opened, owes
from tests.web.test_pages import client_of

MONDAY, FRIDAY = date(2026, 3, 2), date(2026, 3, 6)
WORDS = "本周信息提供总体按期，请财政部门抓紧补报。"


def issue(cast: Any, who: str = "coordinator", on: date = FRIDAY, words: str = WORDS) -> UUID:
    docx, _ = operations.issue_bulletin(actor=cast[who], now=at(on), words=words)
    return docx


def said(cast: Any, file: UUID, who: str = "coordinator") -> str:
    with acting_as(cast[who].account_id), transaction.atomic():
        found = Document(BytesIO(stored.open_bytes(file).read()))
    cells = [c.text for t in found.tables for row in t.rows for c in row.cells]
    return "\n".join([*(p.text for p in found.paragraphs), *cells])


def late(cast: Any, title: str = "信需〔2026〕7号 甲公司采购") -> UUID:
    office = cast["coordinator"]
    return opened(
        office,
        code="DT-EX-SUPPLY",
        on=date(2026, 2, 2),
        object_kind="exchange.request",
        title=title,
        labels=labels(office),
        responsible=owes(cast["finance"]),
    )


def test_the_bulletin_counts_by_unit_and_names_the_step_not_the_matter(cast: Any) -> None:
    late(cast)
    text = said(cast, issue(cast))
    assert "2026年第10周" in text
    assert "省财政厅" in text
    assert "信息提供" in text
    assert WORDS in text
    assert "甲公司" not in text
    assert "信需" not in text


def test_the_weeks_clock_ends_with_the_bulletin(cast: Any) -> None:
    office = cast["coordinator"]
    operations.open_standing(actor=office, now=at(MONDAY), year=2026)
    week = {"code": "DT-ST-WEEK", "unit": str(office.unit_id)}
    before = queries.duties(actor=office, now=at(FRIDAY), filters=week).duties
    assert (before[0].due_on, before[0].state) == (FRIDAY, "open")
    issue(cast)
    after = queries.duties(actor=office, now=at(FRIDAY), filters=week).duties
    assert (after[0].state, after[0].done_on) == ("fulfilled", FRIDAY)
    assert after[1].state == "open"  # next week's


def test_what_was_finished_in_time_is_counted_as_such(cast: Any) -> None:
    clock = late(cast)
    inside(cast["coordinator"], steps.fulfil_duty, now=at(date(2026, 2, 3)), duty_id=clock)
    text = said(cast, issue(cast))
    assert "按期率" in text


def test_it_is_written_also_where_nothing_is_on_the_table(cast: Any) -> None:
    """A year in which nothing was opened yet: two headings, no empty tables, numbers in order."""
    text = said(cast, issue(cast, on=date(2020, 1, 3)))
    assert "一、总体情况" in text
    assert "情况说明和要求" in text


@pytest.mark.parametrize("words", ["", "  ", "太短", "长" * 2001])
def test_words_are_asked_for(cast: Any, words: str) -> None:
    with pytest.raises(Invalid) as problem:
        issue(cast, words=words)
    assert [e.place for e in problem.value.errors] == ["words"]


@pytest.mark.parametrize("who", ["audit", "leader", "inspector", "contact"])
def test_only_the_office_prints_it(cast: Any, who: str) -> None:
    with pytest.raises(Refused, match="联络员办公室"):
        issue(cast, who)
    assert client_of(who).get("/duties/bulletin/").status_code == 404


def test_it_is_printed_from_the_board(cast: Any) -> None:
    client = client_of("coordinator")
    assert "印制周通报" in client.get("/boards/unit/").content.decode()
    assert "印制周通报" not in client_of("leader").get("/boards/unit/").content.decode()
    form = client.get("/duties/bulletin/")
    key = form.context["form"]["submission_key"].value()
    bad = client.post("/duties/bulletin/", {"submission_key": key, "words": "短"})
    assert bad.status_code == 422
    sent = {"submission_key": key, "words": WORDS}
    answer = client.post("/duties/bulletin/", sent, follow=True)
    assert "周通报已印制" in answer.content.decode()
    again = client.post("/duties/bulletin/", sent, follow=True)
    assert again.status_code == 200
    listed = client.get("/documents/").content.decode()
    assert listed.count("巡视协调对接周通报") >= 1


def test_each_bulletin_has_its_own_number(cast: Any) -> None:
    issue(cast)
    issue(cast, on=FRIDAY + timedelta(days=7))
    page = client_of("coordinator").get("/documents/").content.decode()
    assert "第10周" in page
    assert "第11周" in page
