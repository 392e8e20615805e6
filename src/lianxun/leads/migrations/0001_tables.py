from django.conf import settings
from django.db import migrations, models

from lianxun.fabric.columns import labelled
from lianxun.fabric.tables import together


class Migration(migrations.Migration):
    """Leads, batches and their lines, sealed refusals."""

    initial = True
    dependencies = [
        ("organisation", "0001_units_and_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = together(
        migrations.CreateModel(
            name="TransferBatch",
            fields=[
                *labelled(),
                ("number", models.CharField("移交单号", max_length=60, unique=True)),
                (
                    "recipient",
                    models.ForeignKey(
                        "organisation.unit",
                        models.PROTECT,
                        related_name="+",
                        verbose_name="接收单位",
                    ),
                ),
                ("handed_on", models.DateField("移交日期")),
                (
                    "handed_by",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"),
                ),
                ("grave", models.BooleanField("重大线索即时移交", default=False)),
                (
                    "state",
                    models.CharField(
                        "状态", choices=[("sent", "待签收"), ("settled", "已办结")], max_length=10
                    ),
                ),
            ],
            options={
                "verbose_name": "移交批次",
                "verbose_name_plural": "移交批次",
                "ordering": ["-handed_on", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Lead",
            fields=[
                *labelled(),
                ("number", models.CharField("线索编号", max_length=60, unique=True)),
                (
                    "source",
                    models.CharField(
                        "来源",
                        choices=[
                            ("petition", "来信来访"),
                            ("found", "巡视发现"),
                            ("member", "成员单位移送"),
                            ("audit", "审计移送"),
                            ("analysis", "数据比对疑点转入"),
                        ],
                        max_length=10,
                    ),
                ),
                ("title", models.CharField("主要问题", max_length=120)),
                ("summary", models.TextField("问题摘要")),
                (
                    "object_name",
                    models.CharField("被反映人", blank=True, default="", max_length=40),
                ),
                (
                    "object_post",
                    models.CharField("被反映人职务", blank=True, default="", max_length=60),
                ),
                (
                    "discipline",
                    models.CharField(
                        "所涉纪律",
                        choices=[
                            ("political", "政治纪律"),
                            ("organisational", "组织纪律"),
                            ("integrity", "廉洁纪律"),
                            ("masses", "群众纪律"),
                            ("work", "工作纪律"),
                            ("life", "生活纪律"),
                            ("crime", "涉嫌职务违法犯罪"),
                            ("none", "不属受理范围"),
                        ],
                        max_length=15,
                    ),
                ),
                ("named", models.BooleanField("实名", default=False)),
                ("in_vault", models.BooleanField("反映人信息已封存", default=False)),
                (
                    "state",
                    models.CharField(
                        "状态",
                        choices=[
                            ("registered", "已登记"),
                            ("screened", "已甄别"),
                            ("returned", "已退回"),
                            ("forwarded", "已转主管部门"),
                            ("under_group_study", "集体研究中"),
                            ("approved", "待移交"),
                            ("transferred", "已移交待签收"),
                            ("objected", "接收单位有异议"),
                            ("received", "已签收"),
                            ("inquiry", "谈话函询"),
                            ("prelim", "初步核实"),
                            ("held", "暂存待查"),
                            ("closed", "予以了结"),
                            ("result", "已有结果"),
                            ("fed_back", "已反馈"),
                            ("done", "已办结"),
                            ("destroyed", "已销毁"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "registered_by",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"),
                ),
                (
                    "screened_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="+",
                    ),
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
                (
                    "study_minutes",
                    models.CharField("集体研究意见", blank=True, default="", max_length=500),
                ),
                (
                    "duplicate_of",
                    models.ForeignKey(
                        "leads.lead",
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="duplicates",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        "leads.transferbatch",
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="leads",
                    ),
                ),
                (
                    "received_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="+",
                    ),
                ),
                ("received_at", models.DateTimeField("签收时间", blank=True, null=True)),
                ("objection", models.CharField("异议理由", blank=True, default="", max_length=300)),
                ("opinion", models.CharField("处置意见", blank=True, default="", max_length=500)),
                ("result", models.CharField("办理结果", blank=True, default="", max_length=1000)),
                (
                    "outcome",
                    models.CharField(
                        "查实情况",
                        blank=True,
                        choices=[
                            ("confirmed", "属实"),
                            ("partly", "部分属实"),
                            ("unfounded", "不属实"),
                            ("unverified", "无法查实"),
                        ],
                        default="",
                        max_length=12,
                    ),
                ),
                (
                    "return_reason",
                    models.CharField("退回理由", blank=True, default="", max_length=300),
                ),
                (
                    "salt",
                    models.BinaryField(
                        "盐值",
                        db_default=models.Func(
                            models.Func(function="gen_random_uuid"), function="uuid_send"
                        ),
                    ),
                ),
                ("no_case_on", models.DateField("疑点终止日期", blank=True, null=True)),
            ],
            options={
                "verbose_name": "问题线索",
                "verbose_name_plural": "问题线索",
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    models.Index(
                        fields=["region", "created_at"], name="leads_lead_region_aeafb4_idx"
                    ),
                    models.Index(
                        fields=["engagement", "created_at"], name="leads_lead_engagem_1db1e6_idx"
                    ),
                    models.Index(
                        fields=["state", "created_at"], name="leads_lead_state_7e1409_idx"
                    ),
                    models.Index(fields=["owner_path", "state", "discipline"], name="lead_owner"),
                    models.Index(fields=["region", "state", "discipline"], name="lead_region"),
                    models.Index(
                        fields=["addressee_path", "state", "discipline"], name="lead_addressee"
                    ),
                    models.Index(fields=["-created_at", "-id"], name="lead_newest"),
                    models.Index(fields=["subject_org", "-created_at", "-id"], name="lead_subject"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("screened_by__isnull", True),
                            models.Q(("screened_by", models.F("registered_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="lead_screened_by_another",
                        violation_error_message="甄别人不能是登记人。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state__in", ["approved", "transferred", "received", "done"]),
                                _negated=True,
                            ),
                            models.Q(
                                models.Q(("study_minutes", ""), _negated=True),
                                ("approved_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="lead_approved_after_group_study",
                        violation_error_message="移交前必须有集体研究意见和负责人签批。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state__in", ["received", "inquiry", "prelim", "held", "closed"]),
                                _negated=True,
                            ),
                            models.Q(
                                ("received_by__isnull", False), ("received_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="lead_received_by_a_named_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("duplicate_of__isnull", True),
                            models.Q(("duplicate_of", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="lead_not_its_own_duplicate",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["result", "fed_back", "done"]), _negated=True),
                            models.Q(("outcome", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="lead_result_says_what_came_of_it",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "destroyed"), _negated=True),
                            models.Q(
                                ("in_vault", False),
                                ("object_name", ""),
                                ("object_post", ""),
                                ("objection", ""),
                                ("opinion", ""),
                                ("result", ""),
                                ("return_reason", ""),
                                ("salt", b""),
                                ("study_minutes", ""),
                                ("summary", ""),
                                ("title", "（已销毁）"),
                            ),
                            _connector="OR",
                        ),
                        name="lead_destroyed_keeps_number_and_dates_only",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TransferLine",
            fields=[
                *labelled(),
                (
                    "batch",
                    models.ForeignKey("leads.transferbatch", models.PROTECT, related_name="lines"),
                ),
                ("lead", models.ForeignKey("leads.lead", models.PROTECT, related_name="lines")),
                (
                    "state",
                    models.CharField(
                        "状态",
                        choices=[
                            ("sent", "待签收"),
                            ("received", "已签收"),
                            ("objected", "有异议"),
                        ],
                        max_length=10,
                    ),
                ),
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
                ("reason", models.CharField("异议理由", blank=True, default="", max_length=300)),
            ],
            options={
                "verbose_name": "移交明细",
                "verbose_name_plural": "移交明细",
                "ordering": ["batch", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("batch", "lead"), name="lead_once_in_a_batch"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "sent"),
                            models.Q(
                                ("answered_by__isnull", False), ("answered_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="line_answered_by_a_named_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "objected"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="line_objection_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SealedRefusal",
            fields=[
                *labelled(),
                (
                    "rule",
                    models.CharField(
                        "规则",
                        choices=[
                            ("none", "以上都不是"),
                            ("own_principal", "反映本级党委、纪委主要负责人"),
                            ("superior_managed", "反映上级党委管理的干部"),
                            ("state_secret", "内容涉及国家秘密"),
                        ],
                        max_length=20,
                    ),
                ),
            ],
            options={
                "verbose_name": "不予登记记录",
                "verbose_name_plural": "不予登记记录",
                "ordering": ["-created_at", "id"],
            },
        ),
    )
