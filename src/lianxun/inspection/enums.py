"""Choices and the state machine SM-1 (domain.md §3)."""

from __future__ import annotations

from django.db import models

from lianxun.kernel.machine import Machine


class RoundState(models.TextChoices):
    DRAFT = "draft", "起草"
    PROPOSED = "proposed", "报批中"
    APPROVED = "approved", "已批准"
    CLOSED = "closed", "已结束"


class Kind(models.TextChoices):
    REGULAR = "regular", "常规"
    SPECIAL = "special", "专项"
    MOBILE = "mobile", "机动"
    LOOK_BACK = "look_back", "“回头看”"


class Profile(models.TextChoices):
    """Elastic time (R-7.3-1): which tier overrides of the milestone templates apply."""

    REGULAR = "regular", "一般单位"
    COUNTY = "county", "县（市、区）"
    LARGE_ENTERPRISE = "large_enterprise", "大型国有企业"


class State(models.TextChoices):
    DRAFT = "draft", "起草"
    APPROVED = "approved", "已批准"
    CONSULTING = "consulting", "会商中"
    PREPARED = "prepared", "准备就绪"
    ON_SITE = "on_site", "驻点"
    EXTENDED = "extended", "延期驻点"
    PAUSED = "paused", "已暂停"
    REPORTING = "reporting", "起草报告"
    DECIDED = "decided", "已听取汇报"
    FED_BACK = "fed_back", "已反馈"
    RECTIFYING = "rectifying", "整改中"
    ASSESSED = "assessed", "已评估"
    LOOK_BACK = "look_back", "“回头看”"
    ARCHIVED = "archived", "已归档"


SHARING_STATES = (
    *(State.APPROVED, State.CONSULTING, State.PREPARED),
    *(State.ON_SITE, State.EXTENDED, State.REPORTING),
)
"""A joint team may agree on standing sharing from the approval until the report is heard."""

FORWARD: tuple[tuple[State, State], ...] = (
    (State.DRAFT, State.APPROVED),
    (State.APPROVED, State.CONSULTING),
    (State.CONSULTING, State.PREPARED),
    (State.PREPARED, State.ON_SITE),
    (State.ON_SITE, State.EXTENDED),
    (State.ON_SITE, State.REPORTING),
    (State.EXTENDED, State.REPORTING),
    (State.REPORTING, State.DECIDED),
    (State.DECIDED, State.FED_BACK),
    (State.FED_BACK, State.RECTIFYING),
    (State.RECTIFYING, State.ASSESSED),
    (State.ASSESSED, State.LOOK_BACK),
    (State.ASSESSED, State.ARCHIVED),
    (State.LOOK_BACK, State.ARCHIVED),
)
PAUSABLE = (
    State.APPROVED,
    State.CONSULTING,
    State.PREPARED,
    State.ON_SITE,
    State.EXTENDED,
    State.REPORTING,
    State.DECIDED,
    State.FED_BACK,
    State.RECTIFYING,
)
TRANSITIONS = tuple(
    (a.value, b.value)
    for a, b in (
        *FORWARD,
        *((s, State.PAUSED) for s in PAUSABLE),
        *((State.PAUSED, s) for s in PAUSABLE),
    )
)


class TeamKind(models.TextChoices):
    """How the team is made up; 巡审联动 is a joint team with the audit department (R-3.3-1)."""

    SINGLE = "single", "单独组队"
    JOINT = "joint", "联合检查组"
    AUDIT = "audit", "巡审联动组"


class CheckPhase(models.TextChoices):
    """When a line of the round's political checklist is answered."""

    DEPLOY = "deploy", "部署"
    RUN = "run", "实施"
    CLOSE = "close", "总结"


class RoundPhase(models.TextChoices):
    """The four phases of the work (方案 7.1)."""

    PREPARE = "prepare", "筹备启动"
    IMPLEMENT = "implement", "全面实施"
    SUMMARY = "summary", "总结提升"
    STANDING = "standing", "常态化运行"


class Force(models.TextChoices):
    """1+3 (方案 6.4): who carries a line of the programme."""

    GROUP = "group", "筹备工作组"
    COORDINATION = "coordination", "综合协调专班"
    LEADS = "leads", "线索核查专班"
    RECTIFICATION = "rectification", "整改督导专班"


class PhaseTaskState(models.TextChoices):
    OPEN = "open", "办理中"
    REPORTED = "reported", "待销号"
    CLOSED = "closed", "已销号"
    WITHDRAWN = "withdrawn", "已撤销"


