from django.conf import settings
from django.db import migrations, models

from lianxun.fabric.columns import labelled
from lianxun.fabric.tables import together


class Migration(migrations.Migration):
    """Items with reviews, checks and their end."""

    initial = True
    dependencies = [
        ("organisation", "0001_units_and_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = together(
        migrations.CreateModel(
            name="Item",
            fields=[
                *labelled(),
                ("number", models.CharField("编号", max_length=50, unique=True)),
                ("title", models.CharField("问题", max_length=300)),
                ("detail", models.TextField("问题表现", blank=True, default="")),
                ("paper", models.UUIDField("来源底稿", blank=True, null=True)),
                (
                    "type",
                    models.CharField(
                        "整改类型",
                        choices=[
                            ("immediate", "立行立改"),
                            ("phased", "分阶段整改"),
                            ("continuous", "持续整改"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "lead_person",
                    models.CharField("责任领导", blank=True, default="", max_length=60),
                ),
                ("lead_unit", models.CharField("责任部门", blank=True, default="", max_length=120)),
                ("measures", models.TextField("整改措施", blank=True, default="")),
                ("standard", models.TextField("完成标准", blank=True, default="")),
                ("institution", models.TextField("制度成果", blank=True, default="")),
                ("due_on", models.DateField("完成期限")),
                (
                    "state",
                    models.CharField(
                        "状态",
                        choices=[
                            ("issued", "已反馈"),
                            ("plan_drafted", "方案已起草"),
                            ("under_review", "方案审核中"),
                            ("approved", "方案已通过"),
                            ("in_progress", "整改中"),
                            ("submitted", "已报送待核验"),
                            ("returned", "核验退回"),
                            ("confirmed", "核验通过"),
                            ("closed", "已销号"),
                            ("reopened", "重新整改"),
                        ],
                        max_length=15,
                    ),
                ),
                ("progress", models.TextField("整改情况", blank=True, default="")),
                (
                    "submitted_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="+",
                    ),
                ),
                ("signed_by", models.CharField("签发人", blank=True, default="", max_length=40)),
                ("signed_on", models.DateField("签发日期", blank=True, null=True)),
                ("evidence_count", models.PositiveSmallIntegerField("本次佐证份数", default=0)),
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
                ("extension_to", models.DateField("申请延至", blank=True, null=True)),
                ("extension_reason", models.TextField("延期理由", blank=True, default="")),
                ("extended", models.BooleanField("已延期", default=False)),
                ("sham_times", models.PositiveSmallIntegerField("虚假整改次数", default=0)),
                ("plan_round", models.PositiveSmallIntegerField("方案第几稿", default=1)),
                (
                    "plan_answer",
                    models.CharField("归口审核意见", blank=True, default="", max_length=500),
                ),
                ("signed_unit", models.UUIDField("首签单位", blank=True, null=True)),
                ("second_unit", models.UUIDField("次签单位", blank=True, null=True)),
                ("reopened_times", models.PositiveSmallIntegerField("重新整改次数", default=0)),
                ("closed_on", models.DateField("销号日期", blank=True, null=True)),
            ],
            options={
                "verbose_name": "整改事项",
                "verbose_name_plural": "整改事项",
                "ordering": ["due_on", "number"],
                "indexes": [
                    models.Index(
                        fields=["engagement", "state"], name="rectificati_engagem_66d9ca_idx"
                    ),
                    models.Index(
                        fields=["addressee_path", "state"], name="rectificati_address_1fcd77_idx"
                    ),
                    models.Index(
                        fields=["owner_path", "due_on"], name="rectificati_owner_p_b6d5a9_idx"
                    ),
                    models.Index(fields=["region", "due_on"], name="rectificati_region_01e9b3_idx"),
                    models.Index(fields=["due_on", "number"], name="item_due"),
                    models.Index(fields=["-created_at", "-id"], name="item_newest"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["issued"]),
                            models.Q(
                                models.Q(("lead_person", ""), _negated=True),
                                models.Q(("measures", ""), _negated=True),
                                models.Q(("standard", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="item_plan_is_whole",
                        violation_error_message="整改方案须写明责任领导、措施和完成标准。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["issued", "plan_drafted"]),
                            models.Q(
                                models.Q(("signed_by", ""), _negated=True),
                                ("signed_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="item_plan_is_signed_by_the_head",
                        violation_error_message="整改方案须由主要负责人签发。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state__in", ["submitted", "confirmed", "closed"]), _negated=True
                            ),
                            ("evidence_count__gte", 1),
                            _connector="OR",
                        ),
                        name="item_handed_in_with_evidence",
                        violation_error_message="没有佐证材料不能报送、确认和销号。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["confirmed", "closed"]), _negated=True),
                            models.Q(
                                ("checked_by__isnull", False),
                                models.Q(("checked_by", models.F("submitted_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="item_confirmed_by_another",
                        violation_error_message="核验须由报送人以外的人员办理。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "closed"), _negated=True),
                            models.Q(
                                ("second_unit__isnull", False),
                                ("signed_unit__isnull", False),
                                models.Q(("signed_unit", models.F("second_unit")), _negated=True),
                                models.Q(("signed_unit", models.F("subject_org")), _negated=True),
                                models.Q(("second_unit", models.F("subject_org")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="item_closed_by_two_bodies",
                        violation_error_message="销号须由被巡视单位以外的两个单位签字。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_on__isnull", False), ("state", "closed")),
                            models.Q(
                                models.Q(("state", "closed"), _negated=True),
                                ("closed_on__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="item_closed_has_a_date",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state__in", ["submitted", "returned", "confirmed", "closed"]),
                                _negated=True,
                            ),
                            models.Q(
                                models.Q(("progress", ""), _negated=True),
                                ("submitted_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="item_submitted_has_progress",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                *labelled(),
                (
                    "item",
                    models.ForeignKey("rectification.item", models.PROTECT, related_name="reviews"),
                ),
                ("unit", models.ForeignKey("organisation.unit", models.PROTECT, related_name="+")),
                (
                    "account",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"),
                ),
                (
                    "opinion",
                    models.CharField(
                        "意见", choices=[("agree", "同意"), ("revise", "需修改")], max_length=10
                    ),
                ),
                ("text", models.CharField("具体意见", blank=True, default="", max_length=500)),
                ("round", models.PositiveSmallIntegerField("第几次审核")),
            ],
            options={
                "verbose_name": "方案审核意见",
                "verbose_name_plural": "方案审核意见",
                "ordering": ["item", "created_at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("item", "unit", "round"), name="review_once_per_unit"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("opinion", "agree"),
                            models.Q(("text", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="review_revise_says_what",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Check",
            fields=[
                *labelled(),
                (
                    "item",
                    models.ForeignKey("rectification.item", models.PROTECT, related_name="checks"),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"),
                ),
                (
                    "checker",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"),
                ),
                ("checker_name", models.CharField("核验人", max_length=40)),
                ("on_site", models.BooleanField("现场核验", default=False)),
                (
                    "verdict",
                    models.CharField(
                        "核验结论",
                        choices=[
                            ("confirmed", "整改到位"),
                            ("insufficient", "整改不到位"),
                            ("sham", "虚假整改"),
                        ],
                        max_length=15,
                    ),
                ),
                ("finding", models.CharField("核验情况", max_length=500)),
            ],
            options={
                "verbose_name": "核验",
                "verbose_name_plural": "核验",
                "ordering": ["item", "created_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("checker", models.F("submitted_by")), _negated=True),
                        name="check_by_another",
                        violation_error_message="核验人不能是报送人。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("finding", ""), _negated=True),
                        name="check_says_what_was_found",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CloseOut",
            fields=[
                *labelled(),
                (
                    "item",
                    models.ForeignKey(
                        "rectification.item", models.PROTECT, related_name="close_outs"
                    ),
                ),
                ("unit", models.ForeignKey("organisation.unit", models.PROTECT, related_name="+")),
                ("unit_name", models.CharField("签字单位", max_length=60)),
                (
                    "account",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"),
                ),
                ("name", models.CharField("签字人", max_length=40)),
                ("turn", models.PositiveSmallIntegerField("第几次销号")),
            ],
            options={
                "verbose_name": "销号签字",
                "verbose_name_plural": "销号签字",
                "ordering": ["item", "created_at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("item", "unit", "turn"),
                        name="close_out_two_different_bodies",
                        violation_error_message="销号须由两个单位分别签字。",
                    )
                ],
            },
        ),
    )
