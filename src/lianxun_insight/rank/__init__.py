"""Search of the regulation library: BM25 over character grams, learnt ranking, reasons."""

from lianxun_insight.rank.index import SearchIndex
from lianxun_insight.rank.learned import Learned, shipped
from lianxun_insight.rank.passages import Filters, Passage, passages_of
from lianxun_insight.rank.search import Hit, Reranker, Searcher
from lianxun_insight.rank.spans import Span, matched_spans

__all__ = [
    "Filters",
    "Hit",
    "Learned",
    "Passage",
    "Reranker",
    "SearchIndex",
    "Searcher",
    "Span",
    "matched_spans",
    "passages_of",
    "shipped",
]
