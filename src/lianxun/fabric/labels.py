"""The labels of a new row, taken from facts once and copied (settled.md 17a)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """Values of the ``Labelled`` columns. Hand it down from parent to child rows."""

    level: int
    region: int
    owner_unit: UUID
    owner_path: str
    engagement: UUID | None = None
    subject_org: UUID | None = None
    subject_path: str | None = None
    addressee_unit: UUID | None = None
    addressee_path: str | None = None
    compartment: str | None = None

    def columns(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def of(cls, row: Any) -> Labels:
        """The labels that ``row`` (any ``Labelled`` model) carries."""
        return cls(**{name: getattr(row, name) for name in cls.__slots__})
