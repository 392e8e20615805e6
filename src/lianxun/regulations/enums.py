"""States and kinds of the regulation library; SM-9 of institution documents (domain.md §3)."""

from __future__ import annotations

from django.db import models

from lianxun.kernel.machine import Machine
from lianxun_insight.articles import RuleKind, Tier, UnitKind, Validity

KINDS: tuple[tuple[str, str], ...] = tuple((k.value, k.value) for k in RuleKind)
TIERS: tuple[tuple[str, str], ...] = tuple((t.value, t.value) for t in Tier)
UNIT_KINDS: tuple[tuple[str, str], ...] = tuple((k.value, k.value) for k in UnitKind)
VALIDITIES: tuple[tuple[str, str], ...] = tuple((v.value, v.value) for v in Validity)


class Origin(models.TextChoices):
    """Where a work came from."""

    IMPORTED = "imported", "导入"
    INSTITUTION = "institution", "平台制度"


class IntakeState(models.TextChoices):
    """An import: read, shown as a dry run, accepted or given up."""

    READING = "reading", "正在读取"
    READY = "ready", "待确认"
    ACCEPTING = "accepting", "正在入库"
    ACCEPTED = "accepted", "已入库"
    DISCARDED = "discarded", "已放弃"


INTAKE_TRANSITIONS: tuple[tuple[str, str], ...] = (
    ("reading", "ready"),
    ("reading", "discarded"),
    ("ready", "accepting"),
    ("ready", "discarded"),
    ("accepting", "accepted"),
)


class FileOutcome(models.TextChoices):
    """What the dry run says about one file, and what became of it."""

    WAITING = "waiting", "待读取"
    UNREADABLE = "unreadable", "不能读取"
    NO_RULE = "no_rule", "没有条文"
    NEW_WORK = "new_work", "新法规"
    NEW_VERSION = "new_version", "新版本"
    SAME = "same", "已在库中"
    CONFLICT = "conflict", "同日不同文"


# What an acceptance writes into the library.
WRITTEN = frozenset({FileOutcome.NEW_WORK, FileOutcome.NEW_VERSION})


class CheckState(models.TextChoices):
    """A citation check of a file waits for its job; that of a pasted text is done at once."""

    WAITING = "waiting", "等待读取"
    READING = "reading", "正在读取"
    DONE = "done", "已核查"
    FAILED = "failed", "没有读出"


CHECK_TRANSITIONS: tuple[tuple[str, str], ...] = (
    ("waiting", "reading"),
    ("reading", "done"),
    ("reading", "failed"),
)


class InstitutionState(models.TextChoices):
    """SM-9 规章制度: draft→review→effective→under_revision→superseded."""

    DRAFT = "draft", "起草"
    REVIEW = "review", "审核"
    EFFECTIVE = "effective", "施行"
    UNDER_REVISION = "under_revision", "修订中"
    SUPERSEDED = "superseded", "已被替代"


INSTITUTION_TRANSITIONS: tuple[tuple[str, str], ...] = tuple(
    (a.value, b.value)
    for a, b in (
        (InstitutionState.DRAFT, InstitutionState.REVIEW),
        (InstitutionState.REVIEW, InstitutionState.DRAFT),
        (InstitutionState.REVIEW, InstitutionState.EFFECTIVE),
        (InstitutionState.EFFECTIVE, InstitutionState.UNDER_REVISION),
        (InstitutionState.UNDER_REVISION, InstitutionState.EFFECTIVE),
        (InstitutionState.UNDER_REVISION, InstitutionState.SUPERSEDED),
    )
)


MACHINES = {
    "regulations_intake": Machine.of(IntakeState.READING, moves=INTAKE_TRANSITIONS),
    "regulations_citationcheck": Machine.of(
        CheckState.WAITING, CheckState.DONE, moves=CHECK_TRANSITIONS
    ),
    "regulations_institution": Machine.of(InstitutionState.DRAFT, moves=INSTITUTION_TRANSITIONS),
}


class ReviewKind(models.TextChoices):
    """The three rhythms of review (requirements.md C11)."""

    QUARTERLY = "quarterly", "季度微调"
    ANNUAL = "annual", "年度修订（6月）"
    BIENNIAL = "biennial", "两年全面评估"


class ReviewOutcome(models.TextChoices):
    KEEP = "keep", "继续施行，不作修改"
    REVISE = "revise", "需要修订"
