from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from lianxun.fabric.columns import labelled
from lianxun.fabric.tables import together


class Migration(migrations.Migration):
    """Works, versions, articles and what they cite; collections."""

    initial = True
    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = together(
        migrations.CreateModel(
            name="Work",
            fields=[
                *labelled(),
                ("key", models.CharField("比对名称", max_length=300)),
                ("title", models.CharField("名称", max_length=300)),
                (
                    "kind",
                    models.CharField(
                        "类别",
                        choices=[
                            ("宪法", "宪法"),
                            ("党内法规", "党内法规"),
                            ("法律", "法律"),
                            ("行政法规", "行政法规"),
                            ("监察法规", "监察法规"),
                            ("司法解释", "司法解释"),
                            ("部门规章", "部门规章"),
                            ("地方性法规", "地方性法规"),
                            ("地方政府规章", "地方政府规章"),
                            ("规范性文件", "规范性文件"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "tier",
                    models.CharField(
                        "层级",
                        choices=[("中央", "中央"), ("省", "省"), ("市", "市"), ("县", "县")],
                        max_length=4,
                    ),
                ),
                ("region_name", models.CharField("地区", blank=True, default="", max_length=40)),
                ("issuer", models.CharField("制定机关", blank=True, default="", max_length=200)),
                ("everyone", models.BooleanField("全员可见", default=False)),
                (
                    "origin",
                    models.CharField(
                        "来源",
                        choices=[("imported", "导入"), ("institution", "平台制度")],
                        max_length=12,
                    ),
                ),
                ("repealed_on", models.DateField("废止日期", blank=True, null=True)),
                (
                    "repealed_by",
                    models.CharField("废止依据", blank=True, default="", max_length=300),
                ),
            ],
            options={
                "verbose_name": "法规",
                "verbose_name_plural": "法规",
                "ordering": ["title", "id"],
                "indexes": [
                    models.Index(fields=["kind", "title"], name="regulations_kind_b6c80c_idx"),
                    models.Index(fields=["key"], name="regulations_key_fed2c7_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("everyone", True)),
                        fields=("key",),
                        name="work_once_for_everyone",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("everyone", False)),
                        fields=("key", "owner_unit"),
                        name="work_once_a_unit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("repealed_on__isnull", True),
                            models.Q(("repealed_by", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="work_repealed_says_by_what",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                *labelled(),
                (
                    "work",
                    models.ForeignKey("regulations.work", models.PROTECT, related_name="versions"),
                ),
                ("title", models.CharField("名称", max_length=300)),
                ("everyone", models.BooleanField("全员可见", default=False)),
                ("day", models.DateField("版本日期", blank=True, null=True)),
                ("valid_from", models.DateField("施行日期", blank=True, null=True)),
                ("valid_to", models.DateField("失效日期", blank=True, null=True)),
                ("repealed", models.BooleanField("因废止失效", default=False)),
                ("adopted_on", models.DateField("通过日期", blank=True, null=True)),
                ("published_on", models.DateField("公布日期", blank=True, null=True)),
                (
                    "document_number",
                    models.CharField("文号", blank=True, default="", max_length=100),
                ),
                ("notes", models.TextField("题注", blank=True, default="")),
                ("sources", models.JSONField("来源文件", default=list)),
                ("count", models.PositiveIntegerField("条文数")),
                ("digest", models.CharField("全文摘要", max_length=64)),
                ("linked", models.BooleanField("已标引用", default=False)),
            ],
            options={
                "verbose_name": "法规版本",
                "verbose_name_plural": "法规版本",
                "ordering": ["work", "valid_from", "day"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("work", "day"), name="version_once_a_day", nulls_distinct=False
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Article",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "version",
                    models.ForeignKey(
                        "regulations.version", models.CASCADE, related_name="articles"
                    ),
                ),
                ("order", models.PositiveIntegerField("次序")),
                ("key", models.CharField("条文键", max_length=40)),
                (
                    "kind",
                    models.CharField(
                        "单元",
                        choices=[
                            ("条", "条"),
                            ("段号", "段号"),
                            ("自然段", "自然段"),
                            ("序言", "序言"),
                            ("附件", "附件"),
                        ],
                        max_length=4,
                    ),
                ),
                ("number", models.PositiveIntegerField("条号", default=0)),
                ("branch", models.PositiveIntegerField("之", default=0)),
                ("part", models.PositiveIntegerField("附件序号", default=0)),
                ("label", models.CharField("条目", max_length=100)),
                ("text", models.TextField("条文")),
                (
                    "headings",
                    ArrayField(
                        base_field=models.CharField(max_length=300),
                        default=list,
                        size=None,
                        verbose_name="编章节",
                    ),
                ),
                ("clauses", models.JSONField("款项目", default=list)),
                ("wording", models.CharField("文字摘要", max_length=16)),
            ],
            options={
                "verbose_name": "条文",
                "verbose_name_plural": "条文",
                "ordering": ["version", "order"],
                "constraints": [
                    models.UniqueConstraint(fields=("version", "key"), name="article_key_once"),
                    models.UniqueConstraint(fields=("version", "order"), name="article_order_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CitedPlace",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "article",
                    models.ForeignKey("regulations.article", models.CASCADE, related_name="cites"),
                ),
                ("start", models.PositiveIntegerField("起")),
                ("end", models.PositiveIntegerField("止")),
                ("target", models.CharField("引用法规", max_length=300)),
                ("number", models.PositiveIntegerField("条号", default=0)),
                ("branch", models.PositiveIntegerField("之", default=0)),
                ("paragraph", models.PositiveIntegerField("款", default=0)),
                ("item", models.PositiveIntegerField("项", default=0)),
            ],
            options={
                "verbose_name": "条文引用",
                "verbose_name_plural": "条文引用",
                "ordering": ["article", "start"],
                "indexes": [
                    models.Index(
                        fields=["target", "number", "branch"], name="regulations_target_84225e_idx"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Repeal",
            fields=[
                (
                    "id",
                    models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False),
                ),
                (
                    "version",
                    models.ForeignKey(
                        "regulations.version", models.CASCADE, related_name="repeals"
                    ),
                ),
                ("target", models.CharField("被废止的法规", max_length=300)),
                ("title", models.CharField("原文名称", max_length=300)),
                ("since", models.DateField("自")),
            ],
            options={
                "verbose_name": "宣布废止",
                "verbose_name_plural": "宣布废止",
                "ordering": ["version", "target"],
                "indexes": [models.Index(fields=["target"], name="regulations_target_5dd8dd_idx")],
            },
        ),
        migrations.CreateModel(
            name="Alias",
            fields=[
                (
                    "id",
                    models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False),
                ),
                ("name", models.CharField("简称", max_length=100, unique=True)),
                ("target", models.CharField("比对名称", max_length=300)),
                ("title", models.CharField("法规名称", max_length=300)),
                (
                    "added_by",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"),
                ),
                ("created_at", models.DateTimeField("登记时间")),
            ],
            options={
                "verbose_name": "法规简称",
                "verbose_name_plural": "法规简称",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="LibraryChange",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("work", models.UUIDField("法规")),
                ("at", models.DateTimeField("时间")),
            ],
            options={
                "verbose_name": "法规库变动",
                "verbose_name_plural": "法规库变动",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Collection",
            fields=[
                *labelled(),
                ("title", models.CharField("名称", max_length=100)),
                ("about", models.CharField("说明", blank=True, default="", max_length=300)),
                ("personal", models.BooleanField("个人收藏", default=False)),
                ("everyone", models.BooleanField("全员可见", default=False)),
                (
                    "account",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"),
                ),
            ],
            options={
                "verbose_name": "法规专题",
                "verbose_name_plural": "法规专题",
                "ordering": ["title", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("everyone", True), ("personal", True), _negated=True),
                        name="collection_personal_is_not_for_everyone",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CollectionItem",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "collection",
                    models.ForeignKey(
                        "regulations.collection", models.CASCADE, related_name="items"
                    ),
                ),
                ("work", models.ForeignKey("regulations.work", models.CASCADE, related_name="+")),
                ("article_key", models.CharField("条文键", blank=True, default="", max_length=40)),
                ("label", models.CharField("条目", blank=True, default="", max_length=100)),
                ("remark", models.CharField("备注", blank=True, default="", max_length=200)),
            ],
            options={
                "verbose_name": "专题条目",
                "verbose_name_plural": "专题条目",
                "ordering": ["collection", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("collection", "work", "article_key"), name="collection_item_once"
                    )
                ],
            },
        ),
    )
