"""State machine SM-3 (domain.md §3)."""

from __future__ import annotations

from django.db import models

from lianxun.kernel.machine import Machine


class RequestState(models.TextChoices):
    DRAFT = "draft", "起草"
    CHECKING = "compliance_check", "合规审核"
    SENT = "sent", "待答复"
    ACCEPTED = "accepted", "已同意提供"
    OBJECTED = "objected", "有异议"
    REFUSED = "refused", "不予提供"
    DELIVERED = "delivered", "待验收"
    RETURNED = "returned", "退回重报"
    IN_USE = "in_use", "使用中"
    EXPIRED = "expired", "已到期"
    DESTROYED = "destroyed", "已销毁"
    WITHDRAWN = "withdrawn", "已撤回"
    NEGOTIATING = "negotiating", "不予提供协商中"
    AT_COMMITTEE = "at_committee", "委员会裁定中"
    AT_GROUP = "at_group", "领导小组裁定中"


TRANSITIONS: tuple[tuple[str, str], ...] = tuple(
    (a.value, b.value)
    for a, b in (
        (RequestState.DRAFT, RequestState.CHECKING),
        (RequestState.CHECKING, RequestState.SENT),
        (RequestState.CHECKING, RequestState.DRAFT),
        (RequestState.SENT, RequestState.ACCEPTED),
        (RequestState.SENT, RequestState.OBJECTED),
        (RequestState.SENT, RequestState.REFUSED),
        (RequestState.SENT, RequestState.DELIVERED),
        (RequestState.OBJECTED, RequestState.SENT),
        (RequestState.OBJECTED, RequestState.REFUSED),
        (RequestState.ACCEPTED, RequestState.DELIVERED),
        (RequestState.DELIVERED, RequestState.IN_USE),
        (RequestState.DELIVERED, RequestState.RETURNED),
        (RequestState.RETURNED, RequestState.DELIVERED),
        (RequestState.IN_USE, RequestState.EXPIRED),
        # the provider sends a corrected file while the first is in use
        (RequestState.IN_USE, RequestState.DELIVERED),
        (RequestState.EXPIRED, RequestState.DESTROYED),
        (RequestState.DRAFT, RequestState.WITHDRAWN),
        (RequestState.CHECKING, RequestState.WITHDRAWN),
        (RequestState.SENT, RequestState.WITHDRAWN),
        (RequestState.OBJECTED, RequestState.WITHDRAWN),
        # the ladder of a refusal: negotiation, committee, leading group
        (RequestState.REFUSED, RequestState.NEGOTIATING),
        (RequestState.NEGOTIATING, RequestState.SENT),
        (RequestState.NEGOTIATING, RequestState.REFUSED),
        (RequestState.NEGOTIATING, RequestState.AT_COMMITTEE),
        (RequestState.AT_COMMITTEE, RequestState.SENT),
        (RequestState.AT_COMMITTEE, RequestState.REFUSED),
        (RequestState.REFUSED, RequestState.AT_GROUP),
        (RequestState.AT_GROUP, RequestState.SENT),
        (RequestState.AT_GROUP, RequestState.REFUSED),
        # the archive ends what is still open
        (RequestState.DELIVERED, RequestState.EXPIRED),
        (RequestState.ACCEPTED, RequestState.WITHDRAWN),
        (RequestState.RETURNED, RequestState.WITHDRAWN),
        (RequestState.NEGOTIATING, RequestState.WITHDRAWN),
        (RequestState.AT_COMMITTEE, RequestState.WITHDRAWN),
        (RequestState.AT_GROUP, RequestState.WITHDRAWN),
    )
)


class Rung(models.IntegerChoices):
    """How far a refusal went; each rung is climbed once."""

    PROVIDER = 0, "提供单位答复"
    NEGOTIATION = 1, "联络员办公室协商"
    COMMITTEE = 2, "协调对接委员会裁定"
    GROUP = 3, "领导小组裁定"


class StatementKind(models.TextChoices):
    """What somebody said about a request; nothing said is ever overwritten."""

    CHECK = "check", "审核意见"
    OBJECTION = "objection", "异议"
    SETTLEMENT = "settlement", "协商结果"
    REFUSAL = "refusal", "不予提供理由"
    CONTEST = "contest", "不同意不予提供"
    RULING = "ruling", "裁定"
    RETURN = "return", "退回意见"
    CORRECTION = "correction", "更正"
    WITHDRAWAL = "withdrawal", "撤回理由"
    DESTRUCTION = "destruction", "停用与销毁记录"


class RefusalReason(models.TextChoices):
    """Grounds on which a provider may refuse; anything else is an objection to be talked over."""

    NEGATIVE_LIST = "negative_list", "属于负面清单"
    NOT_HELD = "not_held", "本单位不掌握该类信息"
    NO_BASIS = "no_basis", "缺少法律或制度依据"
    STATE_SECRET = "state_secret", "涉及国家秘密，应走涉密渠道"


