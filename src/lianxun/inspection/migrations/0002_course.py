from django.conf import settings
from django.db import migrations, models

from lianxun.fabric.columns import labelled
from lianxun.fabric.tables import together


class Migration(migrations.Migration):
    """Gates, pauses, removed obstacles, findings of a look-back."""

    dependencies = [
        ("inspection", "0001_engagements"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = together(
        migrations.CreateModel(
            name="Gate",
            fields=[
                *labelled(),
                (
                    "task",
                    models.ForeignKey(
                        "inspection.engagement", models.PROTECT, related_name="gates"
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        "进入阶段",
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
                ("code", models.CharField("条目编号", max_length=20)),
                ("text", models.CharField("检查内容", max_length=200)),
                ("source", models.CharField("依据", max_length=120)),
                ("political", models.BooleanField("政治责任清单", default=False)),
                ("passed_at", models.DateTimeField("通过时间", blank=True, null=True)),
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
                ("evidence", models.CharField("说明", blank=True, default="", max_length=300)),
            ],
            options={
                "verbose_name": "关口条目",
                "verbose_name_plural": "关口条目",
                "ordering": ["task", "code"],
                "constraints": [
                    models.UniqueConstraint(fields=("task", "code"), name="gate_once"),
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
                        name="gate_passed_has_evidence",
                        violation_error_message="通过关口须写明依据。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Pause",
            fields=[
                *labelled(),
                (
                    "task",
                    models.ForeignKey(
                        "inspection.engagement", models.PROTECT, related_name="pauses"
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"),
                ),
                ("reason", models.CharField("理由", max_length=500)),
                (
                    "state",
                    models.CharField(
                        "状态",
                        choices=[
                            ("requested", "待决定"),
                            ("refused", "不予暂停"),
                            ("active", "暂停中"),
                            ("resumed", "已恢复"),
                        ],
                        max_length=10,
                    ),
                ),
                ("matter", models.UUIDField("审批事项", blank=True, null=True)),
                ("decided_at", models.DateTimeField("决定时间", blank=True, null=True)),
                ("resumed_at", models.DateTimeField("恢复时间", blank=True, null=True)),
                (
                    "resumed_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="+",
                    ),
                ),
                (
                    "resume_reason",
                    models.CharField("恢复依据", blank=True, default="", max_length=500),
                ),
                ("resume_matter", models.UUIDField("恢复的审批事项", blank=True, null=True)),
            ],
            options={
                "verbose_name": "暂停",
                "verbose_name_plural": "暂停",
                "ordering": ["-created_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["requested", "active"])),
                        fields=("task",),
                        name="pause_one_open",
                        violation_error_message="该任务已有暂停申请或正在暂停。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "resumed"), _negated=True),
                            models.Q(
                                models.Q(("resume_reason", ""), _negated=True),
                                ("resumed_at__isnull", False),
                                ("resumed_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="pause_resumed_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("resumed_by__isnull", True),
                            models.Q(("resumed_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="pause_resumed_by_another",
                        violation_error_message="申请暂停的人不能自己决定恢复。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Obstacle",
            fields=[
                *labelled(),
                (
                    "task",
                    models.ForeignKey(
                        "inspection.engagement", models.PROTECT, related_name="obstacles"
                    ),
                ),
                ("text", models.CharField("堵点", max_length=300)),
                ("between", models.CharField("涉及单位", max_length=200)),
                (
                    "recorded_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="+",
                    ),
                ),
                ("removed_on", models.DateField("打通日期", blank=True, null=True)),
                (
                    "removed_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="+",
                    ),
                ),
                ("how", models.CharField("打通办法", blank=True, default="", max_length=300)),
            ],
            options={
                "verbose_name": "堵点",
                "verbose_name_plural": "堵点",
                "ordering": ["task", "created_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("removed_on__isnull", True),
                            models.Q(
                                models.Q(("how", ""), _negated=True), ("removed_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="obstacle_removed_says_how",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LookBackFinding",
            fields=[
                *labelled(),
                (
                    "task",
                    models.ForeignKey(
                        "inspection.engagement", models.PROTECT, related_name="look_back_findings"
                    ),
                ),
                ("item_kind", models.CharField("对象类别", max_length=40)),
                ("item_id", models.UUIDField("对象")),
                ("item_title", models.CharField("对象名称", max_length=200)),
                (
                    "verdict",
                    models.CharField(
                        "核查结论",
                        choices=[
                            ("sound", "整改到位"),
                            ("partial", "整改不到位"),
                            ("sham", "虚假整改"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text", models.CharField("核查情况", max_length=500)),
                ("due_on", models.DateField("重新整改期限", blank=True, null=True)),
                (
                    "found_by",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"),
                ),
            ],
            options={
                "verbose_name": "“回头看”核查",
                "verbose_name_plural": "“回头看”核查",
                "ordering": ["task", "created_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("task", "item_id"), name="look_back_finding_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="look_back_finding_says_what_was_seen",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("due_on__isnull", True), ("verdict", "sound")),
                            models.Q(
                                models.Q(("verdict", "sound"), _negated=True),
                                ("due_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="look_back_finding_reopens_with_a_day",
                        violation_error_message="整改不到位的须写明重新整改期限。",
                    ),
                ],
            },
        ),
    )
