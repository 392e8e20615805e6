from django.db import migrations, models

from lianxun.fabric.tables import together


class Migration(migrations.Migration):
    """Submissions that had their effect, and the outbox."""

    initial = True
    dependencies = []
    operations = together(
        migrations.CreateModel(
            name="Submission",
            fields=[
                ("key", models.UUIDField(primary_key=True, serialize=False)),
                ("account", models.UUIDField("账号")),
                ("act", models.CharField("行为", max_length=80)),
                ("at", models.DateTimeField("时间")),
            ],
            options={
                "verbose_name": "提交记录",
                "verbose_name_plural": "提交记录",
                "ordering": ["-at"],
            },
        ),
        migrations.CreateModel(
            name="Outbox",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField("类别", max_length=60)),
                ("key", models.CharField("幂等键", max_length=120, unique=True)),
                ("payload", models.JSONField("内容", default=dict)),
                ("created_at", models.DateTimeField("产生时间")),
                ("not_before", models.DateTimeField("最早投递时间")),
                ("attempts", models.PositiveIntegerField("已尝试次数", default=0)),
                ("done_at", models.DateTimeField("完成时间", blank=True, null=True)),
                (
                    "last_error",
                    models.CharField("最近错误", blank=True, default="", max_length=200),
                ),
            ],
            options={
                "verbose_name": "发件箱",
                "verbose_name_plural": "发件箱",
                "ordering": ["id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=["not_before", "id"],
                        name="outbox_pending",
                    )
                ],
            },
        ),
    )
