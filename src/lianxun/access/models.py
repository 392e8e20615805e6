"""Accounts, the one grant table, recusals (settled.md 18)."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from lianxun.access.enums import NO_LEVEL, THREE_ADMINS, GrantKind, Role
from lianxun.fabric.models import Level, Row
from lianxun.kernel.ids import new_id
from lianxun.organisation.models import Person, Unit


class AccountManager(BaseUserManager["Account"]):
    """Accounts are made by ``operations.open_account``; this only finds them for sign-in."""

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(username=username)


class Account(AbstractBaseUser):
    """账号: a sign-in of one person. No superuser exists: the administrators see no business data."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    username = models.CharField("账号", max_length=60, unique=True)
    email = models.EmailField("邮箱", blank=True, default="")
    person = models.OneToOneField(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="account"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="accounts")
    display_name = models.CharField("显示名", max_length=40)
    clearance = models.SmallIntegerField("知悉级别", choices=Level.choices, default=Level.INTERNAL)
    roles = ArrayField(models.CharField(max_length=20, choices=Role.choices), verbose_name="角色")
    duties = ArrayField(models.CharField(max_length=20), verbose_name="职责范围", default=list)
    compartments = ArrayField(
        models.CharField(max_length=40), default=list, verbose_name="隔离范围"
    )
    region_lo = models.IntegerField("督导区划起", null=True, blank=True)
    region_hi = models.IntegerField("督导区划止", null=True, blank=True)
    service = models.CharField("服务身份", max_length=40, default="", blank=True)
    is_active = models.BooleanField("启用", default=True)
    blocked_reason = models.CharField("停用原因", max_length=120, default="", blank=True)
    created_at = models.DateTimeField("开通时间")
    revision = models.PositiveIntegerField("版本", default=1, db_default=1)

    objects = AccountManager()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = "账号"
        verbose_name_plural = "账号"
        constraints = [
            models.CheckConstraint(
                name="account_three_admins_exclude_each_other",
                condition=~Q(roles__overlap=[r.value for r in THREE_ADMINS])
                | Q(roles__len=1, duties__len=0, region_lo__isnull=True),
                violation_error_message="系统、安全、审计管理员必须分设，且不得兼任业务角色。",
            ),
            models.CheckConstraint(
                name="account_admins_know_nothing",
                condition=(
                    Q(roles__overlap=[r.value for r in THREE_ADMINS])
                    & Q(clearance=NO_LEVEL, compartments__len=0)
                )
                | (~Q(roles__overlap=[r.value for r in THREE_ADMINS]) & Q(clearance__gte=0)),
                violation_error_message="系统、安全、审计管理员没有知悉级别，也不在隔离范围内。",
            ),
            models.CheckConstraint(
                name="account_region_range_is_whole",
                condition=Q(region_lo__isnull=True, region_hi__isnull=True)
                | Q(region_lo__isnull=False, region_hi__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.username


class Grant(Row):
    """授权: membership of an engagement, a share, a break-glass opening. Dates decide; no job closes it."""

    kind = models.CharField("类别", max_length=20, choices=GrantKind.choices)
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="grants"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True)
    engagement = models.UUIDField("巡视任务", null=True, blank=True)
    object_kind = models.CharField("对象类别", max_length=40, default="", blank=True)
    object_id = models.UUIDField("对象", null=True, blank=True)
    object_label = models.CharField(
        "所填编号", max_length=60, default="", db_default="", blank=True
    )
    purpose = models.CharField("用途", max_length=200)
    legal_basis = models.CharField("依据", max_length=200, default="", blank=True)
    granted_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    second_person = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("失效日期", null=True, blank=True)
    until = models.DateTimeField("失效时刻", null=True, blank=True)
    consented_at = models.DateTimeField("第二人同意时间", null=True, blank=True)
    revoked_at = models.DateTimeField("撤销时间", null=True, blank=True)
    reviewed_at = models.DateTimeField("事后审查时间", null=True, blank=True)
    reviewed_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    review_note = models.CharField("审查意见", max_length=200, default="", blank=True)
    owner_path = models.CharField("授出单位路径", max_length=200)

    class Meta:
        verbose_name = "授权"
        verbose_name_plural = "授权"
        indexes = [
            models.Index(fields=["account", "kind"]),
            models.Index(fields=["unit", "kind"]),
            models.Index(fields=["engagement"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="grant_is_to_somebody",
                condition=Q(account__isnull=False) | Q(unit__isnull=False),
            ),
            models.CheckConstraint(
                name="grant_membership_names_an_engagement",
                condition=~Q(kind=GrantKind.MEMBERSHIP) | Q(engagement__isnull=False),
            ),
            models.CheckConstraint(
                name="grant_share_expires",
                condition=~Q(kind__in=[GrantKind.SHARE, GrantKind.PARTICIPATION])
                | Q(valid_to__isnull=False),
            ),
            models.CheckConstraint(
                name="grant_break_glass_has_a_second_person_and_an_end",
                condition=~Q(kind=GrantKind.BREAK_GLASS)
                | (
                    Q(second_person__isnull=False)
                    & Q(until__isnull=False)
                    & Q(object_id__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="grant_reviewer_is_another",
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=models.F("account")),
                violation_error_message="应急调阅不能由调阅人自己审查。",
            ),
            models.CheckConstraint(
                name="grant_second_person_is_another",
                condition=Q(second_person__isnull=True) | ~Q(second_person=models.F("account")),
            ),
        ]


class Recusal(Row):
    """回避: an account must not see or touch anything about an organisation. Others see only 是/否."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="recusals")
    organisation = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    reason_code = models.CharField("事由", max_length=40)
    valid_from = models.DateField("起")
    valid_to = models.DateField("止", null=True, blank=True)

    class Meta:
        verbose_name = "回避"
        verbose_name_plural = "回避"
        indexes = [models.Index(fields=["account"])]


class SystemToken(models.Model):
    """系统令牌: lets a unit's own system speak for one account; only its digest is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="tokens")
    digest = models.CharField("摘要", max_length=64, unique=True)
    purpose = models.CharField("用途", max_length=120)
    issued_at = models.DateTimeField("签发时间")
    expires_on = models.DateField("失效日期")
    revoked_at = models.DateTimeField("撤销时间", null=True, blank=True)

    class Meta:
        verbose_name = "系统令牌"
        verbose_name_plural = "系统令牌"
        ordering = ["-issued_at"]
