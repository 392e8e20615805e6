"""The inspection of 云岭示范投资集团, act by act, with the people of the sample province."""

from __future__ import annotations

from pathlib import Path

from lianxun.demo.rehearsal.after import after
from lianxun.demo.rehearsal.before import before
from lianxun.demo.rehearsal.during import REPORTER, during
from lianxun.demo.rehearsal.stage import Stage

__all__ = ["REPORTER", "play"]


def play(stage: Stage, *, ocds: Path | None) -> str:
    """Play it whole; returns the address of the engagement. Raises ``RehearsalError`` at the first stop."""
    work = before(stage, ocds)
    during(stage, work)
    after(stage, work)
    return work
