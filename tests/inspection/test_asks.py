"""From the last rung of a joint supervision to a look-back in a round, and to the item that comes back (SM-6, SM-7)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lianxun.access.models import Account
from lianxun.duties.models import Duty
from lianxun.fabric.identity import acting_as
from lianxun.inspection import operations as do
from lianxun.inspection import queries
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from lianxun.rectification import operations as rectify
from lianxun.rectification import queries as ledger
from tests.inspection.support import Play, refused_by_database, sql
from tests.rectification import support
from tests.rectification import support_supervision as pressing
from tests.support.cast import account_id
from tests.support.recorded import Recorded, listen
from tests.web.test_pages import client_of

SHAM = "现场抽查十二份合同，九份仍未招标，佐证材料系事后补造。"


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    return listen(monkeypatch)


class Chain(Play):
    """An engagement whose rectification was pressed up to the last rung."""

    item: UUID
    supervision: UUID

    @property
    def ask(self) -> Any:
        return self.see("coordinator", queries.asked_by_cause, cause_id=self.supervision)

    def take(self, who: str = "coordinator", **more: Any) -> UUID:
        values = {
            "ask_id": self.ask.id,
            "revision": self.ask.revision,
            "round_id": self.round_id,
            "profile": "regular",
            "entry_on": self.today,
            "on_site_end_on": self.today + timedelta(days=25),
            **more,
        }
        return self.act(who, do.take_look_back, **values)

    def decline(self, who: str = "leader", **more: Any) -> None:
        values = {
            "ask_id": self.ask.id,
            "revision": self.ask.revision,
            "reason": "该单位已列入下一轮常规巡视。",
            **more,
        }
        self.act(who, do.decline_look_back, **values)

    def clock(self) -> list[str]:
        with acting_as(account_id("coordinator")):
            found = Duty.objects.filter(template_code="DT-IN-ASKED", object_id=self.ask.id)
            return sorted(found.values_list("state", flat=True))


def raised(cast: Any, item: UUID, level: int) -> None:
    """An item above what the team may know, and people cleared for it where they have to act."""
    sql(cast, "leader", "update rectification_item set level = %s where id = %s", level, item)
    cleared = [account_id(who) for who in (*pressing.GROUP, "contact")]
    Account.objects.filter(id__in=cleared).update(clearance=level)


def press(cast: Any, level: int = 1) -> Chain:
    """The interview, the circular and the accountability were not enough; the round is fed back."""
    chain = Chain(cast)
    chain.on_site().fed_back()
    chain.through("coordinator", "rectifying")
    number = chain.task().number
    chain.item = pressing.sham(cast, engagement_id=chain.id, engagement_number=number)
    if level > 1:
        raised(cast, chain.item, level)
    found = pressing.propose(cast, chain.item)
    support.ruled(cast, found)
    for who in pressing.GROUP:
        pressing.member(cast, found, who)
    pressing.step(cast, rectify.send_notice, "coordinator", found)
    pressing.reply(cast, found)
    pressing.find(cast, found, pressing.GROUP[0])
    pressing.find(cast, found, pressing.GROUP[1], "insufficient")
    pressing.interview(cast, found)
    pressing.climb(cast, found)
    pressing.climb(cast, found)
    chain.supervision = found
    return chain


@pytest.fixture
def pressed(cast: Any) -> Chain:
    return press(cast)


@pytest.fixture
def asked(pressed: Chain) -> Chain:
    pressing.climb(pressed.cast, pressed.supervision, demand="建议对该集团开展“回头看”。")
    return pressed


def closed(chain: Chain) -> None:
    """The item goes its ordinary way to the close-out by two bodies."""
    support.evidence(chain.cast, chain.item)
    support.act(chain.cast, rectify.submit, "contact", chain.item, progress="已补正台账。")
    support.act(
        chain.cast,
        rectify.check,
        "coordinator",
        chain.item,
        verdict="confirmed",
        finding="查阅台账，情况属实。",
    )
    support.act(chain.cast, rectify.sign_close_out, "coordinator", chain.item)
    support.act(chain.cast, rectify.sign_close_out, "discipline", chain.item)


def looking_back(chain: Chain) -> None:
    """The look-back that was asked for is approved with its round, and its team is on site."""
    chain.open_round(name="2026年第五轮巡视")
    chain.id = chain.take()
    chain.submit_round()
    chain.decide("leader", "任务安排")
    chain.through("coordinator", "consulting")
    chain.consult()
    made = chain.draft_plan()
    chain.act("coordinator", do.submit_plan, plan_id=made, revision=1)
    chain.decide("chair", "协作方案")
    chain.team()
    chain.through("coordinator", "prepared")
    chain.through("team_head", "on_site")


def found_sham(chain: Chain) -> None:
    shown = chain.see("inspector", ledger.item, item_id=chain.item)
    chain.act(
        "inspector",
        do.record_look_back,
        engagement_id=chain.id,
        item_kind="rectification.item",
        item_id=chain.item,
        item_title=shown.title,
        verdict="sham",
        text=SHAM,
        due_on=chain.today + timedelta(days=40),
    )


# --- the request ---------------------------------------------------------------------------------


def test_only_the_last_rung_asks(pressed: Chain) -> None:
    assert pressed.ask is None
    pressing.climb(pressed.cast, pressed.supervision, demand="建议对该集团开展“回头看”。")
    assert (pressed.ask.state, pressed.ask.items) == ("pending", (pressed.item,))
    assert pressed.ask.reason == "建议对该集团开展“回头看”。"
    assert pressed.ask.first == pressed.id
    assert pressed.clock() == ["open"]


def test_an_engagement_that_is_not_kept_here_is_asked_by_letter_alone(cast: Any) -> None:
    found = pressing.interviewed(cast)
    for _ in range(3):
        pressing.climb(cast, found)
    with acting_as(account_id("coordinator")):
        assert not Duty.objects.filter(template_code="DT-IN-ASKED").exists()
    assert pressing.seen(cast, found).rungs[-1].rung == "look_back"


def test_nobody_sees_it_who_may_not_know_the_engagement_and_the_list_has_its_price(
    asked: Chain,
) -> None:
    ident = asked.ask.id
    for who in ("contact", "audit", "finance", "neighbour", "system_admin"):
        with pytest.raises((NotFound, Refused)):
            asked.see(who, queries.look_back_ask, ask_id=ident)
        assert client_of(who).get(f"/look-back-asks/{ident}/").status_code == 404
    assert asked.see("coordinator", queries.look_back_asks).total == 1
    with CaptureQueriesContext(connection) as said:
        asked.see("coordinator", queries.look_back_asks)
    assert len(said) <= 12


def test_the_request_is_as_high_as_the_highest_of_its_items(cast: Any) -> None:
    chain = press(cast, level=3)
    pressing.climb(cast, chain.supervision, demand="建议对该集团开展“回头看”。")
    assert chain.ask.items == (chain.item,)
    assert chain.task().level < 3
    assert chain.see("inspector", queries.engagement, engagement_id=chain.id).id == chain.id
    with pytest.raises(NotFound):  # of the team, but not cleared for the item
        chain.see("inspector", queries.look_back_ask, ask_id=chain.ask.id)
    assert chain.see("inspector", queries.look_back_asks).total == 0
    assert chain.see("leader", queries.look_back_asks).total == 1
    own = client_of("inspector").get(f"/engagements/{chain.id}/tab/look_back/").content.decode()
    assert chain.ask.number not in own


# --- into a round --------------------------------------------------------------------------------


def test_the_whole_chain_from_the_rung_to_the_item_that_comes_back(
    asked: Chain, heard: Recorded
) -> None:
    first = asked.id
    closed(asked)
    looking_back(asked)
    task = asked.task()
    assert (task.kind, task.look_back_of) == ("look_back", first)
    assert (asked.ask.state, asked.ask.task, asked.ask.looked) == ("taken", asked.id, 0)
    assert asked.clock() == ["fulfilled"]
    assert len(heard.of("inspection.take_look_back")) == 1
    found_sham(asked)
    item = asked.see("coordinator", ledger.item, item_id=asked.item)
    assert (item.state, item.reopened_times) == ("reopened", 1)
    assert (asked.ask.looked, asked.ask.reopened) == (1, 1)
    assert "重新整改 1 项" in asked.ask.outcome
    page = client_of("coordinator").get(f"/supervisions/{asked.supervision}/").content.decode()
    assert task.number in page
    own = client_of("coordinator").get(f"/engagements/{asked.id}/tab/look_back/").content.decode()
    assert asked.ask.number in own


def test_an_item_still_open_stays_open_beside_the_finding(asked: Chain) -> None:
    before = asked.see("coordinator", ledger.item, item_id=asked.item)
    looking_back(asked)
    found_sham(asked)
    item = asked.see("coordinator", ledger.item, item_id=asked.item)
    assert (item.state, item.due_on) == (before.state, before.due_on)
    assert asked.ask.looked == 1


def test_the_look_back_stands_once_in_a_draft_round_of_the_office_alone(asked: Chain) -> None:
    with pytest.raises(WrongState, match="已提请审批"):
        asked.take()  # the round of the first engagement is approved
    asked.open_round(name="2026年第五轮巡视")
    for who in ("leader", "inspector", "team_head"):
        with pytest.raises((Refused, NotFound)):
            asked.take(who)
    with pytest.raises(Invalid) as problem:
        asked.take(profile="luck", entry_on=asked.today, on_site_end_on=asked.today)
    assert {"profile"} <= {e.place for e in problem.value.errors}
    with pytest.raises(Stale):
        asked.take(revision=9)
    assert (asked.ask.state, asked.clock()) == ("pending", ["open"])
    asked.take()
    with pytest.raises(WrongState, match="已列入轮次"):
        asked.take()
    with pytest.raises(WrongState, match="已列入轮次"):
        asked.decline()


# --- declined ------------------------------------------------------------------------------------


def test_a_leader_declines_with_a_reason_and_the_supervision_says_so(
    asked: Chain, heard: Recorded
) -> None:
    asked.decline()
    assert (asked.ask.state, asked.clock()) == ("declined", ["fulfilled"])
    assert len(heard.of("inspection.decline_look_back")) == 1
    page = client_of("coordinator").get(f"/supervisions/{asked.supervision}/").content.decode()
    assert "不予安排：该单位已列入下一轮常规巡视。" in page
    with pytest.raises(WrongState, match="未予安排"):
        asked.decline()


def test_only_a_leader_of_the_leading_group_declines_and_with_a_reason_that_fits(
    asked: Chain,
) -> None:
    for who in ("coordinator", "team_head", "chair", "contact"):
        with pytest.raises((Refused, NotFound)):
            asked.decline(who)
    for reason in ("短", "长" * 501):
        with pytest.raises(Invalid) as problem:
            asked.decline(reason=reason)
        assert [e.place for e in problem.value.errors] == ["reason"]
    assert asked.ask.state == "pending"


def test_the_database_holds_the_same(asked: Chain) -> None:
    table = "inspection_lookbackask"
    with refused_by_database("look_back_ask_is_answered_whole"):
        sql(
            asked.cast,
            "coordinator",
            f"update {table} set state = 'taken' where id = %s",
            asked.ask.id,
        )
    with refused_by_database("look_back_ask_is_answered_whole"):  # by who asked
        sql(
            asked.cast,
            "coordinator",
            f"update {table} set state = 'declined', answer = 'x', decided_on = current_date, "
            "decided_by_id = asked_by_id where id = %s",
            asked.ask.id,
        )
    with refused_by_database("reason"):
        sql(
            asked.cast,
            "coordinator",
            f"update {table} set reason = 'x' where id = %s",
            asked.ask.id,
        )


# --- the pages -----------------------------------------------------------------------------------


def test_the_pages_offer_what_the_reader_may_do(asked: Chain) -> None:
    asked.open_round(name="2026年第五轮巡视")
    office, leader = client_of("coordinator"), client_of("leader")
    url = f"/look-back-asks/{asked.ask.id}/"
    assert "列入轮次" in office.get(url).content.decode()
    assert "不予安排" in leader.get(url).content.decode()
    assert asked.ask.number in office.get("/look-back-asks/?state=pending").content.decode()
    assert office.get("/look-back-asks/?state=x").context["page"].total == 1
    given = {
        "revision": asked.ask.revision,
        "round_id": str(asked.round_id),
        "profile": "regular",
        "entry_on": asked.today.isoformat(),
        "on_site_end_on": (asked.today + timedelta(days=25)).isoformat(),
    }
    answer = office.post(f"{url}do/take/", given)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    assert asked.ask.state == "taken"
