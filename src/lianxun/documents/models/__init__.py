"""Rows of the documents room."""

from lianxun.documents.models.disposal import DisposalLine, DisposalList, LegalHold, Removal
from lianxun.documents.models.files import GivenNumber, NumberSeries, StoredFile
from lianxun.documents.models.printing import PrintedCopy, PrintOrder

__all__ = [
    "DisposalLine",
    "DisposalList",
    "GivenNumber",
    "LegalHold",
    "NumberSeries",
    "PrintOrder",
    "PrintedCopy",
    "Removal",
    "StoredFile",
]
