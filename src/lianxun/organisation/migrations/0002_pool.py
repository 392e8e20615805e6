from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from lianxun.fabric.columns import row
from lianxun.fabric.tables import together


class Migration(migrations.Migration):
    """The staff pool, facts for recusal, training, imports."""

    dependencies = [("organisation", "0001_units_and_people")]
    operations = together(
        migrations.CreateModel(
            name="PoolEntry",
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
                    "kind",
                    models.CharField(
                        "类别",
                        choices=[("full_time", "专职"), ("part_time", "兼职"), ("expert", "专家")],
                        max_length=10,
                    ),
                ),
                (
                    "skills",
                    ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("party_building", "党建"),
                                ("discipline", "纪检监察"),
                                ("personnel", "组织人事"),
                                ("finance", "财务"),
                                ("audit", "审计"),
                                ("law", "法律"),
                                ("data", "大数据"),
                                ("engineering", "工程建设"),
                                ("land", "土地规划"),
                                ("procurement", "招标采购"),
                                ("writing", "文稿"),
                            ],
                            max_length=20,
                        ),
                        size=None,
                        verbose_name="专长",
                    ),
                ),
                (
                    "senior_title",
                    models.CharField("高级职称", blank=True, default="", max_length=40),
                ),
                ("years", models.PositiveSmallIntegerField("从业年限", default=0)),
                ("available_from", models.DateField("可抽调自")),
                ("available_to", models.DateField("可抽调至", blank=True, null=True)),
            ],
            options={
                "verbose_name": "人才库",
                "verbose_name_plural": "人才库",
                "ordering": ["kind", "person"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "kind"), name="pool_entry_once_per_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "expert"), _negated=True),
                            models.Q(("senior_title", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="pool_expert_has_a_senior_title",
                        violation_error_message="专家库人员须填写高级职称。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("skills__len__gte", 1)),
                        name="pool_entry_has_a_skill",
                        violation_error_message="请至少选择一项专长。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RecusalFact",
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
                    "kind",
                    models.CharField(
                        "关系",
                        choices=[
                            ("worked", "曾在该单位任职"),
                            ("works", "现在该单位任职"),
                            ("studied", "曾在该单位学习"),
                            ("kin", "配偶或直系亲属在该单位任职"),
                            ("superior", "与该单位主要负责人有上下级关系"),
                            ("teacher", "与该单位主要负责人有师生关系"),
                            ("native", "籍贯或成长地在该单位辖区"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        "organisation.unit",
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="+",
                        verbose_name="相关单位",
                    ),
                ),
                (
                    "organisation_name",
                    models.CharField("单位或地方", blank=True, default="", max_length=120),
                ),
                ("place", models.IntegerField("地方代码", blank=True, null=True)),
                ("relation", models.CharField("亲属关系", blank=True, default="", max_length=20)),
                ("since", models.DateField("起", blank=True, null=True)),
                ("until", models.DateField("止", blank=True, null=True)),
                ("declared_on", models.DateField("申报日期", blank=True, null=True)),
            ],
            options={
                "verbose_name": "回避事实",
                "verbose_name_plural": "回避事实",
                "ordering": ["person", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("since__isnull", True),
                            ("until__isnull", True),
                            ("until__gte", models.F("since")),
                            _connector="OR",
                        ),
                        name="recusal_fact_in_order",
                        violation_error_message="结束日期不得早于开始日期。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("organisation__isnull", False),
                            ("place__isnull", False),
                            models.Q(("organisation_name", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="recusal_fact_names_something",
                        violation_error_message="请写明单位或地方。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TrainingRecord",
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
                    "kind",
                    models.CharField(
                        "类别",
                        choices=[
                            ("class", "年度培训班"),
                            ("monthly", "月度培训"),
                            ("course", "专题培训"),
                            ("drill", "模拟演练"),
                        ],
                        max_length=10,
                    ),
                ),
                ("title", models.CharField("培训名称", max_length=80)),
                ("held_on", models.DateField("日期")),
                ("hours", models.PositiveSmallIntegerField("学时", default=0)),
            ],
            options={
                "verbose_name": "培训记录",
                "verbose_name_plural": "培训记录",
                "ordering": ["-held_on", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "title", "held_on"),
                        name="training_once_per_person_and_day",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportBatch",
            fields=[
                *row(),
                ("kind", models.CharField("内容", max_length=20)),
                ("account", models.UUIDField("导入人")),
                ("unit_path", models.CharField("单位路径", max_length=200)),
                ("file_digest", models.CharField("文件摘要", max_length=64)),
                ("salt", models.BinaryField("盐值")),
                ("created", models.PositiveIntegerField("新增")),
                ("updated", models.PositiveIntegerField("更新")),
                ("unchanged", models.PositiveIntegerField("未变")),
                ("refused", models.PositiveIntegerField("未导入")),
            ],
            options={
                "verbose_name": "导入批次",
                "verbose_name_plural": "导入批次",
                "ordering": ["-created_at"],
            },
        ),
    )