class LookBackVerdict(models.TextChoices):
    SOUND = "sound", "整改到位"
    PARTIAL = "partial", "整改不到位"
    SHAM = "sham", "虚假整改"


class CorroborationState(models.TextChoices):
    ASKED = "asked", "待印证"
    CONFIRMED = "confirmed", "属实"
    DENIED = "denied", "不属实"
    UNABLE = "unable", "不掌握"
    WITHDRAWN = "withdrawn", "已撤回"


ANSWERS = (CorroborationState.CONFIRMED, CorroborationState.DENIED, CorroborationState.UNABLE)


class CrossVerdict(models.TextChoices):
    """What a team member of another home unit finds when he verifies a paper (人员交叉核验, R-1.3.2-1)."""

    SOUND = "sound", "核验属实"
    SUPPLEMENT = "supplement", "需补充证据"
    UNSOUND = "unsound", "不能成立"


class TeamRole(models.TextChoices):
    HEAD = "head", "组长"
    DEPUTY = "deputy", "副组长"
    MEMBER = "member", "成员"
    EXPERT = "expert", "专家"


class TeamGroup(models.TextChoices):
    """On-site team sees from entry to the decided report; guidance group from feedback to archive."""

    ON_SITE = "on_site", "巡视组"
    GUIDANCE = "guidance", "整改督导组"


class SeatState(models.TextChoices):
    PROPOSED = "proposed", "拟任"
    ALTERNATE = "alternate", "备选"
    OBJECTED = "objected", "有异议"
    CONFIRMED = "confirmed", "已确认"
    RECUSED = "recused", "已回避"
    REPLACED = "replaced", "已替换"


class PaperState(models.TextChoices):
    DRAFT = "draft", "起草"
    SIGNED_AUTHOR = "signed_author", "承办人已签"
    SIGNED_DEPUTY = "signed_deputy", "副组长已签"
    SIGNED_HEAD = "signed_head", "组长已签"


class Implementation(models.TextChoices):
    """四个落实: the axis of issues (巡视工作条例 2024 art. 18, list partly to be confirmed)."""

    POLICY = "policy", "落实党的理论和路线方针政策、党中央重大决策部署"
    STRICT = "strict", "落实全面从严治党责任"
    ORGANISATION = "organisation", "落实新时代党的组织路线"
    RECTIFICATION = "rectification", "落实巡视、审计等监督发现问题整改"


class FocusState(models.TextChoices):
    ACTIVE = "active", "现行"
    DROPPED = "dropped", "已调出"


class MemberChangeKind(models.TextChoices):
    """The committee's members work on one engagement as long as the task needs them (R-4.1-5)."""

    JOIN = "join", "加入"
    LEAVE = "leave", "退出"


class ChangeState(models.TextChoices):
    PROPOSED = "proposed", "待委员会决定"
    APPROVED = "approved", "已批准"
    REFUSED = "refused", "未批准"


class AskState(models.TextChoices):
    """A look-back that was asked for (SM-7): the office puts it into a round, or the leading group declines."""

    PENDING = "pending", "待安排"
    TAKEN = "taken", "已列入轮次"
    DECLINED = "declined", "未予安排"


class DatesState(models.TextChoices):
    """A change of a round's days: of a draft at once, of an approved round by the leading group."""

    DRAFTED = "drafted", "起草时改期"
    PROPOSED = "proposed", "待领导小组决定"
    APPROVED = "approved", "已批准"
    REFUSED = "refused", "未批准"


class JointState(models.TextChoices):
    """SM-4; being late is computed from the day, never a state."""

    PLANNED = "planned", "待分派"
    ASSIGNED = "assigned", "待签收"
    ACCEPTED = "accepted", "已签收"
    IN_PROGRESS = "in_progress", "检查中"
    SUBMITTED = "submitted", "待核验"
    VERIFIED = "verified", "已核验"
    CLOSED = "closed", "已办结"


class JointEntryKind(models.TextChoices):
    PROGRESS = "progress", "进展"
    PROBLEM = "problem", "遇到的问题"
    SOLVED = "solved", "问题已解决"
    EVIDENCE = "evidence", "证据"


class PauseState(models.TextChoices):
    REQUESTED = "requested", "待决定"
    REFUSED = "refused", "不予暂停"
    ACTIVE = "active", "暂停中"
    RESUMED = "resumed", "已恢复"


