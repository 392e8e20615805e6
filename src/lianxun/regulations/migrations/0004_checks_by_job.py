from django.db import migrations, models

from lianxun.fabric.transitions import GuardTransitions
from lianxun.regulations.enums import CHECK_TRANSITIONS

_TABLE = "regulations_citationcheck"


class Migration(migrations.Migration):
    """Files of citation checks are read by a job: its state, its progress, what it says."""

    dependencies = [("regulations", "0003_clocks")]
    operations = [
        migrations.AddField(
            "citationcheck",
            "state",
            models.CharField(
                "状态",
                max_length=10,
                choices=[
                    ("waiting", "等待读取"),
                    ("reading", "正在读取"),
                    ("done", "已核查"),
                    ("failed", "没有读出"),
                ],
                default="done",
            ),
        ),
        migrations.AddField(
            "citationcheck",
            "message",
            models.CharField("说明", max_length=500, blank=True, default=""),
        ),
        migrations.AddField(
            "citationcheck",
            "name",
            models.CharField("文件名", max_length=300, blank=True, default=""),
        ),
        migrations.AddField(
            "citationcheck",
            "digest",
            models.CharField("摘要", max_length=64, blank=True, default=""),
        ),
        migrations.AddField(
            "citationcheck", "read", models.PositiveIntegerField("已读页数", default=0)
        ),
        migrations.AddField(
            "citationcheck", "pages", models.PositiveIntegerField("总页数", default=0)
        ),
        migrations.AlterField(
            "citationcheck", "text", models.TextField("文本", blank=True, default="")
        ),
        GuardTransitions(_TABLE, initial=["waiting", "done"], transitions=CHECK_TRANSITIONS),
    ]
