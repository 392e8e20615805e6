from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import lianxun.kernel.ids
from lianxun.fabric.forced import unforced
from lianxun.fabric.rowsecurity import SecureRows
from lianxun.fabric.transitions import GuardTransitions

_GUARDS = (Path(__file__).parent.parent / "sql" / "guards.sql").read_text("utf-8")


def fill_homes(apps, schema_editor):  # type: ignore[no-untyped-def]
    """Seats know the unit their person comes from."""
    alias = schema_editor.connection.alias
    seat = apps.get_model("inspection", "Seat").objects.using(alias)
    with unforced("inspection_seat", "organisation_person", using=alias, expect_change=False):
        for row in seat.filter(home__isnull=True).select_related("person"):
            row.home_id = row.person.unit_id
            row.save(update_fields=["home"])


class Migration(migrations.Migration):
    """Rounds with a political checklist and a result, teams with alternates and objections,
    corroboration by units outside of the team, look-back findings, and every guard in the database."""

    dependencies = [
        ("inspection", "0004_round_of_engagement"),
        ("organisation", "0005_codes_taken"),
        ("access", "0002_context"),
        ("approvals", "0002_security"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.DeleteModel("Corroboration"),
        migrations.CreateModel(
            name="Corroboration",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxun.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1, verbose_name="版本")),
                ("created_at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "level",
                    models.SmallIntegerField(
                        choices=[(0, "公开"), (1, "内部"), (2, "敏感"), (3, "核心")],
                        default=1,
                        verbose_name="级别",
                    ),
                ),
                ("region", models.IntegerField(verbose_name="行政区划")),
                ("owner_unit", models.UUIDField(verbose_name="所属单位")),
                ("owner_path", models.CharField(max_length=200, verbose_name="所属单位路径")),
                ("engagement", models.UUIDField(blank=True, null=True, verbose_name="巡视任务")),
                ("subject_org", models.UUIDField(blank=True, null=True, verbose_name="涉及单位")),
                (
                    "subject_path",
                    models.CharField(
                        blank=True, max_length=200, null=True, verbose_name="涉及单位路径"
                    ),
                ),
                (
                    "addressee_unit",
                    models.UUIDField(blank=True, null=True, verbose_name="送达单位"),
                ),
                (
                    "addressee_path",
                    models.CharField(
                        blank=True, max_length=200, null=True, verbose_name="送达单位路径"
                    ),
                ),
                (
                    "compartment",
                    models.CharField(blank=True, max_length=40, null=True, verbose_name="隔离范围"),
                ),
                ("number", models.CharField(max_length=60, verbose_name="印证函编号")),
                ("question", models.CharField(max_length=500, verbose_name="需印证的事实")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "待印证"),
                            ("confirmed", "属实"),
                            ("denied", "不属实"),
                            ("unable", "不掌握"),
                            ("withdrawn", "已撤回"),
                        ],
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "statement",
                    models.CharField(
                        blank=True, default="", max_length=500, verbose_name="印证说明"
                    ),
                ),
                (
                    "answered_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="答复时间"),
                ),
            ],
            options={
                "verbose_name": "印证",
                "verbose_name_plural": "印证",
                "ordering": ["paper", "created_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="LookBackFinding",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxun.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1, verbose_name="版本")),
                ("created_at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "level",
                    models.SmallIntegerField(
                        choices=[(0, "公开"), (1, "内部"), (2, "敏感"), (3, "核心")],
                        default=1,
                        verbose_name="级别",
                    ),
                ),
                ("region", models.IntegerField(verbose_name="行政区划")),
                ("owner_unit", models.UUIDField(verbose_name="所属单位")),
                ("owner_path", models.CharField(max_length=200, verbose_name="所属单位路径")),
                ("engagement", models.UUIDField(blank=True, null=True, verbose_name="巡视任务")),
                ("subject_org", models.UUIDField(blank=True, null=True, verbose_name="涉及单位")),
                (
                    "subject_path",
                    models.CharField(
                        blank=True, max_length=200, null=True, verbose_name="涉及单位路径"
                    ),
                ),
                (
                    "addressee_unit",
                    models.UUIDField(blank=True, null=True, verbose_name="送达单位"),
                ),
                (
                    "addressee_path",
                    models.CharField(
                        blank=True, max_length=200, null=True, verbose_name="送达单位路径"
                    ),
                ),
                (
                    "compartment",
                    models.CharField(blank=True, max_length=40, null=True, verbose_name="隔离范围"),
                ),
                ("item_kind", models.CharField(max_length=40, verbose_name="对象类别")),
                ("item_id", models.UUIDField(verbose_name="对象")),
                ("item_title", models.CharField(max_length=200, verbose_name="对象名称")),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("sound", "整改到位"),
                            ("partial", "整改不到位"),
                            ("sham", "虚假整改"),
                        ],
                        max_length=10,
                        verbose_name="核查结论",
                    ),
                ),
                ("text", models.CharField(max_length=500, verbose_name="核查情况")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="重新整改期限")),
            ],
            options={
                "verbose_name": "“回头看”核查",
                "verbose_name_plural": "“回头看”核查",
                "ordering": ["task", "created_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="RoundCheck",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lianxun.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1, verbose_name="版本")),
                ("created_at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "level",
                    models.SmallIntegerField(
                        choices=[(0, "公开"), (1, "内部"), (2, "敏感"), (3, "核心")],
                        default=1,
                        verbose_name="级别",
                    ),
                ),
                ("region", models.IntegerField(verbose_name="行政区划")),
                ("owner_unit", models.UUIDField(verbose_name="所属单位")),
                ("owner_path", models.CharField(max_length=200, verbose_name="所属单位路径")),
                ("engagement", models.UUIDField(blank=True, null=True, verbose_name="巡视任务")),
                ("subject_org", models.UUIDField(blank=True, null=True, verbose_name="涉及单位")),
                (
                    "subject_path",
                    models.CharField(
                        blank=True, max_length=200, null=True, verbose_name="涉及单位路径"
                    ),
                ),
                (
                    "addressee_unit",
                    models.UUIDField(blank=True, null=True, verbose_name="送达单位"),
                ),
                (
                    "addressee_path",
                    models.CharField(
                        blank=True, max_length=200, null=True, verbose_name="送达单位路径"
                    ),
                ),
                (
                    "compartment",
                    models.CharField(blank=True, max_length=40, null=True, verbose_name="隔离范围"),
                ),
                ("code", models.CharField(max_length=20, verbose_name="条目编号")),
                (
                    "phase",
                    models.CharField(
                        choices=[("deploy", "部署"), ("run", "实施"), ("close", "总结")],
                        max_length=10,
                        verbose_name="环节",
                    ),
                ),
                ("text", models.CharField(max_length=200, verbose_name="检查内容")),
                ("source", models.CharField(max_length=120, verbose_name="依据")),
                ("passed_at", models.DateTimeField(blank=True, null=True, verbose_name="落实时间")),
                (
                    "evidence",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="落实情况"
                    ),
                ),
            ],
            options={
                "verbose_name": "政治责任清单条目",
                "verbose_name_plural": "政治责任清单条目",
                "ordering": ["round", "code"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="obstacle",
            name="obstacle_removed_says_how",
        ),
        migrations.RemoveConstraint(
            model_name="pause",
            name="pause_resumed_says_why",
        ),
        migrations.RemoveField(
            model_name="engagement",
            name="with_audit",
        ),
        migrations.AddField(
            model_name="engagement",
            name="partners",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(),
                blank=True,
                default=list,
                size=None,
                verbose_name="联合单位",
            ),
        ),
        migrations.AddField(
            model_name="engagement",
            name="team_kind",
            field=models.CharField(
                choices=[("single", "单独组队"), ("joint", "联合检查组"), ("audit", "巡审联动组")],
                default="single",
                max_length=10,
                verbose_name="组队方式",
            ),
        ),
        migrations.AddField(
            model_name="obstacle",
            name="recorded_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="obstacle",
            name="removed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="pause",
            name="resumed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="round",
            name="closed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="round",
            name="closed_on",
            field=models.DateField(blank=True, null=True, verbose_name="结束日期"),
        ),
        migrations.AddField(
            model_name="round",
            name="result",
            field=models.TextField(blank=True, default="", verbose_name="监督重点落实情况"),
        ),
        migrations.AddField(
            model_name="seat",
            name="home",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisation.unit",
                verbose_name="原单位编号",
            ),
        ),
        migrations.AddField(
            model_name="seat",
            name="objected_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="seat",
            name="reason",
            field=models.CharField(blank=True, default="", max_length=300, verbose_name="提名理由"),
        ),
        migrations.AddField(
            model_name="seat",
            name="replaces",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replaced_by",
                to="inspection.seat",
            ),
        ),
        migrations.AddField(
            model_name="seat",
            name="settled_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="seat",
            name="settlement",
            field=models.CharField(blank=True, default="", max_length=300, verbose_name="异议处理"),
        ),
        migrations.AddField(
            model_name="seat",
            name="title",
            field=models.CharField(blank=True, default="", max_length=200, verbose_name="任务"),
        ),
        migrations.AddField(
            model_name="seat",
            name="until",
            field=models.DateField(blank=True, null=True, verbose_name="访问截止"),
        ),
        migrations.AlterField(
            model_name="seat",
            name="state",
            field=models.CharField(
                choices=[
                    ("proposed", "拟任"),
                    ("alternate", "备选"),
                    ("objected", "有异议"),
                    ("confirmed", "已确认"),
                    ("recused", "已回避"),
                    ("replaced", "已替换"),
                ],
                max_length=10,
                verbose_name="状态",
            ),
        ),
        migrations.AddConstraint(
            model_name="engagement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("partners__len", 0), ("team_kind", "single")),
                    models.Q(
                        models.Q(("team_kind", "single"), _negated=True), ("partners__len__gte", 1)
                    ),
                    _connector="OR",
                ),
                name="engagement_joint_team_names_its_partners",
                violation_error_message="联合组队须写明联合单位。",
            ),
        ),
        migrations.AddConstraint(
            model_name="engagement",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="engagement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("feedback_on__isnull", True),
                    ("decided_on__isnull", True),
                    ("feedback_on__gte", models.F("decided_on")),
                    _connector="OR",
                ),
                name="engagement_feedback_not_before_the_decision",
            ),
        ),
        migrations.AddConstraint(
            model_name="obstacle",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("removed_on__isnull", True),
                    models.Q(models.Q(("how", ""), _negated=True), ("removed_by__isnull", False)),
                    _connector="OR",
                ),
                name="obstacle_removed_says_how",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.UniqueConstraint(
                condition=models.Q(("carried_from__isnull", False)),
                fields=("task", "carried_from"),
                name="paper_carried_once",
                violation_error_message="该问题已转入本任务。",
            ),
        ),
        migrations.AddConstraint(
            model_name="pause",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="pause",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("resumed_by__isnull", True),
                    models.Q(("resumed_by", models.F("asked_by")), _negated=True),
                    _connector="OR",
                ),
                name="pause_resumed_by_another",
                violation_error_message="申请暂停的人不能自己决定恢复。",
            ),
        ),
        migrations.AddConstraint(
            model_name="round",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_by__isnull", False),
                        ("closed_on__isnull", False),
                        ("state", "closed"),
                        models.Q(("result", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state", "closed"), _negated=True), ("closed_on__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="round_closed_says_what_became_of_its_focus",
                violation_error_message="结束轮次须写明监督重点落实情况。",
            ),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "objected"), _negated=True),
                    models.Q(
                        models.Q(("objection", ""), _negated=True), ("objected_by__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="seat_objected_says_why_and_by_whom",
                violation_error_message="提出异议须写明理由。",
            ),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("settled_by__isnull", True),
                    models.Q(
                        models.Q(("settled_by", models.F("proposed_by")), _negated=True),
                        models.Q(("settled_by", models.F("objected_by")), _negated=True),
                        models.Q(("settlement", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="seat_objection_settled_by_a_third",
                violation_error_message="异议须由提名人和异议人以外的人处理。",
            ),
        ),
        migrations.AddField(
            model_name="corroboration",
            name="answered_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="corroboration",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="corroboration",
            name="paper",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corroborations",
                to="inspection.paper",
            ),
        ),
        migrations.AddField(
            model_name="corroboration",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisation.unit",
                verbose_name="印证单位",
            ),
        ),
        migrations.AddField(
            model_name="lookbackfinding",
            name="found_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="lookbackfinding",
            name="task",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="look_back_findings",
                to="inspection.engagement",
            ),
        ),
        migrations.AddField(
            model_name="roundcheck",
            name="passed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="roundcheck",
            name="round",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="checks",
                to="inspection.round",
            ),
        ),
        migrations.AddConstraint(
            model_name="corroboration",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "withdrawn"), _negated=True),
                fields=("paper", "unit"),
                name="corroboration_once_per_unit",
                violation_error_message="该单位已收到这份底稿的印证函。",
            ),
        ),
        migrations.AddConstraint(
            model_name="corroboration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at__isnull", True), ("state__in", ["asked", "withdrawn"])),
                    models.Q(
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                        ("state__in", ["confirmed", "denied", "unable"]),
                        models.Q(("statement", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="corroboration_answered_says_why",
                violation_error_message="印证须写明依据。",
            ),
        ),
        migrations.AddConstraint(
            model_name="corroboration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answered_by__isnull", True),
                    models.Q(("answered_by", models.F("asked_by")), _negated=True),
                    _connector="OR",
                ),
                name="corroboration_answered_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="lookbackfinding",
            constraint=models.UniqueConstraint(
                fields=("task", "item_id"), name="look_back_finding_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="lookbackfinding",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True),
                name="look_back_finding_says_what_was_seen",
            ),
        ),
        migrations.AddConstraint(
            model_name="lookbackfinding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("due_on__isnull", True), ("verdict", "sound")),
                    models.Q(
                        models.Q(("verdict", "sound"), _negated=True), ("due_on__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="look_back_finding_reopens_with_a_day",
                violation_error_message="整改不到位的须写明重新整改期限。",
            ),
        ),
        migrations.AddConstraint(
            model_name="roundcheck",
            constraint=models.UniqueConstraint(fields=("round", "code"), name="round_check_once"),
        ),
        migrations.AddConstraint(
            model_name="roundcheck",
            constraint=models.CheckConstraint(
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
        ),
        migrations.RunPython(fill_homes, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="seat",
            name="home",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisation.unit",
                verbose_name="原单位编号",
            ),
        ),
        SecureRows("inspection_roundcheck", "inspection", kind="inspection.roundcheck"),
        SecureRows("inspection_lookbackfinding", "inspection", kind="inspection.lookbackfinding"),
        # Served on the unit that is asked: member units work with requests, so that duty opens it.
        SecureRows("inspection_corroboration", "exchange", kind="inspection.corroboration"),
        GuardTransitions(
            "inspection_seat",
            initial=["proposed", "alternate", "recused"],
            transitions=[
                ("alternate", "proposed"),
                ("alternate", "objected"),
                ("alternate", "recused"),
                ("alternate", "replaced"),
                ("proposed", "confirmed"),
                ("proposed", "objected"),
                ("proposed", "recused"),
                ("proposed", "replaced"),
                ("objected", "proposed"),
                ("objected", "replaced"),
                ("confirmed", "recused"),
                ("confirmed", "replaced"),
                ("recused", "replaced"),
            ],
        ),
        GuardTransitions(
            "inspection_corroboration",
            initial=["asked"],
            transitions=[
                ("asked", "confirmed"),
                ("asked", "denied"),
                ("asked", "unable"),
                ("asked", "withdrawn"),
            ],
        ),
        migrations.RunSQL(_GUARDS, migrations.RunSQL.noop),
    ]
