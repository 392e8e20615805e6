"""Choices of the organisation room; importable by anyone above."""

from __future__ import annotations

from django.db import models


class Tier(models.TextChoices):
    """GB/T 2260: the first two digits are the province, four the city, six the county."""

    PROVINCE = "province", "省级"
    CITY = "city", "市级"
    COUNTY = "county", "县级"


class UnitKind(models.TextChoices):
    LEADING_GROUP = "leading_group", "巡视工作领导小组"
    COMMITTEE = "coordination_committee", "巡视协调对接委员会"
    LIAISON_OFFICE = "liaison_office", "联络员办公室"
    INSPECTION_OFFICE = "inspection_office", "巡视巡察办"
    TASK_GROUP = "task_group", "任务组"
    MEMBER = "member_unit", "成员单位"
    INSPECTED = "inspected_unit", "被巡视单位"
    GOVERNMENT = "government", "地方党委政府"
    OTHER = "other", "其他单位"
