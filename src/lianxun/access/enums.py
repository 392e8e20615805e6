"""Roles and kinds of grants."""

from __future__ import annotations

from django.db import models


class Role(models.TextChoices):
    """Posts as the platform knows them. The three administrators exclude each other and all others."""

    LEADER = "leader", "领导"
    COORDINATOR = "coordinator", "协调专员"
    TEAM_LEADER = "team_leader", "巡视组组长"
    INSPECTOR = "inspector", "巡视组成员"
    LIAISON_OFFICER = "liaison_officer", "联络员"
    CLERK = "clerk", "登记员"
    EXPERT = "expert", "专家"
    CONTACT = "contact", "被巡视单位联系人"
    CUSTODIAN = "custodian", "身份保管员"
    ESCROW = "escrow", "密钥托管人"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    AUDIT_ADMIN = "audit_admin", "审计管理员"


THREE_ADMINS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
NO_LEVEL = -1  # the three administrators' clearance: below 公开, so that R1 opens nothing to them, however shared


class GrantKind(models.TextChoices):
    MEMBERSHIP = "membership", "巡视任务成员"
    SHARE = "share", "共享"
    PARTICIPATION = "participation", "会同办理"
    BREAK_GLASS = "break_glass", "应急调阅"


# Libraries a duty can be held for: one per room with business of its own.
LIBRARIES = (
    ("inspection", "巡视"),
    ("coordination", "协作会商"),
    ("exchange", "信息共享"),
    ("leads", "问题线索"),
    ("rectification", "整改"),
    ("appraisal", "考核评价"),
    ("approvals", "审批"),
    ("duties", "时限与进度"),
    ("documents", "文书"),
    ("regulations", "政策法规"),
    ("advice", "研判建议"),
    ("organisation", "组织"),
    ("access", "授权"),
)
