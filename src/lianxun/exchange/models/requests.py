"""Information requests, deliveries and refusal receipts."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from lianxun.access.models import Account
from lianxun.exchange.enums import (
    Answer,
    DeliveryState,
    IncomingState,
    QuestionState,
    ReceiptStage,
    RefusalReason,
    RequestState,
    Rung,
    StatementKind,
)
from lianxun.fabric.models import Labelled
from lianxun.organisation.models import Unit


class InfoRequest(Labelled):
    """信息需求: what one unit asks of another for an engagement; served on the provider."""

    # Unique within the asking unit: a clash must not tell one unit of another's requests.
    number = models.CharField("编号", max_length=40)
    provider = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", verbose_name="提供单位"
    )
    data_class = models.CharField("信息类别", max_length=6)
    fields = ArrayField(models.CharField(max_length=60), verbose_name="字段")
    purpose = models.CharField("用途", max_length=300)
    basis = models.CharField("依据", max_length=300)
    scope = models.CharField("范围", max_length=300, blank=True, default="")
    period_from = models.DateField("数据起始")
    period_to = models.DateField("数据截止")
    urgent = models.BooleanField("紧急", default=False)
    again_reason = models.CharField("已有仍需再要的理由", max_length=200, blank=True, default="")
    state = models.CharField("状态", max_length=20, choices=RequestState.choices)
    drafted_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    checked_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answer = models.CharField("答复", max_length=500, blank=True, default="")
    refusal = models.CharField(
        "不予提供事由", max_length=20, choices=RefusalReason.choices, blank=True, default=""
    )
    sent_at = models.DateTimeField("发出时间", null=True, blank=True)
    rung = models.PositiveSmallIntegerField(
        "争议处理到", choices=Rung.choices, default=Rung.PROVIDER
    )
    pack = models.UUIDField("资料包", null=True, blank=True)
    # Made by a standing agreement: what is delivered is open to the team as soon as the check passed it.
    standing = models.ForeignKey(
        "exchange.Sharing",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="requests",
        verbose_name="联动共享约定",
    )

    class Meta:
        verbose_name = "信息需求"
        verbose_name_plural = "信息需求"
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["engagement", "state"]),
            models.Index(fields=["addressee_path", "state"]),
            models.Index(fields=["owner_path", "created_at"]),
            models.Index(fields=["region", "created_at"]),
            models.Index(fields=["-created_at", "-id"], name="request_newest"),
            models.Index(fields=["pack"], name="request_pack", condition=Q(pack__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                name="request_number_once_in_its_unit", fields=["owner_unit", "number"]
            ),
            models.CheckConstraint(
                name="request_sent_was_checked",
                condition=Q(state__in=["draft", "compliance_check", "withdrawn"])
                | Q(
                    checked_by__isnull=False,
                    sent_at__isnull=False,
                    addressee_unit__isnull=False,
                    addressee_unit=F("provider"),
                ),
                violation_error_message="未经合规审核的需求不能送达提供单位。",
            ),
            models.CheckConstraint(
                name="request_above_core_is_a_question",
                condition=Q(level__lt=3),
                violation_error_message="核心级信息只能单项核验，不能批量索取。",
            ),
            models.CheckConstraint(
                name="request_period_is_in_order", condition=Q(period_to__gte=F("period_from"))
            ),
            models.CheckConstraint(
                name="request_checked_by_another",
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("drafted_by")),
                violation_error_message="合规审核不能由起草人自己办理。",
            ),
            models.CheckConstraint(
                name="request_refused_says_why",
                condition=~Q(state=RequestState.REFUSED) | (~Q(refusal="") & ~Q(answer="")),
                violation_error_message="不予提供须选择事由并写明理由。",
            ),
        ]


class Delivery(Labelled):
    """提供: one file with its manifest; quality is reported, acceptance is a person's."""

    request = models.ForeignKey(InfoRequest, on_delete=models.PROTECT, related_name="deliveries")
    file = models.UUIDField("文件")
    file_name = models.CharField("文件名", max_length=200)
    # Of the clear bytes; the stored file is sealed under a key of its own (exchange.keys).
    sha256 = models.CharField("摘要", max_length=64)
    sm3 = models.CharField("摘要（SM3）", max_length=64, default="")
    size = models.BigIntegerField("字节数", default=0)
    kind = models.CharField("格式", max_length=10, default="")
    manifest = models.JSONField("清单", default=dict)
    catalogue_version = models.CharField("目录版本", max_length=20)
    rows = models.BigIntegerField("行数")
    signer = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    quality = models.JSONField("质量报告", default=dict)
    state = models.CharField("状态", max_length=10, choices=DeliveryState.choices)
    judged_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    judged_at = models.DateTimeField("验收时间", null=True, blank=True)
    note = models.CharField("验收意见", max_length=300, blank=True, default="")
    expires_on = models.DateField("使用期限", null=True, blank=True)
    # A corrected file names what it replaces and why; accepted, it destroys the key of the other.
    corrects = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="更正的那一份",
    )
    correction = models.CharField("更正说明", max_length=300, blank=True, default="")
    # Its team reads it while the agreement is in force, and nobody of the team otherwise.
    standing = models.ForeignKey(
        "exchange.Sharing",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="deliveries",
        verbose_name="联动共享约定",
    )

    class Meta:
        verbose_name = "数据提供"
        verbose_name_plural = "数据提供"
        ordering = ["request", "created_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="delivery_judged_by_another",
                condition=Q(judged_by__isnull=True) | ~Q(judged_by=F("signer")),
                violation_error_message="验收不能由提供人自己办理。",
            ),
            models.CheckConstraint(
                name="delivery_returned_says_why",
                condition=~Q(state=DeliveryState.RETURNED) | ~Q(note=""),
            ),
            models.CheckConstraint(
                name="delivery_in_use_was_judged_and_ends",
                condition=~Q(state=DeliveryState.ACCEPTED)
                | Q(judged_by__isnull=False, judged_at__isnull=False, expires_on__isnull=False)
                | Q(standing__isnull=False, judged_at__isnull=False, expires_on__isnull=False),
                violation_error_message="验收须有验收人和使用期限；按共享约定提供的由校验通过。",
            ),
            models.CheckConstraint(
                name="delivery_correction_says_what",
                condition=Q(corrects__isnull=True) | ~Q(correction=""),
                violation_error_message="更正须写明更正了什么。",
            ),
            models.UniqueConstraint(
                name="delivery_one_waits_at_a_time",
                fields=["request"],
                condition=Q(state=DeliveryState.SUBMITTED),
                violation_error_message="上一份数据还没有验收。",
            ),
            models.CheckConstraint(
                name="delivery_digests_are_digests",
                condition=Q(sha256__regex="^[0-9a-f]{64}$", sm3__regex="^([0-9a-f]{64})?$"),
            ),
        ]