class DeliveryState(models.TextChoices):
    SUBMITTED = "submitted", "待验收"
    ACCEPTED = "accepted", "已验收"
    RETURNED = "returned", "已退回"
    REPLACED = "replaced", "已被更正替换"
    DESTROYED = "destroyed", "已销毁"


class QuestionState(models.TextChoices):
    """核验单: one question, approved singly, answered once."""

    ASKED = "asked", "待批准"
    APPROVED = "approved", "待答复"
    DECLINED = "declined", "未批准"
    ANSWERED = "answered", "已答复"
    REFUSED = "refused", "不予答复"
    WITHDRAWN = "withdrawn", "已撤回"
    DESTROYED = "destroyed", "已销毁"


QUESTION_TRANSITIONS: tuple[tuple[str, str], ...] = tuple(
    (a.value, b.value)
    for a, b in (
        (QuestionState.ASKED, QuestionState.APPROVED),
        (QuestionState.ASKED, QuestionState.DECLINED),
        (QuestionState.ASKED, QuestionState.WITHDRAWN),
        (QuestionState.APPROVED, QuestionState.ANSWERED),
        (QuestionState.APPROVED, QuestionState.REFUSED),
        (QuestionState.APPROVED, QuestionState.WITHDRAWN),
        (QuestionState.ANSWERED, QuestionState.DESTROYED),
        (QuestionState.REFUSED, QuestionState.DESTROYED),
        (QuestionState.DECLINED, QuestionState.DESTROYED),
        (QuestionState.WITHDRAWN, QuestionState.DESTROYED),
    )
)


class Answer(models.TextChoices):
    YES = "yes", "是"
    NO = "no", "否"
    UNKNOWN = "unknown", "无法核实"


class ReceiptStage(models.TextChoices):
    """Where the negative list stopped something."""

    REQUEST = "request", "信息需求"
    QUESTION = "question", "核验"
    DELIVERY = "delivery", "数据提供"


class IncomingState(models.TextChoices):
    """A large file that was handed in waits for the job that checks it."""

    WAITING = "waiting", "等待检查"
    READING = "reading", "正在检查"
    TAKEN = "taken", "已接收"
    REFUSED = "refused", "未接收"


class SharingState(models.TextChoices):
    """联动共享约定: drafted by one side, signed by both, stopped by either."""

    DRAFTED = "drafted", "待巡视方签署"
    OFFERED = "offered", "待提供方签署"
    IN_FORCE = "in_force", "履行中"
    SUSPENDED = "suspended", "已暂停"
    DECLINED = "declined", "未同意"
    WITHDRAWN = "withdrawn", "已撤回"
    ENDED = "ended", "已终止"


class SharingSide(models.TextChoices):
    TEAM = "team", "巡视方"
    PROVIDER = "provider", "提供方"


SHARING_TRANSITIONS: tuple[tuple[str, str], ...] = tuple(
    (a.value, b.value)
    for a, b in (
        (SharingState.DRAFTED, SharingState.OFFERED),
        (SharingState.DRAFTED, SharingState.DECLINED),
        (SharingState.DRAFTED, SharingState.WITHDRAWN),
        (SharingState.OFFERED, SharingState.IN_FORCE),
        (SharingState.OFFERED, SharingState.DECLINED),
        (SharingState.OFFERED, SharingState.WITHDRAWN),
        (SharingState.IN_FORCE, SharingState.SUSPENDED),
        (SharingState.SUSPENDED, SharingState.IN_FORCE),
        # the archive ends what is still open
        (SharingState.IN_FORCE, SharingState.ENDED),
        (SharingState.SUSPENDED, SharingState.ENDED),
    )
)


MACHINES = {
    "exchange_inforequest": Machine.of(RequestState.DRAFT, moves=TRANSITIONS),
    "exchange_delivery": Machine.of(
        DeliveryState.SUBMITTED,
        moves=(
            (DeliveryState.SUBMITTED, DeliveryState.ACCEPTED),
            (DeliveryState.SUBMITTED, DeliveryState.RETURNED),
            (DeliveryState.ACCEPTED, DeliveryState.REPLACED),
            (DeliveryState.RETURNED, DeliveryState.REPLACED),
            (DeliveryState.ACCEPTED, DeliveryState.DESTROYED),
            (DeliveryState.RETURNED, DeliveryState.DESTROYED),
            (DeliveryState.REPLACED, DeliveryState.DESTROYED),
        ),
    ),
    "exchange_incoming": Machine.of(
        IncomingState.WAITING,
        moves=(
            (IncomingState.WAITING, IncomingState.READING),
            (IncomingState.WAITING, IncomingState.REFUSED),
            (IncomingState.READING, IncomingState.TAKEN),
            (IncomingState.READING, IncomingState.REFUSED),
        ),
    ),
    "exchange_question": Machine.of(QuestionState.ASKED, moves=QUESTION_TRANSITIONS),
    "exchange_sharing": Machine.of(SharingState.DRAFTED, moves=SHARING_TRANSITIONS),
}
