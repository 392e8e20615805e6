"""The acts of the pages that a unit's own system may carry out, too: kind of object, address, page.

A room that gives its objects acts adds a line here. Left out are the acts that need a person at a screen:
the vault (a custodian's passphrase), emergency access and the keeping of accounts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.http import HttpResponse

from lianxun.web.acts import Act
from lianxun.web.appraisal import schemes, uses
from lianxun.web.appraisal import views as appraisal
from lianxun.web.coordination import decisions, planning
from lianxun.web.coordination import views as coordination
from lianxun.web.duties import acts as duties
from lianxun.web.duties import dispatch
from lianxun.web.exchange import acts as exchange
from lianxun.web.exchange import keys, questions, sharing
from lianxun.web.inspection import acts as inspection
from lianxun.web.inspection import asks, depth, joint, papers, phases, team
from lianxun.web.leads import views as leads
from lianxun.web.rectification import assessments, supervisions, supports
from lianxun.web.rectification import views as rectification


@dataclass(frozen=True, slots=True)
class ActTable:
    """``path`` stands behind /api/v1; ``room`` names the acts in the trace (``leads.lead``)."""

    path: str
    tag: str
    room: str
    view: Callable[..., HttpResponse]
    acts: Mapping[str, Act]


# What a person does at the screen only; minutes have as many fields as the agenda has items.
_BY_HAND = {"ask_identity", "shred", "attach_sealed"}
_MINUTES = "record"


def _but(acts: Mapping[str, Act], *left: str) -> Mapping[str, Act]:
    return {name: act for name, act in acts.items() if name not in left}


TABLES = (
    ActTable("/leads", "问题线索", "leads.lead", leads.act, _but(leads.ACTS, *_BY_HAND)),
    ActTable("/requests", "信息共享", "exchange.request", exchange.act, exchange.ACTS),
    ActTable("/questions", "信息共享", "exchange.question", questions.act, questions.ACTS),
    ActTable("/sharings", "信息共享", "exchange.sharing", sharing.act, sharing.ACTS),
    ActTable("/unit-keys", "信息共享", "exchange.key", keys.act, keys.ACTS),
    ActTable("/items", "整改", "rectification.item", rectification.act, rectification.ACTS),
    ActTable("/assessments", "整改", "rectification.assessment", assessments.act, assessments.ACTS),
    ActTable(
        "/supervisions", "整改", "rectification.supervision", supervisions.act, supervisions.ACTS
    ),
    ActTable("/engagements", "巡视任务", "inspection.engagement", inspection.act, inspection.ACTS),
    ActTable("/rounds", "巡视任务", "inspection.round", depth.round_act, depth.ROUND_ACTS),
    ActTable("/papers", "巡视任务", "inspection.paper", papers.paper_act, papers.PAPER_ACTS),
    ActTable("/seats", "巡视任务", "inspection.seat", team.seat_act, team.ACTS),
    ActTable(
        "/corroborations",
        "巡视任务",
        "inspection.corroboration",
        papers.corroboration_act,
        papers.QUESTION_ACTS,
    ),
    ActTable(
        "/phase-tasks", "巡视任务", "inspection.phase_task", phases.task_act, phases.TASK_ACTS
    ),
    ActTable(
        "/support-plans",
        "整改",
        "rectification.support_plan",
        supports.plan_act,
        supports.PLAN_ACTS,
    ),
    ActTable("/supports", "整改", "rectification.support", supports.line_act, supports.LINE_ACTS),
    ActTable("/look-back-asks", "巡视任务", "inspection.look_back_ask", asks.act, asks.ACTS),
    ActTable("/joint-tasks", "巡视任务", "inspection.joint_task", joint.act, joint.ACTS),
    ActTable(
        "/meetings",
        "协作会商",
        "coordination.meeting",
        coordination.act,
        _but(coordination.ACTS, _MINUTES),
    ),
    ActTable(
        "/year-plans",
        "协作会商",
        "coordination.year_plan",
        planning.plan_act,
        planning.PLAN_ACTS,
    ),
    ActTable(
        "/plan-lines",
        "协作会商",
        "coordination.plan_line",
        planning.line_act,
        planning.LINE_ACTS,
    ),
    ActTable("/decisions", "协作会商", "coordination.decision", decisions.act, decisions.ACTS),
    ActTable(
        "/appraisal-schemes", "考核评价", "appraisal.scheme", schemes.scheme_act, schemes.ACTS
    ),
    ActTable(
        "/appraisal-periods",
        "考核评价",
        "appraisal.period",
        appraisal.period_act,
        appraisal.PERIOD_ACTS,
    ),
    ActTable(
        "/appraisal-sheets",
        "考核评价",
        "appraisal.sheet",
        appraisal.sheet_act,
        appraisal.SHEET_ACTS,
    ),
    ActTable(
        "/appraisal-objections",
        "考核评价",
        "appraisal.objection",
        appraisal.objection_act,
        appraisal.OBJECTION_ACTS,
    ),
    ActTable("/appraisal-outcomes", "考核评价", "appraisal.outcome", uses.outcome_act, uses.ACTS),
    ActTable("/duties", "时限", "duties.duty", duties.act, duties.ACTS),
    ActTable("/dispatches", "时限", "duties.dispatch", dispatch.act, dispatch.ACTS),
    ActTable(
        "/dispatch-lines",
        "时限",
        "duties.dispatch_line",
        dispatch.line_act,
        dispatch.LINE_ACTS,
    ),
)
