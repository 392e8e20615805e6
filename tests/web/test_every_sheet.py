"""§12: every form of the platform with bad input, in a province with a story.

Never a fault; always a sentence in Chinese that says what is wrong, at the field where one field is wrong;
nothing done, not even half of it: the tables look as before. A good form that is sent twice does its thing
once. The forms are found by walking (``sheets``): a new one is tried without a line here.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4
from zlib import crc32

import pytest
from django.db import connection
from django.test import Client
from lxml import html

from tests.support import cluster
from tests.web.sheets import Place, Sheet, at_once, body, sheets, spoiled
from tests.web.test_pages import client_of

pytestmark = pytest.mark.django_db(transaction=True)
REFUSED = (400, 403, 404, 409, 413, 422, 503)
# What may be written although nothing is done: that somebody tried, and what the negative list stopped.
ASIDE = re.compile(
    r"^(trace\.|public\.(django_session|fabric_submission|exchange_refusalreceipt|mfa_|usersessions_))"
)
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@functools.cache
def every_sheet() -> dict[tuple[str, ...], Sheet]:
    """Found once: every clone of the story has the same objects."""
    return sheets()


@pytest.fixture
def footprint(story: Any) -> Iterator[Any]:
    """A look at all tables: how many rows each has and when one was written last."""
    with cluster.superuser(connection.settings_dict["NAME"]) as server:
        names = [
            name
            for (name,) in server.execute(
                "select schemaname || '.' || relname from pg_stat_user_tables order by 1"
            ).fetchall()
            if not ASIDE.search(name)
        ]
        question = " union all ".join(
            f"select '{n}', count(*), coalesce(max(xmin::text::bigint), 0) from {n}" for n in names
        )

        def look() -> dict[str, tuple[int, int]]:
            return {n: (c, x) for n, c, x in server.execute(question.encode()).fetchall()}

        server.autocommit = True
        yield look


class Post:
    """Somebody's browser: one client for each person, faults as answers instead of exceptions."""

    def __init__(self) -> None:
        self.clients: dict[str, Client] = {}

    def __call__(self, sheet: Sheet, sent: dict[str, Any]) -> Any:
        if sheet.who not in self.clients:
            self.clients[sheet.who] = client_of(sheet.who)
            self.clients[sheet.who].raise_request_exception = False
        return self.clients[sheet.who].post(sheet.path, **body(sent, files=sheet.files))


def said(answer: Any) -> str:
    """What the page says went wrong, without the page around it."""
    if answer.status_code in (301, 302, 303):
        return ""
    page = html.fromstring(answer.content.decode())
    found = page.xpath(
        "//*[contains(@class,'lx-field-error') or contains(@class,'lx-problem') or @role='alert']"
    )
    words = " ".join(f.text_content() for f in found) or page.text_content()
    return " ".join(words.split())


def short(sheet: Sheet) -> str:
    return f"{sheet.who} {sheet.path} {' '.join(sheet.kind[:-1])}"


def fault(answer: Any, sheet: Sheet, what: str) -> str:
    """Why this answer is no refusal as it should be; empty if it is one."""
    if answer.status_code >= 500 and answer.status_code != 503:
        return f"{answer.status_code} {short(sheet)}: {what}"
    if answer.status_code in REFUSED and not CHINESE.search(said(answer)):
        return f"no words {answer.status_code} {short(sheet)}: {what}"
    return ""


def test_the_walk_meets_the_forms_of_every_room(story: Any) -> None:
    found = every_sheet()
    rooms = {kind[0].partition(":")[0] for kind in found}
    assert len(found) >= 100, len(found)
    assert rooms >= {
        "access", "advice", "approvals", "duties", "exchange", "inspection", "leads", "organisation",
        "rectification", "regulations",
    }  # fmt: skip


