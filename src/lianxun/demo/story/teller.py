"""Tells the chapters in order of time. Each act is the same operation a person's click would call."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from lianxun.access import queries as access
from lianxun.approvals import operations as approvals_acts
from lianxun.approvals import queries as approvals
from lianxun.demo.people import account_id, unit_id
from lianxun.exchange.catalogue import data_class
from lianxun.fabric.identity import acting_as
from lianxun.inspection import operations as inspection_acts
from lianxun.inspection import queries as inspection
from lianxun.inspection.records import EngagementRecord
from lianxun.kernel.actor import Actor

Chapter = Callable[["Teller"], Iterator[int]]
R = TypeVar("R")
SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE_HOUR = time(9, 20)


class Teller:
    """Acts carry the day of their scene; the database's own clock stays at the present, so that people
    may already work in the directory while the story is told. (Dates of access therefore count from
    today: a scene may only use what is still open, which the chapters keep to.)
    """

    def __init__(self) -> None:
        self.present = timezone.localdate(timezone.now(), SHANGHAI)
        self._morning: datetime | None = None
        self._actors: dict[str, Actor] = {}
        self.acts = 0

    def tell(self, chapters: Sequence[Chapter]) -> int:
        """Run the scenes of all chapters by date, oldest first. Returns the number of acts.

        A chapter yields how many days ago its next scene lies.
        """
        waiting: list[tuple[int, int, Iterator[int]]] = []
        for number, chapter in enumerate(chapters):
            scenes = chapter(self)
            heapq.heappush(waiting, (-next(scenes), number, scenes))
        while waiting:
            ago, number, scenes = heapq.heappop(waiting)
            self.on(-ago)
            following = next(scenes, None)
            if following is not None:
                heapq.heappush(waiting, (-following, number, scenes))
        return self.acts

    def on(self, days_ago: int) -> None:
        """Go to the morning of that day."""
        self._morning = datetime.combine(self.day(days_ago), OFFICE_HOUR, SHANGHAI)
        self._actors.clear()

    def day(self, days_ago: int) -> date:
        """The date so many days ago; a negative number lies ahead."""
        return self.present - timedelta(days=days_ago)

    @property
    def now(self) -> datetime:
        """A little later with every act, so that what happened stands in its order."""
        if self._morning is None:
            return timezone.localtime(timezone.now(), SHANGHAI)
        return self._morning + timedelta(seconds=20 * self.acts % 21_600)

    def actor(self, who: str) -> Actor:
        """The person with the permissions of the scene's day."""
        if who not in self._actors:
            self._actors[who] = access.actor_for(account_id=account_id(who))
        return self._actors[who]

    def do(self, who: str, act: Callable[..., R], **fields: Any) -> R:
        self.acts += 1
        return act(actor=self.actor(who), now=self.now, **fields)

    def see(self, who: str, query: Callable[..., R], **fields: Any) -> R:
        actor = self.actor(who)
        with acting_as(actor.account_id), transaction.atomic():
            return query(actor=actor, now=self.now, **fields)

    def task(self, engagement: UUID, who: str = "coordinator") -> EngagementRecord:
        return self.see(who, inspection.engagement, engagement_id=engagement)

    def decide(self, who: str, words: str) -> None:
        """Agree to the waiting matter whose title has ``words``."""
        matter = next(m for m in self.see(who, approvals.inbox) if words in m.title)
        self.do(
            who,
            approvals_acts.vote,
            matter_id=matter.id,
            revision=matter.revision,
            opinion="agree",
        )

    def gates(self, who: str, engagement: UUID, stage: str) -> None:
        for gate in self.task(engagement, who).gates:
            if gate.stage == stage and gate.passed_at is None:
                self.do(
                    who,
                    inspection_acts.pass_gate,
                    gate_id=gate.id,
                    revision=gate.revision,
                    evidence="已核对会议纪要和批准文件",
                )

    def advance(self, who: str, engagement: UUID, to: str) -> None:
        """Through the gates of a stage into it."""
        self.gates(who, engagement, to)
        self.do(
            who,
            inspection_acts.advance,
            engagement_id=engagement,
            revision=self.task(engagement, who).revision,
            to=to,
        )


def units(*codes: str) -> tuple[UUID, ...]:
    return tuple(unit_id(code) for code in codes)


def table_of(code: str, rows: Sequence[dict[str, str]]) -> BytesIO:
    """A CSV in the columns of a data class; fields a row does not name get an invented value."""
    samples = {
        "money": "1200000.00",
        "int": "3",
        "date": "2026-03-05",
        "month": "2026-03",
        "datetime": "2026-03-05 09:00",
        "bool": "是",
        "share": "0.5",
    }
    fields = data_class(code).tables[0].fields
    lines = [",".join(f.label_zh for f in fields)]
    for number, row in enumerate(rows, start=1):
        lines.append(
            ",".join(
                row.get(
                    f.name,
                    f.choices[0] if f.choices else samples.get(f.type, f"{f.label_zh}{number}"),
                )
                for f in fields
            )
        )
    return BytesIO("\r\n".join(lines).encode("utf-8-sig"))
