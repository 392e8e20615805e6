from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from lianxun.fabric.columns import labelled
from lianxun.fabric.tables import together


class Migration(migrations.Migration):
    """Information requests, deliveries, receipts of a refusal."""

    initial = True
    dependencies = [
        ("organisation", "0001_units_and_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = together(
        migrations.CreateModel(
            name="InfoRequest",
            fields=[
                *labelled(),
                ("number", models.CharField("编号", max_length=40)),
                (
                    "provider",
                    models.ForeignKey(
                        "organisation.unit",
                        models.PROTECT,
                        related_name="+",
                        verbose_name="提供单位",
                    ),
                ),
                ("data_class", models.CharField("信息类别", max_length=6)),
                (
                    "fields",
                    ArrayField(
                        base_field=models.CharField(max_length=60), size=None, verbose_name="字段"
                    ),
                ),
                ("purpose", models.CharField("用途", max_length=300)),
                ("basis", models.CharField("依据", max_length=300)),
                ("scope", models.CharField("范围", blank=True, default="", max_length=300)),
                ("period_from", models.DateField("数据起始")),
                ("period_to", models.DateField("数据截止")),
                ("urgent", models.BooleanField("紧急", default=False)),
                (
                    "again_reason",
                    models.CharField("已有仍需再要的理由", blank=True, default="", max_length=200),
                ),
                (
                    "state",
                    models.CharField(
                        "状态",
                        choices=[
                            ("draft", "起草"),
                            ("compliance_check", "合规审核"),
                            ("sent", "待答复"),
                            ("accepted", "已同意提供"),
                            ("objected", "有异议"),
                            ("refused", "不予提供"),
                            ("delivered", "待验收"),
                            ("returned", "退回重报"),
                            ("in_use", "使用中"),
                            ("expired", "已到期"),
                            ("destroyed", "已销毁"),
                            ("withdrawn", "已撤回"),
                            ("negotiating", "不予提供协商中"),
                            ("at_committee", "委员会裁定中"),
                            ("at_group", "领导小组裁定中"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="+",
                    ),
                ),
                ("answer", models.CharField("答复", blank=True, default="", max_length=500)),
                (
                    "refusal",
                    models.CharField(
                        "不予提供事由",
                        blank=True,
                        choices=[
                            ("negative_list", "属于负面清单"),
                            ("not_held", "本单位不掌握该类信息"),
                            ("no_basis", "缺少法律或制度依据"),
                            ("state_secret", "涉及国家秘密，应走涉密渠道"),
                        ],
                        default="",
                        max_length=20,
                    ),
                ),
                ("sent_at", models.DateTimeField("发出时间", blank=True, null=True)),
                (
                    "rung",
                    models.PositiveSmallIntegerField(
                        "争议处理到",
                        choices=[
                            (0, "提供单位答复"),
                            (1, "联络员办公室协商"),
                            (2, "协调对接委员会裁定"),
                            (3, "领导小组裁定"),
                        ],
                        default=0,
                    ),
                ),
                ("pack", models.UUIDField("资料包", blank=True, null=True)),
            ],
            options={
                "verbose_name": "信息需求",
                "verbose_name_plural": "信息需求",
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    models.Index(
                        fields=["engagement", "state"], name="exchange_in_engagem_456bfc_idx"
                    ),
                    models.Index(
                        fields=["addressee_path", "state"], name="exchange_in_address_486c81_idx"
                    ),
                    models.Index(
                        fields=["owner_path", "created_at"], name="exchange_in_owner_p_5159dd_idx"
                    ),
                    models.Index(
                        fields=["region", "created_at"], name="exchange_in_region_ef1ee5_idx"
                    ),
                    models.Index(fields=["-created_at", "-id"], name="request_newest"),
                    models.Index(
                        condition=models.Q(("pack__isnull", False)),
                        fields=["pack"],
                        name="request_pack",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner_unit", "number"), name="request_number_once_in_its_unit"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "compliance_check", "withdrawn"]),
                            models.Q(
                                ("addressee_unit", models.F("provider")),
                                ("checked_by__isnull", False),
                                ("sent_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="request_sent_was_checked",
                        violation_error_message="未经合规审核的需求不能送达提供单位。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("level__lt", 3)),
                        name="request_above_core_is_a_question",
                        violation_error_message="核心级信息只能单项核验，不能批量索取。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("period_to__gte", models.F("period_from"))),
                        name="request_period_is_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("checked_by__isnull", True),
                            models.Q(("checked_by", models.F("drafted_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="request_checked_by_another",
                        violation_error_message="合规审核不能由起草人自己办理。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "refused"), _negated=True),
                            models.Q(
                                models.Q(("refusal", ""), _negated=True),
                                models.Q(("answer", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="request_refused_says_why",
                        violation_error_message="不予提供须选择事由并写明理由。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                *labelled(),
                (
                    "request",
                    models.ForeignKey(
                        "exchange.inforequest", models.PROTECT, related_name="deliveries"
                    ),
                ),
                ("file", models.UUIDField("文件")),
                ("file_name", models.CharField("文件名", max_length=200)),
                ("sha256", models.CharField("摘要", max_length=64)),
                ("sm3", models.CharField("摘要（SM3）", default="", max_length=64)),
                ("size", models.BigIntegerField("字节数", default=0)),
                ("kind", models.CharField("格式", default="", max_length=10)),
                ("manifest", models.JSONField("清单", default=dict)),
                ("catalogue_version", models.CharField("目录版本", max_length=20)),
                ("rows", models.BigIntegerField("行数")),
                (
                    "signer",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"),
                ),
                ("quality", models.JSONField("质量报告", default=dict)),
                (
                    "state",
                    models.CharField(
                        "状态",
                        choices=[
                            ("submitted", "待验收"),
                            ("accepted", "已验收"),
                            ("returned", "已退回"),
                            ("replaced", "已被更正替换"),
                            ("destroyed", "已销毁"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "judged_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="+",
                    ),
                ),
                ("judged_at", models.DateTimeField("验收时间", blank=True, null=True)),
                ("note", models.CharField("验收意见", blank=True, default="", max_length=300)),
                ("expires_on", models.DateField("使用期限", blank=True, null=True)),
                (
                    "corrects",
                    models.ForeignKey(
                        "exchange.delivery",
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="+",
                        verbose_name="更正的那一份",
                    ),
                ),
                (
                    "correction",
                    models.CharField("更正说明", blank=True, default="", max_length=300),
                ),
            ],
            options={
                "verbose_name": "数据提供",
                "verbose_name_plural": "数据提供",
                "ordering": ["request", "created_at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("judged_by__isnull", True),
                            models.Q(("judged_by", models.F("signer")), _negated=True),
                            _connector="OR",
                        ),
                        name="delivery_judged_by_another",
                        violation_error_message="验收不能由提供人自己办理。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "returned"), _negated=True),
                            models.Q(("note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="delivery_returned_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "accepted"), _negated=True),
                            models.Q(
                                ("expires_on__isnull", False),
                                ("judged_at__isnull", False),
                                ("judged_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="delivery_in_use_was_judged_and_ends",
                        violation_error_message="验收须有验收人和使用期限。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("corrects__isnull", True),
                            models.Q(("correction", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="delivery_correction_says_what",
                        violation_error_message="更正须写明更正了什么。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "submitted")),
                        fields=("request",),
                        name="delivery_one_waits_at_a_time",
                        violation_error_message="上一份数据还没有验收。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sha256__regex", "^[0-9a-f]{64}$"), ("sm3__regex", "^([0-9a-f]{64})?$")
                        ),
                        name="delivery_digests_are_digests",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RefusalReceipt",
            fields=[
                *labelled(),
                ("rule", models.CharField("规则", max_length=10)),
                (
                    "stage",
                    models.CharField(
                        "环节",
                        choices=[
                            ("request", "信息需求"),
                            ("question", "核验"),
                            ("delivery", "数据提供"),
                        ],
                        default="request",
                        max_length=10,
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"),
                ),
            ],
            options={
                "verbose_name": "负面清单拒绝回执",
                "verbose_name_plural": "负面清单拒绝回执",
                "ordering": ["-created_at", "id"],
            },
        ),
    )
