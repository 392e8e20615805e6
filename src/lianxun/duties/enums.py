"""Choices of the duties room; importable by anyone above."""

from __future__ import annotations

from django.db import models

from lianxun.kernel.machine import Machine


class Anchor(models.TextChoices):
    """What a clock starts from (requirements, contradiction C4)."""

    ENTRY = "entry", "进驻日"
    ON_SITE_END = "on_site_end", "驻点结束日"
    FEEDBACK = "feedback", "反馈日"
    CALENDAR = "calendar", "日历固定日"
    EVENT = "event", "事项发生日"
    EXPLICIT = "explicit", "约定日期"


class DayCount(models.TextChoices):
    """The words for ``kernel.calendar.DayKind``."""

    WORKING = "working", "工作日"
    CALENDAR = "calendar", "自然日"
    MONTH = "month", "个月"
    HOUR = "hour", "小时"


class RollTo(models.TextChoices):
    """The words for ``kernel.calendar.Roll``."""

    NEXT = "next", "顺延至下一个工作日"
    PREVIOUS = "previous", "提前至上一个工作日"
    NONE = "none", "不顺延"


class Recurrence(models.TextChoices):
    NONE = "none", "一次"
    DAILY = "daily", "每个工作日"
    WEEKLY = "weekly", "每周"
    QUARTERLY = "quarterly", "每季度"
    ANNUAL = "annual", "每年"


class Preset(models.TextChoices):
    """Which body of templates an engagement follows. ``COMMON`` holds under every preset."""

    COMMON = "common", "通用"
    SOURCE_PLAN = "source-plan", "方案原文"
    REAL_PRACTICE = "real-practice", "实务通行"


class Profile(models.TextChoices):
    """Size of the inspected body: elastic time of the source plan, 7.3."""

    REGULAR = "regular", "一般单位"
    COUNTY = "county", "县级（简化流程）"
    LARGE_ENTERPRISE = "large_enterprise", "大型国有企业"


class Phase(models.TextChoices):
    BEFORE = "before", "巡前"
    DURING = "during", "巡中"
    AFTER = "after", "巡后"
    STANDING = "standing", "长效"


class DutyState(models.TextChoices):
    OPEN = "open", "办理中"
    FULFILLED = "fulfilled", "已完成"
    CANCELLED = "cancelled", "已取消"


DUTY_TRANSITIONS = (
    (DutyState.OPEN, DutyState.FULFILLED),
    (DutyState.OPEN, DutyState.CANCELLED),
)


class ChangeKind(models.TextChoices):
    OPENED = "opened", "起算"
    SHIFTED = "shifted", "起算日调整"
    PAUSED = "paused", "暂停"
    RESUMED = "resumed", "恢复"
    EXTENDED = "extended", "延期"
    RECALCULATED = "recalculated", "日历更新重算"
    REASSIGNED = "reassigned", "改派"
    FULFILLED = "fulfilled", "完成"
    CANCELLED = "cancelled", "取消"


class Step(models.TextChoices):
    """Steps of the ladder of letters (预警函), mildest first."""

    GREEN = "green", "绿色提醒函"
    YELLOW = "yellow", "黄色预警函"
    RED = "red", "红色预警函"


class DayStatus(models.TextChoices):
    OFFICIAL = "official", "正式公布"
    PROVISIONAL = "provisional", "暂定"


