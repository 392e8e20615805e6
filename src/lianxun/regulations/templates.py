"""Our own texts of institution documents, shipped as Markdown (``data/templates``)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).with_name("data") / "templates"


@dataclass(frozen=True, slots=True)
class Template:
    """``code`` is the file's name; ``title`` its first line."""

    code: str
    title: str
    text: str


@cache
def shipped() -> tuple[Template, ...]:
    """Every template, in the order of its number."""
    found = []
    for path in sorted(_FOLDER.glob("*.md")):
        text = path.read_text("utf-8")
        found.append(Template(path.stem, text.splitlines()[0].removeprefix("# ").strip(), text))
    return tuple(found)


def named(code: str) -> Template | None:
    return next((t for t in shipped() if t.code == code), None)
