"""三种协同 (R-3.3-2): ratios by dated formulas, counted from rows the reader may see, never from too few."""

from __future__ import annotations

from datetime import date, timedelta
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from lianxun.duties import queries as duties
from lianxun.duties.models import DutyTemplate
from lianxun.fabric.identity import acting_as
from lianxun.inspection import operations as do
from lianxun.inspection import queries
from lianxun.inspection.synergy import Share, clocked, formulas
from lianxun.kernel.problems import NotFound
from lianxun.rectification import operations as rectify
from lianxun.rectification import queries as rectification
from tests.inspection.support import QUESTION, TEAM, Play
from tests.rectification.support import closed, issued
from tests.support.cast import account_id, unit_id
from tests.web.test_pages import client_of

RULES = formulas(date(2026, 11, 1))
SMALL = st.integers(0, 500)


# --- the formulas --------------------------------------------------------------------------------


def test_there_are_no_formulas_before_the_first() -> None:
    with pytest.raises(LookupError):
        formulas(date(2023, 12, 31))


def test_every_indicator_stands_in_a_group_and_is_counted_in_one_way() -> None:
    groups = {group.code for group in RULES.groups}
    assert (
        {x.group for x in RULES.indicators} == groups == {"aims", "resources", "process", "results"}
    )
    assert len({x.code for x in RULES.indicators}) == len(RULES.indicators)
    for x in RULES.indicators:
        assert bool(x.counts) != bool(x.duties), x.code
        assert x.met in (("in_time", "done") if x.duties else ("",)), x.code
        assert x.confidence in ("R", "P")
        assert x.title
        assert x.part
        assert x.whole


def test_every_clock_of_a_formula_is_a_shipped_template(cast: Any) -> None:
    with acting_as(account_id("coordinator")), transaction.atomic():
        known = set(DutyTemplate.objects.order_by("code").values_list("code", flat=True))
    assert set(RULES.clocks) <= known


@given(st.integers(0, 500), st.integers(0, 500), st.integers(1, 10))
def test_a_ratio_lies_between_nought_and_a_hundred_or_is_not_formed(
    part: int, more: int, least: int
) -> None:
    share = Share(part, part + more)
    rate = share.percent(least)
    if share.whole < least:
        assert rate is None
    else:
        assert rate is not None
        assert abs(rate - 100 * share.part / share.whole) <= 0.5
        assert 0 <= rate <= 100


@given(st.lists(st.tuples(SMALL, SMALL), max_size=5))
def test_the_whole_is_the_sum_of_its_parts(pairs: list[tuple[int, int]]) -> None:
    total = sum((Share(a, a + b) for a, b in pairs), Share())
    assert total == Share(sum(a for a, _ in pairs), sum(a + b for a, b in pairs))


@given(st.dictionaries(st.sampled_from([*RULES.clocks, "XX"]), st.tuples(SMALL, SMALL, SMALL)))
def test_clocks_count_in_time_or_done_of_what_was_due(
    kept: dict[str, tuple[int, int, int]],
) -> None:
    for x in RULES.indicators:
        if not x.duties:
            continue
        share = clocked(x, kept)
        mine = [kept.get(code, (0, 0, 0)) for code in x.duties]
        assert share.whole == sum(sum(row) for row in mine)
        met = sum(row[0] + (row[1] if x.met == "done" else 0) for row in mine)
        assert share.part == met <= share.whole


def test_nothing_is_no_ratio() -> None:
    assert Share().percent(0) is None
    assert Share(1, 2).percent(5) is None
    assert Share(1, 8).percent(5) == 13  # halves up


# --- the rows ------------------------------------------------------------------------------------


@pytest.fixture
def site(play: Play) -> Play:
    return play.on_site()


def shares(play: Play, who: str = "coordinator") -> Any:
    found = play.see(who, queries.together, round_id=play.round_id)
    return {line.id: line.shares for line in found.lines}[play.id]


