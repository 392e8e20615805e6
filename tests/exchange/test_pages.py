"""The pages as people use them: one form, one act, nothing twice, nothing for strangers."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lianxun.exchange import sealing
from lianxun.exchange.models import InfoRequest, Question, RefusalReceipt, UnitKey
from lianxun.kernel import keybox
from tests.exchange.support import (
    CHECKER,
    FIELDS,
    OWNER,
    PROVIDER,
    delivered,
    draft,
    good_csv,
    good_row,
    in_use,
    look,
    office,
    rows_csv,
    sent,
)
from tests.support.cast import unit_id
from tests.web.test_pages import client_of


def hidden(client: Client, url: str) -> dict[str, str]:
    """The hidden fields of the form at an address."""
    page = client.get(url).content.decode()
    pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: value for name, value in pairs if name != "csrfmiddlewaretoken"}


def send(client: Client, url: str, **fields: Any) -> Any:
    return client.post(url, {**hidden(client, url), **fields})


NEW = {
    "provider_id": str(unit_id("YL-CZ")),
    "subject_org": str(unit_id("YL-JT")),
    "fields_wanted": list(FIELDS),
    "purpose": "核查采购项目是否按规定招标",
    "basis": "协作清单",
    "period_from": "2024-01-01",
    "period_to": "2025-12-31",
}


def test_a_request_is_drafted_and_its_page_names_the_next_step(cast: Any) -> None:
    client = client_of(OWNER)
    answer = send(client, "/requests/new/D14/", **NEW)
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert "提交" in page
    assert "政府采购项目" in page


def test_a_double_click_drafts_once(cast: Any) -> None:
    client = client_of(OWNER)
    kept = hidden(client, "/requests/new/D14/")
    for _ in range(2):
        assert client.post("/requests/new/D14/", {**kept, **NEW}).status_code == 302
    with office():
        assert InfoRequest.objects.count() == 1


def test_a_draft_stopped_by_the_negative_list_may_be_mended_and_sent_again(cast: Any) -> None:
    client = client_of(OWNER)
    kept = hidden(client, "/requests/new/D14/")
    bad = client.post("/requests/new/D14/", {**kept, **NEW, "purpose": "调取举报人姓名"})
    assert bad.status_code == 422
    assert "NEG-02" in bad.content.decode()
    good = client.post("/requests/new/D14/", {**kept, **NEW})
    assert good.status_code == 302
    with office():
        assert InfoRequest.objects.count() == 1
        assert RefusalReceipt.objects.count() == 1


def test_what_was_typed_stays_when_something_is_wrong(cast: Any) -> None:
    answer = send(client_of(OWNER), "/requests/new/D14/", **{**NEW, "period_to": "2020-01-01"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "不能早于数据起始" in page
    assert "核查采购项目是否按规定招标" in page


def test_a_question_only_class_leads_to_the_single_question(cast: Any) -> None:
    client = client_of(OWNER)
    answer = client.get("/requests/new/D25/")
    assert answer["Location"] == "/questions/new/D25/"
    assert "甲方姓名" in client.get("/questions/new/D25/").content.decode()
    assert client.get("/questions/new/D14/").status_code == 404


def test_the_catalogue_says_what_is_asked_singly(cast: Any) -> None:
    page = client_of(OWNER).get("/catalogue/").content.decode()
    assert "/questions/new/D25/" in page
    assert "/requests/new/D14/" in page
    assert "NEG-12" in page
    assert 'data-label="更新">每月<' in page
    assert "monthly" not in page
    assert "/requests/new/" not in client_of("contact").get("/catalogue/").content.decode()


def test_the_standard_pack_is_four_clicks(cast: Any) -> None:
    """Open the pack, choose the unit, press the button: each class makes its own request."""
    client = client_of(OWNER)
    page = client.get("/requests/pack/").content.decode()
    codes = re.findall(r'name="take_(D\d\d)"', page)
    assert len(codes) == 8
    chosen: dict[str, Any] = {f"take_{c}": "on" for c in codes}
    for code, block in re.findall(r'name="provider_(D\d\d)"[^>]*>(.*?)</select>', page, re.S):
        match = re.search(r'value="([^"]*)" selected', block)
        assert match, f"nobody proposed for {code}"
        chosen[f"provider_{code}"] = match.group(1)
    fixed = {
        name: re.search(rf'name="{name}" value="([^"]*)"', page).group(1)  # type: ignore[union-attr]
        for name in ("period_from", "period_to", "purpose", "basis")
    }
    answer = send(
        client,
        "/requests/pack/",
        **chosen,
        **fixed,
        subject_org=str(unit_id("YL-JT")),
        engagement="",
        submit="on",
    )
    assert answer.status_code == 200, answer.content.decode()[-2000:]
    with office():
        rows = list(InfoRequest.objects.values_list("state", "pack"))
    assert [state for state, _ in rows] == ["compliance_check"] * 8
    assert len({pack for _, pack in rows}) == 1


def test_a_state_firm_has_a_pack_of_its_own_of_eight_kinds(cast: Any) -> None:
    """The example of the source (4.2): petitions of three years, audit, assessment of cadres, and five more."""
    client = client_of(OWNER)
    page = client.get("/requests/pack/?preset=state-firm").content.decode()
    codes = re.findall(r'name="take_(D\d\d)"', page)
    standard = re.findall(
        r'name="take_(D\d\d)"', client.get("/requests/pack/?preset=8").content.decode()
    )
    assert len(codes) == len(set(codes)) == 8
    assert set(codes) != set(standard)
    for kind in ("近三年信访反映", "财务审计", "干部考核", "国有企业巡前八类"):
        assert kind in page
    begin = re.search(r'name="period_from" value="(\d{4})', page)
    end = re.search(r'name="period_to" value="(\d{4})', page)
    assert begin is not None
    assert end is not None
    assert int(end.group(1)) - int(begin.group(1)) == 3
    providers = dict(re.findall(r'name="provider_(D\d\d)"[^>]*>(.*?)</select>', page, re.S))
    chosen: dict[str, Any] = {f"take_{c}": "on" for c in codes}
    for code, block in providers.items():
        match = re.search(r'value="([^"]*)" selected', block)
        assert match, f"nobody proposed for {code}"
        chosen[f"provider_{code}"] = match.group(1)
    answer = send(
        client,
        "/requests/pack/?preset=state-firm",
        **chosen,
        period_from=f"{begin.group(1)}-01-01",
        period_to=f"{end.group(1)}-01-01",
        purpose="进驻前了解国有企业基本情况和风险点",
        basis="巡前协作清单",
        subject_org=str(unit_id("YL-JT")),
        engagement="",
    )
    assert answer.status_code == 200, answer.content.decode()[-2000:]
    with office():
        rows = list(InfoRequest.objects.values_list("data_class", "pack"))
    assert sorted(code for code, _ in rows) == sorted(codes)
    assert len({pack for _, pack in rows}) == 1


def test_a_pack_without_a_unit_or_a_line_says_so(cast: Any) -> None:
    client = client_of(OWNER)
    answer = send(client, "/requests/pack/", subject_org="", purpose="", basis="")
    assert answer.status_code == 422
    assert client.get("/requests/pack/?preset=99").status_code == 200


def test_a_file_is_handed_in_and_judged_through_the_pages(cast: Any) -> None:
    found = sent(cast)
    provider, asker = client_of(PROVIDER), client_of(OWNER)
    answer = send(
        provider,
        f"/requests/{found}/deliver/",
        file=SimpleUploadedFile("采购.csv", good_csv()),
        declared_rows="3",
    )
    assert answer.status_code == 302
    page = asker.get(f"/requests/{found}/").content.decode()
    assert "下载数据" in page
    assert "SM3" in page
    data = asker.get(f"/requests/{found}/data/{look(cast, found).deliveries[-1].id}/clear/")
    assert b"".join(data.streaming_content) == good_csv()
    assert data["Cache-Control"] == "no-store"
    assert send(asker, f"/requests/{found}/judge/", accepts="yes").status_code == 422
    done = send(asker, f"/requests/{found}/judge/", accepts="yes", expires_on="2027-03-01")
    assert done.status_code == 302
    assert look(cast, found).state == "in_use"


def test_a_bad_file_is_named_on_the_form_and_nothing_is_kept(cast: Any) -> None:
    found = sent(cast)
    answer = send(
        client_of(PROVIDER),
        f"/requests/{found}/deliver/",
        file=SimpleUploadedFile("错.csv", rows_csv([["1"]], ["姓名"])),
    )
    assert answer.status_code == 422
    assert "没有 D14" in answer.content.decode()
    assert look(cast, found).deliveries == ()


def test_checking_gives_the_report_or_the_marked_file(cast: Any) -> None:
    found = sent(cast)
    client = client_of(PROVIDER)
    row = good_row()
    row[0] = ""
    bad = rows_csv([good_row(), row])
    page = send(client, f"/requests/{found}/try/", file=SimpleUploadedFile("a.csv", bad))
    assert "第 3 行“采购项目编号”列" in page.content.decode()
    marked = send(
        client, f"/requests/{found}/try/", file=SimpleUploadedFile("a.csv", bad), marked="on"
    )
    text = b"".join(marked.streaming_content).decode("utf-8-sig")
    assert "校验结果" in text
    assert client_of("audit").get(f"/requests/{found}/try/").status_code == 404


@pytest.mark.parametrize("form", ["clear", "package", "marked", "nonsense"])
def test_data_is_nothing_to_strangers(cast: Any, form: str) -> None:
    found = delivered(cast)
    one = look(cast, found).deliveries[-1].id
    for who in ("audit", "contact", "neighbour"):
        assert client_of(who).get(f"/requests/{found}/data/{one}/{form}/").status_code == 404


def test_a_package_needs_a_compared_key_and_opens_with_it(cast: Any) -> None:
    private, public = keybox.new_pair()
    found = in_use(cast)
    one = look(cast, found).deliveries[-1].id
    asker = client_of(OWNER)
    address = f"/requests/{found}/data/{one}/package/"
    assert asker.get(address)["Location"] == "/unit-keys/"
    assert send(asker, "/unit-keys/", public_key="no key").status_code == 422
    assert send(asker, "/unit-keys/", public_key=public.hex()).status_code == 302
    with office():
        key = UnitKey.objects.get()
    confirm = f"/unit-keys/{key.id}/confirm/"
    assert asker.get(confirm).status_code == 404  # not by whoever registered it
    assert client_of("city_overseer").get(confirm).status_code == 404
    checker = client_of("leader")
    wrong = send(checker, confirm, fingerprint="0000")
    assert "指纹与登记的公钥不符" in wrong.content.decode()
    assert send(checker, confirm, fingerprint=keybox.fingerprint(public)).status_code == 302
    handed = asker.get(address)
    opened = sealing.unpack(BytesIO(b"".join(handed.streaming_content)), private=private)
    assert opened.data.read() == good_csv()
    assert opened.manifest["recipient"]
    assert send(asker, f"/unit-keys/{key.id}/revoke/").status_code == 302
    assert asker.get(address).status_code == 302


def test_a_question_goes_its_way_through_the_pages(cast: Any) -> None:
    from tests.exchange.test_questions import approved

    found = approved(cast)
    provider = client_of("discipline")
    page = provider.get(f"/questions/{found}/").content.decode()
    assert "打开核验对象" in page
    assert "钱某某" not in page
    opened = provider.get(f"/questions/{found}/subject/")
    assert "钱某某" in opened.content.decode()
    assert opened["Cache-Control"] == "no-store"
    done = send(provider, f"/questions/{found}/answer/", answer="no")
    assert done.status_code == 302
    with office():
        assert Question.objects.get(id=found).answer == "no"
    assert client_of("audit").get(f"/questions/{found}/subject/").status_code == 404


def test_many_drafts_are_handed_in_and_passed_together(cast: Any) -> None:
    ids = [draft(cast), draft(cast, again_reason="x")]
    client = client_of(OWNER)
    rows = [f"{i}" for i in ids]
    summary = client.post("/requests/", {"many": "submit", "row": rows})
    assert "批量提交合规审核" in summary.content.decode()
    keys = re.findall(r'name="row" value="([^"]+)"', summary.content.decode())
    client.post("/requests/", {"many": "submit", "row": keys, "confirmed": "1"})
    assert {look(cast, i).state for i in ids} == {"compliance_check"}
    other = client_of(CHECKER)
    summary = other.post("/requests/", {"many": "check", "row": rows})
    keys = re.findall(r'name="row" value="([^"]+)"', summary.content.decode())
    other.post("/requests/", {"many": "check", "row": keys, "confirmed": "1"})
    assert {look(cast, i).state for i in ids} == {"sent"}


def test_the_list_is_taken_away_on_record(cast: Any) -> None:
    sent(cast)
    client = client_of(OWNER)
    answer = client.post("/requests/", {"purpose": "check", "format": "xlsx"})
    page = openpyxl.load_workbook(BytesIO(answer.content)).active
    assert page is not None
    assert page.max_row == 2
    assert "没有" in client_of("audit").get("/requests/").content.decode()


def test_receipts_and_keys_have_their_pages(cast: Any) -> None:
    client = client_of(OWNER)
    for url in ("/requests/receipts/", "/unit-keys/", "/questions/"):
        assert client.get(url).status_code == 200