MACHINES = {
    "inspection_lookbackask": Machine.of(
        AskState.PENDING,
        moves=((AskState.PENDING, AskState.TAKEN), (AskState.PENDING, AskState.DECLINED)),
    ),
    "inspection_rounddates": Machine.of(
        DatesState.DRAFTED,
        DatesState.PROPOSED,
        moves=(
            (DatesState.PROPOSED, DatesState.APPROVED),
            (DatesState.PROPOSED, DatesState.REFUSED),
        ),
    ),
    "inspection_engagement": Machine.of(State.DRAFT, moves=TRANSITIONS),
    "inspection_round": Machine.of(
        RoundState.DRAFT,
        moves=(
            (RoundState.DRAFT, RoundState.PROPOSED),
            (RoundState.PROPOSED, RoundState.APPROVED),
            (RoundState.PROPOSED, RoundState.DRAFT),
            (RoundState.APPROVED, RoundState.CLOSED),
        ),
    ),
    "inspection_seat": Machine.of(
        SeatState.PROPOSED,
        SeatState.ALTERNATE,
        SeatState.RECUSED,
        moves=(
            (SeatState.ALTERNATE, SeatState.PROPOSED),
            (SeatState.ALTERNATE, SeatState.OBJECTED),
            (SeatState.ALTERNATE, SeatState.RECUSED),
            (SeatState.ALTERNATE, SeatState.REPLACED),
            (SeatState.PROPOSED, SeatState.CONFIRMED),
            (SeatState.PROPOSED, SeatState.OBJECTED),
            (SeatState.PROPOSED, SeatState.RECUSED),
            (SeatState.PROPOSED, SeatState.REPLACED),
            (SeatState.OBJECTED, SeatState.PROPOSED),
            (SeatState.OBJECTED, SeatState.REPLACED),
            (SeatState.CONFIRMED, SeatState.RECUSED),
            (SeatState.CONFIRMED, SeatState.REPLACED),
            (SeatState.RECUSED, SeatState.REPLACED),
        ),
    ),
    "inspection_paper": Machine.of(
        PaperState.DRAFT,
        moves=(
            (PaperState.DRAFT, PaperState.SIGNED_AUTHOR),
            (PaperState.SIGNED_AUTHOR, PaperState.SIGNED_DEPUTY),
            (PaperState.SIGNED_DEPUTY, PaperState.SIGNED_HEAD),
            (PaperState.SIGNED_AUTHOR, PaperState.DRAFT),
            (PaperState.SIGNED_DEPUTY, PaperState.DRAFT),
        ),
    ),
    "inspection_focus": Machine.of(
        FocusState.ACTIVE, moves=((FocusState.ACTIVE, FocusState.DROPPED),)
    ),
    "inspection_memberchange": Machine.of(
        ChangeState.PROPOSED,
        moves=(
            (ChangeState.PROPOSED, ChangeState.APPROVED),
            (ChangeState.PROPOSED, ChangeState.REFUSED),
        ),
    ),
    "inspection_jointtask": Machine.of(
        JointState.PLANNED,
        moves=(
            (JointState.PLANNED, JointState.ASSIGNED),
            (JointState.ASSIGNED, JointState.ACCEPTED),
            (JointState.ACCEPTED, JointState.IN_PROGRESS),
            (JointState.IN_PROGRESS, JointState.SUBMITTED),
            (JointState.SUBMITTED, JointState.VERIFIED),
            (JointState.SUBMITTED, JointState.IN_PROGRESS),
            (JointState.VERIFIED, JointState.CLOSED),
            # Given to another unit, which accepts anew.
            (JointState.ASSIGNED, JointState.ASSIGNED),
            (JointState.ACCEPTED, JointState.ASSIGNED),
            (JointState.IN_PROGRESS, JointState.ASSIGNED),
        ),
    ),
    "inspection_pause": Machine.of(
        PauseState.REQUESTED,
        moves=(
            (PauseState.REQUESTED, PauseState.REFUSED),
            (PauseState.REQUESTED, PauseState.ACTIVE),
            (PauseState.ACTIVE, PauseState.RESUMED),
        ),
    ),
    "inspection_phasetask": Machine.of(
        PhaseTaskState.OPEN,
        moves=(
            (PhaseTaskState.OPEN, PhaseTaskState.REPORTED),
            (PhaseTaskState.REPORTED, PhaseTaskState.CLOSED),
            (PhaseTaskState.REPORTED, PhaseTaskState.OPEN),
            (PhaseTaskState.OPEN, PhaseTaskState.WITHDRAWN),
        ),
    ),
    "inspection_corroboration": Machine.of(
        CorroborationState.ASKED,
        moves=(
            *((CorroborationState.ASKED, answer) for answer in ANSWERS),
            (CorroborationState.ASKED, CorroborationState.WITHDRAWN),
        ),
    ),
}
