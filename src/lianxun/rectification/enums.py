"""State machine SM-5 (domain.md §3)."""

from __future__ import annotations

from django.db import models

from lianxun.kernel.machine import Machine


class ItemState(models.TextChoices):
    ISSUED = "issued", "已反馈"
    PLAN_DRAFTED = "plan_drafted", "方案已起草"
    UNDER_REVIEW = "under_review", "方案审核中"
    APPROVED = "approved", "方案已通过"
    IN_PROGRESS = "in_progress", "整改中"
    SUBMITTED = "submitted", "已报送待核验"
    RETURNED = "returned", "核验退回"
    CONFIRMED = "confirmed", "核验通过"
    CLOSED = "closed", "已销号"
    REOPENED = "reopened", "重新整改"


TRANSITIONS: tuple[tuple[str, str], ...] = (
    ("issued", "plan_drafted"),
    ("plan_drafted", "under_review"),
    ("under_review", "approved"),
    ("under_review", "plan_drafted"),
    ("approved", "in_progress"),
    ("in_progress", "submitted"),
    ("submitted", "returned"),
    ("submitted", "confirmed"),
    ("returned", "submitted"),
    ("confirmed", "closed"),
    ("closed", "reopened"),
    ("reopened", "submitted"),
)


class ItemType(models.TextChoices):
    IMMEDIATE = "immediate", "立行立改"
    PHASED = "phased", "分阶段整改"
    CONTINUOUS = "continuous", "持续整改"


class ReviewOpinion(models.TextChoices):
    AGREE = "agree", "同意"
    REVISE = "revise", "需修改"


class Verdict(models.TextChoices):
    """What the checker found; ``SHAM`` is 虚假整改 and returns the item with a red mark."""

    CONFIRMED = "confirmed", "整改到位"
    INSUFFICIENT = "insufficient", "整改不到位"
    SHAM = "sham", "虚假整改"


class ReopenCause(models.TextChoices):
    LOOK_BACK = "look_back", "“回头看”发现"
    AUDIT = "audit", "审计发现"
    REBOUND = "rebound", "问题反弹"


class ReportKind(models.TextChoices):
    """整改进展情况报告, 主要负责人组织落实情况报告 (W21)."""

    PROGRESS = "progress", "整改进展情况报告"
    HEAD = "head", "主要负责人组织落实情况报告"


class UseKind(models.TextChoices):
    """成果运用: what an item led to (R-3.1-1, F4)."""

    RULE = "rule", "形成制度"
    TASK = "task", "列入年度重点任务"
    PENALTY = "penalty", "问责处理"
    MONEY = "money", "追缴挽损"
    LIVELIHOOD = "livelihood", "民生成果"


class AssessmentState(models.TextChoices):
    """Joint assessment (SM-5): scored by units, merged by the office, decided by the committee."""

    SCORING = "scoring", "评分中"
    MERGED = "merged", "委员会审定中"
    SERVED = "served", "已送达"
    OBJECTED = "objected", "有异议"
    FINAL = "final", "已生效"


ASSESSMENT_TRANSITIONS: tuple[tuple[str, str], ...] = (
    ("scoring", "merged"),
    ("merged", "served"),
    ("merged", "scoring"),
    ("served", "objected"),
    ("served", "final"),
    ("objected", "final"),
    ("objected", "scoring"),
)


class SupervisionState(models.TextChoices):
    """Joint supervision (SM-6); ``dropped``: the committee did not approve it."""

    PROPOSED = "proposed", "委员会审批中"
    DROPPED = "dropped", "未获批准"
    APPROVED = "approved", "已批准待通知"
    NOTICE = "notice", "已发通知书"
    RESPONDING = "responding", "逐项答复中"
    ON_SITE = "on_site_check", "联合核查中"
    LIFTED = "lifted", "已解除"
    ESCALATED = "escalated", "已升级"


SUPERVISION_TRANSITIONS: tuple[tuple[str, str], ...] = (
    ("proposed", "approved"),
    ("proposed", "dropped"),
    ("approved", "notice"),
    ("notice", "responding"),
    # who says nothing is looked at all the same, once the days are over
    ("notice", "on_site_check"),
    ("responding", "on_site_check"),
    ("on_site_check", "lifted"),
    ("on_site_check", "escalated"),
    # after a rung of the ladder the unit answers anew, item by item
    ("escalated", "responding"),
)


