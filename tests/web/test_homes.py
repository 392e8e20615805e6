"""First pages in a province with a story: each answers its reader's question, and says so when empty."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.web.test_pages import client_of

ANSWERS = {
    "leader": ["件等待决定", "关于示范投资集团巡视任务延期的请示", "超期", "巡视任务"],
    "coordinator": ["件卡在单位之间", "移交后没有签收", "有异议待协商", "今天的任务"],
    "chair": ["协作方案"],
    "team_head": ["您在 1 项任务中", "下一步", "待签字的底稿", "示范投资集团"],
    "inspector": ["下一步", "公务接待超标准列支"],
    "guide": ["待核验的整改", "干部档案审核把关不严", "核验"],
    "development": ["件信息需求", "要我单位提供的信息", "上传数据", "超期"],
    "discipline": ["移交我单位的线索", "提出处置意见"],
    "personnel": ["移交我单位的线索", "签收"],
    "finance": ["我单位提供的数据", "已验收"],
    "clerk": ["件等待甄别", "登记线索"],
    "other_contact": ["送达的整改事项", "填写整改方案", "补充佐证", "已提交的材料"],
    "contact": ["目前没有送达你单位的整改事项"],
    "auditor_expert": ["请您印证的底稿", "提出印证意见", "访问随任务结束而关闭"],
    "system_admin": ["留痕：", "条留痕已入日志"],
    "security_admin": ["留痕：", "账号与权限"],
    "audit_admin": ["最近失败的登录", "最近的权限变动"],
    "neighbour": ["任务在进驻日自动出现在这里"],
    "idle": ["您目前没有参加任何任务"],
    "expired": ["您目前没有参加任何任务"],
}


@pytest.mark.django_db(transaction=True)
def test_every_first_page_answers_its_readers_question(story: Any) -> None:
    missing = []
    for who, words in ANSWERS.items():
        answer = client_of(who).get("/")
        page = answer.content.decode()
        assert answer.status_code == 200, (who, page[:500])
        missing += [(who, word) for word in words if word not in page]
    assert missing == []


SECRETS = ("示范投资集团", "青松大学", "采购部长期", "科研经费")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "who", ["system_admin", "security_admin", "audit_admin", "other_city", "idle", "expired"]
)
def test_first_pages_of_strangers_name_nothing(story: Any, who: str) -> None:
    page = client_of(who).get("/").content.decode()
    assert [word for word in SECRETS if word in page] == []


@pytest.mark.django_db(transaction=True)
def test_the_inspected_unit_s_page_names_nothing_of_the_inner_work(story: Any) -> None:
    page = client_of("other_contact").get("/").content.decode()
    for word in ("线索", "底稿", "收受", "示范投资集团", "彭砚之"):
        assert word not in page, word


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("who", "most"), [("leader", 60), ("coordinator", 110), ("team_head", 70), ("development", 60)]
)
def test_first_pages_ask_a_bounded_number_of_queries(story: Any, who: str, most: int) -> None:
    client = client_of(who)
    with CaptureQueriesContext(connection) as asked:
        client.get("/")
    assert len(asked) <= most


@pytest.mark.parametrize("who", ["leader", "coordinator", "clerk", "audit", "contact", "inspector"])
def test_an_empty_province_says_so_in_words(cast: Any, who: str) -> None:
    page = client_of(who).get("/").content.decode()
    assert "没有" in page or "0 件" in page
