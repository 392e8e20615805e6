"""Write docs/requirements.md from docs/requirements.toml (a test keeps the page current)."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE, PAGE = ROOT / "docs" / "requirements.toml", ROOT / "docs" / "requirements.md"


def page() -> str:
    """The table of all requirements, counted by status."""
    rows = tomllib.loads(SOURCE.read_text("utf-8"))
    counts: dict[str, int] = {}
    for row in rows.values():
        counts[row["status"]] = counts.get(row["status"], 0) + 1
    summary = " · ".join(f"{status}: {count}" for status, count in sorted(counts.items()))
    lines = [
        "# Requirements",
        "",
        f"Generated from `requirements.toml`. {summary}",
        "",
        "| number | requirement | status | room | tests |",
        "|---|---|---|---|---|",
    ]
    for number, row in rows.items():
        tests = "<br>".join(f"`{t}`" for t in row["tests"])
        text = row["text"].replace("|", "\\|")
        if row.get("remark"):
            text += f"<br>*{row['remark']}*"
        lines.append(f"| {number} | {text} | {row['status']} | {row['room']} | {tests} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