def test_papers_and_lines_count_when_they_name_a_line_of_the_focus(play: Play) -> None:
    play.approved()
    play.through("coordinator", "consulting")
    play.consult()
    focus = play.focus()
    before = shares(play)
    for line in (None, focus):
        play.act(
            "coordinator",
            do.add_line,
            engagement_id=play.id,
            unit_id=unit_id("YL-SJ"),
            risk="采购集中于少数供应商",
            focus_id=line,
        )
    after = shares(play)
    assert after["list_lines"] == before["list_lines"] + Share(1, 2)
    assert after["papers"] == after["joint_tasks"] == Share()


def test_a_draft_paper_counts_nowhere(site: Play) -> None:
    focus = site.see("coordinator", queries.collaboration, engagement_id=site.id).focus[0].id
    site.paper(focus_id=focus)
    assert shares(site)["papers"] == Share()
    site.sign(site.paper(focus_id=focus), "inspector")
    site.sign(site.paper(), "inspector")
    assert shares(site)["papers"] == Share(1, 2)


def test_the_own_team_is_not_lent(site: Play) -> None:
    assert shares(site)["people"] == Share(0, 3)
    assert shares(site)["person_days"] == Share(0, 3), "the day of the entry is a day"


def test_people_of_other_units_are_shared_with_their_days(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    seats = (*TEAM, ("auditor_expert", "member"))
    monkeypatch.setattr(play, "team", lambda: Play.team(play, seats))
    play.prepared(with_audit=True, entry_on=play.today + timedelta(days=2))
    assert shares(play)["people"] == Share(1, 4)
    assert shares(play)["person_days"] == Share(), "nobody has come yet"
    play.now += timedelta(days=6)
    assert shares(play)["person_days"] == Share(5, 20)
    play.now += timedelta(days=400)
    task = play.task()
    stay = (task.on_site_end_on - task.entry_on).days + 1
    assert shares(play)["person_days"] == Share(stay, 4 * stay), "nobody stays after the end"


def gaps(play: Play) -> tuple[int | None, int | None]:
    found = play.see("coordinator", queries.together, round_id=play.round_id)
    (line,) = [x for x in found.lines if x.id == play.id]
    return line.to_report, line.to_feedback


def test_gaps_between_stages_are_days(site: Play) -> None:
    assert gaps(site) == (None, None)
    site.now += timedelta(days=(site.task().on_site_end_on - site.today).days + 8)
    site.today = site.now.date()
    site.reported()
    site.decide("leader", "听取")
    assert gaps(site) == (8, None)
    text = client_of("coordinator").get(f"/measures/synergy/?round={site.round_id}")
    assert ">8 天<" in text.content.decode()


def test_a_report_before_the_planned_end_has_no_gap(site: Play) -> None:
    site.fed_back()
    assert gaps(site) == (None, 0)


def test_what_is_not_there_says_so_and_is_no_ratio(play: Play) -> None:
    play.approved()
    text = unescape(
        client_of("coordinator").get(f"/measures/synergy/?round={play.round_id}").content.decode()
    )
    for words in ("无法计算：还没有已签底稿", "无法计算：还没有驻点组已确认组员"):
        assert words in text
    assert "0/0" not in text
    assert ">0%<" not in text
    assert ">100%<" not in text


def test_evidence_of_another_unit_counts_once_confirmed(site: Play) -> None:
    paper = site.paper()
    site.sign(paper, "inspector")
    assert shares(site)["evidence"] == Share(0, 1)
    units = shares(site)["units"]
    asked = site.act(
        "inspector",
        do.ask_corroboration,
        paper_id=paper,
        unit_id=unit_id("YL-CZ"),
        question=QUESTION,
    )
    assert shares(site)["evidence"] == Share(0, 1), "asked is not confirmed"
    site.act(
        "finance",
        do.answer_corroboration,
        corroboration_id=asked,
        revision=1,
        answer="confirmed",
        statement="抽查支付凭证，没有招标备案记录。",
    )
    assert shares(site)["evidence"] == Share(1, 1)
    assert shares(site)["units"].part >= units.part


def test_an_answer_that_denies_is_no_evidence_but_a_contribution(site: Play) -> None:
    paper = site.paper()
    site.sign(paper, "inspector")
    asked = site.act(
        "inspector",
        do.ask_corroboration,
        paper_id=paper,
        unit_id=unit_id("YL-CZ"),
        question=QUESTION,
    )
    before = shares(site)["units"]
    site.act(
        "finance",
        do.answer_corroboration,
        corroboration_id=asked,
        revision=1,
        answer="denied",
        statement="支付凭证附有招标备案。",
    )
    after = shares(site)
    assert after["evidence"] == Share(0, 1)
    assert after["units"] == before + Share(1, 0)


def test_clocks_are_counted_by_engagement_and_light(site: Play) -> None:
    kept = site.see(
        "coordinator", duties.kept, engagements=[site.id, UUID(int=5)], codes=RULES.clocks
    )
    assert kept[UUID(int=5)] == {}
    assert all(code in RULES.clocks for code in kept[site.id])
    assert sum(sum(row) for row in kept[site.id].values()) >= 1


def test_what_was_struck_off_counts_as_used_when_something_was_made_of_it(site: Play) -> None:
    item = closed(site.cast, engagement_id=site.id)
    issued(site.cast, engagement_id=site.id)

    def used() -> Any:
        return site.see("coordinator", rectification.used, engagements=[site.id]).get(site.id)

    assert used() == (0, 1)
    site.act(
        "coordinator",
        rectify.record_use,
        item_id=item,
        revision=site.see("coordinator", rectification.item, item_id=item).revision,
        kind="rule",
        recipient_id=unit_id("YL-GZ"),
        text="修订出资企业采购监督办法。",
        document="云国资发〔2026〕7号",
        used_on=site.today,
    )
    assert used() == (1, 1)


def test_nobody_counts_what_he_may_not_know(site: Play) -> None:
    site.sign(site.paper(), "inspector")
    with pytest.raises(NotFound):
        site.see("contact", queries.together, round_id=site.round_id)
    for who in ("neighbour", "finance"):
        kept = site.see(who, duties.kept, engagements=[site.id], codes=["MS-N1A"])
        assert kept[site.id] == {}
        try:
            found = site.see(who, queries.together, round_id=site.round_id)
        except NotFound:
            continue
        assert site.id not in {line.id for line in found.lines}


def test_the_year_s_rounds_are_offered_latest_first(site: Play) -> None:
    year = site.today.year
    offered = site.see("coordinator", queries.rounds_of_year, year=year)
    assert site.round_id in {ident for ident, _ in offered}
    assert site.see("coordinator", queries.rounds_of_year, year=year - 9) == []
    ahead = site.open_round(name="明天开始的轮次", starts_on=site.today + timedelta(days=1))
    offered = site.see("coordinator", queries.rounds_of_year, year=year)
    assert ahead not in {ident for ident, _ in offered}


# --- the page ------------------------------------------------------------------------------------


def test_the_page_shows_formulas_figures_and_too_few(site: Play) -> None:
    site.sign(site.paper(), "inspector")
    text = unescape(
        client_of("coordinator").get(f"/measures/synergy/?round={site.round_id}").content.decode()
    )
    for words in ("目标协同", "资源协同", "过程协同", "成果共用", "样本不足", "建议口径"):
        assert words in text
    assert "对应协作重点的已签底稿 ÷ 已签底稿" in text
    assert f"/engagements/{site.id}/tab/papers/" in text
    assert ">0/1</a>" in text


def test_a_round_one_may_not_know_is_not_there(site: Play) -> None:
    client = client_of("coordinator")
    assert client.get(f"/measures/synergy/?round={UUID(int=7)}").status_code == 404
    assert client.get("/measures/synergy/?round=x&year=abc").status_code == 200
    assert (
        "没有您可以知悉的已开始的轮次"
        in client.get("/measures/synergy/?year=2011").content.decode()
    )
    assert client_of("contact").get("/measures/synergy/").status_code == 404


def test_the_page_costs_the_same_with_more_of_everything(site: Play) -> None:
    client = client_of("coordinator")
    url = f"/measures/synergy/?round={site.round_id}"

    def cost() -> int:
        with CaptureQueriesContext(connection) as said:
            assert client.get(url).status_code == 200
        return len(said)

    site.sign(site.paper(), "inspector")
    cost()
    before = cost()
    for _ in range(3):
        site.sign(site.paper(), "inspector")
        closed(site.cast, engagement_id=site.id)
    assert cost() == before <= 30
