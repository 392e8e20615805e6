"""Red, yellow, green as a pure function of facts; never a column (architecture.md §4)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum


class Light(StrEnum):
    """Each light has a colour, a shape and a word: colour alone never carries the meaning."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    DONE = "done"
    DONE_LATE = "done_late"
    PAUSED = "paused"
    CANCELLED = "cancelled"

    @property
    def word(self) -> str:
        return _WORDS[self]

    @property
    def shape(self) -> str:
        return _SHAPES[self]


_WORDS = {
    Light.GREEN: "正常",
    Light.YELLOW: "临期",
    Light.RED: "超期",
    Light.DONE: "按期完成",
    Light.DONE_LATE: "逾期完成",
    Light.PAUSED: "已暂停",
    Light.CANCELLED: "已取消",
}
_SHAPES = {
    Light.GREEN: "●",
    Light.YELLOW: "▲",
    Light.RED: "■",
    Light.DONE: "✓",
    Light.DONE_LATE: "✓!",
    Light.PAUSED: "‖",
    Light.CANCELLED: "—",
}


def light(
    *,
    due: date,
    warn_from: date,
    done_on: date | None,
    today: date,
    paused: bool = False,
    cancelled: bool = False,
    due_at: datetime | None = None,
    done_at: datetime | None = None,
    now: datetime | None = None,
) -> Light:
    """The light of one duty on ``today``.

    A finished duty keeps its light for ever; the due day itself is still in time (不含当日起算，
    期限届满日当日有效). A clock in hours has a moment, ``due_at`` on the day ``due``; it is then judged
    by ``done_at`` and ``now`` where they are given, to the minute.
    """
    if cancelled:
        return Light.CANCELLED
    if done_on is not None:
        by_moment = due_at is not None and done_at is not None
        in_time = done_at <= due_at if by_moment else done_on <= due  # type: ignore[operator]
        return Light.DONE if in_time else Light.DONE_LATE
    if paused:
        return Light.PAUSED
    if today > due or (due_at is not None and now is not None and now > due_at):
        return Light.RED
    return Light.YELLOW if today >= warn_from else Light.GREEN