def test_a_form_sent_empty_or_broken_is_no_fault_and_does_nothing(
    story: Any, footprint: Any
) -> None:
    post, wrong = Post(), []
    for sheet in every_sheet().values():
        for what, sent in at_once(sheet):
            before = footprint()
            answer = post(sheet, sent)
            wrong.append(fault(answer, sheet, what))
            if answer.status_code in REFUSED and (changed := _changed(before, footprint())):
                wrong.append(f"half done {short(sheet)}: {what}: {changed}")
    assert [w for w in wrong if w] == []


def _changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [name for name in before if before[name] != after[name]]


def _fair(sheet: Sheet, place: Place, number: int) -> bool:
    """A third of the bad values in each run of the suite, another third for each field."""
    return (crc32(f"{sheet.kind} {place.name}".encode()) + number) % 3 == 0


def _spoil(footprint: Any, *, all_of_them: bool) -> tuple[int, list[str]]:
    post, wrong, tried = Post(), [], 0
    for sheet in every_sheet().values():
        for number, (place, value, sent) in enumerate(spoiled(sheet)):
            if not all_of_them and not _fair(sheet, place, number):
                continue
            tried += 1
            before = footprint()
            answer = post(sheet, sent)
            what = f"{place.name}={str(value)[:12]!r}"
            problem = fault(answer, sheet, what)
            if not problem and answer.status_code == 302 and place.kind != "hidden":
                problem = f"accepted {short(sheet)}: {what}"
            if not problem and answer.status_code in REFUSED:
                if changed := _changed(before, footprint()):
                    problem = f"half done {short(sheet)}: {what}: {changed}"
                elif answer.status_code == 422 and place.label and place.kind != "hidden":
                    problem = _unplaced(answer, sheet, place, what)
            if problem:
                wrong.append(problem)
    return tried, wrong


def _unplaced(answer: Any, sheet: Sheet, place: Place, what: str) -> str:
    name = place.label.split("（")[0].rstrip("？*").strip()
    return "" if name in said(answer) else f"unnamed {short(sheet)}: {what}: {said(answer)[:80]}"


def test_one_wrong_field_is_named_and_nothing_is_done(story: Any, footprint: Any) -> None:
    tried, wrong = _spoil(footprint, all_of_them=False)
    assert tried >= 300
    assert wrong == []


@pytest.mark.long
def test_every_wrong_field_is_named_and_nothing_is_done(story: Any, footprint: Any) -> None:
    tried, wrong = _spoil(footprint, all_of_them=True)
    assert tried >= 1_000
    assert wrong == []


def test_a_stale_page_does_nothing_and_a_double_click_does_it_once(
    story: Any, footprint: Any
) -> None:
    post, wrong, stale, done = Post(), [], 0, 0
    for sheet in every_sheet().values():
        if any(p.name == "revision" for p in sheet.places):
            stale += 1
            before, answer = footprint(), post(sheet, {**sheet.filled(), "revision": "97"})
            if answer.status_code not in REFUSED or _changed(before, footprint()):
                wrong.append(f"stale {answer.status_code} {short(sheet)}")
        sent = sheet.filled()
        first = post(sheet, sent)
        wrong.append(fault(first, sheet, "sensible"))
        if first.status_code != 302:
            continue
        done += 1
        for file in (v for v in sent.values() if hasattr(v, "seek")):
            file.seek(0)
        after_first = footprint()
        again = post(sheet, sent)
        wrong.append(fault(again, sheet, "again"))
        if changed := _changed(after_first, footprint()):
            wrong.append(f"twice {short(sheet)}: {changed}")
        if "submission_key" in sent:  # from the same page once more: the state has moved on
            wrong.append(
                fault(post(sheet, {**sent, "submission_key": str(uuid4())}), sheet, "moved on")
            )
    print(f"{len(every_sheet())} forms, {stale} with a revision, {done} carried out")
    assert (stale >= 20, done >= 25) == (True, True), (stale, done)
    assert [w for w in wrong if w] == []
