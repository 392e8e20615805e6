"""T11: what people typed comes back as words — in pages, spreadsheets and CSV — and is never carried out."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from typing import Any

import pytest

from tests.leads.support import Desk
from tests.web.test_pages import client_of

EVIL = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "javascript:alert(1)",
    "{{7*7}}{% debug %}",
    '<a href="javascript:alert(1)">点这里</a>',
    "<style>@import'//x'</style>",
    "<meta http-equiv=refresh content=0;url=//x>",
)
FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    '=HYPERLINK("//x")',
    "=cmd|'/c calc'!A1",
)
_LIVE = re.compile(
    r"<(script(?! src=\"/static/)|iframe|svg/onload|img src=x|style>@|meta http-equiv=refresh)"
)


@pytest.fixture
def desk(cast: Any) -> Desk:
    return Desk(cast)


@pytest.mark.parametrize("evil", EVIL)
def test_what_was_stored_is_shown_as_words(desk: Desk, evil: str) -> None:
    lead = desk.register(title=evil[:110], summary=f"前{evil}后", object_name=evil[:40])
    client = client_of("coordinator")
    for url in (
        f"/leads/{lead}/",
        "/leads/",
        f"/leads/{lead}/screen/",
        f"/search/?q={evil}",
        f"/leads/?number={evil}",
        f"/known/of/leads.lead/{lead}/?of={evil}",
        f"/trace/of/leads.lead/{lead}/",
        f"/advice/leads/{lead}/",
    ):
        answer = client.get(url)
        if answer.status_code == 302:
            continue
        text = answer.content.decode()
        assert not _LIVE.search(text), url
        assert 'href="javascript:' not in text, url
        assert "onerror=alert" not in re.sub(r"&lt;.*?&gt;", "", text), url
        policy = answer["Content-Security-Policy"]
        assert "unsafe-inline" not in policy
        assert "script-src 'self'" in policy or "default-src 'none'" in policy


def test_a_form_that_comes_back_shows_what_was_typed_as_words(desk: Desk) -> None:
    sent = {"source": "petition", "title": "", "summary": "</textarea><script>alert(1)</script>"}
    text = client_of("clerk").post("/leads/new/form/", sent).content.decode()
    assert "&lt;/textarea&gt;" in text
    assert not _LIVE.search(text)


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_export_begins_a_cell_like_a_formula(desk: Desk, formula: str) -> None:
    desk.register(title=f"{formula}")
    client = client_of("coordinator")
    sent = {"purpose": "check", "format": "csv"}
    text = client.post("/leads/", sent).content.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert any(formula.strip() in cell for cell in cells)
    assert not [c for c in cells if c.startswith(("=", "+", "-", "@", "\t", "\r"))]
    book = client.post("/leads/", {"purpose": "check", "format": "xlsx"}).content
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        sheets = b"".join(archive.read(n) for n in archive.namelist() if "worksheets" in n)
    assert b"<f>" not in sheets
