"""Seats of the joint team."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from lianxun.access.models import Account
from lianxun.fabric.models import Labelled
from lianxun.inspection.enums import SeatState, TeamGroup, TeamRole
from lianxun.inspection.models.engagement import Engagement
from lianxun.organisation.models import Person, Unit


class Seat(Labelled):
    """席位: one person proposed for, or sitting in, the joint team; access lives and dies with the dates."""

    task = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="seats")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("姓名", max_length=40)
    home_unit = models.CharField("原单位", max_length=120)
    home = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", verbose_name="原单位编号"
    )
    title = models.CharField("任务", max_length=200, blank=True, default="")
    reason = models.CharField("提名理由", max_length=300, blank=True, default="")
    until = models.DateField("访问截止", null=True, blank=True)
    group = models.CharField("组别", max_length=10, choices=TeamGroup.choices)
    role = models.CharField("职务", max_length=10, choices=TeamRole.choices)
    state = models.CharField("状态", max_length=10, choices=SeatState.choices)
    conflict = models.BooleanField("须回避", default=False)
    conflict_codes = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    objection = models.CharField("异议理由", max_length=300, blank=True, default="")
    objected_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    settlement = models.CharField("异议处理", max_length=300, blank=True, default="")
    settled_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    proposed_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    grant = models.UUIDField("授权", null=True, blank=True)

    class Meta:
        verbose_name = "组员"
        verbose_name_plural = "组员"
        ordering = ["task", "group", "role", "id"]
        constraints = [
            models.UniqueConstraint(
                name="seat_once",
                fields=["task", "person", "group"],
                condition=~Q(state__in=[SeatState.REPLACED, SeatState.RECUSED]),
            ),
            models.UniqueConstraint(
                name="seat_one_head",
                fields=["task", "group"],
                condition=Q(role=TeamRole.HEAD, state=SeatState.CONFIRMED),
            ),
            models.CheckConstraint(
                name="seat_with_conflict_is_never_confirmed",
                condition=~Q(conflict=True, state=SeatState.CONFIRMED),
                violation_error_message="须回避的人员不能进入巡视组。",
            ),
            models.CheckConstraint(
                name="seat_objected_says_why_and_by_whom",
                condition=~Q(state=SeatState.OBJECTED)
                | (~Q(objection="") & Q(objected_by__isnull=False)),
                violation_error_message="提出异议须写明理由。",
            ),
            models.CheckConstraint(
                name="seat_objection_settled_by_a_third",
                condition=Q(settled_by__isnull=True)
                | (
                    ~Q(settled_by=F("proposed_by"))
                    & ~Q(settled_by=F("objected_by"))
                    & ~Q(settlement="")
                ),
                violation_error_message="异议须由提名人和异议人以外的人处理。",
            ),
        ]
