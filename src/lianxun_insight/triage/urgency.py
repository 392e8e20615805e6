"""How soon somebody should look: clocks, repeats and content rules, each with its words.

No sentiment, no tone, nothing about the person who writes: politeness is no sign of safety and
anger none of danger. Nothing escalates by itself; a rule only tells a person to look.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lianxun_insight.triage.cues import without_denials
from lianxun_insight.triage.elements import rules

LEVELS = ("一般", "优先", "紧急")


@dataclass(frozen=True)
class Clock:
    """A statutory or agreed deadline of the lead, kept elsewhere."""

    name: str
    due: date


@dataclass(frozen=True)
class Reason:
    """A rule that fired; ``places`` are (start, end) of its words, empty for clocks and repeats."""

    rule: str
    name: str
    level: int
    places: tuple[tuple[int, int], ...]
    words: tuple[str, ...]
    advice: str


@dataclass(frozen=True)
class Urgency:
    level: int  # index into LEVELS: the highest of the reasons
    reasons: tuple[Reason, ...]

    @property
    def label(self) -> str:
        return LEVELS[self.level]


def assess(text: str, *, today: date, clocks: Sequence[Clock] = (), earlier: int = 0) -> Urgency:
    """Urgency of a lead. ``earlier`` counts leads already registered about the same matter."""
    plain = without_denials(text)
    reasons = [r for entry in rules()["urgency"] if (r := _content(entry, plain)) is not None]
    reasons += [r for clock in clocks if (r := _clock(clock, today)) is not None]
    if earlier + 1 >= rules()["repeats"]["notice_from"]:
        advice = "同一事项已多次反映，建议合并研判；次数只说明事项，不评价反映人。"
        reasons.append(Reason("repeats", f"同一事项第 {earlier + 1} 次反映", 1, (), (), advice))
    reasons.sort(key=lambda r: -r.level)
    return Urgency(max((r.level for r in reasons), default=0), tuple(reasons))


def _content(entry: dict[str, object], text: str) -> Reason | None:
    cues = entry["cues"]
    assert isinstance(cues, tuple)
    found = sorted({(m.start(), m.end()) for cue in cues for m in cue.finditer(text)})
    if not found:
        return None
    words = tuple(text[start:end] for start, end in found)
    level = entry["level"]
    assert isinstance(level, int)
    return Reason(
        str(entry["code"]), str(entry["name"]), level, tuple(found), words, str(entry["advice"])
    )


def _clock(clock: Clock, today: date) -> Reason | None:
    days = (clock.due - today).days
    limits = rules()["clocks"]
    if days > limits["near_days"]:
        return None
    overdue = days < limits["red_days"]
    name = f"{clock.name}已超期 {-days} 天" if overdue else f"{clock.name}还剩 {days} 天"
    return Reason("clock", name, 2 if overdue else 1, (), (), "请按期限办理。")
