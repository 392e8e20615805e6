"""States of a matter before a body, rules by which bodies decide, what a participant can say."""

from __future__ import annotations

from django.db import models

from lianxun.kernel.machine import Machine


class MatterState(models.TextChoices):
    PENDING = "pending", "待审批"
    APPROVED = "approved", "已同意"
    REJECTED = "rejected", "未同意"
    RETURNED = "returned", "已退回修改"
    WITHDRAWN = "withdrawn", "已撤回"


class Quorum(models.TextChoices):
    """How many must agree. 会签 is ``all``; a refusal under ``all`` ends the matter."""

    ANY = "any", "任一人同意"
    ALL = "all", "全部会签"
    MAJORITY = "majority", "过半数同意"


class Opinion(models.TextChoices):
    AGREE = "agree", "同意"
    DISAGREE = "disagree", "不同意"
    RETURN = "return", "退回修改"


TRANSITIONS = tuple(
    (MatterState.PENDING.value, to.value)
    for to in (
        MatterState.APPROVED,
        MatterState.REJECTED,
        MatterState.RETURNED,
        MatterState.WITHDRAWN,
    )
)
MACHINES = {"approvals_matter": Machine.of(MatterState.PENDING, moves=TRANSITIONS)}
