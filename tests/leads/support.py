"""A lead brought to any state in a line, so that a test begins where it has something to say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from lianxun.leads import operations as do
from lianxun.leads import queries
from lianxun.leads.models import Lead
from lianxun.leads.records import LeadRecord
from lianxun.leads.sources import Identity
from tests.support.cast import Cast, unit_id

PASSPHRASE = "一句很长的保管口令2026"
REPORTER = Identity(name="甘来信", contact="13900000000", address="云岭省临江市某街")
JW, ZZ, JT = unit_id("YL-JW"), unit_id("YL-ZZ"), unit_id("YL-JT")
GIVEN: dict[str, Any] = {
    "seal_rule": "none",
    "source": "petition",
    "title": "反映置业公司未招标集中采购",
    "summary": "2025年以来，置业公司将八个项目拆分后直接交由同一供应商，合同金额约1200万元。",
    "discipline": "integrity",
    "subject_org": JT,
    "object_name": "某某",
    "object_post": "置业公司负责人",
}
# The acts from registration to the end: state reached → (who, act, arguments).
WAY: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("screened", "coordinator", "screen", {"discipline": "integrity"}),
    ("under_group_study", "coordinator", "study", {"minutes": "集体研究，同意移交。"}),
    ("approved", "leader", "approve", {}),
    ("transferred", "coordinator", "transfer", {}),
    ("received", "discipline", "receive", {}),
    ("prelim", "discipline", "dispose", {"way": "prelim", "opinion": "集体研究，初步核实。"}),
    ("result", "discipline", "record_result", {"outcome": "partly", "result": "部分属实。"}),
    ("fed_back", "discipline", "feed_back", {}),
    ("done", "coordinator", "finish", {}),
)


@dataclass
class Desk:
    """Acts on leads in the names of the cast."""

    cast: Cast

    def register(self, who: str = "clerk", **other: Any) -> UUID:
        return do.register(actor=self.cast[who], now=self.cast.now, **GIVEN | other)

    def see(self, lead: UUID, who: str = "coordinator") -> LeadRecord:
        return queries.lead(actor=self.cast[who], now=self.cast.now, lead_id=lead)

    def act(self, name: str, who: str, lead: UUID, **given: Any) -> Any:
        """Carry out an act at the revision that is current."""
        given.setdefault("revision", self.cast.revision(Lead, lead))
        return getattr(do, name)(actor=self.cast[who], now=self.cast.now, lead_id=lead, **given)

    def transfer(self, *leads: UUID, to: UUID = JW, who: str = "coordinator") -> UUID:
        return do.transfer(actor=self.cast[who], now=self.cast.now, lead_ids=leads, recipient_id=to)

    def at(self, state: str, **given: Any) -> UUID:
        """A new lead brought to ``state`` on the usual way."""
        lead = self.register(**given)
        if state == "registered":
            return lead
        for reached, who, name, more in WAY:
            if name == "transfer":
                self.transfer(lead)
            else:
                self.act(name, who, lead, **more)
            if reached == state:
                return lead
        raise LookupError(state)

    def disposed(self, way: str, **given: Any) -> UUID:
        lead = self.at("received", **given)
        self.act("dispose", "discipline", lead, way=way, opinion="集体研究决定。")
        return lead
