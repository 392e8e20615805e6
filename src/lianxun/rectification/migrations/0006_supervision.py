import django.contrib.postgres.fields
from django.conf import settings
from django.db import migrations, models

from lianxun.fabric.columns import labelled
from lianxun.fabric.tables import together


class Migration(migrations.Migration):
    """Joint supervision: the list, the group, what was answered, found and followed."""

    dependencies = [
        ("rectification", "0005_asked_units"),
        ("organisation", "0001_units_and_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = together(
        migrations.CreateModel(
            name="Supervision",
            fields=[
                *labelled(),
                ("number", models.CharField(max_length=60, verbose_name="编号")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "委员会审批中"),
                            ("dropped", "未获批准"),
                            ("approved", "已批准待通知"),
                            ("notice", "已发通知书"),
                            ("responding", "逐项答复中"),
                            ("on_site_check", "联合核查中"),
                            ("lifted", "已解除"),
                            ("escalated", "已升级"),
                        ],
                        max_length=15,
                        verbose_name="状态",
                    ),
                ),
                ("rules_version", models.PositiveSmallIntegerField(verbose_name="督办办法版本")),
                (
                    "units",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), size=None, verbose_name="督办单位"
                    ),
                ),
                ("reason", models.CharField(max_length=1000, verbose_name="提请理由")),
                ("demand", models.CharField(max_length=2000, verbose_name="督办要求")),
                (
                    "remark",
                    models.CharField(
                        blank=True, default="", max_length=500, verbose_name="委员会意见"
                    ),
                ),
                ("approved_on", models.DateField(blank=True, null=True, verbose_name="批准日期")),
                (
                    "notice_number",
                    models.CharField(
                        blank=True, default="", max_length=60, verbose_name="通知书文号"
                    ),
                ),
                ("notice_on", models.DateField(blank=True, null=True, verbose_name="通知日期")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="答复期限")),
                ("turn", models.PositiveSmallIntegerField(default=1, verbose_name="第几次答复")),
                (
                    "received_by",
                    models.CharField(blank=True, default="", max_length=40, verbose_name="签收人"),
                ),
                (
                    "received_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="签收时间"),
                ),
                (
                    "result",
                    models.CharField(
                        blank=True, default="", max_length=1000, verbose_name="督办结果"
                    ),
                ),
                ("lifted_on", models.DateField(blank=True, null=True, verbose_name="解除日期")),
                (
                    "concluded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=models.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "联合督办",
                "verbose_name_plural": "联合督办",
                "ordering": ["-created_at", "id"],
                "indexes": [
                    models.Index(
                        fields=["engagement", "state"], name="rectificati_engagem_d2309e_idx"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("units__len__gte", 2)),
                        name="supervision_by_two_units",
                        violation_error_message="联合督办至少由两个单位进行。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), _negated=True),
                            models.Q(("demand", ""), _negated=True),
                        ),
                        name="supervision_says_why_and_what",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("addressee_unit__isnull", True),
                                ("notice_number", ""),
                                ("state__in", ["proposed", "dropped", "approved"]),
                            ),
                            models.Q(
                                models.Q(
                                    ("state__in", ["proposed", "dropped", "approved"]),
                                    _negated=True,
                                ),
                                models.Q(("notice_number", ""), _negated=True),
                                ("addressee_unit", models.F("subject_org")),
                                ("approved_on__isnull", False),
                                ("due_on__isnull", False),
                                ("notice_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="supervision_is_served_with_its_letter",
                        violation_error_message="联合督办经委员会批准、发出通知书后才送达被督办单位。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("concluded_by__isnull", False),
                                ("lifted_on__isnull", False),
                                ("state", "lifted"),
                                models.Q(("result", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "lifted"), _negated=True),
                                ("lifted_on__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="supervision_lifted_is_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Supervised",
            fields=[
                *labelled(),
                ("number", models.CharField(max_length=50, verbose_name="事项编号")),
                ("title", models.CharField(max_length=300, verbose_name="问题")),
                (
                    "triggers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=10),
                        size=None,
                        verbose_name="触发情形",
                    ),
                ),
                ("why", models.CharField(max_length=500, verbose_name="列入理由")),
                (
                    "answered_turn",
                    models.PositiveSmallIntegerField(default=0, verbose_name="已答复到第几次"),
                ),
                ("open", models.BooleanField(default=True, verbose_name="督办中")),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=models.PROTECT, related_name="+", to="rectification.item"
                    ),
                ),
                (
                    "supervision",
                    models.ForeignKey(
                        on_delete=models.PROTECT,
                        related_name="listed",
                        to="rectification.supervision",
                    ),
                ),
            ],
            options={
                "verbose_name": "督办清单事项",
                "verbose_name_plural": "督办清单事项",
                "ordering": ["supervision", "number"],
                "indexes": [models.Index(fields=["item"], name="rectificati_item_id_e77e7f_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("supervision", "item"), name="supervised_once_in_a_list"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("open", True)),
                        fields=("item",),
                        name="supervised_by_one_list_at_a_time",
                        violation_error_message="该事项已在另一项联合督办中。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("why", ""), _negated=True), name="supervised_says_why"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SiteFinding",
            fields=[
                *labelled(),
                ("turn", models.PositiveSmallIntegerField(verbose_name="第几次核查")),
                ("unit_name", models.CharField(max_length=60, verbose_name="核查单位")),
                ("name", models.CharField(max_length=40, verbose_name="核查人")),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("confirmed", "整改到位"),
                            ("insufficient", "整改不到位"),
                            ("sham", "虚假整改"),
                        ],
                        max_length=15,
                        verbose_name="核查结论",
                    ),
                ),
                ("finding", models.CharField(max_length=500, verbose_name="核查情况")),
                ("visited_on", models.DateField(verbose_name="核查日期")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=models.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=models.PROTECT, related_name="+", to="organisation.unit"
                    ),
                ),
                (
                    "supervised",
                    models.ForeignKey(
                        on_delete=models.PROTECT,
                        related_name="findings",
                        to="rectification.supervised",
                    ),
                ),
                (
                    "supervision",
                    models.ForeignKey(
                        on_delete=models.PROTECT, related_name="+", to="rectification.supervision"
                    ),
                ),
            ],
            options={
                "verbose_name": "现场核查结论",
                "verbose_name_plural": "现场核查结论",
                "ordering": ["supervised", "turn", "created_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("supervised", "turn", "unit"),
                        name="site_finding_once_of_a_unit",
                        violation_error_message="本单位已对该事项作出核查结论。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("unit", models.F("subject_org")), _negated=True),
                        name="site_finding_by_another_unit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answered_by__isnull", True),
                            models.Q(("account", models.F("answered_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="site_finding_by_another_person",
                        violation_error_message="核查须由答复人以外的人员办理。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("finding", ""), _negated=True),
                        name="site_finding_says_what",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reply",
            fields=[
                *labelled(),
                ("turn", models.PositiveSmallIntegerField(verbose_name="第几次答复")),
                ("text", models.CharField(max_length=2000, verbose_name="答复")),
                ("name", models.CharField(max_length=40, verbose_name="答复人")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "supervised",
                    models.ForeignKey(
                        on_delete=models.PROTECT,
                        related_name="replies",
                        to="rectification.supervised",
                    ),
                ),
                (
                    "supervision",
                    models.ForeignKey(
                        on_delete=models.PROTECT, related_name="+", to="rectification.supervision"
                    ),
                ),
            ],
            options={
                "verbose_name": "督办答复",
                "verbose_name_plural": "督办答复",
                "ordering": ["supervised", "turn"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("supervised", "turn"),
                        name="reply_once_in_a_turn",
                        violation_error_message="该事项本次已经答复。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="reply_says_something"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Escalation",
            fields=[
                *labelled(),
                ("position", models.PositiveSmallIntegerField(verbose_name="第几级")),
                (
                    "rung",
                    models.CharField(
                        choices=[
                            ("interview", "约谈"),
                            ("circular", "通报"),
                            ("accountability", "问责建议"),
                            ("look_back", "提请“回头看”"),
                        ],
                        max_length=15,
                        verbose_name="措施",
                    ),
                ),
                ("turn", models.PositiveSmallIntegerField(verbose_name="第几次答复之后")),
                ("number", models.CharField(max_length=60, verbose_name="文号")),
                ("held_on", models.DateField(verbose_name="日期")),
                ("demand", models.CharField(max_length=2000, verbose_name="指出的问题和要求")),
                ("name", models.CharField(max_length=40, verbose_name="记录人")),
                (
                    "interviewer_as",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("party_head", "党委（党组）主要负责人"),
                            ("group_head", "领导小组负责人"),
                            ("team_head", "巡视组组长"),
                        ],
                        default="",
                        max_length=12,
                        verbose_name="约谈人身份",
                    ),
                ),
                (
                    "interviewer",
                    models.CharField(blank=True, default="", max_length=60, verbose_name="约谈人"),
                ),
                (
                    "interviewee",
                    models.CharField(
                        blank=True, default="", max_length=60, verbose_name="被约谈人"
                    ),
                ),
                (
                    "place",
                    models.CharField(blank=True, default="", max_length=80, verbose_name="地点"),
                ),
                (
                    "pledge",
                    models.CharField(
                        blank=True, default="", max_length=1000, verbose_name="整改承诺"
                    ),
                ),
                ("pledge_due_on", models.DateField(blank=True, null=True, verbose_name="承诺期限")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "supervision",
                    models.ForeignKey(
                        on_delete=models.PROTECT,
                        related_name="rungs",
                        to="rectification.supervision",
                    ),
                ),
            ],
            options={
                "verbose_name": "督办升级",
                "verbose_name_plural": "督办升级",
                "ordering": ["supervision", "position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("supervision", "position"),
                        name="escalation_each_rung_once",
                        violation_error_message="这一级措施已经采取。",
                    ),
                    models.UniqueConstraint(
                        fields=("supervision", "rung"), name="escalation_no_rung_twice"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(("rung", "interview"), _negated=True),
                                ("interviewee", ""),
                                ("interviewer", ""),
                            ),
                            models.Q(
                                ("pledge_due_on__isnull", False),
                                ("rung", "interview"),
                                models.Q(("interviewer_as", ""), _negated=True),
                                models.Q(("interviewer", ""), _negated=True),
                                models.Q(("interviewee", ""), _negated=True),
                                models.Q(("place", ""), _negated=True),
                                models.Q(("pledge", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="escalation_interview_is_whole",
                        violation_error_message="约谈记录须写明约谈人、被约谈人、地点、整改承诺和期限。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("rung", "accountability"), _negated=True),
                            ("addressee_unit__isnull", True),
                            _connector="OR",
                        ),
                        name="escalation_accountability_is_not_served",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("demand", ""), _negated=True),
                        name="escalation_demands_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Supervisor",
            fields=[
                *labelled(),
                ("name", models.CharField(max_length=40, verbose_name="姓名")),
                ("unit_name", models.CharField(max_length=60, verbose_name="单位")),
                (
                    "role",
                    models.CharField(
                        choices=[("head", "组长"), ("member", "组员")],
                        max_length=10,
                        verbose_name="组内职责",
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="生效日期")),
                ("valid_to", models.DateField(verbose_name="失效日期")),
                ("left_on", models.DateField(blank=True, null=True, verbose_name="退出日期")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=models.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "supervision",
                    models.ForeignKey(
                        on_delete=models.PROTECT,
                        related_name="group",
                        to="rectification.supervision",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=models.PROTECT, related_name="+", to="organisation.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "督导组成员",
                "verbose_name_plural": "督导组成员",
                "ordering": ["supervision", "role", "created_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("left_on__isnull", True)),
                        fields=("supervision", "account"),
                        name="supervisor_once_at_a_time",
                        violation_error_message="该同志已在督导组中。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("left_on__isnull", True), ("role", "head")),
                        fields=("supervision",),
                        name="supervisor_one_head",
                        violation_error_message="督导组已有组长。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("unit", models.F("subject_org")), _negated=True),
                        name="supervisor_is_of_another_unit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid_to__gte", models.F("valid_from"))),
                        name="supervisor_for_some_days",
                    ),
                ],
            },
        ),
    )
