"""Citations of rules: found in text, resolved to the article valid on a day, checked."""

from lianxun_insight.citations.check import CheckReport, check_text
from lianxun_insight.citations.model import Citation, Reference, Resolved, Status, Subject
from lianxun_insight.citations.parse import defined_aliases, find_citations
from lianxun_insight.citations.resolve import Context, Resolver

__all__ = [
    "CheckReport",
    "Citation",
    "Context",
    "Reference",
    "Resolved",
    "Resolver",
    "Status",
    "Subject",
    "check_text",
    "defined_aliases",
    "find_citations",
]
