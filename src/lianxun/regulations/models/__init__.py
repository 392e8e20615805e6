"""The library: works, versions, articles, what they cite; collections, notes, imports, checks."""

from lianxun.regulations.models.institutions import Institution, InstitutionReview
from lianxun.regulations.models.library import (
    Alias,
    Article,
    CitedPlace,
    LibraryChange,
    Repeal,
    Version,
    Work,
)
from lianxun.regulations.models.reading import CitationCheck, Intake, IntakeFile
from lianxun.regulations.models.shelves import Collection, CollectionItem, ReadingNote

__all__ = [
    "Alias",
    "Article",
    "CitationCheck",
    "CitedPlace",
    "Collection",
    "CollectionItem",
    "Institution",
    "InstitutionReview",
    "Intake",
    "IntakeFile",
    "LibraryChange",
    "ReadingNote",
    "Repeal",
    "Version",
    "Work",
]
