from django.conf import settings
from django.db import migrations, models

from lianxun.fabric.columns import labelled
from lianxun.fabric.tables import together


class Migration(migrations.Migration):
    """Stored files, numbers, printing."""

    initial = True
    dependencies = [
        ("organisation", "0001_units_and_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = together(
        migrations.CreateModel(
            name="StoredFile",
            fields=[
                *labelled(),
                ("object_kind", models.CharField("对象类别", max_length=40)),
                ("object_id", models.UUIDField("对象")),
                ("series", models.UUIDField("版本系列")),
                ("version", models.PositiveIntegerField("版本", default=1)),
                (
                    "role",
                    models.CharField(
                        "用途",
                        choices=[
                            ("material", "材料"),
                            ("evidence", "佐证"),
                            ("official", "公文"),
                            ("delivery", "数据"),
                            ("export", "导出"),
                        ],
                        max_length=10,
                    ),
                ),
                ("title", models.CharField("标题", max_length=200)),
                ("suffix", models.CharField("扩展名", max_length=10)),
                ("content_type", models.CharField("类型", max_length=100)),
                ("size", models.BigIntegerField("字节数")),
                ("sha256", models.CharField("摘要", max_length=64)),
                ("number", models.CharField("文号", blank=True, default="", max_length=60)),
                (
                    "retention",
                    models.CharField(
                        "保管期限",
                        choices=[
                            ("permanent", "永久"),
                            ("years_30", "30年"),
                            ("years_10", "10年"),
                            ("matter", "随事项"),
                        ],
                        default="matter",
                        max_length=10,
                    ),
                ),
                (
                    "scan",
                    models.CharField(
                        "查毒",
                        choices=[("not_configured", "未配置查毒"), ("clean", "未发现病毒")],
                        max_length=20,
                    ),
                ),
                (
                    "stored_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        related_name="+",
                        verbose_name="上传人",
                    ),
                ),
            ],
            options={
                "verbose_name": "文件",
                "verbose_name_plural": "文件",
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    models.Index(
                        fields=["object_kind", "object_id"], name="documents_s_object__3fe791_idx"
                    ),
                    models.Index(
                        fields=["owner_path", "created_at"], name="documents_s_owner_p_1bcfcd_idx"
                    ),
                    models.Index(fields=["-created_at", "-id"], name="file_newest"),
                    models.Index(fields=["engagement"], name="file_engagement"),
                    models.Index(fields=["addressee_path"], name="file_addressee"),
                    models.Index(fields=["region", "created_at"], name="file_region"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("series", "version"), name="file_version_once"),
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")),
                        name="file_digest_is_sha256",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("size__gt", 0)), name="file_is_not_empty"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NumberSeries",
            fields=[
                (
                    "id",
                    models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False),
                ),
                ("unit", models.ForeignKey("organisation.unit", models.PROTECT, related_name="+")),
                ("code", models.CharField("机关代字", max_length=60)),
                ("year", models.PositiveSmallIntegerField("年份")),
                ("last", models.PositiveIntegerField("最后序号", default=0)),
            ],
            options={
                "verbose_name": "发文字号",
                "verbose_name_plural": "发文字号",
                "ordering": ["unit", "year", "code"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("unit", "code", "year"), name="number_series_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="GivenNumber",
            fields=[
                (
                    "id",
                    models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False),
                ),
                ("unit", models.ForeignKey("organisation.unit", models.PROTECT, related_name="+")),
                ("code", models.CharField("代字", max_length=60)),
                ("year", models.PositiveSmallIntegerField("年份")),
                ("value", models.PositiveBigIntegerField("编号")),
            ],
            options={
                "verbose_name": "已用编号",
                "verbose_name_plural": "已用编号",
                "ordering": ["unit", "year", "code", "value"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("unit", "code", "year", "value"), name="number_given_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PrintOrder",
            fields=[
                *labelled(),
                ("object_kind", models.CharField("对象类别", max_length=40)),
                ("file", models.UUIDField("文件")),
                ("title", models.CharField("标题", max_length=200)),
                ("number", models.CharField("文号", blank=True, default="", max_length=60)),
                ("sha256", models.CharField("文件摘要", max_length=64)),
                ("mark", models.CharField("水印编号", max_length=20, unique=True)),
                (
                    "purpose",
                    models.CharField(
                        "用途",
                        choices=[
                            ("meeting", "会议使用"),
                            ("sign", "签字用印"),
                            ("serve", "送达"),
                            ("leader", "领导审阅"),
                            ("archive", "归档"),
                        ],
                        max_length=12,
                    ),
                ),
                ("copies", models.PositiveSmallIntegerField("份数")),
                (
                    "state",
                    models.CharField(
                        "状态",
                        choices=[
                            ("waiting", "待放行"),
                            ("ready", "可打印"),
                            ("refused", "不予打印"),
                            ("printed", "已打印"),
                            ("settled", "纸质件已清退"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        related_name="+",
                        verbose_name="申请人",
                    ),
                ),
                (
                    "released_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="+",
                        verbose_name="放行人",
                    ),
                ),
                ("released_at", models.DateTimeField("放行时间", blank=True, null=True)),
                (
                    "refusal",
                    models.CharField("不予打印理由", blank=True, default="", max_length=200),
                ),
                ("printed_at", models.DateTimeField("打印时间", blank=True, null=True)),
            ],
            options={
                "verbose_name": "打印任务",
                "verbose_name_plural": "打印任务",
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    models.Index(fields=["file"], name="print_file"),
                    models.Index(fields=["state", "created_at"], name="print_state"),
                    models.Index(fields=["owner_path", "created_at"], name="print_owner"),
                    models.Index(fields=["region", "created_at"], name="print_region"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("copies__gte", 1), ("copies__lte", 200)),
                        name="print_some_copies",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("released_by__isnull", True),
                            models.Q(("released_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="print_released_by_another",
                        violation_error_message="放行人不能是申请人。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["printed", "settled"]), _negated=True),
                            ("level__lt", 2),
                            models.Q(
                                ("released_at__isnull", False), ("released_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="print_sensitive_only_when_released",
                        violation_error_message="敏感以上文件须经另一人放行才能打印。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "refused"), _negated=True),
                            models.Q(("refusal", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="print_refused_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PrintedCopy",
            fields=[
                *labelled(),
                ("object_kind", models.CharField("对象类别", max_length=40)),
                (
                    "order",
                    models.ForeignKey(
                        "documents.printorder", models.PROTECT, related_name="sheets"
                    ),
                ),
                ("serial", models.PositiveSmallIntegerField("份号")),
                (
                    "state",
                    models.CharField(
                        "状态",
                        choices=[
                            ("out", "在外"),
                            ("returned", "已收回"),
                            ("destroyed", "已销毁"),
                            ("lost", "下落不明"),
                        ],
                        max_length=10,
                    ),
                ),
                ("holder", models.CharField("领用人", blank=True, default="", max_length=60)),
                (
                    "settled_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="+",
                        verbose_name="登记人",
                    ),
                ),
                ("settled_at", models.DateTimeField("登记收回或销毁时间", blank=True, null=True)),
                (
                    "witness",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="+",
                        verbose_name="监销人",
                    ),
                ),
                ("remark", models.CharField("说明", blank=True, default="", max_length=200)),
            ],
            options={
                "verbose_name": "纸质份",
                "verbose_name_plural": "纸质份",
                "ordering": ["order", "serial"],
                "constraints": [
                    models.UniqueConstraint(fields=("order", "serial"), name="copy_serial_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "out"),
                            models.Q(("settled_at__isnull", False), ("settled_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="copy_settled_by_a_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "destroyed"), _negated=True),
                            models.Q(
                                ("witness__isnull", False),
                                models.Q(("witness", models.F("settled_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="copy_destroyed_before_a_witness",
                        violation_error_message="纸质文件须由两人共同销毁。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "lost"), _negated=True),
                            models.Q(("remark", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="copy_lost_says_how",
                    ),
                ],
            },
        ),
    )
