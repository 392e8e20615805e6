"""Joint supervision (联合督办, SM-6): what is supervised, by whom, what was answered, found and followed."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from lianxun.access.models import Account
from lianxun.fabric.models import Labelled
from lianxun.organisation.models import Unit
from lianxun.rectification.enums import (
    GroupRole,
    Interviewer,
    Rung,
    SupervisionState,
    Verdict,
)
from lianxun.rectification.models.items import Item

_BEFORE_NOTICE = ["proposed", "dropped", "approved"]


class Supervision(Labelled):
    """联合督办: several units press one inspected unit on a list of items, with one letter and one day.

    About the inspected unit; served on it with the letter, not before. Its joint group sees it and the
    items on its list by dated grants, and nothing else of the engagement.
    """

    number = models.CharField("编号", max_length=60)
    state = models.CharField("状态", max_length=15, choices=SupervisionState.choices)
    rules_version = models.PositiveSmallIntegerField("督办办法版本")
    units = ArrayField(models.UUIDField(), verbose_name="督办单位")
    reason = models.CharField("提请理由", max_length=1000)
    demand = models.CharField("督办要求", max_length=2000)
    proposed_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    remark = models.CharField("委员会意见", max_length=500, blank=True, default="")
    approved_on = models.DateField("批准日期", null=True, blank=True)
    notice_number = models.CharField("通知书文号", max_length=60, blank=True, default="")
    notice_on = models.DateField("通知日期", null=True, blank=True)
    due_on = models.DateField("答复期限", null=True, blank=True)
    turn = models.PositiveSmallIntegerField("第几次答复", default=1)
    received_by = models.CharField("签收人", max_length=40, blank=True, default="")
    received_at = models.DateTimeField("签收时间", null=True, blank=True)
    result = models.CharField("督办结果", max_length=1000, blank=True, default="")
    concluded_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    lifted_on = models.DateField("解除日期", null=True, blank=True)

    class Meta:
        verbose_name = "联合督办"
        verbose_name_plural = "联合督办"
        ordering = ["-created_at", "id"]
        indexes = [models.Index(fields=["engagement", "state"])]
        constraints = [
            models.CheckConstraint(
                name="supervision_by_two_units",
                condition=Q(units__len__gte=2),
                violation_error_message="联合督办至少由两个单位进行。",
            ),
            models.CheckConstraint(
                name="supervision_says_why_and_what",
                condition=~Q(reason="") & ~Q(demand=""),
            ),
            models.CheckConstraint(
                name="supervision_is_served_with_its_letter",
                condition=(
                    Q(state__in=_BEFORE_NOTICE, addressee_unit__isnull=True, notice_number="")
                    | (
                        ~Q(state__in=_BEFORE_NOTICE)
                        & ~Q(notice_number="")
                        & Q(
                            addressee_unit=F("subject_org"),
                            approved_on__isnull=False,
                            notice_on__isnull=False,
                            due_on__isnull=False,
                        )
                    )
                ),
                violation_error_message="联合督办经委员会批准、发出通知书后才送达被督办单位。",
            ),
            models.CheckConstraint(
                name="supervision_lifted_is_whole",
                condition=(
                    Q(state="lifted", lifted_on__isnull=False, concluded_by__isnull=False)
                    & ~Q(result="")
                )
                | (~Q(state="lifted") & Q(lifted_on__isnull=True)),
            ),
        ]


class Supervised(Labelled):
    """督办清单事项: one item on the list, why it stands there, and who answers for it in the unit."""

    supervision = models.ForeignKey(Supervision, on_delete=models.PROTECT, related_name="listed")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    number = models.CharField("事项编号", max_length=50)
    title = models.CharField("问题", max_length=300)
    triggers = ArrayField(models.CharField(max_length=10), verbose_name="触发情形")
    why = models.CharField("列入理由", max_length=500)
    # The turn in which the unit answered last: the clock of the whole list asks for it.
    answered_turn = models.PositiveSmallIntegerField("已答复到第几次", default=0)
    open = models.BooleanField("督办中", default=True)

    class Meta:
        verbose_name = "督办清单事项"
        verbose_name_plural = "督办清单事项"
        ordering = ["supervision", "number"]
        indexes = [models.Index(fields=["item"])]
        constraints = [
            models.UniqueConstraint(
                name="supervised_once_in_a_list", fields=["supervision", "item"]
            ),
            models.UniqueConstraint(
                name="supervised_by_one_list_at_a_time",
                fields=["item"],
                condition=Q(open=True),
                violation_error_message="该事项已在另一项联合督办中。",
            ),
            models.CheckConstraint(name="supervised_says_why", condition=~Q(why="")),
        ]


class Supervisor(Labelled):
    """联合整改督导组成员: between two dates, for one unit; sees this list and its items, nothing else."""

    supervision = models.ForeignKey(Supervision, on_delete=models.PROTECT, related_name="group")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("姓名", max_length=40)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit_name = models.CharField("单位", max_length=60)
    role = models.CharField("组内职责", max_length=10, choices=GroupRole.choices)
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("失效日期")
    left_on = models.DateField("退出日期", null=True, blank=True)

    class Meta:
        verbose_name = "督导组成员"
        verbose_name_plural = "督导组成员"
        ordering = ["supervision", "role", "created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                name="supervisor_once_at_a_time",
                fields=["supervision", "account"],
                condition=Q(left_on__isnull=True),
                violation_error_message="该同志已在督导组中。",
            ),
            models.UniqueConstraint(
                name="supervisor_one_head",
                fields=["supervision"],
                condition=Q(left_on__isnull=True, role="head"),
                violation_error_message="督导组已有组长。",
            ),
            models.CheckConstraint(
                name="supervisor_is_of_another_unit", condition=~Q(unit=F("subject_org"))
            ),
            models.CheckConstraint(
                name="supervisor_for_some_days", condition=Q(valid_to__gte=F("valid_from"))
            ),
        ]


class Reply(Labelled):
    """逐项答复: what the unit says about one item in one turn; served, never changed."""

    supervision = models.ForeignKey(Supervision, on_delete=models.PROTECT, related_name="+")
    supervised = models.ForeignKey(Supervised, on_delete=models.PROTECT, related_name="replies")
    turn = models.PositiveSmallIntegerField("第几次答复")
    text = models.CharField("答复", max_length=2000)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("答复人", max_length=40)

    class Meta:
        verbose_name = "督办答复"
        verbose_name_plural = "督办答复"
        ordering = ["supervised", "turn"]
        constraints = [
            models.UniqueConstraint(
                name="reply_once_in_a_turn",
                fields=["supervised", "turn"],
                violation_error_message="该事项本次已经答复。",
            ),
            models.CheckConstraint(name="reply_says_something", condition=~Q(text="")),
        ]


class SiteFinding(Labelled):
    """现场核查结论: what one unit of the group found on one item; never the unit that answered."""

    supervision = models.ForeignKey(Supervision, on_delete=models.PROTECT, related_name="+")
    supervised = models.ForeignKey(Supervised, on_delete=models.PROTECT, related_name="findings")
    turn = models.PositiveSmallIntegerField("第几次核查")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit_name = models.CharField("核查单位", max_length=60)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("核查人", max_length=40)
    answered_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    verdict = models.CharField("核查结论", max_length=15, choices=Verdict.choices)
    finding = models.CharField("核查情况", max_length=500)
    visited_on = models.DateField("核查日期")

    class Meta:
        verbose_name = "现场核查结论"
        verbose_name_plural = "现场核查结论"
        ordering = ["supervised", "turn", "created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                name="site_finding_once_of_a_unit",
                fields=["supervised", "turn", "unit"],
                violation_error_message="本单位已对该事项作出核查结论。",
            ),
            models.CheckConstraint(
                name="site_finding_by_another_unit", condition=~Q(unit=F("subject_org"))
            ),
            models.CheckConstraint(
                name="site_finding_by_another_person",
                condition=Q(answered_by__isnull=True) | ~Q(account=F("answered_by")),
                violation_error_message="核查须由答复人以外的人员办理。",
            ),
            models.CheckConstraint(name="site_finding_says_what", condition=~Q(finding="")),
        ]


class Escalation(Labelled):
    """督办升级: one rung of the ladder; 约谈 is a record of its own (who, whom, when, what was promised)."""

    supervision = models.ForeignKey(Supervision, on_delete=models.PROTECT, related_name="rungs")
    position = models.PositiveSmallIntegerField("第几级")
    rung = models.CharField("措施", max_length=15, choices=Rung.choices)
    turn = models.PositiveSmallIntegerField("第几次答复之后")
    number = models.CharField("文号", max_length=60)
    held_on = models.DateField("日期")
    demand = models.CharField("指出的问题和要求", max_length=2000)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("记录人", max_length=40)
    interviewer_as = models.CharField(
        "约谈人身份", max_length=12, choices=Interviewer.choices, blank=True, default=""
    )
    interviewer = models.CharField("约谈人", max_length=60, blank=True, default="")
    interviewee = models.CharField("被约谈人", max_length=60, blank=True, default="")
    place = models.CharField("地点", max_length=80, blank=True, default="")
    pledge = models.CharField("整改承诺", max_length=1000, blank=True, default="")
    pledge_due_on = models.DateField("承诺期限", null=True, blank=True)

    class Meta:
        verbose_name = "督办升级"
        verbose_name_plural = "督办升级"
        ordering = ["supervision", "position"]
        constraints = [
            models.UniqueConstraint(
                name="escalation_each_rung_once",
                fields=["supervision", "position"],
                violation_error_message="这一级措施已经采取。",
            ),
            models.UniqueConstraint(
                name="escalation_no_rung_twice", fields=["supervision", "rung"]
            ),
            models.CheckConstraint(
                name="escalation_interview_is_whole",
                condition=(~Q(rung="interview") & Q(interviewer="", interviewee=""))
                | (
                    Q(rung="interview", pledge_due_on__isnull=False)
                    & ~Q(interviewer_as="")
                    & ~Q(interviewer="")
                    & ~Q(interviewee="")
                    & ~Q(place="")
                    & ~Q(pledge="")
                ),
                violation_error_message="约谈记录须写明约谈人、被约谈人、地点、整改承诺和期限。",
            ),
            models.CheckConstraint(
                # A proposal to hold people to account is not the supervised unit's to read.
                name="escalation_accountability_is_not_served",
                condition=~Q(rung="accountability") | Q(addressee_unit__isnull=True),
            ),
            models.CheckConstraint(name="escalation_demands_something", condition=~Q(demand="")),
        ]
