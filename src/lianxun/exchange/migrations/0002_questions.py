from django.conf import settings
from django.db import migrations, models

from lianxun.fabric.columns import labelled
from lianxun.fabric.tables import together


class Migration(migrations.Migration):
    """Statements in a dispute, keys of units, sealed questions."""

    dependencies = [
        ("exchange", "0001_requests"),
        ("organisation", "0001_units_and_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = together(
        migrations.CreateModel(
            name="Statement",
            fields=[
                *labelled(),
                (
                    "request",
                    models.ForeignKey(
                        "exchange.inforequest", models.PROTECT, related_name="statements"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        "类别",
                        choices=[
                            ("check", "审核意见"),
                            ("objection", "异议"),
                            ("settlement", "协商结果"),
                            ("refusal", "不予提供理由"),
                            ("contest", "不同意不予提供"),
                            ("ruling", "裁定"),
                            ("return", "退回意见"),
                            ("correction", "更正"),
                            ("withdrawal", "撤回理由"),
                            ("destruction", "停用与销毁记录"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "rung",
                    models.PositiveSmallIntegerField(
                        "环节",
                        choices=[
                            (0, "提供单位答复"),
                            (1, "联络员办公室协商"),
                            (2, "协调对接委员会裁定"),
                            (3, "领导小组裁定"),
                        ],
                        default=0,
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"),
                ),
                ("name", models.CharField("姓名", max_length=40)),
                ("unit_name", models.CharField("单位", max_length=60)),
                ("text", models.TextField("内容")),
            ],
            options={
                "verbose_name": "往来意见",
                "verbose_name_plural": "往来意见",
                "ordering": ["request", "created_at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="statement_says_something",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitKey",
            fields=[
                *labelled(),
                ("public_key", models.BinaryField("公钥", max_length=32)),
                ("fingerprint", models.CharField("指纹", max_length=40)),
                (
                    "registered_by",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="+",
                    ),
                ),
                ("confirmed_at", models.DateTimeField("确认时间", blank=True, null=True)),
                ("revoked_at", models.DateTimeField("停用时间", blank=True, null=True)),
            ],
            options={
                "verbose_name": "单位公钥",
                "verbose_name_plural": "单位公钥",
                "ordering": ["owner_unit", "-created_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("confirmed_at__isnull", False), ("revoked_at__isnull", True)
                        ),
                        fields=("owner_unit",),
                        name="unit_key_one_in_force",
                        violation_error_message="本单位已有在用公钥，请先停用。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by__isnull", True),
                            models.Q(("confirmed_by", models.F("registered_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="unit_key_confirmed_by_another",
                        violation_error_message="公钥须由登记人以外的人员核对指纹。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("confirmed_at__isnull", True), ("confirmed_by__isnull", True)
                            ),
                            models.Q(
                                ("confirmed_at__isnull", False), ("confirmed_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="unit_key_confirmation_is_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                *labelled(),
                ("number", models.CharField("编号", max_length=40)),
                (
                    "provider",
                    models.ForeignKey(
                        "organisation.unit",
                        models.PROTECT,
                        related_name="+",
                        verbose_name="核验单位",
                    ),
                ),
                ("data_class", models.CharField("信息类别", max_length=6)),
                ("sealed", models.BinaryField("核验对象（密文）")),
                ("purpose", models.CharField("用途", max_length=300)),
                ("basis", models.CharField("依据", max_length=300)),
                ("necessity", models.CharField("必要性", max_length=300)),
                ("candidate_from", models.CharField("候选来源", max_length=200)),
                ("urgent", models.BooleanField("紧急", default=False)),
                (
                    "state",
                    models.CharField(
                        "状态",
                        choices=[
                            ("asked", "待批准"),
                            ("approved", "待答复"),
                            ("declined", "未批准"),
                            ("answered", "已答复"),
                            ("refused", "不予答复"),
                            ("withdrawn", "已撤回"),
                            ("destroyed", "已销毁"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="+",
                    ),
                ),
                ("approved_at", models.DateTimeField("批准时间", blank=True, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="+",
                    ),
                ),
                ("answered_at", models.DateTimeField("答复时间", blank=True, null=True)),
                (
                    "answer",
                    models.CharField(
                        "答复",
                        blank=True,
                        choices=[("yes", "是"), ("no", "否"), ("unknown", "无法核实")],
                        default="",
                        max_length=10,
                    ),
                ),
                ("note", models.CharField("说明", blank=True, default="", max_length=500)),
            ],
            options={
                "verbose_name": "核验单",
                "verbose_name_plural": "核验单",
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    models.Index(
                        fields=["engagement", "state"], name="exchange_qu_engagem_1f0ee5_idx"
                    ),
                    models.Index(
                        fields=["addressee_path", "state"], name="exchange_qu_address_15ca78_idx"
                    ),
                    models.Index(
                        fields=["asked_by", "created_at"], name="exchange_qu_asked_b_e7c369_idx"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner_unit", "number"), name="question_number_once_in_its_unit"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by__isnull", True),
                            models.Q(("approved_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="question_approved_by_another",
                        violation_error_message="核验不能由提出人自己批准。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answered_by__isnull", True),
                            models.Q(
                                models.Q(("answered_by", models.F("asked_by")), _negated=True),
                                models.Q(("answered_by", models.F("approved_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="question_answered_by_a_third",
                        violation_error_message="答复人不能是提出人或批准人。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["asked", "declined", "withdrawn", "destroyed"]),
                            models.Q(
                                ("approved_at__isnull", False), ("approved_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="question_leaves_only_when_approved",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("addressee_unit__isnull", True),
                            ("approved_by__isnull", False),
                            _connector="OR",
                        ),
                        name="question_is_served_only_when_approved",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "answered"), _negated=True),
                            models.Q(
                                models.Q(("answer", ""), _negated=True),
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="question_answered_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["refused", "declined"]), _negated=True),
                            models.Q(("note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="question_refused_says_why",
                    ),
                ],
            },
        ),
    )
