from django.db import migrations, models

from lianxun.fabric.columns import row
from lianxun.fabric.tables import together


class Migration(migrations.Migration):
    """Working days, templates, notices."""

    initial = True
    dependencies = []
    operations = together(
        migrations.CreateModel(
            name="WorkDay",
            fields=[
                ("date", models.DateField("日期", primary_key=True, serialize=False)),
                ("is_work", models.BooleanField("上班")),
                ("name", models.CharField("名称", blank=True, default="", max_length=40)),
                ("source", models.CharField("依据", max_length=160)),
                (
                    "status",
                    models.CharField(
                        "状态",
                        choices=[("official", "正式公布"), ("provisional", "暂定")],
                        max_length=12,
                    ),
                ),
            ],
            options={
                "verbose_name": "工作日历",
                "verbose_name_plural": "工作日历",
                "ordering": ["date"],
            },
        ),
        migrations.CreateModel(
            name="CalendarVersion",
            fields=[
                (
                    "number",
                    models.PositiveIntegerField("版本号", primary_key=True, serialize=False),
                ),
                ("source", models.CharField("依据", max_length=160)),
                ("imported_at", models.DateTimeField("导入时间")),
                ("imported_by", models.UUIDField("导入人", blank=True, null=True)),
                ("changed_days", models.PositiveIntegerField("变更天数")),
            ],
            options={
                "verbose_name": "日历版本",
                "verbose_name_plural": "日历版本",
                "ordering": ["-number"],
            },
        ),
        migrations.CreateModel(
            name="DutyTemplate",
            fields=[
                *row(),
                ("code", models.CharField("编码", max_length=24)),
                (
                    "preset",
                    models.CharField(
                        "方案",
                        choices=[
                            ("common", "通用"),
                            ("source-plan", "方案原文"),
                            ("real-practice", "实务通行"),
                        ],
                        max_length=20,
                    ),
                ),
                ("version", models.PositiveIntegerField("模板版本")),
                ("title", models.CharField("名称", max_length=60)),
                (
                    "phase",
                    models.CharField(
                        "阶段",
                        choices=[
                            ("before", "巡前"),
                            ("during", "巡中"),
                            ("after", "巡后"),
                            ("standing", "长效"),
                        ],
                        max_length=10,
                    ),
                ),
                ("node", models.CharField("节点", blank=True, default="", max_length=8)),
                ("clause", models.CharField("条款", max_length=200)),
                ("source", models.CharField("来源", max_length=200)),
                ("confidence", models.CharField("来源可信度", max_length=1)),
                ("library", models.CharField("职责范围", max_length=20)),
                (
                    "anchor",
                    models.CharField(
                        "起算",
                        choices=[
                            ("entry", "进驻日"),
                            ("on_site_end", "驻点结束日"),
                            ("feedback", "反馈日"),
                            ("calendar", "日历固定日"),
                            ("event", "事项发生日"),
                            ("explicit", "约定日期"),
                        ],
                        max_length=12,
                    ),
                ),
                ("amount", models.SmallIntegerField("期限", default=0)),
                (
                    "day_kind",
                    models.CharField(
                        "计日方式",
                        choices=[
                            ("working", "工作日"),
                            ("calendar", "自然日"),
                            ("month", "个月"),
                            ("hour", "小时"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "roll",
                    models.CharField(
                        "遇休息日",
                        choices=[
                            ("next", "顺延至下一个工作日"),
                            ("previous", "提前至上一个工作日"),
                            ("none", "不顺延"),
                        ],
                        max_length=10,
                    ),
                ),
                ("warn_amount", models.SmallIntegerField("预警起点", blank=True, null=True)),
                (
                    "recurrence",
                    models.CharField(
                        "重复",
                        choices=[
                            ("none", "一次"),
                            ("daily", "每个工作日"),
                            ("weekly", "每周"),
                            ("quarterly", "每季度"),
                            ("annual", "每年"),
                        ],
                        max_length=10,
                    ),
                ),
                ("on_weekday", models.SmallIntegerField("每周几", blank=True, null=True)),
                ("on_month", models.SmallIntegerField("每年几月", blank=True, null=True)),
                ("on_day", models.SmallIntegerField("几日", blank=True, null=True)),
                ("who", models.CharField("责任方", blank=True, default="", max_length=30)),
                ("role", models.CharField("责任角色", blank=True, default="", max_length=20)),
                ("profiles", models.JSONField("分类调整", blank=True, default=dict)),
                (
                    "extension_by",
                    models.CharField("延期审批机构", blank=True, default="", max_length=30),
                ),
                ("extension_months", models.SmallIntegerField("最长延期（月）", default=0)),
                ("valid_from", models.DateField("生效日期")),
                ("valid_to", models.DateField("失效日期", blank=True, null=True)),
            ],
            options={
                "verbose_name": "时限模板",
                "verbose_name_plural": "时限模板",
                "ordering": ["code", "preset", "version"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("code", "preset", "version"), name="duty_template_version_is_unique"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="duty_template_ends_after_it_begins",
                        violation_error_message="模板失效日期不得早于生效日期。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                *row(),
                ("account", models.UUIDField("收件人")),
                (
                    "code",
                    models.CharField(
                        "类别",
                        choices=[
                            ("letter.green", "有一项时限即将临期，请及时办理。"),
                            ("letter.yellow", "有一项时限已临期，请抓紧办理。"),
                            ("letter.red", "有一项时限已超期，请立即办理并说明原因。"),
                            ("arrived", "有一件事项送达您处，请签收办理。"),
                            ("decide", "有一件事项等待您审批或会签。"),
                            ("returned", "有一件事项被退回，请补正后再报。"),
                            ("answered", "您发起的一件事项有了答复。"),
                            ("paused", "有一项任务暂停，相关时限停止计算。"),
                            ("resumed", "有一项任务恢复，相关时限已顺延。"),
                            ("consent", "有一件应急调阅等待您同意，请核对理由。"),
                            ("opened", "本单位的一件事项被应急调阅，请查看留痕。"),
                            ("review", "有一件应急调阅等待事后审查，请在 24 小时内办理。"),
                            ("dispose", "有一份销毁清册等待您审核或监销。"),
                            ("print", "有一件打印申请等待您放行。"),
                            ("similar", "不同单位登记了相似的线索，请到“相似件协调”查看。"),
                            ("share", "有一项共享等待您同意，请核对用途和依据。"),
                        ],
                        max_length=30,
                    ),
                ),
                ("object_kind", models.CharField("对象类别", max_length=40)),
                ("object_id", models.UUIDField("对象")),
                ("read_at", models.DateTimeField("已读时间", blank=True, null=True)),
            ],
            options={
                "verbose_name": "站内提醒",
                "verbose_name_plural": "站内提醒",
                "ordering": ["-created_at", "-id"],
                "indexes": [models.Index(fields=["account", "read_at"], name="notice_account")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "code", "object_kind", "object_id"),
                        name="notice_once_per_account_and_cause",
                    )
                ],
            },
        ),
    )
