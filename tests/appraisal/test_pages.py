"""The pages of the room: through the client, by form, with bad input, for everybody who has no business there."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lianxun.access import recusal
from lianxun.appraisal import operations as do
from lianxun.kernel.problems import Refused
from tests.appraisal.support import (
    AUDIT,
    FINANCE,
    OFFICE,
    act,
    in_force,
    last_year,
    look,
    objected,
    proposed,
    published,
    sheet_id,
    shown,
)
from tests.support.cast import unit_id
from tests.web.test_pages import client_of


def page(who: str, url: str, status: int = 200) -> str:
    answer = client_of(who).get(url)
    assert answer.status_code == status, (who, url)
    return answer.content.decode()


def test_the_year_page_shows_every_unit_and_what_is_next(cast: Any) -> None:
    period = shown(cast)
    text = page(OFFICE, f"/appraisal/periods/{period}/")
    assert text.count('href="/appraisal/sheets/') == 13
    assert "还有 13 家单位没有复核" in text
    for code in ("IND-01", "IND-16"):
        assert code in text
    assert "83.33" in text


def test_a_unit_reads_its_own_sheet_objects_by_form_and_learns_the_end(cast: Any) -> None:
    period = shown(cast)
    mine = sheet_id(cast, period, FINANCE)
    client = client_of("finance")
    listing = client.get("/appraisal/").content.decode()
    assert f"/appraisal/sheets/{mine}/" in listing
    text = client.get(f"/appraisal/sheets/{mine}/").content.decode()
    assert "100.00 × 2 ÷ 6 ＝ 33.33" in text
    assert "样本不足，不计分" in text
    form = {"code": "IND-13", "reason": "该件因需求方更正字段，重新计时未登记。", "revision": "2"}
    bad = client.post(f"/appraisal/sheets/{mine}/object/", {**form, "reason": "错"})
    assert bad.status_code == 422
    assert "请写明理由（不少于 10 个字）" in bad.content.decode()
    answer = client.post(f"/appraisal/sheets/{mine}/object/", form, follow=True)
    assert "异议已提交" in answer.content.decode()
    assert "有异议待裁定" in page("chair", f"/appraisal/sheets/{mine}/")


def test_the_decision_is_offered_to_another_than_who_calculated(cast: Any) -> None:
    objection = objected(cast, shown(cast))
    url = f"/appraisal/objections/{objection}/decide/"
    page(OFFICE, url, 404)
    text = page("chair", url)
    assert "不计入" in text
    case = text.split('name="cases" value="')[1].split('"')[0]
    form = {
        "upheld": "yes", "treatment": "drop", "cases": [case], "revision": "1",
        "finding": "情况属实，予以更正。",
    }  # fmt: skip
    answer = client_of("chair").post(url, form, follow=True)
    assert "2/6 更正为 2/5" in answer.content.decode()


def test_every_figure_leads_to_its_rows(cast: Any) -> None:
    mine = sheet_id(cast, shown(cast))
    text = page("audit", f"/appraisal/sheets/{mine}/lines/IND-13/")
    assert text.count('href="/duties/') >= 6
    assert "逾期办结" in text


STRANGERS = (
    "finance", "contact", "inspector", "neighbour", "expired", "other_city", "city_overseer",
    "system_admin", "security_admin", "audit_admin",
)  # fmt: skip


def test_nobody_else_opens_a_sheet_a_period_or_a_proposal(cast: Any) -> None:
    period = shown(cast)
    mine, outcome = sheet_id(cast, period), proposed(cast)
    for who in STRANGERS:
        client = client_of(who)
        for url in (
            f"/appraisal/periods/{period}/",
            f"/appraisal/periods/{period}/show/",
            f"/appraisal/sheets/{mine}/",
            f"/appraisal/sheets/{mine}/confirm/",
            f"/appraisal/sheets/{mine}/lines/IND-13/",
            f"/appraisal/outcomes/{outcome}/",
            f"/appraisal/outcomes/{outcome}/submit/",
        ):
            assert client.get(url).status_code in (403, 404), (who, url)


def recuse(cast: Any, who: str, unit: str) -> None:
    recusal.declare_recusal(
        actor=cast[who], now=cast.now, organisation=unit_id(unit), reason_code="worked"
    )


def test_who_must_step_aside_from_a_unit_sees_neither_its_sheet_nor_closes_the_review(
    cast: Any,
) -> None:
    period = shown(cast)
    mine = sheet_id(cast, period)
    recuse(cast, OFFICE, AUDIT)
    page(OFFICE, f"/appraisal/sheets/{mine}/", 404)
    found = look(cast, period)
    assert (len(found.sheets), found.hidden) == (12, 1)
    assert found.permitted == frozenset()
    with pytest.raises(Refused) as refusal:
        act(cast, do.close_review, period)
    assert refusal.value.rule == "APR-ASIDE"


def test_who_must_step_aside_does_not_count(cast: Any) -> None:
    year = last_year(cast)
    in_force(cast, year)
    recuse(cast, OFFICE, "YL-JT")
    with pytest.raises(Refused, match="核算会漏计"):
        do.calculate(actor=cast[OFFICE], now=cast.now, year=year, quarter=0)


def test_the_published_list_is_read_by_units_of_the_province_alone(cast: Any) -> None:
    published(cast)
    for who in ("finance", "audit", "leader"):
        assert "省审计厅" in page(who, "/appraisal/published/")
    for who in ("city_overseer", "other_city"):
        assert "省审计厅" not in page(who, "/appraisal/published/")


def test_a_scheme_is_drafted_by_form(cast: Any) -> None:
    year = cast.now.date().year
    text = page(OFFICE, "/appraisal/schemes/new/")
    names = [part.split('"')[0] for part in text.split('name="weight_')[1:]]
    assert len(names) == 16
    values = [part.split('value="')[1].split('"')[0] for part in text.split('name="weight_')[1:]]
    form = {f"weight_{n}": v for n, v in zip(names, values, strict=True)}
    form |= {"year": str(year), "share": "26", "note": ""}
    client = client_of(OFFICE)
    answer = client.post("/appraisal/schemes/new/", form)
    assert answer.status_code == 422
    assert "权重为 1%—25%" in answer.content.decode()
    answer = client.post("/appraisal/schemes/new/", {**form, "share": "25"}, follow=True)
    assert "已起草，请报委员会批准" in answer.content.decode()


def test_a_quarter_is_reported_by_form_once(cast: Any) -> None:
    client = client_of("audit")
    page_text = client.get("/appraisal/reports/new/").content.decode()
    quarter = page_text.split('<option value="')[1].split('"')[0]
    key = "01890a5d-ac96-774b-bcce-b302099a8057"
    form = {
        "quarter": quarter, "plans": "完成数据口径统一。", "submission_key": key,
        "done": "按需求提供数据十二件，参加信息会商两次，无逾期事项。",
    }  # fmt: skip
    for _ in range(2):  # the second click of a double click
        assert client.post("/appraisal/reports/new/", form, follow=True).status_code == 200
    assert client.get("/appraisal/reports/").content.decode().count("<td") >= 1
    bad = client.post("/appraisal/reports/new/", {**form, "submission_key": "", "done": ""})
    assert bad.status_code == 422
    assert "请填写“工作进展”" in bad.content.decode()


def test_who_does_not_run_the_office_begins_nothing(cast: Any) -> None:
    for who in ("leader", "audit", "team_head", "contact", "system_admin"):
        client = client_of(who)
        for url in ("/appraisal/new/", "/appraisal/schemes/new/", "/appraisal/outcomes/new/"):
            assert client.get(url).status_code in (403, 404), (who, url)


def queries_of(who: str, url: str) -> int:
    client = client_of(who)
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


def test_the_pages_ask_a_fixed_number_of_questions(cast: Any) -> None:
    """Thirteen units with sixteen lines each: no page asks once for each of them."""
    period = shown(cast)
    mine: UUID = sheet_id(cast, period)
    assert queries_of(OFFICE, f"/appraisal/periods/{period}/") <= 20
    assert queries_of("audit", f"/appraisal/sheets/{mine}/") <= 24
    assert queries_of("audit", f"/appraisal/sheets/{mine}/lines/IND-13/") <= 16
