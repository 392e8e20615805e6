"""A standing agreement between a joint team and the audit office, from the draft to data in use."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

from lianxun.exchange import operations as do
from lianxun.exchange import queries
from lianxun.exchange.catalogue import data_class, needed_fields
from tests.exchange.support import rows_csv
from tests.inspection.support import TEAM, Play
from tests.support.cast import unit_id

MIXED = (*TEAM, ("auditor_expert", "expert"))
MAKER, SIGNER, PROVIDER, MEMBER = "team_head", "coordinator", "audit", "inspector"
CODE = "D08"


class Linked(Play):
    """A joint engagement with the audit office, on site, and the words for its agreement of sharing."""

    seats: Any = MIXED

    def team(self, seats: Any = None) -> None:
        super().team(seats or self.seats)

    def begin(self) -> Linked:
        self.on_site(team_kind="audit", partners=(unit_id("YL-SJ"),))
        return self

    def wish(self, **more: Any) -> dict[str, Any]:
        return {
            "engagement_id": self.id,
            "subject_org": unit_id("YL-JT"),
            "provider_id": unit_id("YL-SJ"),
            "classes": (CODE, "D10"),
            "purpose": "巡审联动期间核查审计查出问题的整改",
            "basis": "巡审联动工作办法",
            "valid_from": self.today,
            "valid_to": self.today + timedelta(days=40),
            **more,
        }

    def draft(self, who: str = MAKER, **more: Any) -> UUID:
        made: UUID = self.act(who, do.draft_sharing, **self.wish(**more))
        return made

    def look(self, sharing: UUID, who: str = SIGNER) -> Any:
        return self.see(who, queries.sharing, sharing_id=sharing)

    def do(self, who: str, call: Any, sharing: UUID, **values: Any) -> Any:
        given = {"revision": self.look(sharing).revision, **values}
        return self.act(who, call, sharing_id=sharing, **given)

    def offered(self, **more: Any) -> UUID:
        sharing = self.draft(**more)
        self.do(SIGNER, do.sign_sharing, sharing)
        return sharing

    def in_force(self, **more: Any) -> UUID:
        sharing = self.offered(**more)
        self.do(
            PROVIDER,
            do.countersign_sharing,
            sharing,
            project_number="云审企〔2026〕7 号",
            project_title="示范投资集团主要领导人员经济责任审计",
            project_lead="卓越然",
        )
        return sharing

    def request(self, sharing: UUID, code: str = CODE) -> UUID:
        found = next(c.request_id for c in self.look(sharing).classes if c.code == code)
        assert found is not None
        return found

    def ask(self, request: UUID, who: str = PROVIDER) -> Any:
        return self.see(who, queries.request, request_id=request)

    def deliver(self, sharing: UUID, rows: int = 2, who: str = PROVIDER, **more: Any) -> UUID:
        request = self.request(sharing)
        given = {"stream": BytesIO(file_of(rows)), "name": "审计问题.csv", **more}
        call = do.correct_delivery if "correction" in more else do.deliver
        revision = self.ask(request).revision
        made: UUID = self.act(who, call, request_id=request, revision=revision, **given)
        return made

    def open(self, delivery: UUID, who: str = MEMBER) -> bytes:
        handed = self.see(who, do.hand_out, delivery_id=delivery)
        with handed.stream as stream:
            return bytes(stream.read())

    def data(self, who: str = MEMBER) -> Any:
        return self.see(who, queries.shared_data, engagement=self.id)


def file_of(rows: int, *, spoilt: bool = False, more: str = "") -> bytes:
    """A good file of the class D08; ``spoilt``: the first row lacks what it must carry; ``more``: one column more."""
    table = data_class(CODE).tables[0]
    fields = [f for f in table.fields if f.name in needed_fields(CODE)]
    samples = {
        "money": "1200000.00",
        "date": "2025-03-05",
        "int": "3",
        "bool": "否",
        "year": "2025",
    }
    lines = []
    for number in range(rows):
        line = []
        for f in fields:
            value = f.choices[0] if f.choices else samples.get(f.type, f"示例{number + 1}")
            line.append("91970100MA0000015M" if f.type == "org_code" else value)
        lines.append(line)
    if spoilt:
        lines[0] = ["", *lines[0][1:]]
    if more:
        lines = [[*line, "示例"] for line in lines]
    return rows_csv(lines, [f.label_zh for f in fields] + ([more] if more else []))
