"""A plan of help about one engagement, and short words for what people do with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from lianxun.duties.models import Duty
from lianxun.fabric.identity import acting_as
from lianxun.rectification import operations as do
from lianxun.rectification import queries
from lianxun.rectification.models import Support, SupportPlan
from tests.rectification.support import issued, look, ruled
from tests.support.cast import Cast, account_id, unit_id

OFFICE, HELPER, OTHER, UNIT = "coordinator", "finance", "audit", "contact"
AIM = "统筹财政、审计力量，帮助集团补齐采购内控短板。"


class Plan:
    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.item = issued(cast)
        self.engagement: UUID = look(cast, self.item).engagement
        self.id = do.draft_support_plan(
            actor=cast[OFFICE], now=cast.now, engagement_id=self.engagement, aim=AIM
        )

    def see(self, who: str = OFFICE) -> Any:
        return queries.support_plan(actor=self.cast[who], now=self.cast.now, plan_id=self.id)

    def add(self, who: str = OFFICE, **more: Any) -> UUID:
        today = self.cast.now.date()
        values = {
            "revision": self.cast.revision(SupportPlan, self.id),
            "unit_id": unit_id("YL-CZ"),
            "kind": "people",
            "text": "选派两名采购管理人员到集团指导三个月。",
            "due_on": today + timedelta(days=60),
            "standard": "集团采购内控制度通过第三方评估。",
            "inspect_on": today + timedelta(days=70),
            "item_id": self.item,
            **more,
        }
        return do.add_support(actor=self.cast[who], now=self.cast.now, plan_id=self.id, **values)

    def act(self, call: Any, who: str = OFFICE, **values: Any) -> Any:
        given = {"revision": self.cast.revision(SupportPlan, self.id), **values}
        return call(actor=self.cast[who], now=self.cast.now, plan_id=self.id, **given)

    def on(self, call: Any, who: str, line: UUID, **values: Any) -> Any:
        given = {"revision": self.cast.revision(Support, line), **values}
        return call(actor=self.cast[who], now=self.cast.now, support_id=line, **given)

    def line(self, line: UUID, who: str = OFFICE) -> Any:
        return queries.support_line(actor=self.cast[who], now=self.cast.now, support_id=line)

    def clocks(self, line: UUID, who: str = OFFICE) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        with acting_as(account_id(who)):
            rows = Duty.objects.filter(object_id=line).order_by("opened_on", "id")
            for code, state in rows.values_list("template_code", "state"):
                found.setdefault(code, []).append(state)
        return found

    def agreed(self, **more: Any) -> UUID:
        """A line to which its unit agreed."""
        line = self.add(**more)
        self.act(do.ask_supports)
        self.on(do.agree_support, HELPER, line)
        return line

    def running(self, **more: Any) -> UUID:
        """A line of the approved plan."""
        line = self.agreed(**more)
        self.act(do.submit_support_plan)
        ruled(self.cast, self.id)
        return line

    def done(self, line: UUID) -> None:
        """Reported, and found to meet its standard."""
        self.on(do.report_support, HELPER, line, result="两名同志驻点三个月，制度已修订。")
        self.on(do.check_support, OFFICE, line, met=True, finding="对照第三方评估报告，达到标准。")
