"""What can be wrong with a delivery, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


class DeliveryError(Exception):
    """The delivery as a whole cannot be taken in; the text is one Chinese sentence with advice."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding: `row` is the line people see in their file (1 = first line), 0 = whole file.

    `severity`: "error" quarantines the row (or refuses the file), "warning" keeps it.
    """

    code: str
    severity: str
    message: str
    file: str = ""
    sheet: str = ""
    row: int = 0
    field: str = ""
    heading: str = ""

    def place(self) -> str:
        """Where, in the words of the people who made the file."""
        parts = [f"文件 {self.file}"] if self.file else []
        if self.sheet:
            parts.append(f"工作表「{self.sheet}」")
        if self.row:
            parts.append(f"第 {self.row} 行")
        if self.heading:
            parts.append(f"「{self.heading}」列")
        return " ".join(parts)

    def sentence(self) -> str:
        """The whole finding as one line."""
        place = self.place()
        return f"{place}：{self.message}" if place else self.message

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "code": self.code,
            "severity": self.severity,
            "file": self.file,
            "sheet": self.sheet,
            "row": self.row,
            "field": self.field,
            "message": self.message,
        }
