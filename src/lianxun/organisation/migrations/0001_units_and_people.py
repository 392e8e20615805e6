from django.db import migrations, models

from lianxun.fabric.columns import row
from lianxun.fabric.tables import together


class Migration(migrations.Migration):
    """Units with their history, people, posts and appointments."""

    initial = True
    dependencies = []
    operations = together(
        migrations.CreateModel(
            name="Unit",
            fields=[
                *row(),
                ("code", models.CharField("单位编码", max_length=40, unique=True)),
                ("name", models.CharField("单位名称", max_length=120)),
                ("short_name", models.CharField("简称", max_length=40)),
                ("pinyin", models.CharField("拼音", blank=True, default="", max_length=240)),
                (
                    "kind",
                    models.CharField(
                        "单位类别",
                        choices=[
                            ("leading_group", "巡视工作领导小组"),
                            ("coordination_committee", "巡视协调对接委员会"),
                            ("liaison_office", "联络员办公室"),
                            ("inspection_office", "巡视巡察办"),
                            ("coordination_group", "综合协调组"),
                            ("lead_verification_group", "线索核查组"),
                            ("rectification_guidance_group", "整改督导组"),
                            ("task_group", "任务组"),
                            ("member_unit", "成员单位"),
                            ("inspected_unit", "被巡视单位"),
                            ("government", "地方党委政府"),
                            ("other", "其他单位"),
                        ],
                        max_length=30,
                    ),
                ),
                (
                    "tier",
                    models.CharField(
                        "层级",
                        choices=[("province", "省级"), ("city", "市级"), ("county", "县级")],
                        max_length=10,
                    ),
                ),
                ("region", models.IntegerField("行政区划")),
                (
                    "parent",
                    models.ForeignKey(
                        "organisation.unit",
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="children",
                    ),
                ),
                ("path", models.CharField("路径", max_length=200, unique=True)),
                ("valid_from", models.DateField("启用日期")),
                ("valid_to", models.DateField("停用日期", blank=True, null=True)),
                (
                    "successor",
                    models.ForeignKey(
                        "organisation.unit",
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="predecessors",
                    ),
                ),
            ],
            options={
                "verbose_name": "单位",
                "verbose_name_plural": "单位",
                "ordering": ["path"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="unit_ends_after_it_begins",
                        violation_error_message="停用日期不得早于启用日期。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("parent__isnull", True),
                            models.Q(("parent", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="unit_is_not_its_own_parent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("successor__isnull", True),
                            ("valid_to__isnull", False),
                            _connector="OR",
                        ),
                        name="unit_with_a_successor_is_closed",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                (
                                    "leading_group",
                                    "coordination_committee",
                                    "liaison_office",
                                    "coordination_group",
                                    "lead_verification_group",
                                    "rectification_guidance_group",
                                ),
                            ),
                            ("valid_to__isnull", True),
                        ),
                        fields=("region", "kind"),
                        name="body_stands_once_in_its_region",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitPeriod",
            fields=[
                *row(),
                (
                    "unit",
                    models.ForeignKey("organisation.unit", models.PROTECT, related_name="periods"),
                ),
                (
                    "change",
                    models.CharField(
                        "变动",
                        choices=[
                            ("created", "设立"),
                            ("renamed", "更名"),
                            ("moved", "调整隶属"),
                            ("merged", "并入"),
                            ("closed", "撤销"),
                        ],
                        max_length=10,
                    ),
                ),
                ("name", models.CharField("名称", max_length=120)),
                ("short_name", models.CharField("简称", max_length=40)),
                (
                    "parent",
                    models.ForeignKey(
                        "organisation.unit", models.PROTECT, blank=True, null=True, related_name="+"
                    ),
                ),
                ("valid_from", models.DateField("自")),
                ("valid_to", models.DateField("至", blank=True, null=True)),
                ("basis", models.CharField("依据", max_length=200)),
            ],
            options={
                "verbose_name": "单位沿革",
                "verbose_name_plural": "单位沿革",
                "ordering": ["unit", "valid_from", "created_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("valid_to__isnull", True)),
                        fields=("unit",),
                        name="unit_has_one_current_period",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="unit_period_ends_after_it_begins",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                *row(),
                (
                    "code",
                    models.CharField("人员编号", blank=True, max_length=40, null=True, unique=True),
                ),
                ("name", models.CharField("姓名", max_length=40)),
                ("pinyin", models.CharField("拼音", blank=True, default="", max_length=120)),
                (
                    "unit",
                    models.ForeignKey(
                        "organisation.unit",
                        models.PROTECT,
                        related_name="people",
                        verbose_name="单位",
                    ),
                ),
                ("unit_path", models.CharField("单位路径", max_length=200)),
                ("region", models.IntegerField("行政区划", default=0)),
                ("post", models.CharField("职务", max_length=60)),
                ("phone", models.CharField("办公电话", blank=True, default="", max_length=30)),
                ("active", models.BooleanField("在岗", default=True)),
                ("contact_until", models.DateField("公开联系至", blank=True, null=True)),
            ],
            options={
                "verbose_name": "人员",
                "verbose_name_plural": "人员",
                "ordering": ["unit_path", "pinyin", "id"],
            },
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                *row(),
                (
                    "unit",
                    models.ForeignKey("organisation.unit", models.PROTECT, related_name="posts"),
                ),
                ("title", models.CharField("职位", max_length=60)),
                ("leading", models.BooleanField("领导职位", default=False)),
                ("seats", models.PositiveSmallIntegerField("职数", default=1)),
                ("valid_from", models.DateField("自")),
                ("valid_to", models.DateField("至", blank=True, null=True)),
            ],
            options={
                "verbose_name": "职位",
                "verbose_name_plural": "职位",
                "ordering": ["unit", "-leading", "title"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("valid_to__isnull", True)),
                        fields=("unit", "title"),
                        name="post_title_is_unique_in_its_unit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("seats__gte", 1)), name="post_has_a_seat"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Appointment",
            fields=[
                *row(),
                (
                    "person",
                    models.ForeignKey(
                        "organisation.person", models.CASCADE, related_name="%(class)ss"
                    ),
                ),
                ("unit_path", models.CharField("单位路径", default="", max_length=200)),
                ("region", models.IntegerField("行政区划", default=0)),
                (
                    "unit",
                    models.ForeignKey(
                        "organisation.unit", models.PROTECT, related_name="appointments"
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        "organisation.post",
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="appointments",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        "任职类别",
                        choices=[
                            ("head", "主要负责人"),
                            ("responsible_deputy", "分管领导"),
                            ("liaison_officer", "联络员"),
                            ("body_chair", "组长（主任）"),
                            ("body_deputy", "副组长（副主任）"),
                            ("body_member", "成员"),
                            ("staff", "工作人员"),
                        ],
                        max_length=20,
                    ),
                ),
                ("valid_from", models.DateField("自")),
                ("valid_to", models.DateField("至", blank=True, null=True)),
                ("basis", models.CharField("依据", blank=True, default="", max_length=200)),
            ],
            options={
                "verbose_name": "任职",
                "verbose_name_plural": "任职",
                "ordering": ["unit", "kind", "valid_from", "id"],
                "indexes": [
                    models.Index(fields=["unit", "kind", "valid_to"], name="appointment_unit")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("valid_to__isnull", True)),
                        fields=("person", "unit", "kind"),
                        name="appointment_once_at_a_time",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "head"), ("valid_to__isnull", True)),
                        fields=("unit",),
                        name="unit_has_one_head",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("kind", "responsible_deputy"), ("valid_to__isnull", True)
                        ),
                        fields=("unit",),
                        name="unit_has_one_responsible_deputy",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="appointment_ends_after_it_begins",
                        violation_error_message="任职结束日期不得早于开始日期。",
                    ),
                ],
            },
        ),
    )
