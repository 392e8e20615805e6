from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from lianxun.fabric.columns import row
from lianxun.fabric.tables import together
from lianxun.kernel.ids import new_id


class Migration(migrations.Migration):
    """Accounts, what is granted to them, recusals, tokens of systems."""

    initial = True
    dependencies = [("organisation", "0001_units_and_people")]
    operations = together(
        migrations.CreateModel(
            name="Account",
            fields=[
                ("password", models.CharField("password", max_length=128)),
                ("last_login", models.DateTimeField("last login", blank=True, null=True)),
                (
                    "id",
                    models.UUIDField(
                        default=new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("username", models.CharField("账号", max_length=60, unique=True)),
                ("email", models.EmailField("邮箱", blank=True, default="", max_length=254)),
                (
                    "person",
                    models.OneToOneField(
                        "organisation.person",
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="account",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey("organisation.unit", models.PROTECT, related_name="accounts"),
                ),
                ("display_name", models.CharField("显示名", max_length=40)),
                (
                    "clearance",
                    models.SmallIntegerField(
                        "知悉级别",
                        choices=[(0, "公开"), (1, "内部"), (2, "敏感"), (3, "核心")],
                        default=1,
                    ),
                ),
                (
                    "roles",
                    ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("leader", "领导"),
                                ("coordinator", "协调专员"),
                                ("team_leader", "巡视组组长"),
                                ("inspector", "巡视组成员"),
                                ("liaison_officer", "联络员"),
                                ("clerk", "登记员"),
                                ("expert", "专家"),
                                ("contact", "被巡视单位联系人"),
                                ("custodian", "身份保管员"),
                                ("escrow", "密钥托管人"),
                                ("system_admin", "系统管理员"),
                                ("security_admin", "安全管理员"),
                                ("audit_admin", "审计管理员"),
                            ],
                            max_length=20,
                        ),
                        size=None,
                        verbose_name="角色",
                    ),
                ),
                (
                    "duties",
                    ArrayField(
                        base_field=models.CharField(max_length=20),
                        default=list,
                        size=None,
                        verbose_name="职责范围",
                    ),
                ),
                (
                    "compartments",
                    ArrayField(
                        base_field=models.CharField(max_length=40),
                        default=list,
                        size=None,
                        verbose_name="隔离范围",
                    ),
                ),
                ("region_lo", models.IntegerField("督导区划起", blank=True, null=True)),
                ("region_hi", models.IntegerField("督导区划止", blank=True, null=True)),
                ("service", models.CharField("服务身份", blank=True, default="", max_length=40)),
                ("is_active", models.BooleanField("启用", default=True)),
                (
                    "blocked_reason",
                    models.CharField("停用原因", blank=True, default="", max_length=120),
                ),
                ("created_at", models.DateTimeField("开通时间")),
            ],
            options={
                "verbose_name": "账号",
                "verbose_name_plural": "账号",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "roles__overlap",
                                    ["system_admin", "security_admin", "audit_admin"],
                                ),
                                _negated=True,
                            ),
                            models.Q(
                                ("duties__len", 0), ("region_lo__isnull", True), ("roles__len", 1)
                            ),
                            _connector="OR",
                        ),
                        name="account_three_admins_exclude_each_other",
                        violation_error_message="系统、安全、审计管理员必须分设，且不得兼任业务角色。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("region_hi__isnull", True), ("region_lo__isnull", True)),
                            models.Q(("region_hi__isnull", False), ("region_lo__isnull", False)),
                            _connector="OR",
                        ),
                        name="account_region_range_is_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Grant",
            fields=[
                *row(),
                (
                    "kind",
                    models.CharField(
                        "类别",
                        choices=[
                            ("membership", "巡视任务成员"),
                            ("share", "共享"),
                            ("participation", "会同办理"),
                            ("break_glass", "应急调阅"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="grants",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey("organisation.unit", models.PROTECT, blank=True, null=True),
                ),
                ("engagement", models.UUIDField("巡视任务", blank=True, null=True)),
                (
                    "object_kind",
                    models.CharField("对象类别", blank=True, default="", max_length=40),
                ),
                ("object_id", models.UUIDField("对象", blank=True, null=True)),
                (
                    "object_label",
                    models.CharField(
                        "所填编号", blank=True, db_default="", default="", max_length=60
                    ),
                ),
                ("purpose", models.CharField("用途", max_length=200)),
                ("legal_basis", models.CharField("依据", blank=True, default="", max_length=200)),
                (
                    "granted_by",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"),
                ),
                (
                    "second_person",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="+",
                    ),
                ),
                ("valid_from", models.DateField("生效日期")),
                ("valid_to", models.DateField("失效日期", blank=True, null=True)),
                ("until", models.DateTimeField("失效时刻", blank=True, null=True)),
                ("consented_at", models.DateTimeField("第二人同意时间", blank=True, null=True)),
                ("revoked_at", models.DateTimeField("撤销时间", blank=True, null=True)),
                ("reviewed_at", models.DateTimeField("事后审查时间", blank=True, null=True)),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="+",
                    ),
                ),
                (
                    "review_note",
                    models.CharField("审查意见", blank=True, default="", max_length=200),
                ),
                ("owner_path", models.CharField("授出单位路径", max_length=200)),
            ],
            options={
                "verbose_name": "授权",
                "verbose_name_plural": "授权",
                "indexes": [
                    models.Index(fields=["account", "kind"], name="access_gran_account_46059b_idx"),
                    models.Index(fields=["unit", "kind"], name="access_gran_unit_id_ad8c6c_idx"),
                    models.Index(fields=["engagement"], name="access_gran_engagem_1765d5_idx"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("account__isnull", False), ("unit__isnull", False), _connector="OR"
                        ),
                        name="grant_is_to_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "membership"), _negated=True),
                            ("engagement__isnull", False),
                            _connector="OR",
                        ),
                        name="grant_membership_names_an_engagement",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ["share", "participation"]), _negated=True),
                            ("valid_to__isnull", False),
                            _connector="OR",
                        ),
                        name="grant_share_expires",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "break_glass"), _negated=True),
                            models.Q(
                                ("second_person__isnull", False),
                                ("until__isnull", False),
                                ("object_id__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="grant_break_glass_has_a_second_person_and_an_end",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reviewed_by__isnull", True),
                            models.Q(("reviewed_by", models.F("account")), _negated=True),
                            _connector="OR",
                        ),
                        name="grant_reviewer_is_another",
                        violation_error_message="应急调阅不能由调阅人自己审查。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("second_person__isnull", True),
                            models.Q(("second_person", models.F("account")), _negated=True),
                            _connector="OR",
                        ),
                        name="grant_second_person_is_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Recusal",
            fields=[
                *row(),
                (
                    "account",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL, models.PROTECT, related_name="recusals"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey("organisation.unit", models.PROTECT, related_name="+"),
                ),
                ("reason_code", models.CharField("事由", max_length=40)),
                ("valid_from", models.DateField("起")),
                ("valid_to", models.DateField("止", blank=True, null=True)),
            ],
            options={
                "verbose_name": "回避",
                "verbose_name_plural": "回避",
                "indexes": [
                    models.Index(fields=["account"], name="access_recu_account_5377ae_idx")
                ],
            },
        ),
        migrations.CreateModel(
            name="SystemToken",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL, models.PROTECT, related_name="tokens"
                    ),
                ),
                ("digest", models.CharField("摘要", max_length=64, unique=True)),
                ("purpose", models.CharField("用途", max_length=120)),
                ("issued_at", models.DateTimeField("签发时间")),
                ("expires_on", models.DateField("失效日期")),
                ("revoked_at", models.DateTimeField("撤销时间", blank=True, null=True)),
            ],
            options={
                "verbose_name": "系统令牌",
                "verbose_name_plural": "系统令牌",
                "ordering": ["-issued_at"],
            },
        ),
    )
