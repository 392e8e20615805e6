"""Finding things in Chinese text by rule: identifiers, contacts, amounts, dates, names, units.

Base dependencies only. Used by redaction, by the negative list and by the triage of leads. Every
detector takes a text and returns spans with offsets into that very text.
"""

from lianxun_insight.detect.finder import find_spans
from lianxun_insight.detect.redaction import Redacted, redact, split_reporter_block
from lianxun_insight.detect.spans import Span

__all__ = ["Redacted", "Span", "find_spans", "redact", "split_reporter_block"]
