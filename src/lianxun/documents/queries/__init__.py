"""Reads of the documents room."""

from lianxun.documents.queries.disposal import disposal, disposals, hold, holds, holds_of, kept
from lianxun.documents.queries.files import file, file_record, files, of_object
from lianxun.documents.queries.printing import order, orders, orders_of, witnesses

__all__ = [
    "disposal",
    "disposals",
    "file",
    "file_record",
    "files",
    "hold",
    "holds",
    "holds_of",
    "kept",
    "of_object",
    "order",
    "orders",
    "orders_of",
    "witnesses",
]
