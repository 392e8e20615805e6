"""Citations of rules: found in text, resolved to the article valid on a day, checked."""

from lianxun_insight.citations.check import CheckReport, PlacedFinding, check_document, check_text
from lianxun_insight.citations.model import Citation, Reference, Resolved, Status, Subject
from lianxun_insight.citations.parse import defined_aliases, find_citations
from lianxun_insight.citations.resolve import Context, Resolver

__all__ = [
    "CheckReport",
    "Citation",
    "Context",
    "PlacedFinding",
    "Reference",
    "Resolved",
    "Resolver",
    "Status",
    "Subject",
    "check_document",
    "check_text",
    "defined_aliases",
    "find_citations",
]
