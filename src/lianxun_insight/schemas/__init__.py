"""Versioned table schemas of the data classes: what a department may deliver, column by column."""

from lianxun_insight.schemas.catalogue import (
    FIELD_TYPES,
    Catalogue,
    DataClass,
    Field,
    NegativeItem,
    Preset,
    Table,
    UnknownClassError,
    load_catalogue,
)

__all__ = [
    "FIELD_TYPES",
    "Catalogue",
    "DataClass",
    "Field",
    "NegativeItem",
    "Preset",
    "Table",
    "UnknownClassError",
    "load_catalogue",
]