class RefusalReceipt(Labelled):
    """拒绝回执: a request that touched the negative list: rule, date and desk; nothing of its text."""

    rule = models.CharField("规则", max_length=10)
    stage = models.CharField(
        "环节", max_length=10, choices=ReceiptStage.choices, default=ReceiptStage.REQUEST
    )
    drafted_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "负面清单拒绝回执"
        verbose_name_plural = "负面清单拒绝回执"
        ordering = ["-created_at", "id"]


class Statement(Labelled):
    """往来意见: what was said about a request, by whom, when; whole and never changed."""

    request = models.ForeignKey(InfoRequest, on_delete=models.PROTECT, related_name="statements")
    kind = models.CharField("类别", max_length=12, choices=StatementKind.choices)
    rung = models.PositiveSmallIntegerField("环节", choices=Rung.choices, default=Rung.PROVIDER)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("姓名", max_length=40)
    unit_name = models.CharField("单位", max_length=60)
    text = models.TextField("内容")

    class Meta:
        verbose_name = "往来意见"
        verbose_name_plural = "往来意见"
        ordering = ["request", "created_at", "id"]
        constraints = [
            models.CheckConstraint(name="statement_says_something", condition=~Q(text=""))
        ]


class UnitKey(Labelled):
    """单位公钥: packages for a unit are closed to it. In force once a second person compared the fingerprint."""

    public_key = models.BinaryField("公钥", max_length=32)
    fingerprint = models.CharField("指纹", max_length=40)
    registered_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    revoked_at = models.DateTimeField("停用时间", null=True, blank=True)

    class Meta:
        verbose_name = "单位公钥"
        verbose_name_plural = "单位公钥"
        ordering = ["owner_unit", "-created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                name="unit_key_one_in_force",
                fields=["owner_unit"],
                condition=Q(confirmed_at__isnull=False, revoked_at__isnull=True),
                violation_error_message="本单位已有在用公钥，请先停用。",
            ),
            models.CheckConstraint(
                name="unit_key_confirmed_by_another",
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("registered_by")),
                violation_error_message="公钥须由登记人以外的人员核对指纹。",
            ),
            models.CheckConstraint(
                name="unit_key_confirmation_is_whole",
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
            ),
        ]


