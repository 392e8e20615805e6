from django.conf import settings
from django.db import migrations, models

from lianxun.fabric.columns import labelled
from lianxun.fabric.tables import together


class Migration(migrations.Migration):
    """Notes, intakes, citation checks, institution documents."""

    dependencies = [
        ("regulations", "0001_library"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = together(
        migrations.CreateModel(
            name="ReadingNote",
            fields=[
                *labelled(),
                ("work", models.ForeignKey("regulations.work", models.CASCADE, related_name="+")),
                ("article_key", models.CharField("条文键", blank=True, default="", max_length=40)),
                ("label", models.CharField("条目", blank=True, default="", max_length=100)),
                ("text", models.TextField("内容", max_length=2000)),
                (
                    "account",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"),
                ),
            ],
            options={
                "verbose_name": "阅读笔记",
                "verbose_name_plural": "阅读笔记",
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    models.Index(
                        fields=["work", "article_key"], name="regulations_work_id_812492_idx"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Intake",
            fields=[
                *labelled(),
                ("title", models.CharField("名称", max_length=200)),
                (
                    "state",
                    models.CharField(
                        "状态",
                        choices=[
                            ("reading", "正在读取"),
                            ("ready", "待确认"),
                            ("accepting", "正在入库"),
                            ("accepted", "已入库"),
                            ("discarded", "已放弃"),
                        ],
                        max_length=10,
                    ),
                ),
                ("everyone", models.BooleanField("入库后全员可见", default=True)),
                (
                    "account",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"),
                ),
                ("total", models.PositiveIntegerField("文件数")),
                ("replace", models.BooleanField("同日不同文的予以更正", default=False)),
                ("finished_at", models.DateTimeField("完成时间", blank=True, null=True)),
            ],
            options={
                "verbose_name": "法规导入",
                "verbose_name_plural": "法规导入",
                "ordering": ["-created_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="IntakeFile",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "intake",
                    models.ForeignKey("regulations.intake", models.CASCADE, related_name="files"),
                ),
                ("name", models.CharField("文件名", max_length=300)),
                ("hint", models.CharField("目录", blank=True, default="", max_length=200)),
                ("digest", models.CharField("摘要", max_length=64)),
                ("stored", models.UUIDField("原件", blank=True, null=True)),
                ("format", models.CharField("格式", blank=True, default="", max_length=10)),
                ("text", models.TextField("文本", blank=True, default="")),
                ("layout", models.JSONField("版面", blank=True, null=True)),
                (
                    "outcome",
                    models.CharField(
                        "结果",
                        choices=[
                            ("waiting", "待读取"),
                            ("unreadable", "不能读取"),
                            ("no_rule", "没有条文"),
                            ("new_work", "新法规"),
                            ("new_version", "新版本"),
                            ("same", "已在库中"),
                            ("conflict", "同日不同文"),
                        ],
                        max_length=12,
                    ),
                ),
                ("message", models.CharField("说明", blank=True, default="", max_length=500)),
                ("works", models.JSONField("法规", default=list)),
                ("lines", models.JSONField("各行归属", default=dict)),
                ("problems", models.JSONField("待核", default=list)),
                ("articles", models.PositiveIntegerField("条文数", default=0)),
                ("written", models.PositiveIntegerField("入库条文数", default=0)),
                ("done", models.BooleanField("已处理", default=False)),
            ],
            options={
                "verbose_name": "导入文件",
                "verbose_name_plural": "导入文件",
                "ordering": ["intake", "id"],
                "indexes": [
                    models.Index(
                        fields=["intake", "outcome"], name="regulations_intake__26f367_idx"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CitationCheck",
            fields=[
                *labelled(),
                ("title", models.CharField("名称", max_length=200)),
                (
                    "account",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"),
                ),
                ("as_of", models.DateField("核查基准日")),
                (
                    "state",
                    models.CharField(
                        "状态",
                        choices=[
                            ("waiting", "等待读取"),
                            ("reading", "正在读取"),
                            ("done", "已核查"),
                            ("failed", "没有读出"),
                        ],
                        default="done",
                        max_length=10,
                    ),
                ),
                ("message", models.CharField("说明", blank=True, default="", max_length=500)),
                ("name", models.CharField("文件名", blank=True, default="", max_length=300)),
                ("digest", models.CharField("摘要", blank=True, default="", max_length=64)),
                ("read", models.PositiveIntegerField("已读页数", default=0)),
                ("pages", models.PositiveIntegerField("总页数", default=0)),
                ("format", models.CharField("格式", blank=True, default="", max_length=10)),
                ("stored", models.UUIDField("原件", blank=True, null=True)),
                ("text", models.TextField("文本", blank=True, default="")),
                ("layout", models.JSONField("版面", blank=True, null=True)),
                ("counts", models.JSONField("统计", default=dict)),
                ("findings", models.JSONField("逐条结果", default=list)),
            ],
            options={
                "verbose_name": "引用核查",
                "verbose_name_plural": "引用核查",
                "ordering": ["-created_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Institution",
            fields=[
                *labelled(),
                ("title", models.CharField("名称", max_length=200)),
                ("template", models.CharField("模板", blank=True, default="", max_length=20)),
                (
                    "state",
                    models.CharField(
                        "状态",
                        choices=[
                            ("draft", "起草"),
                            ("review", "审核"),
                            ("effective", "施行"),
                            ("under_revision", "修订中"),
                            ("superseded", "已被替代"),
                        ],
                        max_length=16,
                    ),
                ),
                ("text", models.TextField("正文")),
                ("edition", models.PositiveIntegerField("版次", default=1)),
                (
                    "replaces",
                    models.ForeignKey(
                        "regulations.institution",
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="successors",
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"),
                ),
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
                ("matter", models.UUIDField("提请的审批", blank=True, null=True)),
                ("opinion", models.CharField("审核意见", blank=True, default="", max_length=500)),
                ("reason", models.CharField("修订理由", blank=True, default="", max_length=500)),
                (
                    "decided_by",
                    models.CharField("审议通过", blank=True, default="", max_length=200),
                ),
                (
                    "document_number",
                    models.CharField("文号", blank=True, default="", max_length=100),
                ),
                ("effective_on", models.DateField("施行日期", blank=True, null=True)),
                (
                    "work",
                    models.ForeignKey(
                        "regulations.work",
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="institutions",
                    ),
                ),
            ],
            options={
                "verbose_name": "制度文件",
                "verbose_name_plural": "制度文件",
                "ordering": ["title", "-edition"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reviewed_by__isnull", True),
                            models.Q(("reviewed_by", models.F("drafted_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="institution_reviewed_by_another",
                        violation_error_message="审核不能由起草人自己办理。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "review"]),
                            models.Q(
                                ("effective_on__isnull", False),
                                ("work__isnull", False),
                                models.Q(("decided_by", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="institution_in_force_is_complete",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["draft", "review"])),
                        fields=("replaces",),
                        name="institution_one_revision_at_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InstitutionReview",
            fields=[
                *labelled(),
                (
                    "institution",
                    models.ForeignKey(
                        "regulations.institution", models.PROTECT, related_name="reviews"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        "评估类型",
                        choices=[
                            ("quarterly", "季度微调"),
                            ("annual", "年度修订（6月）"),
                            ("biennial", "两年全面评估"),
                        ],
                        max_length=10,
                    ),
                ),
                ("finding", models.CharField("执行情况和问题", max_length=1000)),
                (
                    "outcome",
                    models.CharField(
                        "结论",
                        choices=[("keep", "继续施行，不作修改"), ("revise", "需要修订")],
                        max_length=6,
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"),
                ),
            ],
            options={
                "verbose_name": "制度评估",
                "verbose_name_plural": "制度评估",
                "ordering": ["-created_at", "-id"],
            },
        ),
    )
