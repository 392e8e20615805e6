"""Pages and the interface of standing agreements: drafted on the engagement, signed, read, measured, stopped."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lianxun.exchange import operations as do
from tests.api.test_api import caller
from tests.exchange.support_sharing import CODE, MAKER, MEMBER, PROVIDER, SIGNER, Linked, file_of
from tests.exchange.test_pages import send
from tests.inspection.support import Play
from tests.inspection.test_joint import accepted
from tests.support.cast import unit_id
from tests.support.recorded import Recorded
from tests.web.test_pages import client_of


@pytest.fixture
def linked(cast: Any) -> Linked:
    return Linked(cast).begin()


def fields(linked: Linked, **more: Any) -> dict[str, Any]:
    return {
        "provider_id": str(unit_id("YL-SJ")),
        "classes": [CODE, "D10"],
        "purpose": "巡审联动期间核查审计查出问题的整改",
        "basis": "巡审联动工作办法",
        "valid_from": linked.today.isoformat(),
        "valid_to": (linked.today + timedelta(days=40)).isoformat(),
        **more,
    }


def test_an_agreement_goes_from_the_page_of_the_engagement_to_data_in_use(linked: Linked) -> None:
    maker, signer, provider = (client_of(w) for w in (MAKER, SIGNER, PROVIDER))
    draft = f"/engagements/{linked.id}/do/sharing/"
    assert "校验通过即向联合组开放" in maker.get(draft).content.decode()
    made = send(maker, draft, **fields(linked))
    assert made.status_code == 302, made.content.decode()
    tab = f"/engagements/{linked.id}/tab/linked/"
    page = maker.get(tab).content.decode()
    assert "待巡视方签署" in page
    (row,) = linked.see(MAKER, _sharings, engagement=linked.id).rows
    at = f"/sharings/{row.id}/"
    assert provider.get(at).status_code == 404
    assert send(signer, f"{at}sign/", revision=row.revision).status_code == 302
    assert "待提供方签署" in provider.get("/sharings/").content.decode()
    signed = send(
        provider,
        f"{at}countersign/",
        revision=linked.look(row.id).revision,
        project_number="云审企〔2026〕7 号",
        project_title="经济责任审计",
        project_lead="卓越然",
    )
    assert signed.status_code == 302, signed.content.decode()
    page = provider.get(at).content.decode()
    for words in ("履行中", "上传数据", "经济责任审计", "提供的数据校验通过即向联合组开放"):
        assert words in page, words
    delivery = linked.deliver(row.id)
    member = client_of(MEMBER)
    page = member.get(tab).content.decode()
    for words in ("尚未查看", "云审企〔2026〕7 号", "项目负责人 卓越然", "双方人员", "省审计厅"):
        assert words in page, words
    opened = member.get(f"/requests/{linked.request(row.id)}/data/{delivery}/clear/")
    assert b"".join(opened.streaming_content) == file_of(2)
    page = member.get(tab).content.decode()
    assert "尚未查看" not in page
    assert "用时中位数为" in page


def _sharings(**given: Any) -> Any:
    from lianxun.exchange import queries

    return queries.sharings(**given)


def test_a_correction_is_marked_and_a_suspended_agreement_says_so(linked: Linked) -> None:
    sharing = linked.in_force()
    linked.deliver(sharing)
    linked.deliver(sharing, rows=3, correction="补报第三个问题。")
    member = client_of(MEMBER)
    page = member.get(f"/sharings/{sharing}/").content.decode()
    for words in ("更正", "补报第三个问题。", "（原 2 行，现 3 行）", "已被更正替换"):
        assert words in page, words
    linked.do(PROVIDER, do.suspend_sharing, sharing, reason="需要核对口径。")
    page = member.get(f"/sharings/{sharing}/").content.decode()
    assert "今天不开放：约定现为“已暂停”" in page
    assert "提供方：需要核对口径。" in page
    assert "补报第三个问题。" not in page


def test_the_tab_is_there_for_joint_teams_only(cast: Any) -> None:
    alone = Linked(cast)
    Play.on_site(alone)
    page = client_of(SIGNER).get(f"/engagements/{alone.id}/").content.decode()
    assert "tab/linked" not in page
    assert "起草联动共享约定" not in page


def test_the_tab_names_who_verified_the_results(linked: Linked) -> None:
    accepted(linked)
    page = client_of(MAKER).get(f"/engagements/{linked.id}/tab/linked/").content.decode()
    assert "核查采购支付与招标备案" in page
    assert "结果核验人" in page


def test_strangers_find_nothing(linked: Linked) -> None:
    sharing = linked.in_force()
    delivery = linked.deliver(sharing)
    for stranger in ("neighbour", "finance", "contact"):
        client = client_of(stranger)
        assert client.get(f"/sharings/{sharing}/").status_code == 404
        assert (
            send(client, f"/sharings/{sharing}/suspend/", reason="无关单位暂停。").status_code
            == 404
        )
        url = f"/requests/{linked.request(sharing)}/data/{delivery}/clear/"
        assert client.get(url).status_code == 404
        assert str(sharing) not in client.get("/sharings/").content.decode()


def test_the_negative_list_leaves_a_receipt_of_a_member_without_the_duty(linked: Linked) -> None:
    maker = client_of(MAKER)
    draft = f"/engagements/{linked.id}/do/sharing/"
    answer = send(maker, draft, **fields(linked, purpose="调取举报人身份"))
    assert answer.status_code == 422
    assert "只留拒绝回执" in answer.content.decode()
    assert "NEG-02" in client_of(SIGNER).get("/requests/receipts/").content.decode()


def test_agreements_and_data_are_read_and_stopped_by_machine(
    cast: Any, linked: Linked, heard: Recorded
) -> None:
    sharing = linked.in_force()
    linked.deliver(sharing)
    client = caller(cast, PROVIDER)
    heard.clear()
    found = client.get(f"/api/v1/sharings/{sharing}").json()
    assert [(r["act"], r["result"]) for r in heard] == [("api.sharing", "allow")]
    assert (found["state"], found["open_today"], found["permitted"]) == (
        "in_force",
        True,
        ["suspend"],
    )
    assert [c["code"] for c in found["classes"]] == [CODE, "D10"]
    assert str(sharing) in {r["id"] for r in client.get("/api/v1/sharings").json()["rows"]}
    team = caller(cast, MEMBER)
    data = team.get(f"/api/v1/engagements/{linked.id}/shared-data").json()
    assert [(x["data_class"], x["rows"]) for x in data["lines"]] == [(CODE, 2)]
    url = f"/api/v1/sharings/{sharing}/do/suspend"
    body = {"reason": "需要核对口径。", "revision": found["revision"]}
    assert (
        team.post(url, {**body, "revision": 1}, content_type="application/json").status_code == 409
    )
    assert client.post(url, body, content_type="application/json").status_code == 200
    assert team.get(f"/api/v1/engagements/{linked.id}/shared-data").json()["lines"] == []
    stranger = caller(cast, "neighbour")
    assert stranger.get(f"/api/v1/sharings/{sharing}").status_code == 404
    assert stranger.get(f"/api/v1/engagements/{linked.id}/shared-data").status_code == 404
    assert stranger.post(url, body, content_type="application/json").status_code == 404


def test_an_agreement_is_drafted_by_machine(cast: Any, linked: Linked) -> None:
    client = caller(cast, MAKER)
    url = f"/api/v1/engagements/{linked.id}/do/sharing"
    revision = linked.task().revision
    answer = client.post(url, fields(linked, revision=revision), content_type="application/json")
    assert answer.status_code == 200, answer.content.decode()
    bad = client.post(
        url, fields(linked, revision=revision, classes=["D25"]), content_type="application/json"
    )
    assert bad.status_code == 422
