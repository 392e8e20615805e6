"""人员交叉核验: an inspector's finding verified by an auditor, and the other way round (R-1.3.2-1)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from lianxun.fabric.identity import acting_as
from lianxun.inspection import operations as do
from lianxun.inspection import queries
from lianxun.inspection.rules import Facts, SeatFacts, may_cross_check
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from lianxun.trace import queries as trace
from tests.inspection.support import TEAM, Play, refused_by_database, sql
from tests.inspection.test_papers import hidden
from tests.inspection.test_rules import actor
from tests.web.test_pages import client_of

SEEN = "逐笔核对招标备案和付款凭证，与底稿一致。"


@pytest.fixture
def site(play: Play, monkeypatch: pytest.MonkeyPatch) -> Play:
    """On site with three inspectors of the office and one of the audit department."""
    seats = (*TEAM, ("auditor_expert", "member"))
    monkeypatch.setattr(play, "team", lambda: Play.team(play, seats))
    return play.on_site(with_audit=True)


def signed(site: Play, who: str = "inspector") -> UUID:
    paper = site.paper(who)
    site.sign(paper, who)
    return paper


def check(site: Play, who: str, paper: UUID, **more: Any) -> Any:
    values = {"revision": see(site, paper).revision, "verdict": "sound", "text": SEEN, **more}
    return site.act(who, do.cross_check, paper_id=paper, **values)


def see(site: Play, paper: UUID, who: str = "inspector") -> Any:
    return site.see(who, queries.paper, paper_id=paper)


def traced(site: Play, paper: UUID) -> list[str]:
    """The acts on a paper that the trace holds and its reader may know."""
    reader = site.cast["inspector"]
    with acting_as(reader.account_id), transaction.atomic():
        found = trace.waiting(actor=reader, obj="inspection.paper", obj_id=paper)
    return [entry.act for entry in found]


@pytest.mark.parametrize(
    ("author", "checker", "homes"),
    [
        ("inspector", "auditor_expert", ("省审计厅", "第一巡视组")),
        ("auditor_expert", "inspector", ("第一巡视组", "省审计厅")),
    ],
)
def test_each_side_verifies_what_the_other_wrote(
    site: Play, author: str, checker: str, homes: tuple[str, str]
) -> None:
    paper = signed(site, author)
    assert "cross_check" in see(site, paper, checker).permitted
    check(site, checker, paper, verdict="supplement")
    assert "inspection.cross_check" in traced(site, paper)
    found = see(site, paper)
    assert [(c.home_name, c.author_home_name) for c in found.cross_checks] == [homes]
    assert (found.cross_checks[0].verdict_label, found.cross_checks[0].text) == ("需补充证据", SEEN)
    assert found.cross_checks[0].current
    assert "cross_check" not in see(site, paper, checker).permitted


def test_who_may_not_verify(site: Play) -> None:
    draft = site.paper()
    with pytest.raises(Refused, match="承办人签字之后"):
        check(site, "auditor_expert", draft)
    paper = signed(site)
    for who in ("inspector", "team_deputy"):
        with pytest.raises(Refused, match="另一单位的组员") as refused:
            check(site, who, paper)
        assert refused.value.rule == "INS-CROSS"
        assert "cross_check" not in see(site, paper, who).permitted
    with pytest.raises(Refused, match="巡视组的成员"):
        check(site, "coordinator", paper)
    with pytest.raises(NotFound):
        check(site, "neighbour", paper)
    site.sign(paper, "team_deputy", "team_head")
    with pytest.raises(Refused, match="组长签字之前"):
        check(site, "auditor_expert", paper)


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"verdict": "luck"}, "verdict"),
        ({"text": "  属实  "}, "text"),
        ({"text": "长" * 501}, "text"),
    ],
)
def test_a_verification_names_the_field_that_does_not_fit(
    site: Play, more: dict[str, str], place: str
) -> None:
    paper = signed(site)
    with pytest.raises(Invalid) as problem:
        check(site, "auditor_expert", paper, **more)
    assert [e.place for e in problem.value.errors] == [place]
    assert see(site, paper).cross_checks == ()


def test_a_paper_is_verified_as_it_was_read_and_once(site: Play) -> None:
    paper = signed(site)
    with pytest.raises(Stale):
        check(site, "auditor_expert", paper, revision=1)
    check(site, "auditor_expert", paper)
    with pytest.raises(WrongState, match="已核验过"):
        check(site, "auditor_expert", paper)


def test_a_paper_sent_back_is_verified_anew(site: Play) -> None:
    paper = signed(site)
    check(site, "auditor_expert", paper, verdict="unsound")
    revision = see(site, paper).revision
    site.act("team_deputy", do.return_paper, paper_id=paper, revision=revision, reason="补证")
    assert [c.current for c in see(site, paper).cross_checks] == [False]
    site.now += timedelta(minutes=1)
    site.sign(paper, "inspector")
    check(site, "auditor_expert", paper)
    assert [c.current for c in see(site, paper).cross_checks] == [False, True]


def test_two_groups_of_one_office_are_one_side() -> None:
    """Only a joint unit makes another side; a single team has none."""
    author, audit = uuid4(), uuid4()
    homes = (uuid4(), uuid4())
    reader = actor(7)
    seats = (
        SeatFacts(author, "member", "on_site", "confirmed", homes[0]),
        SeatFacts(reader.account_id, "member", "on_site", "confirmed", homes[1]),
    )

    def may(*partners: UUID) -> bool:
        facts = Facts("on_site", "YL/BG/", seats, partners)
        return bool(may_cross_check(reader, facts, state="signed_author", author=author))

    assert [may(), may(audit), may(homes[0]), may(homes[1]), may(*homes)] == [
        False, False, True, True, True,
    ]  # fmt: skip


def test_the_database_keeps_what_was_seen(site: Play, cast: Any) -> None:
    paper = signed(site)
    check(site, "auditor_expert", paper)
    with refused_by_database("is written once"):
        sql(cast, "inspector", "update inspection_crosscheck set text = 'x' where paper_id = %s", paper)  # fmt: skip
    with refused_by_database("cross_check_by_another_home_unit"):
        sql(
            cast, "inspector",
            "insert into inspection_crosscheck select (jsonb_populate_record(c, jsonb_build_object("
            "'id', gen_random_uuid(), 'home_id', c.author_home_id, 'signed_at', now()))).* "
            "from inspection_crosscheck c where paper_id = %s", paper,
        )  # fmt: skip


def test_the_page_offers_and_shows_it(site: Play) -> None:
    paper = signed(site)
    client = client_of("auditor_expert")
    address = f"/papers/{paper}/"
    assert f"{address}do/cross_check/" in client.get(address).content.decode()
    form = client.get(f"{address}do/cross_check/").content.decode()
    bad = client.post(
        f"{address}do/cross_check/", {**hidden(form), "verdict": "sound", "text": "好"}
    )
    assert bad.status_code == 422
    sent = {**hidden(form), "verdict": "sound", "text": SEEN}
    assert client.post(f"{address}do/cross_check/", sent).status_code == 302
    page = client.get(address).content.decode()
    assert "核验第一巡视组" in page
    assert SEEN in page
    assert f"{address}do/cross_check/" not in page


def lines(site: Play, who: str = "coordinator") -> dict[UUID, Any]:
    found = site.see(who, queries.linkage, year=site.today.year)
    return {x.id: x for x in found}


def test_the_measure_counts_what_stands(site: Play) -> None:
    site.paper()  # a draft counts nowhere
    checked, open_, doubted = signed(site), signed(site), signed(site, "auditor_expert")
    check(site, "auditor_expert", checked)
    check(site, "inspector", doubted, verdict="unsound")
    found = lines(site)[site.id]
    assert (found.team_kind, found.partners_named) == ("audit", 1)
    assert (found.people, found.partners) == (4, 1)
    assert (found.papers, found.cross, found.sound) == (3, 2, 1)
    revision = see(site, checked).revision
    site.act("team_deputy", do.return_paper, paper_id=checked, revision=revision, reason="补证")
    found = lines(site)[site.id]
    assert (found.papers, found.cross, found.sound) == (2, 1, 0)
    assert see(site, open_).cross_checks == ()


def test_the_measure_counts_only_what_its_reader_may_know(site: Play) -> None:
    assert site.id in lines(site, "inspector")
    assert site.id not in lines(site, "neighbour")
    assert site.see("coordinator", queries.linkage, year=site.today.year - 9) == ()


def test_the_measure_costs_a_fixed_number_of_statements(site: Play) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as said:
            lines(site)
        return len(said)

    before = cost()
    check(site, "auditor_expert", signed(site))
    assert cost() <= before + 2  # signatures and cross-checks are asked for once there are papers
    again = cost()
    check(site, "auditor_expert", signed(site))
    assert cost() == again <= 15


def test_the_page_compares_kinds_of_team_and_leads_to_their_tasks(site: Play) -> None:
    check(site, "auditor_expert", signed(site))
    client = client_of("coordinator")
    text = client.get("/measures/linkage/").content.decode()
    assert "巡审联动 1 项），已签底稿 1 份，其中交叉核验 1 份" in text
    assert "100%" in text
    shown = client.get(f"/engagements/?team=audit&year={site.today.year}")
    assert [x.id for x in shown.context["page"].rows] == [site.id]
    assert client.get("/engagements/?team=luck").status_code == 200
    assert client_of("neighbour").get("/measures/linkage/").status_code == 404
