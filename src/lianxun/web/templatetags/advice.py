"""Suggestions on a lead's page, and words marked in its text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from lianxun.advice import queries, rules

register = template.Library()

Mark = tuple[int, int, str, str]  # start, end, kind (css), what it is


@register.inclusion_tag("advice/panel.html", takes_context=True)
def advice_panel(context: dict[str, Any], lead_id: UUID) -> dict[str, Any]:
    """The short form of a lead's suggestions, for the page of the lead."""
    request = context["request"]
    found = queries.for_lead(actor=request.actor, now=request.now, lead_id=lead_id)
    return {"advice": found, "request": request, "csrf_token": context.get("csrf_token")}


@register.simple_tag(takes_context=True)
def advice_parts(context: dict[str, Any]) -> dict[str, bool]:
    """Which parts of the room its reader has business in; the others are not offered."""
    actor = context["request"].actor
    return {
        "desk": bool(rules.may_see_desk(actor)),
        "models": bool(rules.may_keep_models(actor)),
    }


@register.simple_tag
def marked(text: str, marks: Iterable[Mark]) -> SafeString:
    """The text with its marks; overlapping ones keep the first. Everything is escaped."""
    return format_html_join("", "{}", ((piece,) for piece in _pieces(text, list(marks))))


def _pieces(text: str, marks: list[Mark]) -> Iterator[SafeString]:
    position = 0
    for start, end, kind, what in sorted(marks):
        if start < position or end > len(text) or start >= end:
            continue
        yield format_html("{}", text[position:start])
        yield format_html(
            '<mark class="lx-mark lx-mark-{}" title="{}">{}</mark>', kind, what, text[start:end]
        )
        position = end
    yield format_html("{}", text[position:])
