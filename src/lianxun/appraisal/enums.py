"""States and choices of the appraisal of member units; importable by anyone above."""

from __future__ import annotations

from django.db import models

from lianxun.kernel.machine import Machine


class Direction(models.TextChoices):
    UP = "up", "越高越好"


class Met(models.TextChoices):
    """Which clocks count as met: kept in time, or done at all."""

    IN_TIME = "in_time", "按期办结的计入"
    DONE = "done", "办结的计入（含逾期办结）"


class SchemeState(models.TextChoices):
    DRAFT = "draft", "起草"
    PENDING = "pending", "待委员会批准"
    EFFECTIVE = "effective", "施行"
    REFUSED = "refused", "未批准"
    SUPERSEDED = "superseded", "已被新版替代"


class PeriodState(models.TextChoices):
    """A quarter ends when the review ends; a year goes on to sign-off, publication and use."""

    DRAFTED = "drafted", "核算中"
    SHOWN = "shown", "单位复核中"
    DECIDED = "decided", "复核已结"
    SIGNING = "signing", "报请审签"
    SIGNED = "signed", "已审签"
    PUBLISHED = "published", "已公布"
    USED = "used", "已运用"


class SheetState(models.TextChoices):
    DRAFTED = "drafted", "核算中"
    SHOWN = "shown", "待本单位复核"
    OBJECTED = "objected", "有异议待裁定"
    DECIDED = "decided", "复核已结"
    SIGNED = "signed", "已审签"
    PUBLISHED = "published", "已公布"
    USED = "used", "已运用"


class ObjectionState(models.TextChoices):
    FILED = "filed", "待裁定"
    UPHELD = "upheld", "成立，已更正"
    REJECTED = "rejected", "不成立"


class Treatment(models.TextChoices):
    """What a decision on an objection does with a counted case."""

    DROP = "drop", "不计入"
    KEPT = "kept", "视为按期"


class OutcomeKind(models.TextChoices):
    """How results are used (考核—激励—问责): people decide each."""

    AWARD = "award", "评先评优"
    COMMEND = "commend", "通报表扬"
    CRITICISE = "criticise", "通报批评"
    ADMONISH = "admonish", "诫勉"
    VETO = "veto", "一票否决"
    TALK = "talk", "约谈"


class OutcomeState(models.TextChoices):
    """An interview is decided by the head of an inspection team, everything else by a body."""

    PROPOSED = "proposed", "建议"
    SUBMITTED = "submitted", "待决定"
    DECIDED = "decided", "已决定"
    DECLINED = "declined", "不采纳"
    DONE = "done", "已办理"


class Cause(models.TextChoices):
    """The facts a proposal starts from."""

    RESULT = "result", "考核结果"
    LATE_TWICE = "late_twice", "连续两季迟报进展"
    REFUSED_DATA = "refused_data", "不予提供数据"
    DELAY = "delay", "本单位原因造成延误"
    OTHER = "other", "其他事实"


PERIOD_TRANSITIONS = (
    (PeriodState.DRAFTED, PeriodState.SHOWN),
    (PeriodState.SHOWN, PeriodState.DECIDED),
    (PeriodState.DECIDED, PeriodState.SIGNING),
    (PeriodState.SIGNING, PeriodState.DECIDED),
    (PeriodState.SIGNING, PeriodState.SIGNED),
    (PeriodState.SIGNED, PeriodState.PUBLISHED),
    (PeriodState.PUBLISHED, PeriodState.USED),
)
SHEET_TRANSITIONS = (
    (SheetState.DRAFTED, SheetState.SHOWN),
    (SheetState.SHOWN, SheetState.OBJECTED),
    (SheetState.SHOWN, SheetState.DECIDED),
    (SheetState.OBJECTED, SheetState.DECIDED),
    (SheetState.DECIDED, SheetState.SIGNED),
    (SheetState.SIGNED, SheetState.PUBLISHED),
    (SheetState.PUBLISHED, SheetState.USED),
)
SCHEME_TRANSITIONS = (
    (SchemeState.DRAFT, SchemeState.PENDING),
    (SchemeState.PENDING, SchemeState.DRAFT),
    (SchemeState.PENDING, SchemeState.EFFECTIVE),
    (SchemeState.PENDING, SchemeState.REFUSED),
    (SchemeState.EFFECTIVE, SchemeState.SUPERSEDED),
)
OBJECTION_TRANSITIONS = (
    (ObjectionState.FILED, ObjectionState.UPHELD),
    (ObjectionState.FILED, ObjectionState.REJECTED),
)
OUTCOME_TRANSITIONS = (
    (OutcomeState.PROPOSED, OutcomeState.SUBMITTED),
    (OutcomeState.PROPOSED, OutcomeState.DECLINED),
    (OutcomeState.SUBMITTED, OutcomeState.PROPOSED),
    (OutcomeState.SUBMITTED, OutcomeState.DECIDED),
    (OutcomeState.SUBMITTED, OutcomeState.DECLINED),
    (OutcomeState.DECIDED, OutcomeState.DONE),
)
MACHINES = {
    "appraisal_scheme": Machine.of(SchemeState.DRAFT, moves=SCHEME_TRANSITIONS),
    "appraisal_period": Machine.of(PeriodState.DRAFTED, moves=PERIOD_TRANSITIONS),
    "appraisal_sheet": Machine.of(SheetState.DRAFTED, moves=SHEET_TRANSITIONS),
    "appraisal_objection": Machine.of(ObjectionState.FILED, moves=OBJECTION_TRANSITIONS),
    "appraisal_outcome": Machine.of(OutcomeState.PROPOSED, moves=OUTCOME_TRANSITIONS),
}
