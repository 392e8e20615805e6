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
    COORDINATION_GROUP = "coordination_group", "综合协调组"
    LEAD_GROUP = "lead_verification_group", "线索核查组"
    RECTIFICATION_GROUP = "rectification_guidance_group", "整改督导组"
    TASK_GROUP = "task_group", "任务组"
    MEMBER = "member_unit", "成员单位"
    INSPECTED = "inspected_unit", "被巡视单位"
    GOVERNMENT = "government", "地方党委政府"
    OTHER = "other", "其他单位"


class RecusalKind(models.TextChoices):
    """任职、地域、公务回避 (巡视工作条例 2015 art. 12; detail after 北航 2019, public practice).
    Others learn only 回避：是/否."""

    WORKED = "worked", "曾在该单位任职"
    WORKS = "works", "现在该单位任职"
    STUDIED = "studied", "曾在该单位学习"
    KIN = "kin", "配偶或直系亲属在该单位任职"
    SUPERIOR = "superior", "与该单位主要负责人有上下级关系"
    TEACHER = "teacher", "与该单位主要负责人有师生关系"
    NATIVE = "native", "籍贯或成长地在该单位辖区"


# The three task groups of the source plan (4.1): each tier has each of them once.
THREE_TASK_GROUPS = (
    UnitKind.COORDINATION_GROUP,
    UnitKind.LEAD_GROUP,
    UnitKind.RECTIFICATION_GROUP,
)


# The bodies of 4.1: each region has each of them once. Teams, offices and units may be many.
ONCE_PER_REGION = (
    UnitKind.LEADING_GROUP,
    UnitKind.COMMITTEE,
    UnitKind.LIAISON_OFFICE,
    *THREE_TASK_GROUPS,
)


class UnitChange(models.TextChoices):
    CREATED = "created", "设立"
    RENAMED = "renamed", "更名"
    MOVED = "moved", "调整隶属"
    MERGED = "merged", "并入"
    CLOSED = "closed", "撤销"


class AppointmentKind(models.TextChoices):
    """What a person is for a unit or a body (source plan 9.1: 一把手负总责、分管领导具体抓、联络员抓落实)."""

    HEAD = "head", "主要负责人"
    RESPONSIBLE_DEPUTY = "responsible_deputy", "分管领导"
    LIAISON_OFFICER = "liaison_officer", "联络员"
    BODY_CHAIR = "body_chair", "组长（主任）"
    BODY_DEPUTY = "body_deputy", "副组长（副主任）"
    BODY_MEMBER = "body_member", "成员"
    STAFF = "staff", "工作人员"


# Names and posts of these are known to every colleague: one must know whom to call.
PUBLIC_APPOINTMENTS = tuple(k for k in AppointmentKind if k is not AppointmentKind.STAFF)


class PoolKind(models.TextChoices):
    FULL_TIME = "full_time", "专职"
    PART_TIME = "part_time", "兼职"
    EXPERT = "expert", "专家"


class Skill(models.TextChoices):
    PARTY_BUILDING = "party_building", "党建"
    DISCIPLINE = "discipline", "纪检监察"
    PERSONNEL = "personnel", "组织人事"
    FINANCE = "finance", "财务"
    AUDIT = "audit", "审计"
    LAW = "law", "法律"
    DATA = "data", "大数据"
    ENGINEERING = "engineering", "工程建设"
    LAND = "land", "土地规划"
    PROCUREMENT = "procurement", "招标采购"
    WRITING = "writing", "文稿"


class TrainingKind(models.TextChoices):
    CLASS = "class", "年度培训班"
    MONTHLY = "monthly", "月度培训"
    COURSE = "course", "专题培训"
    DRILL = "drill", "模拟演练"


class TrainingMethod(models.TextChoices):
    """The three forms the plan asks for (6.1); one training may use several."""

    LECTURE = "lecture", "理论授课"
    CASE = "case", "案例研讨"
    DRILL = "drill", "模拟演练"
