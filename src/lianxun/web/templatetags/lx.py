"""Words and marks every screen uses the same way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from lianxun.duties.records import DutyRecord
from lianxun.fabric.models import Level
from lianxun.kernel import texts
from lianxun.kernel.clock import Light
from lianxun.web import timeline
from lianxun.web.act_words import words_of

register = template.Library()

_WEEKDAYS = "一二三四五六日"
_SHAPES = {
    Light.GREEN: "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1z",  # circle
    Light.YELLOW: "M8 1 15.5 14.5H.5z",  # triangle
    Light.RED: "M1 1h14v14H1z",  # square
    Light.DONE: "M6.2 13 1.5 8.3l1.8-1.8 2.9 2.9 6.5-6.5 1.8 1.8z",  # tick
    Light.DONE_LATE: "M6.2 13 1.5 8.3l1.8-1.8 2.9 2.9 6.5-6.5 1.8 1.8z",
    Light.PAUSED: "M2 1h4v14H2zM10 1h4v14h-4z",  # two bars
    Light.CANCELLED: "M1 6.5h14v3H1z",  # a dash
}


@register.filter
def cn_date(value: date | datetime | None) -> str:
    """2026年11月22日（周日）"""
    if value is None:
        return "—"
    day = timezone.localdate(value) if isinstance(value, datetime) else value
    return f"{day.year}年{day.month}月{day.day}日（周{_WEEKDAYS[day.weekday()]}）"


@register.filter
def cn_time(value: datetime | None) -> str:
    """2026年11月22日 09:30"""
    if value is None:
        return "—"
    local = timezone.localtime(value)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


@register.simple_tag
def light(value: str, note: str = "") -> SafeString:
    """A light with colour, shape and word; ``note`` is the reason, read out too."""
    lamp = Light(value)
    return format_html(
        '<span class="lx-light lx-light-{}" title="{}"><svg viewBox="0 0 16 16" width="14" height="14" '
        'aria-hidden="true"><path fill="currentColor" d="{}"/></svg><span>{}</span></span>',
        lamp.value,
        note,
        _SHAPES[lamp],
        lamp.word,
    )


@register.simple_tag
def level(value: int) -> SafeString:
    """The level mark of an object, or of what somebody may know (the three administrators: nothing)."""
    label = Level(value).label if value >= 0 else "不接触业务数据"
    return format_html('<span class="lx-level lx-level-{}">{}</span>', max(value, 0), label)


@register.simple_tag
def state(value: str, label: str, tone: str = "plain") -> SafeString:
    """A state as a word; ``tone``: plain, good, warn, bad, wait."""
    return format_html(
        '<span class="lx-state lx-state-{}" data-state="{}">{}</span>', tone, value, label
    )


@register.filter
def yuan(fen: int | None) -> str:
    """Money held in 分, shown in 元 with two decimals."""
    return "—" if fen is None else texts.yuan(fen)


@register.simple_tag(takes_context=True)
def with_query(context: dict[str, Any], **changes: Any) -> str:
    """The present URL's query with some values changed; lists page and filter by URL."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = str(value)
    return "?" + urlencode(sorted(query.items()))


@register.filter
def act_words(value: str) -> str:
    """The act of a record in words."""
    return words_of(value)


@register.simple_tag
def node_cells(nodes: Sequence[DutyRecord]) -> list[timeline.Cell]:
    """The twelve nodes as cells of a strip."""
    return timeline.cells(nodes)


@register.simple_tag
def gravest(clocks: Iterable[DutyRecord]) -> DutyRecord | None:
    """The running clock that speaks for an object, or nothing."""
    return timeline.gravest(clocks)


@register.filter
def add_to(value: float, more: float) -> float:
    """A coordinate moved by ``more``: SVG knows no arithmetic, and templates only that of integers."""
    return round(value + float(more), 1)


@register.filter
def at(found: Mapping[Any, Any], key: Any) -> Any:
    """The value of a key that is a variable of the template."""
    return found.get(key)


@register.filter
def at_place(found: Sequence[Any], place: int) -> Any:
    """The value at a place that is a variable of the template."""
    return found[place]


@register.filter
def danger_last(acts: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Acts that hurt stand after those that lead on; otherwise in their order."""
    return sorted(acts, key=lambda pair: bool(pair[1].danger))
