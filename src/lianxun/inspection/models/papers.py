"""Working papers, their signatures, and corroboration by units outside of the team."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from lianxun.access.models import Account
from lianxun.fabric.models import Labelled
from lianxun.inspection.enums import CorroborationState, CrossVerdict, Implementation, PaperState
from lianxun.inspection.models.engagement import Engagement
from lianxun.organisation.models import Unit


class Paper(Labelled):
    """问题底稿: one matter, one paper, three signatures (W09)."""

    task = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="papers")
    number = models.CharField("底稿编号", max_length=50)
    title = models.CharField("问题", max_length=200)
    axis = models.CharField("四个落实", max_length=20, choices=Implementation.choices)
    course = models.TextField("查证经过")
    basis = models.TextField("定性依据")
    responsible = models.CharField("责任主体", max_length=120)
    state = models.CharField("状态", max_length=20, choices=PaperState.choices)
    carried_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="carried_to"
    )
    immediate = models.BooleanField("立行立改", default=False)
    focus = models.ForeignKey(
        "inspection.Focus", on_delete=models.PROTECT, null=True, blank=True, related_name="papers"
    )
    # Why it was sent back last; its author reads it until the paper is signed anew.
    returned_because = models.CharField("退回理由", max_length=300, blank=True)

    class Meta:
        verbose_name = "问题底稿"
        verbose_name_plural = "问题底稿"
        ordering = ["task", "number"]
        constraints = [
            models.UniqueConstraint(name="paper_number_once", fields=["task", "number"]),
            models.UniqueConstraint(
                name="paper_carried_once",
                fields=["task", "carried_from"],
                condition=Q(carried_from__isnull=False),
                violation_error_message="该问题已转入本任务。",
            ),
        ]


class Signature(Labelled):
    """签字: author, deputy, head — three different people (三审)."""

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="signatures")
    place = models.CharField("签字环节", max_length=20, choices=PaperState.choices)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("签字人", max_length=40)

    class Meta:
        verbose_name = "底稿签字"
        verbose_name_plural = "底稿签字"
        ordering = ["paper", "created_at"]
        constraints = [
            models.UniqueConstraint(name="signature_one_per_place", fields=["paper", "place"]),
            models.UniqueConstraint(
                name="signature_three_different_people",
                fields=["paper", "account"],
                violation_error_message="三个签字必须由三个人完成。",
            ),
        ]


class CrossCheck(Labelled):
    """交叉核验: a team member of another home unit verified the paper, before its last signature.

    Never changed: a paper sent back is signed anew by its author and verified anew.
    """

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="cross_checks")
    # The author's signature that was verified; its row goes when the paper is sent back.
    signed_at = models.DateTimeField("所核验的承办人签字时间")
    author = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    author_home = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    checked_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("核验人", max_length=40)
    home = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", verbose_name="核验人原单位"
    )
    verdict = models.CharField("核验结论", max_length=10, choices=CrossVerdict.choices)
    text = models.CharField("核验情况", max_length=500)

    class Meta:
        verbose_name = "交叉核验"
        verbose_name_plural = "交叉核验"
        ordering = ["paper", "created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                name="cross_check_once_per_signature",
                fields=["paper", "checked_by", "signed_at"],
                violation_error_message="您已核验过这份底稿。",
            ),
            models.CheckConstraint(
                name="cross_check_by_another_home_unit",
                condition=~Q(home=F("author_home")) & ~Q(checked_by=F("author")),
                violation_error_message="交叉核验由另一单位的组员办理。",
            ),
            models.CheckConstraint(name="cross_check_says_what_was_seen", condition=~Q(text="")),
        ]


class Corroboration(Labelled):
    """印证: the team asks a unit outside of the team; its answer is blind to the paper and to others.

    Two units that confirm make 多方印证. The row is served on the unit that is asked.
    """

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="corroborations")
    number = models.CharField("印证函编号", max_length=60)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", verbose_name="印证单位"
    )
    question = models.CharField("需印证的事实", max_length=500)
    asked_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    state = models.CharField("状态", max_length=10, choices=CorroborationState.choices)
    statement = models.CharField("印证说明", max_length=500, blank=True, default="")
    answered_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)

    class Meta:
        verbose_name = "印证"
        verbose_name_plural = "印证"
        ordering = ["paper", "created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                name="corroboration_once_per_unit",
                fields=["paper", "unit"],
                condition=~Q(state=CorroborationState.WITHDRAWN),
                violation_error_message="该单位已收到这份底稿的印证函。",
            ),
            models.CheckConstraint(
                name="corroboration_answered_says_why",
                condition=Q(
                    state__in=[CorroborationState.ASKED, CorroborationState.WITHDRAWN],
                    answered_at__isnull=True,
                )
                | (
                    Q(
                        state__in=[
                            CorroborationState.CONFIRMED,
                            CorroborationState.DENIED,
                            CorroborationState.UNABLE,
                        ],
                        answered_at__isnull=False,
                        answered_by__isnull=False,
                    )
                    & ~Q(statement="")
                ),
                violation_error_message="印证须写明依据。",
            ),
            models.CheckConstraint(
                name="corroboration_answered_by_another",
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=F("asked_by")),
            ),
        ]
