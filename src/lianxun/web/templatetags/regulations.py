"""What a reader has business with in the regulation library."""

from __future__ import annotations

from typing import Any

from django import template

from lianxun.regulations import rules

register = template.Library()


@register.simple_tag(takes_context=True)
def keeps_regulations(context: dict[str, Any]) -> bool:
    """Whether the reader may import and correct; the pages for it are not offered to others."""
    return bool(rules.may_keep(context["request"].actor))
