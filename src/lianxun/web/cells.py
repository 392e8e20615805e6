"""Cells of a list: what a person sees in one, built so that nothing in it can be markup."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from lianxun.web.templatetags.lx import cn_date, cn_time, light, state

NONE = "—"

__all__ = ["day", "joined", "light", "link", "moment", "state"]


def link(url: str, text: object) -> SafeString:
    """The text, leading to ``url`` where there is one."""
    return format_html('<a href="{}">{}</a>', url, text) if url else format_html("{}", text)


def day(value: date | None) -> SafeString:
    return format_html("{}", cn_date(value))


def moment(value: datetime | None) -> SafeString:
    return format_html("{}", cn_time(value))


def joined(*parts: object) -> SafeString:
    """Parts side by side; empty ones leave no gap."""
    return format_html_join(" ", "{}", ((p,) for p in parts if p not in ("", None)))
