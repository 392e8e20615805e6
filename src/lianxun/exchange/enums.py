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
        (RequestState.EXPIRED, RequestState.DESTROYED),
        (RequestState.DRAFT, RequestState.WITHDRAWN),
        (RequestState.CHECKING, RequestState.WITHDRAWN),
        (RequestState.SENT, RequestState.WITHDRAWN),
        (RequestState.OBJECTED, RequestState.WITHDRAWN),
    )
)


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
    DESTROYED = "destroyed", "已销毁"


MACHINES = {
    "exchange_inforequest": Machine.of(RequestState.DRAFT, moves=TRANSITIONS),
    "exchange_delivery": Machine.of(
        DeliveryState.SUBMITTED,
        moves=(
            (DeliveryState.SUBMITTED, DeliveryState.ACCEPTED),
            (DeliveryState.SUBMITTED, DeliveryState.RETURNED),
            (DeliveryState.ACCEPTED, DeliveryState.DESTROYED),
            (DeliveryState.RETURNED, DeliveryState.DESTROYED),
        ),
    ),
}
