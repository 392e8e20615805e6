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


class RecusalKind(models.TextChoices):
    """任职、地域、公务回避 (巡视工作条例 2015 art. 12; detail after 北航 2019, public practice)."""

    WORKED = "worked", "曾在该单位任职"
    WORKS = "works", "现在该单位任职"
    STUDIED = "studied", "曾在该单位学习"
    KIN = "kin", "配偶或直系亲属在该单位任职"
    SUPERIOR = "superior", "与该单位主要负责人有上下级关系"
    TEACHER = "teacher", "与该单位主要负责人有师生关系"
    NATIVE = "native", "籍贯或成长地在该单位辖区"
