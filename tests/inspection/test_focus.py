"""The focus of collaboration: set by a consultation, carried by list, plan and papers, adjusted with its reason;
units that join or leave one engagement by the committee's decision."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from lianxun.access.models import Grant
from lianxun.approvals import operations as approvals
from lianxun.demo.province import person_id
from lianxun.documents import queries as documents
from lianxun.documents import steps as stored
from lianxun.fabric.identity import acting_as
from lianxun.inspection import operations as do
from lianxun.inspection import queries
from lianxun.inspection.members import Decided, last_day, taking_part
from lianxun.kernel.problems import Invalid, NotFound, Refused, WrongState
from tests.inspection.support import Play, refused_by_database, sql
from tests.support.cast import account_id, unit_id
from tests.web.test_pages import client_of

WHY = "税务发票数据能佐证资金流向。"
STAY = timedelta(days=20)


@pytest.fixture
def consulted(play: Play) -> Play:
    play.approved()
    play.through("coordinator", "consulting")
    play.consult()
    return play


@pytest.fixture
def working(play: Play) -> Play:
    return play.on_site()


def found(play: Play, who: str = "coordinator") -> Any:
    return play.see(who, queries.collaboration, engagement_id=play.id)


def change(play: Play, **more: Any) -> UUID:
    values = {
        "engagement_id": play.id,
        "unit_id": unit_id("YL-SW"),
        "change": "join",
        "since": play.today,
        "reason": WHY,
        **more,
    }
    return play.act("coordinator", do.propose_member_change, **values)


# --- the focus is set by the consultation --------------------------------------------------------


def test_a_consultation_sets_the_focus_with_source_and_reason(consulted: Play) -> None:
    consulted.focus()
    (line,) = found(consulted).focus
    assert (line.number, line.text, line.source_name) == (
        1,
        "下属公司采购集中于少数供应商",
        "省审计厅",
    )
    assert line.reason == "审计、财政两家数据互相印证。"
    assert line.axis_label.startswith("落实党的理论")
    assert not line.adjusted
    consulted.focus(text="一条不归入四个落实的重点", axis="")
    assert found(consulted).focus[1].axis_label == "其他"


def test_what_is_set_after_midnight_is_set_on_that_day(consulted: Play) -> None:
    consulted.now = consulted.now.replace(hour=0, minute=30)  # in UTC it is still yesterday
    consulted.focus()
    assert found(consulted).focus[0].set_on == consulted.today


def test_before_the_entry_only_a_consultation_sets_it(consulted: Play) -> None:
    with pytest.raises(Invalid) as problem:
        consulted.focus(consultation_id=None)
    assert [(e.place, "信息会商确定" in e.message) for e in problem.value.errors] == [
        ("consultation_id", True)
    ]


def test_no_plan_goes_to_the_committee_without_a_focus(consulted: Play) -> None:
    made = consulted.draft_plan()
    line = found(consulted).focus[0]
    drop(consulted, line.id)
    with pytest.raises(WrongState, match="还没有确定协作重点"):
        consulted.act("coordinator", do.submit_plan, plan_id=made, revision=1)


def drop(
    play: Play, line: UUID, who: str = "coordinator", reason: str = "会商后认定不成立"
) -> None:
    play.act(who, do.drop_focus, engagement_id=play.id, focus_id=line, reason=reason)


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"text": "短"}, "text"),
        ({"text": "长" * 201}, "text"),
        ({"reason": " "}, "reason"),
        ({"reason": "长" * 301}, "reason"),
        ({"axis": "money"}, "axis"),
        ({"source_id": UUID(int=1)}, "source_id"),
        ({"consultation_id": UUID(int=1)}, "consultation_id"),
    ],
)
def test_a_line_names_the_field_that_does_not_fit(consulted: Play, more: Any, place: str) -> None:
    with pytest.raises(Invalid) as problem:
        consulted.focus(**more)
    assert [e.place for e in problem.value.errors] == [place]


def test_the_same_line_is_listed_once(consulted: Play) -> None:
    consulted.focus()
    with pytest.raises(Invalid, match="已经列入"):
        consulted.focus()


@pytest.mark.parametrize("who", ["leader", "chair", "inspector"])
def test_only_the_office_sets_it_before_the_entry(consulted: Play, who: str) -> None:
    meeting = consulted.task().consultations[0].id
    with pytest.raises((Refused, NotFound)):
        consulted.focus(who, consultation_id=meeting)


def test_list_plan_and_minutes_carry_it_on_paper(consulted: Play) -> None:
    line = consulted.focus()
    consulted.act(
        "coordinator",
        do.add_line,
        engagement_id=consulted.id,
        unit_id=unit_id("YL-SJ"),
        risk="三家供应商占八成",
        focus_id=line,
    )
    meeting = consulted.task().consultations[0].id
    files = [
        consulted.act("coordinator", do.issue_list, engagement_id=consulted.id)[0],
        consulted.act(
            "coordinator", do.issue_minutes, engagement_id=consulted.id, consultation_id=meeting
        )[0],
    ]
    made = consulted.draft_plan()
    consulted.act("coordinator", do.submit_plan, plan_id=made, revision=1)
    consulted.decide("chair", "协作方案")
    files.append(consulted.act("coordinator", do.issue_plan, engagement_id=consulted.id)[0])
    for file in files:
        body = consulted.see("coordinator", lambda file=file, **_: stored.open_bytes(file).read())
        cells = [c.text for t in Document(BytesIO(body)).tables for r in t.rows for c in r.cells]
        assert "下属公司采购集中于少数供应商" in cells
        assert "省审计厅" in cells
    assert found(consulted).focus[0].lines == 1
    assert len(consulted.see("coordinator", documents.files, engagement=consulted.id).rows) == 6


# --- adjusted during the work --------------------------------------------------------------------


def test_the_head_adjusts_the_focus_during_the_work_with_a_reason(working: Play) -> None:
    first = found(working).focus[0]
    made = working.focus("team_head", consultation_id=None, text="公务接待和差旅支出")
    drop(working, first.id, "team_head", "谈话和账册均未发现")
    kept, new = found(working, "team_head").focus
    assert (kept.state, kept.dropped_because, kept.dropped_on) == (
        "dropped",
        "谈话和账册均未发现",
        working.today,
    )
    assert (new.id, new.adjusted, new.state) == (made, True, "active")
    with pytest.raises(WrongState, match="已调出"):
        drop(working, first.id, "team_head")
    with pytest.raises(Refused, match="巡视办确定"):
        working.focus("inspector", consultation_id=None, text="组员自己加的重点")
    page = client_of("team_head").get(f"/engagements/{working.id}/tab/focus/").content.decode()
    for words in ("随任务调整", "会商确定", "谈话和账册均未发现", "已调出"):
        assert words in page, words


def test_a_dropped_line_needs_a_reason_and_never_changes(working: Play) -> None:
    line = found(working).focus[0].id
    for bad in ("", "短", "长" * 301):
        with pytest.raises(Invalid) as problem:
            drop(working, line, reason=bad)
        assert [e.place for e in problem.value.errors] == ["reason"]
    with pytest.raises(Invalid, match="一条协作重点"):
        drop(working, UUID(int=1))
    with refused_by_database("forbidden|keep|never"):
        sql(
            working.cast,
            "coordinator",
            "update inspection_focus set text = '别的' where id = %s",
            line,
        )
    with refused_by_database("focus_dropped_says_why"):
        sql(
            working.cast,
            "coordinator",
            "update inspection_focus set state = 'dropped' where id = %s",
            line,
        )


def test_after_the_work_it_is_compared_with_what_was_found(working: Play) -> None:
    line = found(working).focus[0]
    paper = working.paper(focus_id=line.id)
    working.paper(title="不对应重点的问题")
    before = found(working)
    assert (before.focus[0].backed, before.unbound) == (False, 1)
    working.sign(paper, "inspector", "team_deputy", "team_head")
    after = found(working).focus[0]
    assert (after.backed, after.signed, [n for n, _ in after.papers]) == (True, 1, [paper])
    page = client_of("coordinator").get(f"/engagements/{working.id}/tab/focus/").content.decode()
    assert "已查实 1 份" in page
    assert "另有 1 份底稿" in page


def test_a_paper_names_a_line_in_force_of_its_own_task(working: Play) -> None:
    with pytest.raises(Invalid, match="现行的一条协作重点"):
        working.paper(focus_id=UUID(int=1))
    line = found(working).focus[0].id
    paper = working.paper(focus_id=line)
    drop(working, line)
    with pytest.raises(Invalid, match="现行的一条协作重点"):
        working.paper(focus_id=line)
    url = f"/papers/{paper}/do/revise/"
    page = client_of("inspector").get(url).content.decode()
    assert "（已调出）" in page  # what stands on the paper is not lost by looking


def test_strangers_see_no_focus(working: Play) -> None:
    for who in ("audit", "finance", "contact", "neighbour", "system_admin"):
        with pytest.raises(NotFound):
            found(working, who)


# --- units join and leave ------------------------------------------------------------------------


def test_a_unit_joins_by_the_committee_s_decision(working: Play) -> None:
    assert "省税务局" not in found(working).members
    change(working, until=working.today + timedelta(days=20))
    waiting = found(working)
    assert waiting.changes[0].state == "proposed"
    assert "省税务局" not in waiting.members
    working.decide("chair", "加入")
    after = found(working)
    assert "省税务局" in after.members
    assert (after.changes[0].state, after.changes[0].reason) == ("approved", WHY)
    assert after.changes[0].decided_by
    assert working.task().partner_names == ("省税务局",)  # the team follows
    assert working.task().team_kind == "joint"


def test_a_unit_that_leaves_takes_seats_and_access_along(working: Play) -> None:
    change(working, unit_id=unit_id("YL-CZ"), change="leave", reason="该单位任务已经完成")
    working.seat("finance")
    working.confirm()
    assert working.task("finance").id == working.id  # sits and sees
    working.decide("chair", "退出")
    assert working.seat_of("finance").state == "replaced"
    with pytest.raises(NotFound):
        working.task("finance")
    after = found(working)
    assert "省财政厅" not in after.members
    assert after.changes[0].effect.startswith("1 个席位随之退出")


def test_a_refused_change_changes_nothing(working: Play) -> None:
    change(working)
    working.decide("chair", "加入", opinion="disagree", comment="人手已够，不再增加单位。")
    after = found(working)
    assert (after.changes[0].state, "省税务局" in after.members) == ("refused", False)


def test_a_change_the_office_takes_back_changes_nothing_and_may_be_asked_for_again(
    working: Play,
) -> None:
    matter = change(working)
    working.act("coordinator", approvals.withdraw, matter_id=matter, revision=1)
    after = found(working)
    assert (after.changes[0].state, "省税务局" in after.members) == ("refused", False)
    assert working.task().partner_names == ()
    change(working)  # the first one no longer stands in the way
    working.decide("chair", "加入")
    assert "省税务局" in found(working).members


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"change": "swap"}, "change"),
        ({"unit_id": UUID(int=1)}, "unit_id"),
        ({"unit_id": "YL-JT"}, "unit_id"),
        ({"unit_id": "YL-SJ"}, "unit_id"),  # takes part already
        ({"change": "leave"}, "unit_id"),  # does not take part
        ({"reason": "短"}, "reason"),
        ({"since": -1}, "since"),
        ({"until": -1}, "until"),
    ],
)
def test_a_change_names_the_field_that_does_not_fit(working: Play, more: Any, place: str) -> None:
    for key, value in more.items():
        if isinstance(value, int):
            more = {key: working.today + timedelta(days=value)}
        elif key == "unit_id" and isinstance(value, str):
            more = {key: unit_id(value)}
    with pytest.raises(Invalid) as problem:
        change(working, **more)
    assert [e.place for e in problem.value.errors] == [place]


def test_one_change_of_a_unit_at_a_time_and_never_by_hand(working: Play) -> None:
    change(working)
    with pytest.raises(WrongState, match="正在审批"):
        change(working)
    row = found(working).changes[0]
    with refused_by_database("the committee decides"):
        sql(
            working.cast,
            "coordinator",
            "update inspection_memberchange set state = 'approved', decided_on = current_date, "
            "decided_by_id = (select id from access_account where id <> proposed_by_id limit 1) "
            "where id = %s",
            row.id,
        )
    with refused_by_database("member_change_decided_by_another"):
        sql(
            working.cast,
            "coordinator",
            "update inspection_memberchange set state = 'refused', decided_on = current_date "
            "where id = %s",  # nobody decided
            row.id,
        )


def test_a_change_is_asked_for_by_the_office_alone(working: Play) -> None:
    for who in ("leader", "inspector", "team_head", "audit", "neighbour"):
        with pytest.raises((Refused, NotFound)):
            working.act(
                who,
                do.propose_member_change,
                engagement_id=working.id,
                unit_id=unit_id("YL-SW"),
                change="join",
                since=working.today,
                reason=WHY,
            )


CHANGES = st.lists(
    st.builds(
        Decided,
        st.sampled_from([UUID(int=n) for n in range(5)]),
        st.sampled_from(["join", "leave"]),
        st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 9)),
    ),
    max_size=12,
)
UNITS = st.sets(st.sampled_from([UUID(int=n) for n in range(7)]), max_size=4)


@given(UNITS, CHANGES, st.dates(date(2026, 1, 1), date(2026, 1, 9)))
def test_the_last_word_about_a_unit_holds_until_its_last_day(
    first: set[UUID], changes: list[Decided], on: date
) -> None:
    last = {c.unit: c for c in changes}
    units = taking_part(first, changes, on)
    for unit, word in last.items():
        stays = word.change == "join" and (word.until is None or on <= word.until)
        assert (unit in units) == stays
        assert last_day(unit, changes) == word.until
    assert units - set(last) == first - set(last)
    assert last_day(UUID(int=9), changes) is None


# --- a unit that joins for a time (R-4.1-5) ------------------------------------------------------


@pytest.fixture
def for_a_time(working: Play) -> Play:
    """The tax bureau takes part for twenty days, with one person seated."""
    change(working, until=working.today + STAY)
    working.decide("chair", "加入")
    working.seat("tax")
    working.confirm()
    return working


def later(play: Play, days: int) -> None:
    """What the acts take for the present moves; the clock of the database stays."""
    play.now += timedelta(days=days)
    play.today = play.now.date()


def last_days(play: Play) -> list[date | None]:
    """Until when the person of the tax bureau is let in, as the grants say."""
    with acting_as(account_id("coordinator")), transaction.atomic():
        mine = Grant.objects.filter(account_id=account_id("tax"), engagement=play.id)
        return [g.valid_to for g in mine.filter(kind="membership", revoked_at__isnull=True)]


def test_its_seats_end_with_it_without_anybody_s_act(for_a_time: Play) -> None:
    end = for_a_time.today + STAY
    assert for_a_time.seat_of("tax").until == end
    assert last_days(for_a_time) == [end]
    assert f"{end:%Y年%m月%d日}之后" in found(for_a_time).changes[0].effect
    assert for_a_time.task("tax").id == for_a_time.id
    later(for_a_time, STAY.days)
    assert "省税务局" in found(for_a_time).members  # its last day belongs to it
    assert for_a_time.task().partner_names == ("省税务局",)
    later(for_a_time, 1)
    assert "省税务局" not in found(for_a_time).members
    assert for_a_time.task().partner_names == ()


def test_a_day_of_its_own_may_be_earlier_never_later(working: Play) -> None:
    change(working, until=working.today + STAY)
    working.decide("chair", "加入")
    with pytest.raises(Invalid, match="请先延长该单位的参与期限") as problem:
        working.seat("tax", until=working.today + STAY + timedelta(days=1))
    assert [e.place for e in problem.value.errors] == ["until"]
    assert working.seat("tax", until=working.today + timedelta(days=3)).until == (
        working.today + timedelta(days=3)
    )


def test_a_proposal_of_a_whole_team_is_held_to_it_too(working: Play) -> None:
    change(working, until=working.today + STAY)
    working.decide("chair", "加入")
    working.act(
        "coordinator",
        do.propose_team,
        engagement_id=working.id,
        revision=working.task().revision,
        group="on_site",
        picks=[do.Pick(person_id=person_id("tax"), role="member")],
    )
    assert working.seat_of("tax").until == working.today + STAY


def test_it_may_be_asked_to_stay_longer_and_its_seats_follow(for_a_time: Play) -> None:
    longer = for_a_time.today + 2 * STAY
    change(for_a_time, until=longer)
    for_a_time.decide("chair", "加入")
    assert (for_a_time.seat_of("tax").until, last_days(for_a_time)) == (longer, [longer])
    assert found(for_a_time).changes[1].effect.endswith("1 个席位随之延长。")
    change(for_a_time)  # as long as the task needs it
    for_a_time.decide("chair", "加入")
    assert (for_a_time.seat_of("tax").until, last_days(for_a_time)) == (None, [None])
    assert "任务结束" in found(for_a_time).changes[2].effect


def test_an_own_earlier_day_is_not_prolonged_with_the_unit(working: Play) -> None:
    change(working, until=working.today + STAY)
    working.decide("chair", "加入")
    early = working.today + timedelta(days=3)
    working.seat("tax", until=early)
    working.confirm()
    change(working, until=working.today + 2 * STAY)
    working.decide("chair", "加入")
    assert (working.seat_of("tax").until, last_days(working)) == (early, [early])


@pytest.mark.parametrize("days", [20, 10])
def test_staying_longer_takes_a_later_day(for_a_time: Play, days: int) -> None:
    with pytest.raises(Invalid, match="请填写更晚的截止日期"):
        change(for_a_time, until=for_a_time.today + timedelta(days=days))


def test_when_its_time_is_over_it_may_join_again_and_old_seats_stay_closed(
    for_a_time: Play,
) -> None:
    end = for_a_time.today + STAY
    later(for_a_time, STAY.days + 1)
    with pytest.raises(Invalid, match="没有参与"):
        change(for_a_time, change="leave")
    change(for_a_time, until=for_a_time.today + STAY)
    for_a_time.decide("chair", "加入")
    assert "省税务局" in found(for_a_time).members
    assert for_a_time.task().partner_names == ("省税务局",)
    assert last_days(for_a_time) == [
        end
    ]  # nobody comes back without being proposed and checked again
    assert for_a_time.seat_of("tax").state == "replaced"
    later_seat = for_a_time.seat("tax")
    assert (later_seat.state, later_seat.until) == ("proposed", for_a_time.today + STAY)


# --- at the pages --------------------------------------------------------------------------------


def test_everything_is_done_at_the_pages(consulted: Play) -> None:
    from tests.inspection.test_phases import sent

    office, base = client_of("coordinator"), f"/engagements/{consulted.id}/do/"
    meeting = str(consulted.task().consultations[0].id)
    assert sent(office, f"{base}focus/", text="").status_code == 422
    made = sent(
        office,
        f"{base}focus/",
        consultation_id=meeting,
        axis="",
        text="下属公司采购集中",
        source_id=str(unit_id("YL-SJ")),
        reason="审计通报的风险点",
    )
    assert "协作重点已列入" in made.content.decode()
    line = found(consulted).focus[0].id
    given_ = {"unit_id": str(unit_id("YL-SW")), "change": "join", "reason": WHY}
    asked = sent(office, f"{base}member/", since=consulted.today.isoformat(), **given_)
    assert "已提请委员会决定" in asked.content.decode()
    tab = office.get(f"/engagements/{consulted.id}/tab/focus/").content.decode()
    assert "待委员会决定" in tab
    dropped = sent(office, f"{base}drop_focus/", focus_id=str(line), reason="会商后认定不成立")
    assert "协作重点已调出" in dropped.content.decode()


def test_the_tab_costs_the_same_with_more_lines(working: Play) -> None:
    client = client_of("coordinator")
    url = f"/engagements/{working.id}/tab/focus/"

    def cost() -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as said:
            assert client.get(url).status_code == 200
        return len(said)

    def more(number: int) -> None:
        line = working.focus(consultation_id=None, text=f"新增协作重点{number}")
        working.paper(title=f"问题{number}", focus_id=line)

    more(0)
    few = cost()
    for number in (1, 2, 3):
        more(number)
    assert cost() == few <= 42