class Rung(models.TextChoices):
    """升级阶梯, in this order (``data/supervision.yaml``)."""

    INTERVIEW = "interview", "约谈"
    CIRCULAR = "circular", "通报"
    ACCOUNTABILITY = "accountability", "问责建议"
    LOOK_BACK = "look_back", "提请“回头看”"


class Interviewer(models.TextChoices):
    """Who calls the head of a weak unit in (R-5.3-8, R-9.1-4)."""

    PARTY_HEAD = "party_head", "党委（党组）主要负责人"
    GROUP_HEAD = "group_head", "领导小组负责人"
    TEAM_HEAD = "team_head", "巡视组组长"


class GroupRole(models.TextChoices):
    """In the joint group (联合整改督导组)."""

    HEAD = "head", "组长"
    MEMBER = "member", "组员"


class PlanState(models.TextChoices):
    """《整改协同方案》 (W20): the helping units agree first, then the committee approves; it ends when nothing of it
    runs, or is dropped while a draft."""

    DRAFT = "draft", "起草"
    PROPOSED = "proposed", "委员会审批中"
    APPROVED = "approved", "已批准"
    ENDED = "ended", "已办结"
    DROPPED = "dropped", "已撤销"


class SupportState(models.TextChoices):
    DRAFT = "draft", "待征求意见"
    ASKED = "asked", "征求支援单位意见"
    AGREED = "agreed", "支援单位同意"
    DECLINED = "declined", "支援单位不同意"
    OPEN = "open", "支援中"
    REPORTED = "reported", "待检查"
    CLOSED = "closed", "检查合格"
    WITHDRAWN = "withdrawn", "已撤出"


class ChangeState(models.TextChoices):
    """A line of the approved plan is changed: asked by the office, agreed anew by the unit, then put into force."""

    ASKED = "asked", "待支援单位答复"
    AGREED = "agreed", "支援单位同意"
    REFUSED = "refused", "支援单位不同意"
    DONE = "done", "已变更"
    LAPSED = "lapsed", "未办理"


UNDER_WAY = (ChangeState.ASKED, ChangeState.AGREED)


class SupportKind(models.TextChoices):
    PEOPLE = "people", "人员"
    POLICY = "policy", "政策"
    TECHNICAL = "technical", "技术"
    FUNDS = "funds", "资金"
    DATA = "data", "数据"


OVER = (SupportState.CLOSED, SupportState.WITHDRAWN)  # nothing of the help runs
_TO_WITHDRAWN = ("draft", "asked", "agreed", "declined", "open")
SUPPORT_TRANSITIONS: tuple[tuple[str, str], ...] = (
    ("draft", "asked"),
    ("asked", "agreed"),
    ("asked", "declined"),
    ("agreed", "open"),
    ("open", "reported"),
    ("reported", "closed"),
    ("reported", "open"),
    *((state, "withdrawn") for state in _TO_WITHDRAWN),
)
MACHINES = {
    "rectification_supportplan": Machine.of(
        PlanState.DRAFT,
        moves=(
            (PlanState.DRAFT, PlanState.PROPOSED),
            (PlanState.PROPOSED, PlanState.APPROVED),
            (PlanState.PROPOSED, PlanState.DRAFT),
            (PlanState.APPROVED, PlanState.ENDED),
            (PlanState.DRAFT, PlanState.DROPPED),
        ),
    ),
    "rectification_supportchange": Machine.of(
        ChangeState.ASKED,
        moves=(
            (ChangeState.ASKED, ChangeState.AGREED),
            (ChangeState.ASKED, ChangeState.REFUSED),
            (ChangeState.ASKED, ChangeState.LAPSED),
            (ChangeState.AGREED, ChangeState.DONE),
            (ChangeState.AGREED, ChangeState.LAPSED),
        ),
    ),
    "rectification_support": Machine.of(SupportState.DRAFT, moves=SUPPORT_TRANSITIONS),
    "rectification_item": Machine.of(ItemState.ISSUED, moves=TRANSITIONS),
    "rectification_assessment": Machine.of(AssessmentState.SCORING, moves=ASSESSMENT_TRANSITIONS),
    "rectification_supervision": Machine.of(
        SupervisionState.PROPOSED, moves=SUPERVISION_TRANSITIONS
    ),
}
