"""From the kind and id that duties, matters and the trace store to the page of the object."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

_PAGES = {
    "leads.lead": "leads:detail",
    "leads.batch": "leads:batch",
    "advice.desk": "advice:lead",
    "exchange.request": "exchange:detail",
    "exchange.question": "exchange:question",
    "exchange.sharing": "exchange:sharing",
    "rectification.item": "rectification:detail",
    "rectification.assessment": "rectification:assessment",
    "rectification.supervision": "rectification:supervision",
    "inspection.engagement": "inspection:workspace",
    "inspection.seat": "inspection:seat",
    "inspection.corroboration": "inspection:corroboration",
    "exchange.corroboration": "inspection:corroboration",
    "documents.disposal": "documents:disposal",
    "documents.hold": "documents:hold",
    "documents.print": "documents:print",
    "documents.file": "documents:file",
    "coordination.meeting": "coordination:meeting",
    "coordination.decision": "coordination:decision",
    "appraisal.scheme": "appraisal:scheme",
    "appraisal.period": "appraisal:period",
    "appraisal.sheet": "appraisal:sheet",
    "appraisal.outcome": "appraisal:outcome",
    "appraisal.report": "appraisal:report",
    "rectification.support_plan": "rectification:support_plan",
    "rectification.support": "rectification:support",
    "duties.support": "rectification:support",
    "coordination.year_plan": "coordination:year_plan",
    "coordination.plan_line": "coordination:plan_line",
    "approvals.matter": "approvals:matter",
    "regulations.intake": "regulations:import",
    "regulations.check": "regulations:check",
    "regulations.institution": "regulations:institution",
    "duties.duty": "duties:detail",
    "duties.dispatch": "duties:dispatch",
    "duties.dispatch_line": "duties:dispatch_line",
    "inspection.paper": "inspection:paper",
    "inspection.round": "inspection:round",
    "inspection.phase_task": "inspection:phase_task",
    "duties.phase_task": "inspection:phase_task",
    "inspection.look_back_ask": "inspection:ask",
    "inspection.joint_task": "inspection:joint_task",
    "duties.joint_task": "inspection:joint_task",
}


_LISTS = {
    "access.grant": "emergency:list",
    "duties.review": "emergency:list",
    "access.share": "known:mine",
}


def object_url(kind: str, object_id: UUID) -> str:
    """The page of an object, by the kind that duties and trace store; empty where it has none."""
    name = _PAGES.get(kind)
    if name is None and kind in _LISTS:
        return reverse(_LISTS[kind])
    return reverse(name, args=[object_id]) if name else ""