class Question(Labelled):
    """核验单: one yes-or-no question of a question-only class; whom it is about lies sealed beside it."""

    # Unique within the asking unit: a clash must not tell one unit of another's requests.
    number = models.CharField("编号", max_length=40)
    provider = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", verbose_name="核验单位"
    )
    data_class = models.CharField("信息类别", max_length=6)
    sealed = models.BinaryField("核验对象（密文）")
    purpose = models.CharField("用途", max_length=300)
    basis = models.CharField("依据", max_length=300)
    necessity = models.CharField("必要性", max_length=300)
    candidate_from = models.CharField("候选来源", max_length=200)
    urgent = models.BooleanField("紧急", default=False)
    state = models.CharField("状态", max_length=10, choices=QuestionState.choices)
    asked_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField("批准时间", null=True, blank=True)
    answered_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    answer = models.CharField("答复", max_length=10, choices=Answer.choices, blank=True, default="")
    note = models.CharField("说明", max_length=500, blank=True, default="")

    class Meta:
        verbose_name = "核验单"
        verbose_name_plural = "核验单"
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["engagement", "state"]),
            models.Index(fields=["addressee_path", "state"]),
            models.Index(fields=["asked_by", "created_at"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="question_number_once_in_its_unit", fields=["owner_unit", "number"]
            ),
            models.CheckConstraint(
                name="question_approved_by_another",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("asked_by")),
                violation_error_message="核验不能由提出人自己批准。",
            ),
            models.CheckConstraint(
                name="question_answered_by_a_third",
                condition=Q(answered_by__isnull=True)
                | (~Q(answered_by=F("asked_by")) & ~Q(answered_by=F("approved_by"))),
                violation_error_message="答复人不能是提出人或批准人。",
            ),
            models.CheckConstraint(
                name="question_leaves_only_when_approved",
                condition=Q(state__in=["asked", "declined", "withdrawn", "destroyed"])
                | Q(approved_by__isnull=False, approved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="question_is_served_only_when_approved",
                condition=Q(addressee_unit__isnull=True) | Q(approved_by__isnull=False),
            ),
            models.CheckConstraint(
                name="question_answered_is_whole",
                condition=~Q(state="answered")
                | (~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="question_refused_says_why",
                condition=~Q(state__in=["refused", "declined"]) | ~Q(note=""),
            ),
        ]


class Incoming(Labelled):
    """收件: a large file that was handed in, sealed, until a job has checked it."""

    request = models.ForeignKey(InfoRequest, on_delete=models.PROTECT, related_name="incoming")
    sender = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("文件名", max_length=200)
    size = models.BigIntegerField("字节数")
    # Of the sealed bytes in the file store, under a key of their own that goes when the check is over.
    stored = models.CharField("存放", max_length=64)
    declared_rows = models.BigIntegerField("应有行数", null=True, blank=True)
    declared_sha256 = models.CharField("文件摘要", max_length=80, blank=True, default="")
    correction = models.CharField("更正说明", max_length=300, blank=True, default="")
    corrects = models.ForeignKey(
        Delivery,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="更正的那一份",
    )
    state = models.CharField("状态", max_length=10, choices=IncomingState.choices)
    percent = models.PositiveSmallIntegerField("进度", default=0)
    begun_at = models.DateTimeField("开始检查", null=True, blank=True)
    message = models.CharField("说明", max_length=500, blank=True, default="")

    class Meta:
        verbose_name = "收件"
        verbose_name_plural = "收件"
        ordering = ["request", "created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                name="incoming_one_at_a_time",
                fields=["request"],
                condition=Q(state__in=["waiting", "reading"]),
                violation_error_message="上一份文件还在检查。",
            ),
            models.CheckConstraint(
                name="incoming_refused_says_why",
                condition=~Q(state=IncomingState.REFUSED) | ~Q(message=""),
            ),
        ]
