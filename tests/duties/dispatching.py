"""A dispatch of an approved engagement whose nodes are late, and short words for what people do with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from lianxun.duties import operations as do
from lianxun.duties import queries
from lianxun.duties.dispatch_records import DispatchRecord, LineRecord
from lianxun.fabric.identity import acting_as
from tests.duties.support import at
from tests.inspection.support import Play

OFFICE = "coordinator"
WORDS = "今日下班前补报会商纪要"


class Day:
    """One engagement and its dispatches; ``day`` is the working day on which people act."""

    def __init__(self, play: Play) -> None:
        self.play, self.cast = play.approved(), play.cast
        self.day = self.working(play.today)

    def working(self, day: date) -> date:
        with acting_as(self.cast[OFFICE].account_id), transaction.atomic():
            return queries.calendar().next_working(day)

    def tomorrow(self) -> None:
        self.day = self.working(self.day + timedelta(days=1))

    def act(self, call: Callable[..., Any], who: str = OFFICE, **fields: Any) -> Any:
        return call(actor=self.cast[who], now=at(self.day), **fields)

    def see(self, call: Callable[..., Any], who: str = OFFICE, **fields: Any) -> Any:
        actor = self.cast[who]
        with acting_as(actor.account_id), transaction.atomic():
            return call(actor=actor, now=at(self.day), **fields)

    def begin(self, who: str = OFFICE) -> UUID:
        return self.act(do.begin_dispatch, who, engagement_id=self.play.id)

    def look(self, dispatch: UUID, who: str = OFFICE) -> DispatchRecord:
        return self.see(queries.dispatch, who, dispatch_id=dispatch)

    def line(self, line: UUID, who: str = OFFICE) -> LineRecord:
        return self.see(queries.dispatch_line, who, line_id=line)

    def on(self, line: UUID, call: Callable[..., Any], who: str = OFFICE, **fields: Any) -> Any:
        given = {"revision": self.line(line).revision, **fields}
        return self.act(call, who, line_id=line, **given)

    def instruct(self, line: LineRecord, who: str = OFFICE, **changes: Any) -> None:
        given = {"instruction": WORDS, "by_day": self.day + timedelta(days=1), **changes}
        self.on(line.id, do.instruct, who, **given)

    def arranged(self) -> UUID:
        """Today's dispatch with an instruction on every line."""
        made = self.begin()
        for line in self.look(made).lines:
            self.instruct(line)
        return made

    def close(self, dispatch: UUID, who: str = OFFICE, **changes: Any) -> int:
        given = {"revision": self.look(dispatch).revision, "words": "", **changes}
        return self.act(do.close_dispatch, who, dispatch_id=dispatch, **given)
