from django.db import migrations, models


class Migration(migrations.Migration):
    """What comes again after it was read is told again; what was taken back is told too."""

    dependencies = [
        ("duties", "0010_sharing_told"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="notice",
            name="notice_once_per_account_and_cause",
        ),
        migrations.AlterField(
            model_name="notice",
            name="code",
            field=models.CharField(
                choices=[
                    ("letter.green", "有一项时限即将临期，请及时办理。"),
                    ("letter.yellow", "有一项时限已临期，请抓紧办理。"),
                    ("letter.red", "有一项时限已超期，请立即办理并说明原因。"),
                    ("arrived", "有一件事项送达您处，请签收办理。"),
                    ("decide", "有一件事项等待您审批或会签。"),
                    ("returned", "有一件事项被退回，请补正后再报。"),
                    ("answered", "您发起的一件事项有了答复。"),
                    ("withdrawn", "送您处的一件事项已撤回，不必再办理。"),
                    ("paused", "有一项任务暂停，相关时限停止计算。"),
                    ("resumed", "有一项任务恢复，相关时限已顺延。"),
                    ("consent", "有一件应急调阅等待您同意，请核对理由。"),
                    ("opened", "本单位的一件事项被应急调阅，请查看留痕。"),
                    ("review", "有一件应急调阅等待事后审查，请在 24 小时内办理。"),
                    ("dispose", "有一份销毁清册等待您审核或监销。"),
                    ("print", "有一件打印申请等待您放行。"),
                    ("similar", "不同单位登记了相似的线索，请到“相似件协调”查看。"),
                    ("meeting", "有一次会议请您参加，请查看时间和议题。"),
                    ("meeting_off", "请您参加的一次会议已取消。"),
                    ("share", "有一项共享等待您同意，请核对用途和依据。"),
                    ("share_ended", "一项共享因事项级别提高而终止，确需继续的请重新办理共享。"),
                    ("shared", "按联动共享约定有新的数据，请查看。"),
                    ("sharing_stopped", "一份联动共享约定已暂停，数据停止开放，理由见约定页。"),
                    ("sharing_resumed", "一份联动共享约定已恢复，数据继续开放。"),
                ],
                max_length=30,
                verbose_name="类别",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("read_at__isnull", True)),
                fields=("account", "code", "object_kind", "object_id"),
                name="notice_unread_once_per_cause",
            ),
        ),
    ]
