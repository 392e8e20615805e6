import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from lianxun.fabric.columns import labelled
from lianxun.fabric.tables import together


class Migration(migrations.Migration):
    """Meetings, their agenda, who was asked to come, what was decided."""

    initial = True

    dependencies = [
        ("organisation", "0003_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = together(
        migrations.CreateModel(
            name="AgendaItem",
            fields=[
                *labelled(),
                ("number", models.PositiveSmallIntegerField(verbose_name="序号")),
                ("topic", models.CharField(max_length=200, verbose_name="议题")),
                ("minutes", models.TextField(blank=True, default="", verbose_name="纪要")),
            ],
            options={
                "verbose_name": "议题",
                "verbose_name_plural": "议题",
                "ordering": ["meeting", "number"],
            },
        ),
        migrations.CreateModel(
            name="Meeting",
            fields=[
                *labelled(),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("regular", "定期会商"),
                            ("joint", "联席会议"),
                            ("inquiry", "联合研判"),
                        ],
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="会议名称")),
                ("planned_on", models.DateField(verbose_name="拟召开日期")),
                ("begins", models.TimeField(blank=True, null=True, verbose_name="开始时间")),
                ("place", models.CharField(max_length=80, verbose_name="地点")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("convened", "已通知"),
                            ("held", "纪要待确认"),
                            ("returned", "纪要退回修改"),
                            ("closed", "纪要已确认"),
                            ("cancelled", "已取消"),
                        ],
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("items", models.PositiveSmallIntegerField(default=0, verbose_name="议题数")),
                ("held_on", models.DateField(blank=True, null=True, verbose_name="召开日期")),
                (
                    "confirmed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="纪要确认时间"),
                ),
                (
                    "remark",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="退回或取消理由"
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.unit",
                        verbose_name="召集机构",
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="纪要确认人",
                    ),
                ),
                (
                    "convened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="召集人",
                    ),
                ),
                (
                    "minuted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="纪要记录人",
                    ),
                ),
            ],
            options={
                "verbose_name": "会议",
                "verbose_name_plural": "会议",
                "ordering": ["-planned_on", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                *labelled(),
                (
                    "attendance",
                    models.CharField(
                        blank=True,
                        choices=[("present", "参加"), ("excused", "请假"), ("absent", "未参加")],
                        default="",
                        max_length=10,
                        verbose_name="出席",
                    ),
                ),
                (
                    "people",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="参会人员或说明"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.unit",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="coordination.meeting",
                    ),
                ),
            ],
            options={
                "verbose_name": "参会单位",
                "verbose_name_plural": "参会单位",
                "ordering": ["meeting", "unit"],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                *labelled(),
                ("text", models.CharField(max_length=300, verbose_name="议定事项")),
                ("due_on", models.DateField(verbose_name="完成期限")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "随纪要待确认"),
                            ("dropped", "已撤下"),
                            ("open", "办理中"),
                            ("reported", "待核验"),
                            ("done", "已办结"),
                        ],
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "report",
                    models.CharField(
                        blank=True, default="", max_length=500, verbose_name="完成情况"
                    ),
                ),
                (
                    "reported_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="报告时间"),
                ),
                (
                    "finding",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="核验意见"
                    ),
                ),
                (
                    "checked_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="核验时间"),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="coordination.agendaitem",
                    ),
                ),
                (
                    "reported_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.unit",
                        verbose_name="责任单位",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="coordination.meeting",
                    ),
                ),
            ],
            options={
                "verbose_name": "议定事项",
                "verbose_name_plural": "议定事项",
                "ordering": ["due_on", "id"],
            },
        ),
        migrations.AddField(
            model_name="agendaitem",
            name="meeting",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="agenda",
                to="coordination.meeting",
            ),
        ),
        migrations.AddIndex(
            model_name="meeting",
            index=models.Index(fields=["owner_path", "planned_on"], name="meeting_owner"),
        ),
        migrations.AddIndex(
            model_name="meeting",
            index=models.Index(fields=["region", "planned_on"], name="meeting_region"),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["convened", "cancelled"]),
                    models.Q(("held_on__isnull", False), ("minuted_by__isnull", False)),
                    _connector="OR",
                ),
                name="meeting_held_has_minutes",
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "closed"), _negated=True),
                    models.Q(("confirmed_at__isnull", False), ("confirmed_by__isnull", False)),
                    _connector="OR",
                ),
                name="meeting_closed_is_confirmed",
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confirmed_by__isnull", True),
                    models.Q(("confirmed_by", models.F("minuted_by")), _negated=True),
                    _connector="OR",
                ),
                name="meeting_confirmed_by_another",
                violation_error_message="纪要由记录人以外的人确认。",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                fields=("meeting", "unit"), name="invitation_once_each"
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("attendance__in", ["present", "excused"]), _negated=True),
                    models.Q(("people", ""), _negated=True),
                    _connector="OR",
                ),
                name="invitation_present_names_people",
                violation_error_message="参加的写明参会人员，请假的写明原因。",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="decision_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["reported", "done"]), _negated=True),
                    models.Q(
                        ("reported_at__isnull", False),
                        ("reported_by__isnull", False),
                        models.Q(("report", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="decision_reported_says_how",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "done"), _negated=True),
                    models.Q(("checked_at__isnull", False), ("checked_by__isnull", False)),
                    _connector="OR",
                ),
                name="decision_done_is_checked",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("checked_by__isnull", True),
                    models.Q(("checked_by", models.F("reported_by")), _negated=True),
                    _connector="OR",
                ),
                name="decision_checked_by_another",
                violation_error_message="完成情况由报告人以外的人核验。",
            ),
        ),
        migrations.AddConstraint(
            model_name="agendaitem",
            constraint=models.UniqueConstraint(
                fields=("meeting", "number"), name="agenda_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="agendaitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("topic", ""), _negated=True), name="agenda_item_says_something"
            ),
        ),
    )
