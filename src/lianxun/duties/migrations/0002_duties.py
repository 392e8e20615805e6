from django.db import migrations, models

from lianxun.fabric.columns import labelled
from lianxun.fabric.tables import together


class Migration(migrations.Migration):
    """Duties with their pauses, changes and letters."""

    dependencies = [("duties", "0001_calendar_and_templates")]
    operations = together(
        migrations.CreateModel(
            name="Duty",
            fields=[
                *labelled(),
                ("object_kind", models.CharField("对象类别", max_length=40)),
                ("template_code", models.CharField("模板编码", max_length=24)),
                ("template_version", models.PositiveIntegerField("模板版本")),
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
                ("title", models.CharField("时限名称", max_length=60)),
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
                ("object_id", models.UUIDField("对象")),
                ("object_title", models.CharField("对象名称", max_length=200)),
                ("responsible_unit", models.UUIDField("责任单位")),
                ("responsible_unit_name", models.CharField("责任单位名称", max_length=120)),
                ("responsible_person", models.UUIDField("责任人", blank=True, null=True)),
                (
                    "responsible_name",
                    models.CharField("责任人姓名", blank=True, default="", max_length=40),
                ),
                ("role", models.CharField("责任角色", blank=True, default="", max_length=20)),
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
                ("anchor_date", models.DateField("起算日")),
                ("amount", models.SmallIntegerField("期限")),
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
                ("occurrence", models.DateField("本次", blank=True, null=True)),
                ("window_days", models.SmallIntegerField("办理窗口（天）", blank=True, null=True)),
                (
                    "extension_by",
                    models.CharField("延期审批机构", blank=True, default="", max_length=30),
                ),
                ("extension_months", models.SmallIntegerField("最长延期（月）", default=0)),
                ("opened_on", models.DateField("建立日期")),
                ("starts_on", models.DateField("可办理日期")),
                ("due_on", models.DateField("到期日")),
                ("due_at", models.DateTimeField("到期时刻", blank=True, null=True)),
                ("notify_from", models.DateField("提醒起点")),
                ("warn_from", models.DateField("预警起点日")),
                ("calendar_version", models.PositiveIntegerField("日历版本")),
                ("provisional", models.BooleanField("暂定", default=False)),
                ("paused_on", models.DateField("暂停日", blank=True, null=True)),
                ("extended_to", models.DateField("延期至", blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        "状态",
                        choices=[
                            ("open", "办理中"),
                            ("fulfilled", "已完成"),
                            ("cancelled", "已取消"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("done_on", models.DateField("完成日", blank=True, null=True)),
                ("done_at", models.DateTimeField("完成时刻", blank=True, null=True)),
                ("done_by", models.UUIDField("完成人", blank=True, null=True)),
                (
                    "close_reason",
                    models.CharField("办结说明", blank=True, default="", max_length=200),
                ),
            ],
            options={
                "verbose_name": "时限事项",
                "verbose_name_plural": "时限事项",
                "ordering": ["due_on", "id"],
                "indexes": [
                    models.Index(fields=["responsible_unit", "state", "due_on"], name="duty_unit"),
                    models.Index(
                        fields=["responsible_person", "state", "due_on"], name="duty_person"
                    ),
                    models.Index(fields=["engagement", "due_on"], name="duty_engagement"),
                    models.Index(fields=["object_id"], name="duty_object"),
                    models.Index(fields=["due_on", "id"], name="duty_due"),
                    models.Index(fields=["done_on"], name="duty_done"),
                    models.Index(fields=["addressee_path"], name="duty_addressee"),
                    models.Index(fields=["owner_path", "state", "due_on"], name="duty_owner"),
                    models.Index(fields=["region", "state", "due_on"], name="duty_region"),
                    models.Index(
                        condition=models.Q(("state", "open")),
                        fields=["notify_from"],
                        name="duty_ladder",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=(
                            "template_code",
                            "object_kind",
                            "object_id",
                            "responsible_unit",
                            "occurrence",
                        ),
                        name="duty_open_once_per_object_and_occurrence",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("done_by__isnull", False),
                                ("done_on__isnull", False),
                                ("state", "fulfilled"),
                            ),
                            models.Q(
                                models.Q(("state", "fulfilled"), _negated=True),
                                ("done_on__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="duty_done_has_a_day_and_a_doer",
                        violation_error_message="办结的时限必须有完成日和完成人。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("done_on__isnull", True),
                            ("done_on__gte", models.F("opened_on")),
                            _connector="OR",
                        ),
                        name="duty_is_not_done_before_it_was_opened",
                        violation_error_message="完成日不得早于建立日期。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("notify_from__lte", models.F("warn_from")),
                            ("warn_from__lte", models.F("due_on")),
                        ),
                        name="duty_warnings_come_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("day_kind", "hour"), ("due_at__isnull", False)),
                            models.Q(
                                models.Q(("day_kind", "hour"), _negated=True),
                                ("due_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="duty_in_hours_has_its_moment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("paused_on__isnull", True), ("state", "open"), _connector="OR"
                        ),
                        name="duty_paused_only_while_open",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DutyPause",
            fields=[
                *labelled(),
                ("object_kind", models.CharField("对象类别", max_length=40)),
                ("duty", models.ForeignKey("duties.duty", models.CASCADE, related_name="pauses")),
                ("from_on", models.DateField("暂停起")),
                ("to_on", models.DateField("恢复日", blank=True, null=True)),
                ("whole", models.BooleanField("全任务暂停", default=False)),
                ("reason", models.CharField("原因", max_length=200)),
                ("decided_by", models.UUIDField("决定人")),
            ],
            options={
                "verbose_name": "时限暂停",
                "verbose_name_plural": "时限暂停",
                "ordering": ["from_on", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("to_on__isnull", True),
                            ("to_on__gte", models.F("from_on")),
                            _connector="OR",
                        ),
                        name="duty_pause_ends_after_it_begins",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("to_on__isnull", True)),
                        fields=("duty",),
                        name="duty_has_one_open_pause",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DutyChange",
            fields=[
                *labelled(),
                ("object_kind", models.CharField("对象类别", max_length=40)),
                ("duty", models.ForeignKey("duties.duty", models.CASCADE, related_name="changes")),
                (
                    "kind",
                    models.CharField(
                        "变动",
                        choices=[
                            ("opened", "起算"),
                            ("shifted", "起算日调整"),
                            ("paused", "暂停"),
                            ("resumed", "恢复"),
                            ("extended", "延期"),
                            ("recalculated", "日历更新重算"),
                            ("reassigned", "改派"),
                            ("fulfilled", "完成"),
                            ("cancelled", "取消"),
                        ],
                        max_length=14,
                    ),
                ),
                ("old_due", models.DateField("原到期日", blank=True, null=True)),
                ("new_due", models.DateField("新到期日")),
                ("reason", models.CharField("原因", blank=True, default="", max_length=200)),
                ("by_account", models.UUIDField("操作人")),
                ("on_date", models.DateField("日期")),
            ],
            options={
                "verbose_name": "时限变动",
                "verbose_name_plural": "时限变动",
                "ordering": ["created_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "extended")),
                        fields=("duty",),
                        name="duty_is_extended_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                *labelled(),
                ("object_kind", models.CharField("对象类别", max_length=40)),
                ("duty", models.ForeignKey("duties.duty", models.CASCADE, related_name="letters")),
                (
                    "step",
                    models.CharField(
                        "级别",
                        choices=[
                            ("green", "绿色提醒函"),
                            ("yellow", "黄色预警函"),
                            ("red", "红色预警函"),
                        ],
                        max_length=6,
                    ),
                ),
                ("due_on", models.DateField("针对的到期日")),
                ("number", models.CharField("文号", max_length=40)),
                ("issued_on", models.DateField("发出日期")),
                ("to_unit", models.UUIDField("发往单位")),
                ("to_roles", models.CharField("发往角色", max_length=80)),
                ("acknowledged_on", models.DateField("签收日期", blank=True, null=True)),
                ("acknowledged_by", models.UUIDField("签收人", blank=True, null=True)),
                ("docx", models.UUIDField("公文（Word）", blank=True, null=True)),
                ("pdf", models.UUIDField("公文（PDF）", blank=True, null=True)),
            ],
            options={
                "verbose_name": "预警函",
                "verbose_name_plural": "预警函",
                "ordering": ["-issued_on", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("duty", "step", "due_on"), name="letter_once_per_step_and_due_day"
                    )
                ],
            },
        ),
    )
