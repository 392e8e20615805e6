"""Officers' decisions about suggestions, with a reason, and how they become training leads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lianxun_insight.triage.classifier.records import LabelledLead
from lianxun_insight.triage.taxonomy import Taxonomy


class BadCorrectionError(ValueError):
    """A correction that cannot be stored; the message, in Chinese, says what to change."""


class CorrectionReason(StrEnum):
    """Why the decision differs from the suggestion."""

    AGREED = "同意建议"
    OTHER_LEAF = "应归入其他类目"
    MORE_LEAVES = "遗漏类目"
    FACTS = "材料事实不支持"
    NOT_ACCEPTED = "不属于受理范围"
    NAMES_ONLY = "仅凭词语误判"
    NO_SUGGESTION = "未作建议，由人工认定"


@dataclass(frozen=True)
class Correction:
    """One decision on one facet of one lead. Decisions are added, never changed."""

    lead_id: str
    facet: str
    suggested: tuple[str, ...]
    decided: frozenset[str]
    reason: CorrectionReason
    note: str
    model_id: str
    taxonomy_version: str
    by: str
    at: datetime

    def check(self, taxonomy: Taxonomy) -> None:
        """Raise ``BadCorrectionError`` where the record contradicts itself or the taxonomy."""
        own = {leaf.code for leaf in taxonomy.leaves if leaf.facet == self.facet}
        if not own:
            raise BadCorrectionError(f"分类表中没有维度 {self.facet}。")
        unknown = sorted(self.decided - own)
        if unknown:
            raise BadCorrectionError(
                f"类目 {'、'.join(unknown)} 不属于维度 {self.facet}，请重新选择。"
            )
        if not self.decided:
            raise BadCorrectionError("请至少认定一个类目；不受理的线索请选择“非受理”下的类目。")
        agreed = set(self.suggested) == self.decided
        if self.reason is CorrectionReason.AGREED and not agreed:
            raise BadCorrectionError("认定类目与建议不同，不能选择“同意建议”，请选择更正原因。")
        if self.suggested and agreed and self.reason is not CorrectionReason.AGREED:
            raise BadCorrectionError("认定类目与建议相同，请选择“同意建议”。")
        changed = self.reason not in {CorrectionReason.AGREED, CorrectionReason.NO_SUGGESTION}
        if changed and not self.note.strip():
            raise BadCorrectionError("更正建议时请用一句话说明理由。")


def decided_leads(
    corrections: Iterable[Correction],
    texts: Mapping[str, str],
    groups: Mapping[str, str],
    taxonomy: Taxonomy,
) -> list[LabelledLead]:
    """Training leads from decisions: per lead and facet the latest one holds.

    Leaves that may not be suggested (private life, facet 3) are never learnt. Leads whose text is
    gone (destroyed at the end of a doubt) drop out. ``groups`` names the incident of a lead.
    """
    latest: dict[tuple[str, str], Correction] = {}
    for correction in sorted(corrections, key=lambda c: (c.at, c.by)):
        correction.check(taxonomy)
        latest[correction.lead_id, correction.facet] = correction
    allowed = {leaf.code for leaf in taxonomy.leaves if leaf.suggest}
    codes: dict[str, set[str]] = {}
    for (lead_id, _), correction in latest.items():
        codes.setdefault(lead_id, set()).update(correction.decided & allowed)
    return [
        LabelledLead(lead_id, texts[lead_id], frozenset(found), groups.get(lead_id, lead_id))
        for lead_id, found in sorted(codes.items())
        if found and lead_id in texts
    ]
