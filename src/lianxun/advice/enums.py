"""Words and state machines of the room."""

from __future__ import annotations

from django.db import models

from lianxun.kernel.machine import Machine

SERVICE = "advice"  # the named service identity of this room's jobs (P6)


class Relation(models.TextChoices):
    """What a similar lead is called (the gate of ``lianxun_insight.triage.similar``)."""

    DUPLICATE = "重复件", "重复件"
    SAME_MATTER = "同一事项", "同一事项"
    OTHER_SUBJECT = "同文异主体", "同文异主体"
    RELATED = "相关", "相关"


class DecisionReason(models.TextChoices):
    """Why a decision is what it is; the same words as ``triage.learning.CorrectionReason``."""

    AGREED = "同意建议", "同意建议"
    OTHER_LEAF = "应归入其他类目", "应归入其他类目"
    MORE_LEAVES = "遗漏类目", "遗漏类目"
    FACTS = "材料事实不支持", "材料事实不支持"
    NOT_ACCEPTED = "不属于受理范围", "不属于受理范围"
    NAMES_ONLY = "仅凭词语误判", "仅凭词语误判"
    NO_SUGGESTION = "未作建议，由人工认定", "未作建议，由人工认定"


class TrainingState(models.TextChoices):
    QUEUED = "queued", "排队中"
    RUNNING = "running", "训练中"
    DONE = "done", "已完成"
    FAILED = "failed", "未完成"
    CANCELLED = "cancelled", "已取消"


TRAINING_TRANSITIONS = (
    ("queued", "running"),
    ("queued", "cancelled"),
    ("queued", "failed"),
    ("running", "done"),
    ("running", "failed"),
    ("running", "cancelled"),
)


class ReleaseKind(models.TextChoices):
    INSTALL = "install", "随平台安装"
    PROMOTE = "promote", "启用新模型"
    ROLLBACK = "rollback", "回退"


class ReleaseState(models.TextChoices):
    PROPOSED = "proposed", "待复核"
    EFFECTIVE = "effective", "已启用"
    REJECTED = "rejected", "未同意"


RELEASE_TRANSITIONS = (("proposed", "effective"), ("proposed", "rejected"))


MACHINES = {
    "advice_training": Machine.of(TrainingState.QUEUED, moves=TRAINING_TRANSITIONS),
    "advice_release": Machine.of(
        ReleaseState.PROPOSED, ReleaseState.EFFECTIVE, moves=RELEASE_TRANSITIONS
    ),
}
