"""An engagement of the sample province in whatever state a test needs, through the real operations."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from lianxun.approvals import operations as approvals
from lianxun.approvals import queries as matters
from lianxun.demo.province import person_id
from lianxun.fabric.identity import acting_as
from lianxun.inspection import operations as do
from lianxun.inspection import queries
from tests.support.cast import unit_id

TEAM = (("team_head", "head"), ("team_deputy", "deputy"), ("inspector", "member"))
PAPER = {
    "title": "下属公司未经招标集中采购",
    "axis": "policy",
    "course": "调阅合同十二份，谈话三人。",
    "basis": "招标投标法第三条",
    "responsible": "示范置业",
}
QUESTION = "2025年该公司采购支付是否有对应的招标备案？"


class Play:
    """One engagement, and short words for what people do in it."""

    def __init__(self, cast: Any) -> None:
        self.cast = cast
        self.now = cast.now
        self.today = self.now.date()
        self.round_id: UUID = UUID(int=0)
        self.id: UUID = UUID(int=0)

    def act(self, who: str, act: Callable[..., Any], **fields: Any) -> Any:
        return act(actor=self.cast[who], now=self.now, **fields)

    def see(self, who: str, query: Callable[..., Any], **fields: Any) -> Any:
        actor = self.cast[who]
        with acting_as(actor.account_id), transaction.atomic():
            return query(actor=actor, now=self.now, **fields)

    def task(self, who: str = "coordinator") -> Any:
        return self.see(who, queries.engagement, engagement_id=self.id)

    def open_round(self, **more: Any) -> UUID:
        values = {
            "name": "2026年第四轮巡视",
            "year": 2026,
            "focus": "国企改革深化提升行动落实情况",
            "starts_on": self.today,
            "ends_on": self.today + timedelta(days=120),
            **more,
        }
        self.round_id = self.act("coordinator", do.open_round, **values)
        return self.round_id

    def plan(self, **more: Any) -> UUID:
        values = {
            "round_id": self.round_id,
            "unit_id": unit_id("YL-JT"),
            "kind": "regular",
            "profile": "regular",
            "entry_on": self.today,
            "on_site_end_on": self.today + timedelta(days=45),
            **more,
        }
        self.id = self.act("coordinator", do.plan_engagement, **values)
        return self.id

    def round(self, who: str = "coordinator") -> Any:
        return self.see(who, queries.round_page, round_id=self.round_id)[0]

    def answer_checks(self, phase: str = "deploy") -> None:
        """Answer the open lines of the political checklist of one phase."""
        for check in self.round().checks:
            if check.phase == phase and check.passed_at is None:
                self.act(
                    "coordinator",
                    do.pass_check,
                    check_id=check.id,
                    revision=self.round().revision,
                    evidence="领导小组会议纪要第5号",
                )

    def submit_round(self) -> UUID:
        self.answer_checks()
        return self.submit_as_it_is()

    def submit_as_it_is(self) -> UUID:
        return self.act(
            "coordinator",
            do.submit_round,
            round_id=self.round_id,
            revision=self.round().revision,
        )

    def decide(self, who: str, words: str = "", opinion: str = "agree", comment: str = "") -> None:
        waiting = self.see(who, matters.inbox)
        matter = next(m for m in waiting if m.may_vote and words in m.title)
        self.act(
            who,
            approvals.vote,
            matter_id=matter.id,
            revision=matter.revision,
            opinion=opinion,
            comment=comment,
        )

    def gates(self, stage: str, who: str = "coordinator") -> None:
        for gate in self.task(who).gates:
            if gate.stage == stage and gate.passed_at is None:
                self.act(
                    who,
                    do.pass_gate,
                    gate_id=gate.id,
                    revision=gate.revision,
                    evidence="会议纪要第3号",
                )

    def advance(self, who: str, to: str) -> None:
        self.act(
            who,
            do.advance,
            engagement_id=self.id,
            revision=self.task("coordinator").revision,
            to=to,
        )

    def through(self, who: str, to: str) -> None:
        self.gates(to)
        self.advance(who, to)

    def consult(self, **more: Any) -> UUID:
        values = {
            "engagement_id": self.id,
            "held_on": self.today,
            "place": "省委巡视办会议室",
            "units": (unit_id("YL-SJ"), unit_id("YL-CZ")),
            "minutes": "审计、财政通报近三年有关情况，提出三个风险点。",
            **more,
        }
        return self.act("coordinator", do.record_consultation, **values)

    def focus(self, who: str = "coordinator", **more: Any) -> UUID:
        values = {
            "engagement_id": self.id,
            "consultation_id": self.task().consultations[0].id,
            "axis": "policy",
            "text": "下属公司采购集中于少数供应商",
            "source_id": unit_id("YL-SJ"),
            "reason": "审计、财政两家数据互相印证。",
            **more,
        }
        return self.act(who, do.set_focus, **values)

    def draft_plan(self) -> UUID:
        """A plan, and before it the focus that the consultation sets."""
        if not self.see("coordinator", queries.collaboration, engagement_id=self.id).focus:
            self.focus()
        return self.act(
            "coordinator",
            do.draft_plan,
            engagement_id=self.id,
            aim="掌握采购和投资情况",
            focus="四个落实",
            secrecy="按工作秘密管理",
            emergency="联络办值班电话",
        )

    def seat(self, key: str, role: str = "member", **more: Any) -> Any:
        """Propose; returns the seat's record."""
        values = {"group": "on_site", "role": role, **more}
        self.act(
            "coordinator",
            do.propose_seat,
            engagement_id=self.id,
            person_id=person_id(key),
            **values,
        )
        return self.seat_of(key)

    def seat_of(self, key: str, who: str = "coordinator") -> Any:
        found = [s for s in self.task(who).seats if s.person_id == person_id(key)]
        return found[-1]

    def confirm(self, group: str = "on_site") -> int:
        return self.act(
            "coordinator",
            do.confirm_team,
            engagement_id=self.id,
            revision=self.task().revision,
            group=group,
        )

    def team(self, seats: tuple[tuple[str, str], ...] = TEAM) -> None:
        for key, role in seats:
            self.seat(key, role)
        self.confirm()

    def paper(self, who: str = "inspector", **more: Any) -> UUID:
        return self.act(who, do.draft_paper, engagement_id=self.id, **{**PAPER, **more})

    def sign(self, paper: UUID, *people: str) -> None:
        for who in people:
            found = self.see(who, queries.paper, paper_id=paper)
            self.act(who, do.sign_paper, paper_id=paper, revision=found.revision)

    def approved(self, **more: Any) -> Play:
        self.open_round()
        self.plan(**more)
        self.submit_round()
        self.decide("leader", "任务安排")
        return self

    def prepared(self, **more: Any) -> Play:
        self.approved(**more)
        self.through("coordinator", "consulting")
        self.consult()
        made = self.draft_plan()
        self.act("coordinator", do.submit_plan, plan_id=made, revision=1)
        self.decide("chair", "协作方案")
        self.team()
        self.through("coordinator", "prepared")
        return self

    def on_site(self, **more: Any) -> Play:
        self.prepared(**more)
        self.through("team_head", "on_site")
        return self

    def reported(self) -> Play:
        """The report waits for the leading group."""
        self.through("team_head", "reporting")
        self.gates("decided")
        self.act(
            "team_head",
            do.submit_report,
            engagement_id=self.id,
            revision=self.task().revision,
            summary="发现两个方面问题，移交线索两件。",
        )
        return self

    def fed_back(self) -> Play:
        self.reported()
        self.decide("leader", "听取")
        self.gates("fed_back")
        self.act(
            "coordinator",
            do.give_feedback,
            engagement_id=self.id,
            revision=self.task().revision,
            feedback_on=self.today,
        )
        return self

    def archived(self) -> Play:
        """From on site to the archive."""
        self.fed_back()
        for stage in ("rectifying", "assessed", "archived"):
            self.through("coordinator", stage)
        return self


@pytest.fixture
def play(cast: Any) -> Play:
    return Play(cast)


@contextmanager
def refused_by_database(words: str) -> Any:
    """The database itself says no, and the transaction of the attempt is undone."""
    with pytest.raises(DatabaseError, match=words), transaction.atomic():
        yield


def sql(cast: Any, who: str, statement: str, *values: Any) -> int:
    """One statement straight at the database, as the application's own role with somebody's identity."""
    with (
        acting_as(cast[who].account_id),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, values)
        return cursor.rowcount
