from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from lianxun.fabric.columns import labelled
from lianxun.fabric.tables import together


class Migration(migrations.Migration):
    """Rounds with their checklist, and engagements."""

    initial = True
    dependencies = [
        ("organisation", "0001_units_and_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = together(
        migrations.CreateModel(
            name="Round",
            fields=[
                *labelled(),
                ("name", models.CharField("轮次名称", max_length=80)),
                (
                    "tier",
                    models.CharField(
                        "层级",
                        choices=[("province", "省级"), ("city", "市级"), ("county", "县级")],
                        max_length=10,
                    ),
                ),
                ("year", models.PositiveSmallIntegerField("年份")),
                ("focus", models.TextField("监督重点")),
                ("starts_on", models.DateField("计划开始")),
                ("ends_on", models.DateField("计划结束")),
                ("preset", models.CharField("节点方案", default="real-practice", max_length=20)),
                (
                    "state",
                    models.CharField(
                        "状态",
                        choices=[
                            ("draft", "起草"),
                            ("proposed", "报批中"),
                            ("approved", "已批准"),
                            ("closed", "已结束"),
                        ],
                        max_length=10,
                    ),
                ),
                ("result", models.TextField("监督重点落实情况", blank=True, default="")),
                ("closed_on", models.DateField("结束日期", blank=True, null=True)),
                (
                    "closed_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="+",
                    ),
                ),
            ],
            options={
                "verbose_name": "轮次",
                "verbose_name_plural": "轮次",
                "ordering": ["-starts_on", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="round_ends_after_it_starts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("focus", ""), _negated=True),
                        name="round_states_its_focus",
                        violation_error_message="每一轮次必须写明监督重点。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("closed_by__isnull", False),
                                ("closed_on__isnull", False),
                                ("state", "closed"),
                                models.Q(("result", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "closed"), _negated=True),
                                ("closed_on__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="round_closed_says_what_became_of_its_focus",
                        violation_error_message="结束轮次须写明监督重点落实情况。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoundCheck",
            fields=[
                *labelled(),
                (
                    "round",
                    models.ForeignKey("inspection.round", models.PROTECT, related_name="checks"),
                ),
                ("code", models.CharField("条目编号", max_length=20)),
                (
                    "phase",
                    models.CharField(
                        "环节",
                        choices=[("deploy", "部署"), ("run", "实施"), ("close", "总结")],
                        max_length=10,
                    ),
                ),
                ("text", models.CharField("检查内容", max_length=200)),
                ("source", models.CharField("依据", max_length=120)),
                ("passed_at", models.DateTimeField("落实时间", blank=True, null=True)),
                (
                    "passed_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="+",
                    ),
                ),
                ("evidence", models.CharField("落实情况", blank=True, default="", max_length=300)),
            ],
            options={
                "verbose_name": "政治责任清单条目",
                "verbose_name_plural": "政治责任清单条目",
                "ordering": ["round", "code"],
                "constraints": [
                    models.UniqueConstraint(fields=("round", "code"), name="round_check_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("passed_at__isnull", True), ("passed_by__isnull", True)),
                            models.Q(
                                ("passed_at__isnull", False),
                                ("passed_by__isnull", False),
                                models.Q(("evidence", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="round_check_passed_has_evidence",
                        violation_error_message="落实政治责任须写明依据。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Engagement",
            fields=[
                *labelled(),
                (
                    "round",
                    models.ForeignKey(
                        "inspection.round", models.PROTECT, related_name="engagements"
                    ),
                ),
                ("number", models.CharField("编号", max_length=40, unique=True)),
                (
                    "unit",
                    models.ForeignKey(
                        "organisation.unit",
                        models.PROTECT,
                        related_name="+",
                        verbose_name="被巡视单位",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        "方式",
                        choices=[
                            ("regular", "常规"),
                            ("special", "专项"),
                            ("mobile", "机动"),
                            ("look_back", "“回头看”"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "profile",
                    models.CharField(
                        "时间类型",
                        choices=[
                            ("regular", "一般单位"),
                            ("county", "县（市、区）"),
                            ("large_enterprise", "大型国有企业"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "team_kind",
                    models.CharField(
                        "组队方式",
                        choices=[
                            ("single", "单独组队"),
                            ("joint", "联合检查组"),
                            ("audit", "巡审联动组"),
                        ],
                        default="single",
                        max_length=10,
                    ),
                ),
                (
                    "partners",
                    ArrayField(
                        base_field=models.UUIDField(),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="联合单位",
                    ),
                ),
                ("entry_on", models.DateField("进驻日")),
                ("on_site_end_on", models.DateField("驻点结束日")),
                ("extended", models.BooleanField("已延期", default=False)),
                ("feedback_on", models.DateField("反馈日", blank=True, null=True)),
                ("decided_on", models.DateField("听取汇报日", blank=True, null=True)),
                ("archived_on", models.DateField("归档日", blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        "状态",
                        choices=[
                            ("draft", "起草"),
                            ("approved", "已批准"),
                            ("consulting", "会商中"),
                            ("prepared", "准备就绪"),
                            ("on_site", "驻点"),
                            ("extended", "延期驻点"),
                            ("paused", "已暂停"),
                            ("reporting", "起草报告"),
                            ("decided", "已听取汇报"),
                            ("fed_back", "已反馈"),
                            ("rectifying", "整改中"),
                            ("assessed", "已评估"),
                            ("look_back", "“回头看”"),
                            ("archived", "已归档"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "paused_from",
                    models.CharField("暂停前状态", blank=True, default="", max_length=12),
                ),
                ("definition_version", models.PositiveSmallIntegerField("流程版本")),
                (
                    "look_back_of",
                    models.ForeignKey(
                        "inspection.engagement",
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="look_backs",
                    ),
                ),
            ],
            options={
                "verbose_name": "巡视任务",
                "verbose_name_plural": "巡视任务",
                "ordering": ["-entry_on", "number"],
                "indexes": [
                    models.Index(fields=["state", "entry_on"], name="inspection__state_2788aa_idx"),
                    models.Index(
                        fields=["owner_path", "entry_on"], name="inspection__owner_p_970072_idx"
                    ),
                    models.Index(
                        fields=["region", "entry_on"], name="inspection__region_42a82e_idx"
                    ),
                    models.Index(fields=["engagement"], name="inspection__engagem_a53d41_idx"),
                    models.Index(fields=["-entry_on", "number"], name="engagement_newest"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("on_site_end_on__gt", models.F("entry_on"))),
                        name="engagement_ends_after_entry",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", "paused"), models.Q(("paused_from", ""), _negated=True)
                            ),
                            models.Q(
                                models.Q(("state", "paused"), _negated=True), ("paused_from", "")
                            ),
                            _connector="OR",
                        ),
                        name="engagement_paused_remembers_where",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "look_back"), _negated=True),
                            ("look_back_of__isnull", False),
                            _connector="OR",
                        ),
                        name="engagement_look_back_names_its_first",
                        violation_error_message="“回头看”必须对应原巡视任务。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state__in", ["fed_back", "rectifying", "assessed", "archived"]),
                                _negated=True,
                            ),
                            ("feedback_on__isnull", False),
                            _connector="OR",
                        ),
                        name="engagement_fed_back_has_a_date",
                    ),
                    models.UniqueConstraint(
                        fields=("round", "unit", "kind"), name="engagement_once_per_round"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("partners__len", 0), ("team_kind", "single")),
                            models.Q(
                                models.Q(("team_kind", "single"), _negated=True),
                                ("partners__len__gte", 1),
                            ),
                            _connector="OR",
                        ),
                        name="engagement_joint_team_names_its_partners",
                        violation_error_message="联合组队须写明联合单位。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("archived_on__isnull", False), ("state", "archived")),
                            models.Q(
                                models.Q(("state", "archived"), _negated=True),
                                ("archived_on__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="engagement_archived_has_a_date",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("feedback_on__isnull", True),
                            ("decided_on__isnull", True),
                            ("feedback_on__gte", models.F("decided_on")),
                            _connector="OR",
                        ),
                        name="engagement_feedback_not_before_the_decision",
                    ),
                ],
            },
        ),
    )
