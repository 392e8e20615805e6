"""The table of days as a ``WorkCalendar``, built once per version and process."""

from __future__ import annotations

import threading

from lianxun.duties.enums import DayStatus
from lianxun.duties.models import CalendarVersion, WorkDay
from lianxun.kernel.calendar import Day, WorkCalendar
from lianxun.kernel.problems import Unavailable

_lock = threading.Lock()
_loaded: WorkCalendar | None = None


def current_calendar() -> WorkCalendar:
    """The newest version. One query if it is loaded already; row security asks for an identity."""
    global _loaded  # noqa: PLW0603 - one immutable table per process, replaced as a whole
    version = CalendarVersion.objects.order_by("-number").values_list("number", flat=True).first()
    if version is None:
        raise Unavailable("工作日历尚未建立，请联系系统管理员运行数据库迁移。")
    with _lock:
        if _loaded is None or _loaded.version != version:
            _loaded = read_table(version)
        return _loaded


def read_table(version: int) -> WorkCalendar:
    rows = WorkDay.objects.order_by("date").values_list("date", "is_work", "name", "status")
    return WorkCalendar(
        (
            Day(day, works, name, status == DayStatus.PROVISIONAL)
            for day, works, name, status in rows
        ),
        version=version,
    )
