"""Leads, hand-over batches, and the refusals of what may not enter.

Nothing here knows who reported: a lead only says whether an identity lies in the vault.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Func, Q

from lianxun.access.models import Account
from lianxun.fabric.models import Labelled
from lianxun.leads.enums import (
    BatchState,
    Discipline,
    LeadState,
    LineState,
    Outcome,
    SealRule,
    Source,
)
from lianxun.organisation.models import Unit

EMPTIED = "（已销毁）"


class TransferBatch(Labelled):
    """移交批次: one Friday's hand-over from one unit to another (《问题线索移交单》)."""

    number = models.CharField("移交单号", max_length=60, unique=True)
    recipient = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", verbose_name="接收单位"
    )
    handed_on = models.DateField("移交日期")
    handed_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    grave = models.BooleanField("重大线索即时移交", default=False)
    state = models.CharField("状态", max_length=10, choices=BatchState.choices)

    class Meta:
        verbose_name = "移交批次"
        verbose_name_plural = "移交批次"
        ordering = ["-handed_on", "-id"]


class Lead(Labelled):
    """问题线索: a clue about an organisation or an official."""

    number = models.CharField("线索编号", max_length=60, unique=True)
    source = models.CharField("来源", max_length=10, choices=Source.choices)
    title = models.CharField("主要问题", max_length=120)
    summary = models.TextField("问题摘要")
    object_name = models.CharField("被反映人", max_length=40, blank=True, default="")
    object_post = models.CharField("被反映人职务", max_length=60, blank=True, default="")
    discipline = models.CharField("所涉纪律", max_length=15, choices=Discipline.choices)
    named = models.BooleanField("实名", default=False)
    in_vault = models.BooleanField("反映人信息已封存", default=False)
    state = models.CharField("状态", max_length=20, choices=LeadState.choices)
    registered_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    screened_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    study_minutes = models.CharField("集体研究意见", max_length=500, blank=True, default="")
    duplicate_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="duplicates"
    )
    batch = models.ForeignKey(
        TransferBatch, on_delete=models.PROTECT, null=True, blank=True, related_name="leads"
    )
    received_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    received_at = models.DateTimeField("签收时间", null=True, blank=True)
    objection = models.CharField("异议理由", max_length=300, blank=True, default="")
    opinion = models.CharField("处置意见", max_length=500, blank=True, default="")
    result = models.CharField("办理结果", max_length=1000, blank=True, default="")
    outcome = models.CharField(
        "查实情况", max_length=12, choices=Outcome.choices, blank=True, default=""
    )
    return_reason = models.CharField("退回理由", max_length=300, blank=True, default="")
    # Random bytes behind the commitment to its words in the trace; destroyed with them.
    salt = models.BinaryField(
        "盐值", db_default=Func(Func(function="gen_random_uuid"), function="uuid_send")
    )
    # From this day it is found by its number only, and a clock runs until it is destroyed.
    no_case_on = models.DateField("疑点终止日期", null=True, blank=True)

    class Meta:
        verbose_name = "问题线索"
        verbose_name_plural = "问题线索"
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["region", "created_at"]),
            models.Index(fields=["engagement", "created_at"]),
            models.Index(fields=["state", "created_at"]),
            # A list narrowed by state: each ground of knowing finds its rows without the others' rows.
            models.Index(fields=["owner_path", "state", "discipline"], name="lead_owner"),
            models.Index(fields=["region", "state", "discipline"], name="lead_region"),
            models.Index(fields=["addressee_path", "state", "discipline"], name="lead_addressee"),
            models.Index(fields=["-created_at", "-id"], name="lead_newest"),
            # What reads alike is looked for among the leads about the same organisation.
            models.Index(fields=["subject_org", "-created_at", "-id"], name="lead_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                name="lead_screened_by_another",
                condition=Q(screened_by__isnull=True) | ~Q(screened_by=F("registered_by")),
                violation_error_message="甄别人不能是登记人。",
            ),
            models.CheckConstraint(
                name="lead_approved_after_group_study",
                condition=~Q(state__in=["approved", "transferred", "received", "done"])
                | (~Q(study_minutes="") & Q(approved_by__isnull=False)),
                violation_error_message="移交前必须有集体研究意见和负责人签批。",
            ),
            models.CheckConstraint(
                name="lead_received_by_a_named_person",
                condition=~Q(state__in=["received", "inquiry", "prelim", "held", "closed"])
                | (Q(received_by__isnull=False) & Q(received_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="lead_not_its_own_duplicate",
                condition=Q(duplicate_of__isnull=True) | ~Q(duplicate_of=F("id")),
            ),
            models.CheckConstraint(
                name="lead_result_says_what_came_of_it",
                condition=~Q(state__in=["result", "fed_back", "done"]) | ~Q(outcome=""),
            ),
            models.CheckConstraint(
                name="lead_destroyed_keeps_number_and_dates_only",
                condition=~Q(state="destroyed")
                | Q(
                    title=EMPTIED,
                    summary="",
                    object_name="",
                    object_post="",
                    study_minutes="",
                    objection="",
                    opinion="",
                    result="",
                    return_reason="",
                    salt=b"",
                    in_vault=False,
                ),
            ),
        ]


class TransferLine(Labelled):
    """移交明细: one lead of a batch and the answer to it; it stays when the lead is handed over again."""

    batch = models.ForeignKey(TransferBatch, on_delete=models.PROTECT, related_name="lines")
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="lines")
    state = models.CharField("状态", max_length=10, choices=LineState.choices)
    answered_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    reason = models.CharField("异议理由", max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "移交明细"
        verbose_name_plural = "移交明细"
        ordering = ["batch", "id"]
        constraints = [
            models.UniqueConstraint(name="lead_once_in_a_batch", fields=["batch", "lead"]),
            models.CheckConstraint(
                name="line_answered_by_a_named_person",
                condition=Q(state="sent")
                | (Q(answered_by__isnull=False) & Q(answered_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="line_objection_says_why",
                condition=~Q(state="objected") | ~Q(reason=""),
            ),
        ]


class SealedRefusal(Labelled):
    """不予登记记录: rule, date and desk — no object, no text, no hash (settled.md 23)."""

    rule = models.CharField("规则", max_length=20, choices=SealRule.choices)

    class Meta:
        verbose_name = "不予登记记录"
        verbose_name_plural = "不予登记记录"
        ordering = ["-created_at", "id"]
