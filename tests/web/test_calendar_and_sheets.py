"""Pages of the calendar, the notices and the spreadsheets: for whom they are, and what they do."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from openpyxl import load_workbook

from lianxun.fabric.excel import writing
from lianxun.fabric.identity import acting_as
from lianxun.organisation import sheets
from lianxun.organisation.models import Person
from tests.duties.test_tick import NOTICE
from tests.web.test_pages import client_of


def sent(rows: list[dict[str, Any]]) -> SimpleUploadedFile:
    base = {"name": "叶知微", "unit": "YL-CZ", "post": "主任科员", "active": True}
    return SimpleUploadedFile(
        "人员.xlsx", writing.export(sheets.PEOPLE, [{**base, **r} for r in rows])
    )


def known(cast: Any) -> set[str]:
    with acting_as(cast["coordinator"].account_id), transaction.atomic():
        return set(Person.objects.filter(code__startswith="W-").values_list("code", flat=True))


def test_a_sheet_is_checked_then_taken_in(cast: Any) -> None:
    client = client_of("coordinator")
    rows = [{"code": "W-1"}, {"code": "W-2", "unit": "没有"}]
    form = {"kind": "people", "mode": "all"}
    answer = client.post("/organisation/sheets/", {**form, "file": sent(rows)})
    assert "未保存" in answer.content.decode()
    assert "没有编码为“没有”的在用单位" in answer.content.decode()
    assert known(cast) == set()
    answer = client.post("/organisation/sheets/", {**form, "marked": "on", "file": sent(rows)})
    page = load_workbook(io.BytesIO(answer.content))["人员"]
    assert page.cell(1, page.max_column).value == "校验结果"
    answer = client.post("/organisation/sheets/", {**form, "mode": "valid", "file": sent(rows)})
    assert "已导入" in answer.content.decode()
    assert known(cast) == {"W-1"}


def test_a_file_that_is_no_workbook_is_said_at_its_field(cast: Any) -> None:
    client = client_of("coordinator")
    bad = SimpleUploadedFile("人员.xlsx", b"MZ\x00\x00")
    answer = client.post("/organisation/sheets/", {"kind": "people", "mode": "check", "file": bad})
    assert answer.status_code == 422
    assert "的内容不是 Excel 工作簿" in answer.content.decode()


def test_templates_and_exports_are_for_keepers_and_exports_need_a_purpose(cast: Any) -> None:
    client = client_of("coordinator")
    assert client.get("/organisation/sheets/people.xlsx").content[:2] == b"PK"
    assert client.get("/organisation/sheets/nonsense.xlsx").status_code == 404
    assert (
        client.post("/organisation/sheets/", {"kind": "units", "purpose": " "}).status_code == 422
    )
    answer = client.post("/organisation/sheets/", {"kind": "units", "purpose": "check"})
    assert load_workbook(io.BytesIO(answer.content)).sheetnames[0] == "单位"
    for key in ("audit", "contact", "system_admin"):
        assert client_of(key).get("/organisation/sheets/").status_code == 404
        assert client_of(key).get("/organisation/sheets/people.xlsx").status_code == 404


def test_the_calendar_page_and_its_bad_years(cast: Any) -> None:
    client = client_of("audit")
    text = client.get("/duties/calendar/?year=2026").content.decode()
    assert "春节调休上班" in text
    assert "导入放假安排通知" not in text
    assert "含暂定日期" in client.get("/duties/calendar/?year=2027").content.decode()
    for year in ("1999", "9999"):
        assert client.get(f"/duties/calendar/?year={year}").status_code == 404
    assert client.get("/duties/calendar/?year=abc").status_code == 200


def test_a_notice_is_previewed_then_imported(cast: Any) -> None:
    client = client_of("coordinator")
    page = "/duties/calendar/import/"
    shown = client.post(page, {"text": NOTICE}).content.decode()
    assert "尚未保存" in shown
    assert "含暂定日期" in client.get("/duties/calendar/?year=2027").content.decode()
    answer = client.post(page, {"text": NOTICE, "confirm": "on"})
    assert answer.status_code == 302
    after = client.get("/duties/calendar/?year=2027").content.decode()
    assert "含暂定日期" not in after
    assert "第 2 版" in after
    assert client.post(page, {"text": "你好"}).status_code == 422
    assert client.post(page, {}).status_code == 422
    assert client_of("audit").get(page).status_code == 404
