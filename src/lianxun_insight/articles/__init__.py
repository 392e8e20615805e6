"""Statutes as data: split into articles and clauses, dated, grouped into works and versions."""

from lianxun_insight.articles.lines import Source
from lianxun_insight.articles.model import (
    Article,
    ArticleNumber,
    Clause,
    Heading,
    LineKind,
    Metadata,
    Note,
    ParsedText,
    Problem,
    RuleKind,
    Tier,
    UnitKind,
    Validity,
)
from lianxun_insight.articles.numerals import format_numeral, parse_numeral
from lianxun_insight.articles.parse import parse_text

__all__ = [
    "Article",
    "ArticleNumber",
    "Clause",
    "Heading",
    "LineKind",
    "Metadata",
    "Note",
    "ParsedText",
    "Problem",
    "RuleKind",
    "Source",
    "Tier",
    "UnitKind",
    "Validity",
    "format_numeral",
    "parse_numeral",
    "parse_text",
]
