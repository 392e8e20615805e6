from django.conf import settings
from django.db import migrations, models

from lianxun.fabric.columns import labelled
from lianxun.fabric.tables import together


class Migration(migrations.Migration):
    """Matters before a body, votes, comments."""

    initial = True
    dependencies = [
        ("organisation", "0001_units_and_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = together(
        migrations.CreateModel(
            name="Matter",
            fields=[
                *labelled(),
                ("code", models.CharField("事项类别", max_length=60)),
                ("object_kind", models.CharField("对象类别", max_length=40)),
                ("object_id", models.UUIDField("对象")),
                ("title", models.CharField("事项", max_length=200)),
                ("summary", models.TextField("说明", blank=True, default="")),
                ("facts", models.JSONField("提请时的事实", default=dict)),
                (
                    "body",
                    models.ForeignKey(
                        "organisation.unit",
                        models.PROTECT,
                        related_name="+",
                        verbose_name="审批机构",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        models.PROTECT,
                        related_name="+",
                        verbose_name="提请人",
                    ),
                ),
                (
                    "quorum",
                    models.CharField(
                        "表决规则",
                        choices=[
                            ("any", "任一人同意"),
                            ("all", "全部会签"),
                            ("majority", "过半数同意"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        "状态",
                        choices=[
                            ("pending", "待审批"),
                            ("approved", "已同意"),
                            ("rejected", "未同意"),
                            ("returned", "已退回修改"),
                            ("withdrawn", "已撤回"),
                        ],
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField("决定时间", blank=True, null=True)),
                (
                    "previous",
                    models.ForeignKey(
                        "approvals.matter",
                        models.PROTECT,
                        blank=True,
                        null=True,
                        related_name="following",
                        verbose_name="上次提请",
                    ),
                ),
                ("remark", models.CharField("修改说明", blank=True, default="", max_length=500)),
                (
                    "decision_no",
                    models.CharField("决定文号", blank=True, default="", max_length=60),
                ),
            ],
            options={
                "verbose_name": "审批事项",
                "verbose_name_plural": "审批事项",
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    models.Index(
                        fields=["object_kind", "object_id"], name="approvals_m_object__34e91d_idx"
                    ),
                    models.Index(fields=["body", "state"], name="approvals_m_body_id_a69c9c_idx"),
                    models.Index(
                        fields=["addressee_path", "state"], name="approvals_m_address_dfa046_idx"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "pending")),
                        fields=("code", "object_id"),
                        name="matter_pending_once",
                        violation_error_message="同一事项正在审批，不能重复提请。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("state", "pending")),
                            models.Q(
                                models.Q(("state", "pending"), _negated=True),
                                ("decided_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="matter_decided_has_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Vote",
            fields=[
                *labelled(),
                (
                    "matter",
                    models.ForeignKey("approvals.matter", models.PROTECT, related_name="votes"),
                ),
                (
                    "account",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"),
                ),
                (
                    "opinion",
                    models.CharField(
                        "意见",
                        choices=[("agree", "同意"), ("disagree", "不同意"), ("return", "退回修改")],
                        max_length=10,
                    ),
                ),
                ("comment", models.CharField("意见内容", blank=True, default="", max_length=500)),
            ],
            options={
                "verbose_name": "审批意见",
                "verbose_name_plural": "审批意见",
                "ordering": ["created_at", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("matter", "account"), name="vote_once_each"),
                    models.CheckConstraint(
                        condition=models.Q(("account", models.F("proposed_by")), _negated=True),
                        name="vote_not_by_the_proposer",
                        violation_error_message="提请人不能审批自己提请的事项。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("opinion", "agree"),
                            models.Q(("comment", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="vote_against_says_why",
                        violation_error_message="不同意或退回须写明理由。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                *labelled(),
                ("object_kind", models.CharField("对象类别", max_length=40)),
                (
                    "matter",
                    models.ForeignKey("approvals.matter", models.PROTECT, related_name="comments"),
                ),
                (
                    "account",
                    models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"),
                ),
                ("text", models.CharField("留言", max_length=500)),
            ],
            options={
                "verbose_name": "审批留言",
                "verbose_name_plural": "审批留言",
                "ordering": ["created_at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="comment_says_something",
                    )
                ],
            },
        ),
    )
