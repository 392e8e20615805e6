"""Reads of the regulations room."""

from lianxun.regulations.queries.checks import check, check_page, checks, intake_page
from lianxun.regulations.queries.collections import (
    collection_choices,
    collection_item,
    collections,
    latest_article,
    size,
    work_of_version,
)
from lianxun.regulations.queries.finding import Place, find
from lianxun.regulations.queries.institutions import institution, institutions
from lianxun.regulations.queries.intakes import intake, intake_files, intake_report, intakes
from lianxun.regulations.queries.notes import reading_note
from lianxun.regulations.queries.search import Exact, Wanted, lookup, search
from lianxun.regulations.queries.works import article, citing_works, comparison, work, works

__all__ = [
    "Exact",
    "Place",
    "Wanted",
    "article",
    "check",
    "check_page",
    "checks",
    "citing_works",
    "collection_choices",
    "collection_item",
    "collections",
    "comparison",
    "find",
    "institution",
    "institutions",
    "intake",
    "intake_files",
    "intake_page",
    "intake_report",
    "intakes",
    "latest_article",
    "lookup",
    "reading_note",
    "search",
    "size",
    "work",
    "work_of_version",
    "works",
]
