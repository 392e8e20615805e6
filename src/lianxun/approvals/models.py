"""A matter before a body and what its participants said."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from lianxun.access.models import Account
from lianxun.approvals.enums import MatterState, Opinion, Quorum
from lianxun.fabric.models import Labelled
from lianxun.organisation.models import Unit


class Matter(Labelled):
    """审批事项: what a body is asked to decide. ``code`` names the act that follows (``inspection.round``)."""

    code = models.CharField("事项类别", max_length=60)
    object_kind = models.CharField("对象类别", max_length=40)
    object_id = models.UUIDField("对象")
    title = models.CharField("事项", max_length=200)
    summary = models.TextField("说明", blank=True, default="")
    facts = models.JSONField("提请时的事实", default=dict)
    body = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", verbose_name="审批机构"
    )
    proposed_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", verbose_name="提请人"
    )
    quorum = models.CharField("表决规则", max_length=10, choices=Quorum.choices)
    state = models.CharField("状态", max_length=10, choices=MatterState.choices)
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    # The matter that was returned or refused before this one, and what was changed since.
    previous = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="following",
        verbose_name="上次提请",
    )
    remark = models.CharField("修改说明", max_length=500, blank=True, default="")
    decision_no = models.CharField("决定文号", max_length=60, blank=True, default="")

    class Meta:
        verbose_name = "审批事项"
        verbose_name_plural = "审批事项"
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["object_kind", "object_id"]),
            models.Index(fields=["body", "state"]),
            models.Index(fields=["addressee_path", "state"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="matter_pending_once",
                fields=["code", "object_id"],
                condition=Q(state=MatterState.PENDING),
                violation_error_message="同一事项正在审批，不能重复提请。",
            ),
            models.CheckConstraint(
                name="matter_decided_has_a_time",
                condition=Q(state=MatterState.PENDING, decided_at__isnull=True)
                | (~Q(state=MatterState.PENDING) & Q(decided_at__isnull=False)),
            ),
        ]


class Vote(Labelled):
    """意见: what one participant said; one row each, never changed."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="votes")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    proposed_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    opinion = models.CharField("意见", max_length=10, choices=Opinion.choices)
    comment = models.CharField("意见内容", max_length=500, blank=True, default="")

    class Meta:
        verbose_name = "审批意见"
        verbose_name_plural = "审批意见"
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(name="vote_once_each", fields=["matter", "account"]),
            # Maker is never checker, in the database too (platform-decisions.md 17).
            models.CheckConstraint(
                name="vote_not_by_the_proposer",
                condition=~Q(account=F("proposed_by")),
                violation_error_message="提请人不能审批自己提请的事项。",
            ),
            models.CheckConstraint(
                name="vote_against_says_why",
                condition=Q(opinion=Opinion.AGREE) | ~Q(comment=""),
                violation_error_message="不同意或退回须写明理由。",
            ),
        ]


class Comment(Labelled):
    """审批留言: a remark beside the vote; it decides nothing and never changes."""

    object_kind = models.CharField("对象类别", max_length=40)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="comments")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    text = models.CharField("留言", max_length=500)

    class Meta:
        verbose_name = "审批留言"
        verbose_name_plural = "审批留言"
        ordering = ["created_at", "id"]
        constraints = [models.CheckConstraint(name="comment_says_something", condition=~Q(text=""))]
