"""The pages of the room through the browser's door: each act done, refused and typed wrongly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lianxun.demo.province import person_id
from lianxun.fabric.identity import acting_as
from lianxun.organisation import operations, queries
from lianxun.organisation.models import Appointment, Person, PoolEntry, Post, RecusalFact, Unit
from tests.support.cast import unit_id
from tests.support.recorded import Recorded, listen
from tests.web.test_pages import client_of

pytestmark = pytest.mark.usefixtures("whole_pages")

FINANCE, AUDITOR = unit_id("YL-CZ"), person_id("auditor_expert")


@pytest.fixture
def keeper(cast: Any) -> Client:
    return client_of("coordinator")


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    return listen(monkeypatch)


def rows(cast: Any, model: Any, **wanted: Any) -> list[Any]:
    with acting_as(cast["coordinator"].account_id), transaction.atomic():
        return list(model.objects.filter(**wanted).order_by("id"))


def text(answer: Any) -> str:
    found: str = answer.content.decode()
    return found


def sent(client: Client, url: str, **fields: Any) -> Any:
    """The form as a browser sends it: the hidden fields of the page with what was typed."""
    page = text(client.get(url))
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    return client.post(url, {**hidden, **fields})


def done(answer: Any, words: str) -> None:
    assert answer.status_code == 302, text(answer)[-3000:]
    assert words in text(answer.client.get(answer["Location"]))


# --- acts: good, then what is wrong with them ----------------------------------------------------

UNIT_FORM = {
    "name": "省数据局",
    "code": "YL-SJJ",
    "kind": "member_unit",
    "region": "970000",
    "parent_id": str(unit_id("YL")),
    "valid_from": "2026-03-02",
    "basis": "云编〔2026〕1号",
}


def test_a_unit_is_set_up_and_its_page_tells_what_it_lacks(
    cast: Any, keeper: Client, heard: Recorded
) -> None:
    answer = sent(keeper, "/organisation/new/unit/", **UNIT_FORM)
    (record,) = heard.of("organisation.create_unit")
    done(answer, "单位已设立。")
    (unit,) = rows(cast, Unit, code="YL-SJJ")
    assert answer["Location"] == f"/organisation/{unit.id}/"
    assert (record["result"], record["obj_id"]) == ("allow", str(unit.id))
    page = text(keeper.get(f"/organisation/{unit.id}/"))
    for words in (
        "未登记主要负责人。",
        "联络员应为 2—3 名，现有 0 名。",
        "云编〔2026〕1号",
        "中共云岭省委",
    ):
        assert words in page, words


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("code", "YL-SJ", "已被使用"),
        ("name", "长" * 121, "不超过 120 个字"),
        ("name", "", "请填写“单位名称”"),
        ("kind", "nonsense", "没有这个选项"),
        ("kind", "leading_group", "同一级只设一个"),
        ("region", "97", "不小于 100000"),
        ("region", "990000", "不是省级代码"),
        ("region", "省", "应为整数"),
        ("valid_from", "2026-02-30", "应为日期"),
        ("valid_from", "2019-01-01", "不能早于上级单位"),
        ("parent_id", str(AUDITOR), "没有这个选项"),
        ("basis", "含\x00字", "不能保存的字符"),
    ],
)
def test_a_unit_s_form_names_what_is_wrong(
    cast: Any, keeper: Client, field: str, value: str, sentence: str
) -> None:
    answer = sent(keeper, "/organisation/new/unit/", **{**UNIT_FORM, field: value})
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert rows(cast, Unit, name="省数据局") == []


def test_sending_twice_sets_up_one_unit(cast: Any, keeper: Client) -> None:
    form = {**UNIT_FORM, "submission_key": str(uuid4())}
    for _ in range(2):
        assert keeper.post("/organisation/new/unit/", form).status_code == 302
    assert len(rows(cast, Unit, code="YL-SJJ")) == 1


def test_the_system_administrator_sets_up_units_and_nothing_else(cast: Any) -> None:
    client = client_of("system_admin")
    done(sent(client, "/organisation/new/unit/", **UNIT_FORM), "单位已设立。")
    assert client.get("/organisation/new/person/").status_code == 404
    (unit,) = rows(cast, Unit, code="YL-SJJ")
    for act, status in {"rename": 200, "move": 200, "close": 404, "appoint": 404}.items():
        assert client.get(f"/organisation/{unit.id}/do/{act}/").status_code == status, act
    assert "人才库" not in text(client.get("/organisation/"))


def test_a_unit_is_renamed_moved_and_closed_on_its_page(cast: Any, keeper: Client) -> None:
    base = f"/organisation/{unit_id('YL-DX')}/do"
    today = cast.now.date().isoformat()
    form = {
        "name": "云岭青松理工大学",
        "short_name": "",
        "since": today,
        "basis": "云教〔2026〕9号",
    }
    done(sent(keeper, f"{base}/rename/", **form), "已更名。")
    answer = sent(keeper, f"{base}/rename/", **{**form, "name": "又一个名字"})
    assert "须晚于上次变动的日期" in text(answer)
    later = (cast.now.date() + timedelta(days=1)).isoformat()
    moved = {"parent_id": str(unit_id("YL-JT")), "since": later, "basis": "划转"}
    assert "生效日期不能晚于今天" in text(sent(keeper, f"{base}/move/", **moved))
    answer = sent(keeper, f"{base}/close/", last_day=later, basis="撤并", successor_id="")
    assert "还有 1 名在岗人员" in text(answer)
    page = text(keeper.get(f"/organisation/{unit_id('YL-DX')}/"))
    assert "云岭青松大学" in page  # the history keeps the old name
    (row,) = rows(cast, Unit, id=unit_id("YL-DX"))
    assert (row.name, row.revision, row.valid_to) == ("云岭青松理工大学", 2, None)


def test_a_stale_page_is_told_so(cast: Any, keeper: Client) -> None:
    form = {"name": "新名", "since": "2026-03-02", "basis": "文", "revision": "99"}
    answer = keeper.post(f"/organisation/{FINANCE}/do/rename/", form)
    assert answer.status_code == 422
    assert "刚被他人修改" in text(answer)


def test_a_person_is_registered_appointed_and_leaves(
    cast: Any, keeper: Client, heard: Recorded
) -> None:
    answer = sent(
        keeper,
        f"/organisation/{FINANCE}/do/person/",
        name="叶知微",
        post="四级调研员",
        code="P-1",
    )
    done(answer, "人员已登记。")
    (person,) = rows(cast, Person, code="P-1")
    begun = {"person_id": str(person.id), "kind": "liaison_officer", "valid_from": "2026-03-02"}
    done(sent(keeper, f"/organisation/{FINANCE}/do/appoint/", **begun), "已任命。")
    (row,) = rows(cast, Appointment, person=person)
    assert (row.kind, row.unit_id, row.valid_to) == ("liaison_officer", FINANCE, None)
    again = sent(keeper, f"/organisation/{FINANCE}/do/appoint/", **begun)
    assert "请先结束原任职" in text(again)
    url = f"/organisation/appointments/{row.id}/end/"
    answer = sent(keeper, url, last_day="2026-06-30")
    assert "结束后只剩 1 名" in text(answer)
    done(sent(keeper, url, last_day="2026-06-30", vacant="on"), "任职已结束。")
    assert keeper.get(url).status_code == 404  # what has ended cannot be ended
    answer = sent(
        keeper,
        f"/organisation/people/{person.id}/do/change/",
        unit_id=str(unit_id("YL-SW")),
        name="叶知薇",
        post="处长",
        code="P-1",
    )
    done(answer, "已变更。")
    (person,) = rows(cast, Person, code="P-1")
    assert (person.name, person.active, person.unit_id) == ("叶知薇", False, unit_id("YL-SW"))
    kinds = [r["act"] for r in heard if r["act"].startswith("organisation.")]
    assert kinds.count("organisation.end_appointment") == 1


def test_a_body_s_people_are_appointed_at_the_person_s_page(cast: Any, keeper: Client) -> None:
    url = f"/organisation/people/{person_id('audit')}/do/appoint/"
    form = {"unit_id": str(unit_id("YL-VG")), "kind": "body_chair", "valid_from": "2026-03-02"}
    done(sent(keeper, url, **form), "已任命。")
    other = f"/organisation/people/{person_id('tax')}/do/appoint/"
    assert "已有 1 名组长（主任）" in text(sent(keeper, other, **form))
    wrong = {**form, "unit_id": str(FINANCE), "kind": "body_member"}
    assert "这个单位没有" in text(sent(keeper, other, **wrong))
    page = text(keeper.get("/organisation/network/"))
    assert "贺文渊" in page[page.index("线索核查组") :]


def test_posts_are_set_up_filled_changed_and_abolished(cast: Any, keeper: Client) -> None:
    here = f"/organisation/{FINANCE}/do/post/"
    form = {"title": "处长", "leading": "on", "seats": "1", "valid_from": "2026-03-02"}
    done(sent(keeper, here, **form), "职位已设立。")
    assert "已有职位“处长”" in text(sent(keeper, here, **form))
    (post,) = rows(cast, Post, title="处长")
    holder = {
        "person_id": str(person_id("finance")),
        "kind": "staff",
        "post_id": str(post.id),
        "valid_from": "2026-03-02",
    }
    done(sent(keeper, f"/organisation/{FINANCE}/do/appoint/", **holder), "已任命。")
    other = operations.add_person(
        actor=cast["coordinator"], now=cast.now, name="另", unit_id=FINANCE, post="科员"
    )
    answer = sent(
        keeper, f"/organisation/{FINANCE}/do/appoint/", **{**holder, "person_id": str(other)}
    )
    assert "职数为 1，这段时间已满" in text(answer)
    close = f"/organisation/posts/{post.id}/close/"
    assert "还有 1 人任职" in text(sent(keeper, close, last_day="2026-12-31"))
    change = f"/organisation/posts/{post.id}/change/"
    done(sent(keeper, change, title="处长（正处级）", seats="2"), "职位已变更。")
    assert "不小于 1" in text(sent(keeper, change, title="处长", seats="0"))
    (post,) = rows(cast, Post, id=post.id)
    assert (post.title, post.leading, post.seats) == ("处长（正处级）", False, 2)


def test_the_pool_is_entered_and_left(cast: Any, keeper: Client) -> None:
    url = f"/organisation/people/{person_id('tax')}/do/pool/"
    form = {"kind": "expert", "skills": ["finance"], "years": "9", "available_from": "2026-03-02"}
    assert "专家库人员须填写高级职称" in text(sent(keeper, url, **form))
    done(sent(keeper, url, **form, senior_title="正高级会计师"), "已列入人才库。")
    assert "正高级会计师" in text(keeper.get("/organisation/pool/?kind=expert&skill=finance"))
    (entry,) = rows(cast, PoolEntry, person_id=person_id("tax"))
    leave = f"/organisation/pool/{entry.id}/leave/"
    assert "不能早于开始日期" in text(sent(keeper, leave, last_day="2026-03-01"))
    done(sent(keeper, leave, last_day="2026-03-31"), "已移出人才库。")
    assert "正高级会计师" not in text(keeper.get("/organisation/pool/?kind=expert"))
    assert client_of("finance").get(leave).status_code == 404


def test_everybody_declares_and_withdraws_at_the_own_page(cast: Any, heard: Recorded) -> None:
    client = client_of("audit")
    page = text(client.get("/organisation/me/"))
    assert "申报回避" in page
    assert "列入人才库" not in page
    base = f"/organisation/people/{cast['audit'].person_id}/do"
    form = {"kind": "studied", "organisation_id": str(unit_id("YL-DX")), "until": "2005-07-01"}
    done(sent(client, f"{base}/fact/", **form), "已申报。")
    assert "曾在该单位学习：云岭青松大学" in text(client.get("/organisation/me/"))
    assert "请选择单位" in text(sent(client, f"{base}/fact/", kind="worked"))
    native = sent(client, f"{base}/fact/", kind="native", organisation_name="临江")
    assert "行政区划代码" in text(native)
    (fact,) = rows(cast, RecusalFact, person_id=cast["audit"].person_id)
    url = f"/organisation/facts/{fact.id}/withdraw/"
    assert client_of("finance").get(url).status_code == 404
    done(sent(client, url), "已撤销。")
    assert rows(cast, RecusalFact, id=fact.id) == []
    # The records say that something was declared, never what.
    for act in ("declare_fact", "withdraw_fact"):
        (record,) = (r for r in heard.of(f"organisation.{act}") if r["result"] == "allow")
        assert "studied" not in str(record)
        assert str(unit_id("YL-DX")) not in str(record)


def test_training_is_noted_for_the_people_ticked(cast: Any, keeper: Client) -> None:
    people = [str(person_id(k)) for k in ("audit", "finance")]
    url = "/organisation/people/?q=he"
    summary = text(keeper.post(url, {"many": "training", "row": people}))
    assert "登记培训：2 件" in summary
    ticked = re.findall(r'name="row" value="([^"]+)"', summary)
    form = {"many": "training", "confirmed": "1", "row": ticked, "submission_key": str(uuid4())}
    bad = keeper.post(url, {**form, "kind": "class", "title": "", "hours": "8"})
    assert bad.status_code == 422
    good = {**form, "kind": "class", "title": "年度培训班", "held_on": "2026-03-02", "hours": "8"}
    assert "2 件" in text(keeper.post(url, good))
    assert "2 件" in text(keeper.post(url, good))  # sent twice
    year = text(keeper.get("/organisation/training/?year=2026"))
    assert "培训还差 3 次" in year


# --- who may not ---------------------------------------------------------------------------------


def acts_of_others() -> Iterator[str]:
    yield "/organisation/new/unit/"
    yield "/organisation/new/person/"
    for act in ("rename", "move", "close", "post", "person", "appoint"):
        yield f"/organisation/{FINANCE}/do/{act}/"
    for act in ("change", "appoint", "pool"):
        yield f"/organisation/people/{person_id('finance')}/do/{act}/"


@pytest.mark.parametrize("who", ["finance", "contact", "neighbour", "security_admin", "other_city"])
def test_for_others_no_act_exists(cast: Any, who: str) -> None:
    client = client_of(who)
    for url in acts_of_others():
        assert client.get(url).status_code == 404, url
        assert client.post(url, {"name": "x"}).status_code in (404, 409), url


@pytest.mark.parametrize(
    ("who", "url", "status"),
    [
        ("finance", f"/organisation/people/{AUDITOR}/", 404),
        ("contact", f"/organisation/people/{AUDITOR}/", 404),
        ("system_admin", f"/organisation/people/{AUDITOR}/", 404),
        ("coordinator", f"/organisation/people/{AUDITOR}/", 200),
        ("audit", f"/organisation/people/{AUDITOR}/", 200),
        ("system_admin", "/organisation/me/", 404),
        ("contact", "/organisation/me/", 200),
        ("audit", "/organisation/network/", 200),
        ("audit", "/organisation/people/", 200),
        ("audit", "/organisation/training/", 200),
    ],
)
def test_who_opens_what(cast: Any, who: str, url: str, status: int) -> None:
    assert client_of(who).get(url).status_code == status


def test_a_page_shows_no_colleague_who_is_hidden(cast: Any) -> None:
    page = text(client_of("finance").get(f"/organisation/{unit_id('YL-SJ')}/"))
    assert "贺文渊" in page  # the liaison officer
    assert "卓越然" not in page  # an expert of that office
    assert "卓越然" not in text(client_of("finance").get("/organisation/people/?q=卓"))


# --- the tree as of a day ------------------------------------------------------------------------


def test_the_tree_is_shown_as_of_a_day(cast: Any, keeper: Client) -> None:
    today = cast.now.date()
    operations.rename_unit(
        actor=cast["coordinator"],
        now=cast.now,
        unit_id=unit_id("YL-FG"),
        name="省发展改革和数据委",
        short_name="",
        since=today,
        basis="云编〔2026〕2号",
        revision=1,
    )
    yesterday = text(keeper.get(f"/organisation/?on={today - timedelta(days=1)}"))
    assert "省发展改革委</a>" in yesterday
    assert "现名省发展改革和数据委" in yesterday
    assert "省发展改革和数据委</a>" in text(keeper.get("/organisation/"))
    before = text(keeper.get("/organisation/?on=2019-12-31"))
    assert "没有符合条件的单位" in before


@pytest.mark.parametrize("on", ["昨天", "2026-02-30", "1900-01-01", "2999-01-01"])
def test_nonsense_for_a_day_is_said_and_today_is_shown(cast: Any, keeper: Client, on: str) -> None:
    page = keeper.get("/organisation/", {"on": on})
    assert page.status_code == 200
    assert "现按今天显示" in text(page)
    assert "省财政厅" in text(page)


@pytest.mark.parametrize(
    "url",
    [
        "/organisation/?q=%00&kind=zzz&tier=x",
        "/organisation/people/?q=%00&page=-1",
        "/organisation/people/?left=9&page=99999999999999999999",
        "/organisation/pool/?kind=zzz&skill=%00",
        "/organisation/training/?year=x",
        "/organisation/training/?year=9999",
    ],
)
def test_nonsense_in_an_address_is_no_fault(cast: Any, keeper: Client, url: str) -> None:
    assert keeper.get(url).status_code == 200


# --- statements ----------------------------------------------------------------------------------

# page, most statements, whatever it shows
COSTS = {
    "/organisation/": 20,
    f"/organisation/{FINANCE}/": 24,
    "/organisation/people/": 21,
    "/organisation/pool/": 21,
    "/organisation/network/": 19,
    "/organisation/training/": 20,
    f"/organisation/people/{AUDITOR}/": 22,
}


def statements(client: Client, url: str) -> list[str]:
    client.get(url)
    with CaptureQueriesContext(connection) as said:
        assert client.get(url).status_code == 200
    return [q["sql"][:100] for q in said]


@pytest.mark.parametrize("url", list(COSTS))
def test_a_page_costs_the_same_with_more_people(cast: Any, keeper: Client, url: str) -> None:
    few = statements(keeper, url)
    for number in range(3):
        crowd(cast, number)
    many = statements(keeper, url)
    assert len(few) == len(many), (few, many)
    assert len(many) <= COSTS[url], many


def crowd(cast: Any, number: int) -> UUID:
    """Somebody in the finance office with everything a person can have."""
    who = {"actor": cast["coordinator"], "now": cast.now}
    made = operations.add_person(**who, name=f"某{number}", unit_id=FINANCE, post="科员")
    for kind in ("staff", "liaison_officer")[: 2 if number < 2 else 1]:
        operations.appoint(
            **who, person_id=made, unit_id=FINANCE, kind=kind, valid_from=date(2026, 3, 2)
        )
    operations.put_in_pool(
        **who, person_id=made, kind="full_time", skills=["law"], available_from=date(2026, 3, 2)
    )
    operations.declare_fact(**who, person_id=made, kind="worked", organisation_id=unit_id("YL-DX"))
    operations.create_post(
        **who,
        unit_id=FINANCE,
        title=f"岗位{number}",
        leading=False,
        seats=1,
        valid_from=date(2026, 3, 2),
    )
    return made


def test_a_person_is_found_by_name_pinyin_and_number(cast: Any) -> None:
    keeper = cast["coordinator"]
    made = operations.add_person(
        actor=keeper, now=cast.now, name="叶知微", unit_id=FINANCE, post="科员", code="P-9"
    )
    for search in ("知微", "yzw", "ye zhi", "P-9"):
        page = queries.people(actor=keeper, now=cast.now, search=search)
        assert made in {p.id for p in page.rows}, search
