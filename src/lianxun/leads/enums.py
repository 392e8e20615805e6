"""State machine SM-2 and the words of the room (domain.md §3)."""

from __future__ import annotations

from django.db import models

from lianxun.kernel.machine import Machine


class Source(models.TextChoices):
    PETITION = "petition", "来信来访"
    FOUND = "found", "巡视发现"
    MEMBER = "member", "成员单位移送"
    AUDIT = "audit", "审计移送"
    ANALYSIS = "analysis", "数据比对疑点转入"


class Discipline(models.TextChoices):
    """六项纪律 (中国共产党纪律处分条例), and what lies beyond them."""

    POLITICAL = "political", "政治纪律"
    ORGANISATIONAL = "organisational", "组织纪律"
    INTEGRITY = "integrity", "廉洁纪律"
    MASSES = "masses", "群众纪律"
    WORK = "work", "工作纪律"
    LIFE = "life", "生活纪律"
    CRIME = "crime", "涉嫌职务违法犯罪"
    NONE = "none", "不属受理范围"


class LeadState(models.TextChoices):
    REGISTERED = "registered", "已登记"
    SCREENED = "screened", "已甄别"
    RETURNED = "returned", "已退回"
    FORWARDED = "forwarded", "已转主管部门"
    STUDY = "under_group_study", "集体研究中"
    APPROVED = "approved", "待移交"
    TRANSFERRED = "transferred", "已移交待签收"
    OBJECTED = "objected", "接收单位有异议"
    RECEIVED = "received", "已签收"
    INQUIRY = "inquiry", "谈话函询"
    PRELIM = "prelim", "初步核实"
    HELD = "held", "暂存待查"
    CLOSED = "closed", "予以了结"
    RESULT = "result", "已有结果"
    FED_BACK = "fed_back", "已反馈"
    DONE = "done", "已办结"
    DESTROYED = "destroyed", "已销毁"


WAYS = (LeadState.INQUIRY, LeadState.PRELIM, LeadState.HELD, LeadState.CLOSED)
TRANSITIONS: tuple[tuple[str, str], ...] = (
    ("registered", "screened"),
    ("registered", "returned"),
    ("registered", "forwarded"),
    ("screened", "under_group_study"),
    ("screened", "returned"),
    ("screened", "forwarded"),
    ("under_group_study", "approved"),
    ("under_group_study", "returned"),
    ("approved", "transferred"),
    ("transferred", "received"),
    ("transferred", "objected"),
    ("objected", "approved"),
    ("objected", "transferred"),
    ("objected", "returned"),
    ("objected", "forwarded"),
    ("received", "inquiry"),
    ("received", "prelim"),
    ("received", "held"),
    ("received", "closed"),
    ("held", "inquiry"),
    ("held", "prelim"),
    ("held", "closed"),
    ("inquiry", "prelim"),
    ("inquiry", "result"),
    ("prelim", "result"),
    ("closed", "result"),
    ("result", "fed_back"),
    ("fed_back", "done"),
    ("returned", "destroyed"),
    ("forwarded", "destroyed"),
    ("done", "destroyed"),
)
# Where a lead may end here: whoever judges it then also says why.
ENDING = (LeadState.REGISTERED, LeadState.SCREENED, LeadState.STUDY, LeadState.OBJECTED)


class Outcome(models.TextChoices):
    """What came of a lead. ``UNFOUNDED`` and ``UNVERIFIED`` end the doubt (settled.md 28)."""

    CONFIRMED = "confirmed", "属实"
    PARTLY = "partly", "部分属实"
    UNFOUNDED = "unfounded", "不属实"
    UNVERIFIED = "unverified", "无法查实"


NO_CASE = (Outcome.UNFOUNDED, Outcome.UNVERIFIED)


class SealRule(models.TextChoices):
    """Leads that may not enter (《处理检举控告工作规则》 2020 art. 15; NEG-04): asked before any text field."""

    NONE = "none", "以上都不是"
    OWN_PRINCIPAL = "own_principal", "反映本级党委、纪委主要负责人"
    SUPERIOR_MANAGED = "superior_managed", "反映上级党委管理的干部"
    STATE_SECRET = "state_secret", "内容涉及国家秘密"


class LineState(models.TextChoices):
    """What the receiving unit answered about one lead of a batch."""

    SENT = "sent", "待签收"
    RECEIVED = "received", "已签收"
    OBJECTED = "objected", "有异议"


class BatchState(models.TextChoices):
    SENT = "sent", "待签收"
    SETTLED = "settled", "已办结"


MACHINES = {
    "leads_lead": Machine.of(LeadState.REGISTERED, moves=TRANSITIONS),
    "leads_transferline": Machine.of(
        LineState.SENT,
        moves=((LineState.SENT, LineState.RECEIVED), (LineState.SENT, LineState.OBJECTED)),
    ),
}
