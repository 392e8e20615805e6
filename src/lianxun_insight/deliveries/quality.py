"""The quality report of a delivery: every row accounted for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lianxun_insight.deliveries.issues import Issue
from lianxun_insight.schemas import Table

#: Examples kept per kind of issue; the counts are complete.
EXAMPLES: Final = 20


@dataclass
class TableReport:
    """Counts for one file; `used + quarantined + duplicate == rows` always."""

    table: str
    name_zh: str
    file: str
    rows: int = 0
    used: int = 0
    quarantined: int = 0
    duplicate: int = 0
    declared_rows: int | None = None
    filled: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[Issue]] = field(default_factory=dict)

    def add(self, issue: Issue) -> None:
        """Count an issue and keep the first examples of its kind."""
        key = f"{issue.severity}:{issue.code}:{issue.heading}"
        self.counts[key] += 1
        kept = self.examples.setdefault(key, [])
        if len(kept) < EXAMPLES:
            kept.append(issue)

    def balanced(self) -> bool:
        """True when every row is used, quarantined or a duplicate."""
        return self.used + self.quarantined + self.duplicate == self.rows

    def errors(self) -> int:
        """Number of findings that quarantined rows."""
        return sum(n for key, n in self.counts.items() if key.startswith("error"))

    def as_dict(self, table: Table | None = None) -> dict[str, Any]:
        """For JSON; completeness is the share of used rows in which a field is filled."""
        fields = {f.name: f.label_zh for f in table.fields} if table else {}
        return {
            "table": self.table,
            "name_zh": self.name_zh,
            "file": self.file,
            "rows": self.rows,
            "used": self.used,
            "quarantined": self.quarantined,
            "duplicate": self.duplicate,
            "declared_rows": self.declared_rows,
            "completeness": {
                name: round(self.filled[name] / self.used, 4) if self.used else None
                for name in fields
            },
            "issues": [
                _kind(key, n, self.examples.get(key, []))
                for key, n in sorted(
                    self.counts.items(),
                    key=lambda item: (not item[0].startswith("error"), -item[1]),
                )
            ],
        }

    def state(self) -> dict[str, Any]:
        """What a restart needs to go on."""
        return {
            "rows": self.rows,
            "used": self.used,
            "quarantined": self.quarantined,
            "duplicate": self.duplicate,
            "filled": dict(self.filled),
            "counts": dict(self.counts),
            "examples": {
                key: [i.as_dict() | {"heading": i.heading} for i in kept]
                for key, kept in self.examples.items()
            },
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a saved state."""
        self.rows, self.used = state["rows"], state["used"]
        self.quarantined, self.duplicate = state["quarantined"], state["duplicate"]
        self.filled, self.counts = Counter(state["filled"]), Counter(state["counts"])
        self.examples = {
            key: [Issue(**item) for item in kept] for key, kept in state["examples"].items()
        }


def _kind(key: str, count: int, examples: list[Issue]) -> dict[str, Any]:
    severity, code, heading = key.split(":", 2)
    return {
        "severity": severity,
        "code": code,
        "heading": heading,
        "count": count,
        "examples": [issue.sentence() for issue in examples],
    }


def text_report(reports: list[dict[str, Any]], problems: list[str]) -> str:
    """The report as lines for people."""
    lines = [f"✗ {problem}" for problem in problems]
    for item in reports:
        lines.append(
            f"{item['file']} → {item['table']} {item['name_zh']}：共 {item['rows']:,} 行，"
            f"可用 {item['used']:,}，隔离 {item['quarantined']:,}，重复 {item['duplicate']:,}"
        )
        for kind in item["issues"]:
            mark = "✗" if kind["severity"] == "error" else "!"
            head = f"「{kind['heading']}」" if kind["heading"] else ""
            lines.append(f"  {mark} {head}{kind['code']} × {kind['count']:,}")
            lines += [f"      {example}" for example in kind["examples"][:3]]
    return "\n".join(lines)
