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


MACHINES = {
    "rectification_item": Machine.of(ItemState.ISSUED, moves=TRANSITIONS),
    "rectification_assessment": Machine.of(AssessmentState.SCORING, moves=ASSESSMENT_TRANSITIONS),
}
