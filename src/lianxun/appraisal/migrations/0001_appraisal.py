import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from lianxun.fabric.columns import labelled
from lianxun.fabric.tables import together


class Migration(migrations.Migration):
    """Schemes, periods with their sheets, what follows, quarterly reports."""

    initial = True

    dependencies = [
        ("organisation", "0004_training_methods"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = together(
        migrations.CreateModel(
            name="Line",
            fields=[
                *labelled(),
                ("number", models.PositiveSmallIntegerField(verbose_name="序号")),
                ("code", models.CharField(max_length=10, verbose_name="指标")),
                ("weight", models.PositiveSmallIntegerField(verbose_name="权重")),
                ("met", models.PositiveIntegerField(verbose_name="分子")),
                ("due", models.PositiveIntegerField(verbose_name="分母")),
                (
                    "effective",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="计分权重（百分之一分）"
                    ),
                ),
                (
                    "score",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="得分（百分之一分）"
                    ),
                ),
                ("cases", models.JSONField(verbose_name="计入的事项")),
                (
                    "treated",
                    models.JSONField(blank=True, default=dict, verbose_name="裁定调整的事项"),
                ),
            ],
            options={
                "verbose_name": "考核表行",
                "verbose_name_plural": "考核表行",
                "ordering": ["sheet_id", "number"],
            },
        ),
        migrations.CreateModel(
            name="Scheme",
            fields=[
                *labelled(),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("version", models.PositiveSmallIntegerField(verbose_name="版次")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "起草"),
                            ("pending", "待委员会批准"),
                            ("effective", "施行"),
                            ("refused", "未批准"),
                            ("superseded", "已被新版替代"),
                        ],
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("share", models.PositiveSmallIntegerField(verbose_name="在单位年度考核中的权重")),
                ("weights", models.JSONField(verbose_name="指标权重")),
                ("body", models.JSONField(verbose_name="指标体系")),
                ("audience_path", models.CharField(max_length=200, verbose_name="施行范围")),
                (
                    "note",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="起草说明"
                    ),
                ),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="批准时间"),
                ),
                (
                    "answer",
                    models.CharField(
                        blank=True, default="", max_length=500, verbose_name="审批意见"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="批准人",
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="起草人",
                    ),
                ),
            ],
            options={
                "verbose_name": "考核指标体系",
                "verbose_name_plural": "考核指标体系",
                "ordering": ["-year", "-version", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Period",
            fields=[
                *labelled(),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("quarter", models.PositiveSmallIntegerField(default=0, verbose_name="季度")),
                ("starts_on", models.DateField(verbose_name="开始")),
                ("ends_on", models.DateField(verbose_name="结束")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("drafted", "核算中"),
                            ("shown", "单位复核中"),
                            ("decided", "复核已结"),
                            ("signing", "报请审签"),
                            ("signed", "已审签"),
                            ("published", "已公布"),
                            ("used", "已运用"),
                        ],
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("units", models.PositiveSmallIntegerField(default=0, verbose_name="单位数")),
                ("calculated_at", models.DateTimeField(verbose_name="核算时间")),
                (
                    "digest",
                    models.CharField(
                        blank=True, default="", max_length=64, verbose_name="事实摘要"
                    ),
                ),
                ("review_until", models.DateField(blank=True, null=True, verbose_name="复核截止")),
                ("signed_at", models.DateTimeField(blank=True, null=True, verbose_name="审签时间")),
                (
                    "answer",
                    models.CharField(
                        blank=True, default="", max_length=500, verbose_name="审签意见"
                    ),
                ),
                ("docx", models.UUIDField(blank=True, null=True, verbose_name="通报（Word）")),
                ("pdf", models.UUIDField(blank=True, null=True, verbose_name="通报（PDF）")),
                (
                    "calculated_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="核算人",
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="审签人",
                    ),
                ),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="periods",
                        to="appraisal.scheme",
                        verbose_name="指标体系",
                    ),
                ),
            ],
            options={
                "verbose_name": "考核期",
                "verbose_name_plural": "考核期",
                "ordering": ["-year", "-quarter", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Sheet",
            fields=[
                *labelled(),
                ("title", models.CharField(max_length=120, verbose_name="名称")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("drafted", "核算中"),
                            ("shown", "待本单位复核"),
                            ("objected", "有异议待裁定"),
                            ("decided", "复核已结"),
                            ("signed", "已审签"),
                            ("published", "已公布"),
                            ("used", "已运用"),
                        ],
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "total",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="总分（百分之一分）"
                    ),
                ),
                ("share", models.PositiveSmallIntegerField(verbose_name="考核权重")),
                (
                    "grade",
                    models.CharField(blank=True, default="", max_length=20, verbose_name="等次"),
                ),
                ("vetoed", models.BooleanField(default=False, verbose_name="一票否决")),
                (
                    "digest",
                    models.CharField(
                        blank=True, default="", max_length=64, verbose_name="事实摘要"
                    ),
                ),
                ("calculated_by", models.UUIDField(verbose_name="核算人")),
                ("object_until", models.DateField(blank=True, null=True, verbose_name="异议截止")),
                (
                    "confirmed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="复核时间"),
                ),
                ("docx", models.UUIDField(blank=True, null=True, verbose_name="考核表（Word）")),
                ("pdf", models.UUIDField(blank=True, null=True, verbose_name="考核表（PDF）")),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="复核人",
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sheets",
                        to="appraisal.period",
                        verbose_name="考核期",
                    ),
                ),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="appraisal.scheme",
                        verbose_name="指标体系",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.unit",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "单位考核表",
                "verbose_name_plural": "单位考核表",
                "ordering": ["period_id", "unit_id"],
            },
        ),
        migrations.CreateModel(
            name="Objection",
            fields=[
                *labelled(),
                ("reason", models.CharField(max_length=500, verbose_name="理由")),
                ("cases", models.JSONField(blank=True, default=list, verbose_name="所指事项")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("filed", "待裁定"),
                            ("upheld", "成立，已更正"),
                            ("rejected", "不成立"),
                        ],
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("calculated_by", models.UUIDField(verbose_name="核算人")),
                (
                    "finding",
                    models.CharField(
                        blank=True, default="", max_length=500, verbose_name="裁定理由"
                    ),
                ),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="裁定时间"),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="裁定人",
                    ),
                ),
                (
                    "filed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提出人",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="appraisal.line",
                        verbose_name="考核表行",
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="appraisal.sheet",
                        verbose_name="考核表",
                    ),
                ),
            ],
            options={
                "verbose_name": "复核异议",
                "verbose_name_plural": "复核异议",
                "ordering": ["created_at", "id"],
            },
        ),
        migrations.AddField(
            model_name="line",
            name="sheet",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lines",
                to="appraisal.sheet",
                verbose_name="考核表",
            ),
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                *labelled(),
                ("code", models.CharField(max_length=10, verbose_name="指标")),
                ("before", models.JSONField(verbose_name="更正前")),
                ("after", models.JSONField(verbose_name="更正后")),
                (
                    "objection",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="correction",
                        to="appraisal.objection",
                        verbose_name="异议",
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="appraisal.sheet",
                        verbose_name="考核表",
                    ),
                ),
            ],
            options={
                "verbose_name": "更正记录",
                "verbose_name_plural": "更正记录",
                "ordering": ["created_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Outcome",
            fields=[
                *labelled(),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("award", "评先评优"),
                            ("commend", "通报表扬"),
                            ("criticise", "通报批评"),
                            ("admonish", "诫勉"),
                            ("veto", "一票否决"),
                            ("talk", "约谈"),
                        ],
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("result", "考核结果"),
                            ("late_twice", "连续两季迟报进展"),
                            ("refused_data", "不予提供数据"),
                            ("delay", "本单位原因造成延误"),
                            ("other", "其他事实"),
                        ],
                        max_length=14,
                        verbose_name="事由",
                    ),
                ),
                (
                    "cause_key",
                    models.CharField(
                        blank=True, default="", max_length=60, verbose_name="事实标识"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "建议"),
                            ("submitted", "待决定"),
                            ("decided", "已决定"),
                            ("declined", "不采纳"),
                            ("done", "已办理"),
                        ],
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("facts", models.CharField(max_length=1000, verbose_name="事实")),
                (
                    "person_post",
                    models.CharField(
                        blank=True, default="", max_length=60, verbose_name="受表扬人员职务"
                    ),
                ),
                (
                    "person_name",
                    models.CharField(
                        blank=True, default="", max_length=40, verbose_name="受表扬人员姓名"
                    ),
                ),
                ("consented", models.BooleanField(default=False, verbose_name="本人同意写明姓名")),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="决定时间"),
                ),
                (
                    "answer",
                    models.CharField(
                        blank=True, default="", max_length=500, verbose_name="决定理由"
                    ),
                ),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="办理日期")),
                (
                    "result",
                    models.CharField(
                        blank=True, default="", max_length=1000, verbose_name="办理情况"
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.unit",
                        verbose_name="决定机构",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="决定人",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提出人",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.unit",
                        verbose_name="单位",
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outcomes",
                        to="appraisal.period",
                        verbose_name="考核期",
                    ),
                ),
            ],
            options={
                "verbose_name": "结果运用",
                "verbose_name_plural": "结果运用",
                "ordering": ["-created_at", "-id"],
                "indexes": [models.Index(fields=["owner_path", "state"], name="outcome_owner")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            models.Q(("cause_key", ""), _negated=True),
                            models.Q(("state", "declined"), _negated=True),
                        ),
                        fields=("kind", "unit", "cause_key"),
                        name="outcome_once_per_fact",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["award", "commend"]),
                            models.Q(("person_name", ""), ("person_post", "")),
                            _connector="OR",
                        ),
                        name="outcome_names_people_in_praise_only",
                        violation_error_message="人员只在表扬中写明，批评和问责只对单位。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("person_name", ""), ("consented", True), _connector="OR"
                        ),
                        name="outcome_names_with_consent",
                        violation_error_message="写明姓名须经本人同意。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="outcome_decided_by_another",
                        violation_error_message="由提出人以外的人决定。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["decided", "done"]), _negated=True),
                            models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="outcome_decided_says_by_whom",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True),
                            models.Q(
                                ("done_on__isnull", False), models.Q(("result", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="outcome_done_says_how",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuarterReport",
            fields=[
                *labelled(),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("quarter", models.PositiveSmallIntegerField(verbose_name="季度")),
                ("done", models.TextField(verbose_name="工作进展")),
                ("problems", models.TextField(blank=True, default="", verbose_name="存在问题")),
                ("plans", models.TextField(verbose_name="下步打算")),
                ("reported_on", models.DateField(verbose_name="报告日期")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="应报日期")),
                (
                    "reported_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="报告人",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.unit",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "季度进展报告",
                "verbose_name_plural": "季度进展报告",
                "ordering": ["-year", "-quarter", "unit_id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("unit", "year", "quarter"), name="quarter_report_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quarter__gte", 1), ("quarter__lte", 4)),
                        name="quarter_report_of_a_quarter",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done", ""), _negated=True),
                            models.Q(("plans", ""), _negated=True),
                        ),
                        name="quarter_report_says_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Ranking",
            fields=[
                *labelled(),
                ("title", models.CharField(max_length=120, verbose_name="名称")),
                ("unit_name", models.CharField(max_length=120, verbose_name="单位名称")),
                (
                    "total",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="总分（百分之一分）"
                    ),
                ),
                ("grade", models.CharField(max_length=20, verbose_name="等次")),
                ("audience_path", models.CharField(max_length=200, verbose_name="公布范围")),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rankings",
                        to="appraisal.period",
                        verbose_name="考核期",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.unit",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "公布结果",
                "verbose_name_plural": "公布结果",
                "ordering": [
                    "period_id",
                    models.OrderBy(models.F("total"), descending=True, nulls_last=True),
                    "unit_name",
                    "id",
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("period", "unit"), name="ranking_once_per_unit")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="scheme",
            constraint=models.UniqueConstraint(
                fields=("owner_unit", "year", "version"), name="scheme_version_is_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="scheme",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "effective")),
                fields=("owner_unit", "year"),
                name="scheme_one_in_force",
            ),
        ),
        migrations.AddConstraint(
            model_name="scheme",
            constraint=models.CheckConstraint(
                condition=models.Q(("share__gte", 1), ("share__lte", 25)),
                name="scheme_share_is_capped",
            ),
        ),
        migrations.AddConstraint(
            model_name="scheme",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["effective", "superseded"]), _negated=True),
                    models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                    _connector="OR",
                ),
                name="scheme_in_force_was_decided",
            ),
        ),
        migrations.AddConstraint(
            model_name="scheme",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by__isnull", True),
                    models.Q(("decided_by", models.F("drafted_by")), _negated=True),
                    _connector="OR",
                ),
                name="scheme_decided_by_another",
                violation_error_message="指标体系由起草人以外的人批准。",
            ),
        ),
        migrations.AddConstraint(
            model_name="period",
            constraint=models.UniqueConstraint(
                fields=("owner_unit", "year", "quarter"), name="period_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="period",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("quarter__gte", 0), ("quarter__lte", 4), ("ends_on__gt", models.F("starts_on"))
                ),
                name="period_quarter_is_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="period",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "drafted"),
                    models.Q(
                        models.Q(("digest", ""), _negated=True), ("review_until__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="period_shown_is_frozen",
            ),
        ),
        migrations.AddConstraint(
            model_name="period",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("quarter", 0), ("state__in", ["drafted", "shown", "decided"]), _connector="OR"
                ),
                name="period_only_a_year_is_signed",
                violation_error_message="季度核算只供通报，不审签、不公布。",
            ),
        ),
        migrations.AddConstraint(
            model_name="period",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("signed_by__isnull", True),
                    models.Q(("signed_by", models.F("calculated_by")), _negated=True),
                    _connector="OR",
                ),
                name="period_signed_by_another",
                violation_error_message="考核结果由核算人以外的人审签。",
            ),
        ),
        migrations.AddConstraint(
            model_name="period",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["signed", "published", "used"]), _negated=True),
                    models.Q(("signed_at__isnull", False), ("signed_by__isnull", False)),
                    _connector="OR",
                ),
                name="period_signed_says_by_whom",
            ),
        ),
        migrations.AddIndex(
            model_name="sheet",
            index=models.Index(fields=["owner_path", "created_at"], name="sheet_owner"),
        ),
        migrations.AddIndex(
            model_name="sheet",
            index=models.Index(fields=["addressee_path"], name="sheet_addressee"),
        ),
        migrations.AddConstraint(
            model_name="sheet",
            constraint=models.UniqueConstraint(
                fields=("period", "unit"), name="sheet_once_per_unit"
            ),
        ),
        migrations.AddConstraint(
            model_name="sheet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("addressee_unit__isnull", True), ("state", "drafted")),
                    models.Q(
                        models.Q(("state", "drafted"), _negated=True),
                        ("addressee_unit", models.F("unit_id")),
                        ("object_until__isnull", False),
                        models.Q(("digest", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="sheet_shown_is_served",
            ),
        ),
        migrations.AddConstraint(
            model_name="sheet",
            constraint=models.CheckConstraint(
                condition=models.Q(("total__isnull", True), ("total__lte", 10000), _connector="OR"),
                name="sheet_total_is_points",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "filed")),
                fields=("line",),
                name="objection_one_open_per_line",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "filed"),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        models.Q(("finding", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="objection_decided_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by__isnull", True),
                    models.Q(
                        models.Q(("decided_by", models.F("calculated_by")), _negated=True),
                        models.Q(("decided_by", models.F("filed_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="objection_decided_by_another",
                violation_error_message="异议由核算人和提出人以外的人裁定。",
            ),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.UniqueConstraint(
                fields=("sheet", "code"), name="line_once_per_indicator"
            ),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.CheckConstraint(
                condition=models.Q(("met__lte", models.F("due"))), name="line_met_of_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("effective__isnull", True), ("score__isnull", True)),
                    models.Q(("effective__isnull", False), ("score__lte", models.F("effective"))),
                    _connector="OR",
                ),
                name="line_scored_whole",
            ),
        ),
    )
