"""Institution documents (SM-9): every step, every refusal, the library and the clocks they move."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from lianxun.duties import queries as duties
from lianxun.duties.records import DutyRecord
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from lianxun.regulations import operations, queries, templates
from lianxun.regulations.enums import ReviewKind
from lianxun.regulations.models import Institution, Version, Work
from lianxun.regulations.operations.institutions import KIND, split
from lianxun.regulations.queries.institutions import InstitutionRecord
from lianxun.regulations.review import due
from tests.regulations.support import TODAY, reading

FIRST = date(2026, 12, 1)
SECOND = date(2027, 3, 1)


@pytest.fixture
def drafter(cast: Any) -> Actor:
    found: Actor = cast["coordinator"]
    return found


@pytest.fixture
def reviewer(cast: Any) -> Actor:
    found: Actor = cast["leader"]
    return found


def look(actor: Actor, now: datetime, ident: UUID) -> InstitutionRecord:
    with reading(actor):
        return queries.institution(actor=actor, now=now, institution_id=ident)


def clocks(actor: Actor, now: datetime, ident: UUID) -> list[DutyRecord]:
    with reading(actor):
        found = duties.duties_of(actor=actor, now=now, object_kind=KIND, object_id=ident)
    return [d for d in found if d.state == "open"]


def drafted(actor: Actor, now: datetime, **more: Any) -> UUID:
    return operations.draft(actor=actor, now=now, **{"template": "R04-联络员管理办法", **more})


def step(call: Any, actor: Actor, now: datetime, ident: UUID, **more: Any) -> Any:
    revision = look(actor, now, ident).revision
    return call(actor=actor, now=now, institution_id=ident, revision=revision, **more)


def in_force(drafter: Actor, reviewer: Actor, now: datetime, **more: Any) -> UUID:
    ident = drafted(drafter, now, **more)
    step(operations.submit, drafter, now, ident)
    publish(reviewer, now, ident)
    return ident


def publish(reviewer: Actor, now: datetime, ident: UUID, **more: Any) -> None:
    given = {"decided_by": "协调委员会第三次会议", "effective_on": FIRST, **more}
    step(operations.publish, reviewer, now, ident, **given)


# -- the shipped texts -------------------------------------------------------------------------


def test_twelve_templates_are_shipped() -> None:
    titles = [t.title for t in templates.shipped()]
    assert len(titles) == 12
    assert {
        "巡视协调对接工作办法",
        "跨部门信息共享管理办法",
        "整改协同工作规程",
        "联络员管理办法",
    } <= set(titles)


@pytest.mark.parametrize("template", templates.shipped(), ids=lambda t: t.code)
def test_a_template_splits_without_a_gap(template: templates.Template) -> None:
    parsed = split(Institution(title=template.title, text=template.text))
    assert parsed.title == template.title
    assert parsed.problems == ()
    assert len(parsed.body_articles) >= 7
    assert "施行" in parsed.body_articles[-1].text


# -- the way of a document ---------------------------------------------------------------------


def test_a_document_comes_into_force(drafter: Actor, reviewer: Actor, now: datetime) -> None:
    ident = drafted(drafter, now)
    assert look(drafter, now, ident).permitted == {"edit", "submit"}
    assert look(reviewer, now, ident).permitted == frozenset()
    step(operations.submit, drafter, now, ident)
    assert look(drafter, now, ident).permitted == frozenset()
    assert look(reviewer, now, ident).permitted == {"bring", "publish", "return"}
    publish(reviewer, now, ident, document_number="云巡协〔2026〕9号")
    found = look(drafter, now, ident)
    assert (found.state, found.effective_on) == ("effective", FIRST)
    assert found.permitted == {"revise", "review"}
    with reading(drafter):
        version = Version.objects.get(work=found.work_id)
        assert (version.count, version.valid_from) == (11, FIRST)
        assert version.document_number == "云巡协〔2026〕9号"
        assert version.work.issuer == "联络员办公室"
        assert version.work.tier == "省"


def test_what_is_in_force_is_found_by_every_member_unit(
    cast: Any, drafter: Actor, reviewer: Actor, now: datetime
) -> None:
    in_force(drafter, reviewer, now)
    with reading(cast["audit"]):
        (exact,) = queries.lookup(
            actor=cast["audit"], now=now, text="联络员管理办法第七条", as_of=SECOND
        )
    assert exact.ok
    assert "一人一号" in exact.text


def test_a_draft_is_known_to_its_unit_alone(cast: Any, drafter: Actor, now: datetime) -> None:
    ident = drafted(drafter, now)
    for who in ("audit", "other_city", "inspector", "contact"):
        with pytest.raises(NotFound):
            look(cast[who], now, ident)


def test_three_reviews_are_due(drafter: Actor, reviewer: Actor, now: datetime) -> None:
    ident = in_force(drafter, reviewer, now)
    assert {(d.code, d.due_on) for d in clocks(drafter, now, ident)} == {
        ("DT-RG-QUARTER", date(2026, 12, 31)),
        ("DT-RG-JUNE", date(2027, 6, 30)),
        ("DT-RG-BIENNIAL", date(2028, 12, 1)),
    }


def test_a_review_closes_its_clock_and_sets_the_next(
    drafter: Actor, reviewer: Actor, now: datetime
) -> None:
    ident = in_force(drafter, reviewer, now)
    step(
        operations.review,
        drafter,
        now,
        ident,
        kind="annual",
        finding="执行总体良好。",
        outcome="keep",
    )
    open_now = {d.code for d in clocks(drafter, now, ident)}
    assert open_now == {"DT-RG-QUARTER", "DT-RG-JUNE", "DT-RG-BIENNIAL"}
    with reading(drafter):
        every = duties.duties_of(actor=drafter, now=now, object_kind=KIND, object_id=ident)
    assert [d.state for d in every if d.code == "DT-RG-JUNE"].count("fulfilled") == 1
    (review,) = look(drafter, now, ident).reviews
    assert (review.kind_label, review.outcome_label) == ("年度修订（6月）", "继续施行，不作修改")


def test_a_revision_supersedes_when_it_takes_effect(
    drafter: Actor, reviewer: Actor, now: datetime
) -> None:
    old = in_force(drafter, reviewer, now)
    new = step(operations.revise, drafter, now, old, reason="增加数字化协同内容")
    assert look(drafter, now, old).state == "under_revision"
    found = look(drafter, now, new)
    assert (found.state, found.edition, found.replaces) == ("draft", 2, old)
    text = found.text.replace("每年参加培训不少于四次", "每年参加培训不少于六次")
    step(operations.edit, drafter, now, new, title=found.title, text=text)
    step(operations.submit, drafter, now, new)
    assert look(drafter, now, old).state == "under_revision", "still in force until then"
    publish(reviewer, now, new, effective_on=SECOND)
    assert look(drafter, now, old).state == "superseded"
    assert clocks(drafter, now, old) == []
    assert len(clocks(drafter, now, new)) == 3
    with reading(drafter):
        work = Work.objects.get()
        spans = list(
            work.versions.order_by("valid_from").values_list("valid_from", "valid_to", "repealed")
        )
        assert spans == [(FIRST, date(2027, 2, 28), False), (SECOND, None, False)]
        (then,) = queries.lookup(
            actor=drafter, now=now, text="联络员管理办法第六条", as_of=date(2027, 1, 1)
        )
        assert "不少于四次" in then.text


def test_a_new_name_repeals_the_old_one(drafter: Actor, reviewer: Actor, now: datetime) -> None:
    old = in_force(drafter, reviewer, now)
    new = step(operations.revise, drafter, now, old, reason="更名")
    text = look(drafter, now, new).text.replace("# 联络员管理办法", "# 联络员工作管理办法")
    step(operations.edit, drafter, now, new, title="联络员工作管理办法", text=text)
    step(operations.submit, drafter, now, new)
    publish(reviewer, now, new, effective_on=SECOND)
    with reading(drafter):
        gone = Work.objects.get(key="联络员管理办法")
        assert (gone.repealed_on, gone.repealed_by) == (SECOND, "《联络员工作管理办法》")


def test_a_revision_may_be_given_up(drafter: Actor, reviewer: Actor, now: datetime) -> None:
    old = in_force(drafter, reviewer, now)
    new = step(operations.revise, drafter, now, old, reason="试一试")
    step(operations.keep, drafter, now, old, reason="暂无必要")
    assert look(drafter, now, old).state == "effective"
    with pytest.raises(NotFound):
        look(drafter, now, new)


def test_a_document_may_be_abolished(drafter: Actor, reviewer: Actor, now: datetime) -> None:
    ident = in_force(drafter, reviewer, now)
    step(operations.revise, drafter, now, ident, reason="拟废止")
    step(
        operations.abolish,
        drafter,
        now,
        ident,
        since=SECOND,
        decided_by="领导小组第五次会议",
    )
    assert look(drafter, now, ident).state == "superseded"
    assert clocks(drafter, now, ident) == []
    with reading(drafter):
        assert Version.objects.get().repealed


def test_a_reviewer_sends_it_back(drafter: Actor, reviewer: Actor, now: datetime) -> None:
    ident = drafted(drafter, now)
    step(operations.submit, drafter, now, ident)
    step(operations.return_, reviewer, now, ident, opinion="第七条期限过长。")
    found = look(drafter, now, ident)
    assert (found.state, found.opinion) == ("draft", "第七条期限过长。")


# -- refusals ----------------------------------------------------------------------------------


def test_nobody_reviews_his_own_draft(drafter: Actor, now: datetime) -> None:
    ident = drafted(drafter, now)
    step(operations.submit, drafter, now, ident)
    for call, more in (
        (operations.publish, {"decided_by": "甲", "effective_on": FIRST}),
        (operations.return_, {"opinion": "乙"}),
    ):
        with pytest.raises(Refused) as refused:
            step(call, drafter, now, ident, **more)
        assert refused.value.rule == "REG-MAKER-CHECKER"


@pytest.mark.parametrize("who", ["audit", "clerk", "inspector", "contact", "security_admin"])
def test_only_the_office_drafts(cast: Any, now: datetime, who: str) -> None:
    with pytest.raises(Refused) as refused:
        drafted(cast[who], now)
    assert refused.value.rule == "REG-DRAFT"


@pytest.mark.parametrize(
    ("more", "place", "words"),
    [
        ({"template": "R99"}, "template", "没有这个模板"),
        ({"template": "", "title": "", "text": "x"}, "title", "请填写制度名称"),
        ({"template": "", "title": "某办法", "text": " "}, "text", "请填写正文"),
        ({"title": "某" * 201}, "title", "不超过 200 字"),
        ({"level": 7}, "level", "请选择级别"),
    ],
)
def test_a_bad_draft_is_refused_at_its_place(
    drafter: Actor, now: datetime, more: dict[str, Any], place: str, words: str
) -> None:
    with pytest.raises(Invalid, match=words) as bad:
        drafted(drafter, now, **more)
    assert bad.value.errors[0].place == place


def test_the_same_name_is_drafted_once(drafter: Actor, now: datetime) -> None:
    drafted(drafter, now)
    with pytest.raises(Invalid, match="请在原制度上修订"):
        drafted(drafter, now)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("只有一段话，没有条文。", "没有找到“第一条”"),
        ("第一条 甲。\n\n第三条 丙。\n", "条号不连续：第一条之后是第三条"),
    ],
)
def test_a_text_with_a_gap_is_not_submitted(
    drafter: Actor, now: datetime, text: str, words: str
) -> None:
    ident = drafted(drafter, now, template="", title="某办法", text=text)
    with pytest.raises(Invalid, match=words):
        step(operations.submit, drafter, now, ident)
    assert look(drafter, now, ident).state == "draft"


def test_wrong_states_are_named(drafter: Actor, reviewer: Actor, now: datetime) -> None:
    ident = drafted(drafter, now)
    for call, actor, more in (
        (operations.publish, reviewer, {"decided_by": "甲", "effective_on": FIRST}),
        (operations.return_, reviewer, {"opinion": "乙"}),
        (operations.revise, drafter, {"reason": "丙"}),
        (operations.keep, drafter, {"reason": "丙"}),
        (operations.abolish, drafter, {"since": FIRST, "decided_by": "丁"}),
        (operations.review, drafter, {"kind": "annual", "finding": "戊", "outcome": "keep"}),
    ):
        with pytest.raises(WrongState, match="现为“起草”"):
            step(call, actor, now, ident, **more)


@pytest.mark.parametrize(
    ("more", "place", "words"),
    [
        ({"decided_by": " "}, "decided_by", "哪次会议审议通过"),
        ({"everyone": True, "level": 2}, "everyone", "敏感级以上的制度不能全员可见"),
    ],
)
def test_a_bad_publication_is_refused(
    drafter: Actor, reviewer: Actor, now: datetime, more: dict[str, Any], place: str, words: str
) -> None:
    ident = drafted(drafter, now, level=more.pop("level", 1))
    step(operations.submit, drafter, now, ident)
    with pytest.raises(Invalid, match=words) as bad:
        publish(reviewer, now, ident, **more)
    assert bad.value.errors[0].place == place
    assert look(drafter, now, ident).state == "review"


def test_a_revision_takes_effect_after_its_predecessor(
    drafter: Actor, reviewer: Actor, now: datetime
) -> None:
    old = in_force(drafter, reviewer, now)
    new = step(operations.revise, drafter, now, old, reason="x")
    step(operations.submit, drafter, now, new)
    with pytest.raises(Invalid, match="应晚于前一版的施行日期"):
        publish(reviewer, now, new, effective_on=FIRST)


def test_a_stale_page_changes_nothing(drafter: Actor, now: datetime) -> None:
    ident = drafted(drafter, now)
    with pytest.raises(Stale):
        operations.submit(actor=drafter, now=now, institution_id=ident, revision=99)


def test_the_database_refuses_a_short_cut(drafter: Actor, now: datetime) -> None:
    """SM-9 holds whoever asks."""
    ident = drafted(drafter, now)
    with (
        pytest.raises(DatabaseError, match="forbidden transition"),
        reading(drafter),
        transaction.atomic(),
    ):
        Institution.objects.filter(id=ident).update(state="superseded")


# -- when reviews are due ------------------------------------------------------------------------


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from(list(ReviewKind)))
def test_a_review_is_due_later_and_within_its_rhythm(since: date, kind: ReviewKind) -> None:
    day = due(kind, since=since)
    assert (day - since).days >= 30
    most = {ReviewKind.QUARTERLY: 125, ReviewKind.ANNUAL: 400, ReviewKind.BIENNIAL: 731}
    assert (day - since).days <= most[kind]
    if kind is ReviewKind.ANNUAL:
        assert (day.month, day.day) == (6, 30)
    if kind is ReviewKind.QUARTERLY:
        assert (day.month, day.day) in {(3, 31), (6, 30), (9, 30), (12, 31)}


def test_a_leap_day_has_its_biennial_review() -> None:
    assert due(ReviewKind.BIENNIAL, since=date(2024, 2, 29)) == date(2026, 2, 28)
    assert date(2026, 2, 28) < TODAY
