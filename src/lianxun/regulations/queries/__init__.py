"""Reads of the regulations room."""

from lianxun.regulations.queries.collections import collection_choices, size, work_of_version
from lianxun.regulations.queries.intakes import intake, intake_files, intake_report, intakes
from lianxun.regulations.queries.search import Exact, Wanted, lookup, search
from lianxun.regulations.queries.works import article, citing_works, comparison, work, works

__all__ = [
    "Exact",
    "Wanted",
    "article",
    "citing_works",
    "collection_choices",
    "comparison",
    "intake",
    "intake_files",
    "intake_report",
    "intakes",
    "lookup",
    "search",
    "size",
    "work",
    "work_of_version",
    "works",
]
