"""The light part: what a text says, what it lacks, how soon somebody should look. No model.

Runs with the base dependencies, in the web worker too: beside the registration form it reads what is
being typed, stores nothing and searches nothing (settled.md 24).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from lianxun.advice.records import Fact, Gap, Reading, UrgentReason
from lianxun.kernel.texts import yuan
from lianxun_insight.detect.redaction import split_reporter_block
from lianxun_insight.triage.elements import extract
from lianxun_insight.triage.urgency import LEVELS, Urgency, assess

#: What is shown of an extraction, in the order of the page. Identity numbers are found to be hidden.
SHOWN = {
    "amount": "金额",
    "date": "时间",
    "place": "地点",
    "address": "地址",
    "org": "单位",
    "post": "职务",
    "person": "人员",
    "citation": "条款",
    "credit_code": "统一社会信用代码",
    "plate": "车牌",
    "bank_card": "银行账号",
    "account": "账号",
    "id_card": "证件号码",
    "passport": "证件号码",
    "officer_no": "证件号码",
    "phone": "电话",
    "email": "电子邮箱",
}


def without_reporter(text: str) -> str:
    """The text as engines may have it: the lines in which the writer names himself are blank.

    Same length, so every offset stays true. This comes before anything else (text.md §5).
    """
    return split_reporter_block(text).body


def read(text: str, *, today: date) -> Reading:
    """Facts by offset, gaps and urgency of one text."""
    body = without_reporter(text)
    found = extract(body, today)
    urgency = assess(body, today=today)
    return Reading(
        facts=tuple(
            Fact(
                s.start, s.end, s.type, SHOWN[s.type], text[s.start : s.end], _norm(s.type, s.norm)
            )
            for s in found.spans
            if s.type in SHOWN
        ),
        gaps=tuple(Gap(e.code, e.name, e.ask) for e in found.missing),
        level=urgency.level,
        level_label=LEVELS[urgency.level],
        reasons=_reasons(urgency),
        reporter_lines=body != text,
    )


def _reasons(urgency: Urgency) -> tuple[UrgentReason, ...]:
    return tuple(
        UrgentReason(r.rule, r.name, r.level, r.places, r.words, r.advice) for r in urgency.reasons
    )


def with_repeats(reading: Reading, earlier: int) -> Reading:
    """The reading for somebody who sees ``earlier`` leads about the same matter, and no others."""
    repeats = assess("", today=date.min, earlier=earlier)
    if not repeats.reasons:
        return reading
    level = max(reading.level, repeats.level)
    return replace(
        reading,
        level=level,
        level_label=LEVELS[level],
        reasons=reading.reasons + _reasons(repeats),
    )


def _norm(kind: str, norm: str) -> str:
    """The value in a form that can be compared: 分 as 元, intervals as two dates."""
    if kind == "amount" and norm.lstrip("-").isdigit():
        return yuan(int(norm))
    if kind == "date" and "/" in norm:
        first, _, last = norm.partition("/")
        return first if first == last else f"{first} 至 {last}"
    return ""


def as_content(reading: Reading) -> dict[str, Any]:
    """For storing: offsets and codes; the words stay on the lead."""
    return {
        "facts": [[f.start, f.end, f.type, f.norm] for f in reading.facts],
        "gaps": [g.code for g in reading.gaps],
        "urgency": {
            "level": reading.level,
            "reasons": [
                [r.rule, r.name, r.level, [list(p) for p in r.places], r.advice]
                for r in reading.reasons
            ],
        },
        "reporter_lines": reading.reporter_lines,
    }


def from_content(content: dict[str, Any], text: str) -> Reading:
    """What was stored, with the words cut out of the lead's text again."""
    from lianxun_insight.triage.elements import rules

    elements = {e["code"]: e for e in rules()["elements"]}
    urgency = content.get("urgency", {"level": 0, "reasons": []})
    return Reading(
        facts=tuple(
            Fact(start, end, kind, SHOWN[kind], text[start:end], norm)
            for start, end, kind, norm in content.get("facts", [])
        ),
        gaps=tuple(
            Gap(code, elements[code]["name"], elements[code]["ask"])
            for code in content.get("gaps", [])
            if code in elements
        ),
        level=urgency["level"],
        level_label=LEVELS[urgency["level"]],
        reasons=tuple(
            UrgentReason(
                rule,
                name,
                level,
                tuple((a, b) for a, b in places),
                tuple(text[a:b] for a, b in places),
                advice,
            )
            for rule, name, level, places, advice in urgency["reasons"]
        ),
        reporter_lines=bool(content.get("reporter_lines")),
    )
