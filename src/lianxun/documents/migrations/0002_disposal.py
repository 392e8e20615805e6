from django.conf import settings
from django.db import migrations, models

from lianxun.fabric.columns import labelled
from lianxun.fabric.tables import together


class Migration(migrations.Migration):
    """Holds, lists of what is destroyed, bytes to be removed."""

    dependencies = [
        ("documents", "0001_files"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = together(
        migrations.CreateModel(
            name="LegalHold",
            fields=[
                *labelled(),
                ("object_kind", models.CharField("对象类别", max_length=40)),
                ("object_id", models.UUIDField("对象")),
                ("number", models.CharField("编号", max_length=60)),
                ("reason", models.CharField("保全理由", max_length=300)),
                ("basis", models.CharField("依据文号", max_length=120)),
                (
                    "placed_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        related_name="+",
                        verbose_name="设定人",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        "状态", choices=[("held", "保全中"), ("lifted", "已解除")], max_length=10
                    ),
                ),
                (
                    "lifted_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="+",
                        verbose_name="解除人",
                    ),
                ),
                ("lifted_at", models.DateTimeField("解除时间", blank=True, null=True)),
                (
                    "lift_reason",
                    models.CharField("解除理由", blank=True, default="", max_length=300),
                ),
            ],
            options={
                "verbose_name": "法律保全",
                "verbose_name_plural": "法律保全",
                "ordering": ["-created_at", "-id"],
                "indexes": [models.Index(fields=["object_kind", "object_id"], name="hold_object")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), _negated=True),
                            models.Q(("basis", ""), _negated=True),
                        ),
                        name="hold_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("lifted_at__isnull", True),
                                ("lifted_by__isnull", True),
                                ("state", "held"),
                            ),
                            models.Q(
                                ("lifted_at__isnull", False),
                                ("lifted_by__isnull", False),
                                ("state", "lifted"),
                                models.Q(("lifted_by", models.F("placed_by")), _negated=True),
                                models.Q(("lift_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="hold_lifted_by_another_with_reason",
                        violation_error_message="保全须由设定人以外的人写明理由后解除。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DisposalList",
            fields=[
                *labelled(),
                ("object_kind", models.CharField("对象类别", max_length=40)),
                ("keeper", models.CharField("销毁类别", max_length=40)),
                ("number", models.CharField("清册编号", blank=True, default="", max_length=60)),
                (
                    "state",
                    models.CharField(
                        "状态",
                        choices=[
                            ("drawn", "待审核"),
                            ("reviewed", "待监销"),
                            ("destroyed", "已销毁"),
                            ("kept", "全部留存"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "drawn_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        related_name="+",
                        verbose_name="提出人",
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="+",
                        verbose_name="审核人",
                    ),
                ),
                ("reviewed_at", models.DateTimeField("审核时间", blank=True, null=True)),
                ("opinion", models.CharField("审核意见", blank=True, default="", max_length=300)),
                (
                    "checked_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="+",
                        verbose_name="监销人",
                    ),
                ),
                ("checked_at", models.DateTimeField("销毁时间", blank=True, null=True)),
                (
                    "return_reason",
                    models.CharField("退回理由", blank=True, default="", max_length=300),
                ),
                ("sha256", models.CharField("销毁记录摘要", blank=True, default="", max_length=64)),
            ],
            options={
                "verbose_name": "销毁清册",
                "verbose_name_plural": "销毁清册",
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    models.Index(fields=["state", "created_at"], name="disposal_state"),
                    models.Index(fields=["owner_path", "created_at"], name="disposal_owner"),
                    models.Index(fields=["region", "created_at"], name="disposal_region"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["reviewed", "destroyed"]), _negated=True),
                            models.Q(
                                ("reviewed_at__isnull", False),
                                ("reviewed_by__isnull", False),
                                models.Q(("opinion", ""), _negated=True),
                                models.Q(("number", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="disposal_reviewed_by_a_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("checked_by__isnull", True),
                            models.Q(
                                ("reviewed_by__isnull", False),
                                models.Q(("checked_by", models.F("reviewed_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="disposal_checked_by_another",
                        violation_error_message="监销人不能是审核人。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "destroyed"), _negated=True),
                            models.Q(
                                ("checked_at__isnull", False),
                                ("checked_by__isnull", False),
                                ("sha256__regex", "^[0-9a-f]{64}$"),
                            ),
                            _connector="OR",
                        ),
                        name="disposal_destroyed_has_its_record",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DisposalLine",
            fields=[
                *labelled(),
                ("object_kind", models.CharField("对象类别", max_length=40)),
                (
                    "disposal",
                    models.ForeignKey(
                        "documents.disposallist", models.PROTECT, related_name="lines"
                    ),
                ),
                ("keeper", models.CharField("销毁类别", max_length=40)),
                ("object_id", models.UUIDField("对象")),
                ("number", models.CharField("编号", max_length=200)),
                ("retention", models.CharField("保管期限", max_length=60)),
                ("expired_on", models.DateField("期满日期")),
                ("basis", models.CharField("依据", max_length=200)),
                (
                    "state",
                    models.CharField(
                        "状态",
                        choices=[("listed", "拟销毁"), ("kept", "留存"), ("destroyed", "已销毁")],
                        max_length=10,
                    ),
                ),
                (
                    "keep_reason",
                    models.CharField("留存理由", blank=True, default="", max_length=200),
                ),
                ("digest", models.CharField("摘要", blank=True, default="", max_length=64)),
                ("files", models.PositiveIntegerField("销毁文件数", default=0)),
            ],
            options={
                "verbose_name": "销毁清册条目",
                "verbose_name_plural": "销毁清册条目",
                "ordering": ["disposal", "id"],
                "indexes": [
                    models.Index(fields=["keeper", "object_id"], name="disposal_line_object")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "listed")),
                        fields=("keeper", "object_id"),
                        name="disposal_line_open_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "kept"), _negated=True),
                            models.Q(("keep_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="disposal_line_kept_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "destroyed"), _negated=True),
                            ("digest__regex", "^[0-9a-f]{64}$"),
                            _connector="OR",
                        ),
                        name="disposal_line_destroyed_keeps_a_digest",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Removal",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("remover", models.CharField("清除类别", max_length=40)),
                ("ref", models.CharField("标识", max_length=64)),
                ("created_at", models.DateTimeField("登记时间")),
                ("done_at", models.DateTimeField("清除时间", blank=True, null=True)),
            ],
            options={
                "verbose_name": "待清除",
                "verbose_name_plural": "待清除",
                "ordering": ["id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=["id"],
                        name="removal_waiting",
                    )
                ],
            },
        ),
    )