class NoticeCode(models.TextChoices):
    """What a notice in the inbox says. No content: the object's page shows it to whom it may."""

    LETTER_GREEN = "letter.green", "有一项时限即将临期，请及时办理。"
    LETTER_YELLOW = "letter.yellow", "有一项时限已临期，请抓紧办理。"
    LETTER_RED = "letter.red", "有一项时限已超期，请立即办理并说明原因。"
    ARRIVED = "arrived", "有一件事项送达您处，请签收办理。"
    DECIDE = "decide", "有一件事项等待您审批或会签。"
    RETURNED = "returned", "有一件事项被退回，请补正后再报。"
    ANSWERED = "answered", "您发起的一件事项有了答复。"
    WITHDRAWN = "withdrawn", "送您处的一件事项已撤回，不必再办理。"
    PAUSED = "paused", "有一项任务暂停，相关时限停止计算。"
    RESUMED = "resumed", "有一项任务恢复，相关时限已顺延。"
    CONSENT = "consent", "有一件应急调阅等待您同意，请核对理由。"
    OPENED = "opened", "本单位的一件事项被应急调阅，请查看留痕。"
    REVIEW = "review", "有一件应急调阅等待事后审查，请在 24 小时内办理。"
    DISPOSE = "dispose", "有一份销毁清册等待您审核或监销。"
    PRINT = "print", "有一件打印申请等待您放行。"
    SIMILAR = "similar", "不同单位登记了相似的线索，请到“相似件协调”查看。"
    MEETING = "meeting", "有一次会议请您参加，请查看时间和议题。"
    MEETING_OFF = "meeting_off", "请您参加的一次会议已取消。"
    SHARE = "share", "有一项共享等待您同意，请核对用途和依据。"
    SHARE_ENDED = "share_ended", "一项共享因事项级别提高而终止，确需继续的请重新办理共享。"
    SHARED = "shared", "按联动共享约定有新的数据，请查看。"
    SHARING_STOPPED = "sharing_stopped", "一份联动共享约定已暂停，数据停止开放，理由见约定页。"
    SHARING_RESUMED = "sharing_resumed", "一份联动共享约定已恢复，数据继续开放。"


class DispatchState(models.TextChoices):
    """A dispatch is edited during its day; closed, it stands."""

    OPEN = "open", "调度中"
    CLOSED = "closed", "已办结"


class DispatchGroup(models.TextChoices):
    """What a line of the day's list is about."""

    NODE = "node", "流程节点"
    RECEIPT = "receipt", "待签收回执"
    REQUEST = "request", "信息需求"
    CLOCK = "clock", "其他时限"


class LineState(models.TextChoices):
    """A line is decided by the dispatcher; an instruction binds when the dispatch is closed."""

    PENDING = "pending", "待安排"
    PLANNED = "planned", "已安排，待下达"
    WAIVED = "waived", "不需办理"
    SENT = "sent", "已下达，待签收"
    TAKEN = "taken", "已签收，办理中"
    DONE = "done", "已回复"


LINE_TRANSITIONS = (
    (LineState.PENDING, LineState.PLANNED),
    (LineState.PENDING, LineState.WAIVED),
    (LineState.PLANNED, LineState.PLANNED),
    (LineState.PLANNED, LineState.WAIVED),
    (LineState.WAIVED, LineState.PLANNED),
    (LineState.WAIVED, LineState.WAIVED),
    (LineState.PLANNED, LineState.SENT),
    (LineState.SENT, LineState.TAKEN),
    (LineState.TAKEN, LineState.DONE),
)
INSTRUCTION_CODE = "DT-DU-INSTRUCT"
DISPATCHED = "inspection.engagement"
"""What a dispatch is held for."""

# Outside channels (mail, short message) carry this and nothing else.
OUTSIDE_TEXT = "您在联巡有新的提醒，请登录查看。"
STANDING_KIND = "duties.standing"
BY_RECORD = frozenset({"coordination", "appraisal"})
"""Rooms whose standing duties are met by what was recorded there, never by a sentence of who owes them."""
REVIEW_KIND = "duties.review"  # the review of an emergency opening; its id is the grant's
REVIEW_CODE = "DT-AC-REVIEW"
MACHINES = {
    "duties_duty": Machine.of(DutyState.OPEN, moves=DUTY_TRANSITIONS),
    "duties_dispatch": Machine.of(
        DispatchState.OPEN, moves=((DispatchState.OPEN, DispatchState.CLOSED),)
    ),
    "duties_dispatchline": Machine.of(LineState.PENDING, moves=LINE_TRANSITIONS),
}
