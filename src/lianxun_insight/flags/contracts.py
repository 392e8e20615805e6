"""The four promises of a flag, as functions a test or a careful user can call.

(a) the rule, run on the listed records alone, reproduces the value;
(b) without any one of the listed records the outcome is different;
(c) every figure and name in the Chinese sentence comes from the flag's own fields;
(d) a viewer without a right sees 「有记录，无权查看」 and the department, never the row.

(a) and (b) need the rule: they take `rerun`, a function from a set of records to an `Outcome`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lianxun_insight.flags.canonical import Scalar, canonical, plain
from lianxun_insight.flags.record import Flag, RecordRef

HIDDEN = "有记录，无权查看"
_MASK = "〔无权查看〕"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule says about a set of records: silence is `value=None`."""

    value: Mapping[str, Scalar] | None

    def same_as(self, value: Mapping[str, Scalar]) -> bool:
        """True when the rule fired with exactly this value."""
        return self.value is not None and canonical(self.value) == canonical(value)


Rerun = Callable[[Sequence[RecordRef]], Outcome]


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """Result of a replay: `idle` lists records whose removal changed nothing."""

    flag_id: str
    reproduced: bool
    outcome: Outcome
    idle: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Both promise (a) and promise (b) hold."""
        return self.reproduced and not self.idle


def replay(flag: Flag, rerun: Rerun) -> ReplayReport:
    """Check promises (a) and (b): run the rule on the records, then without each one of them."""
    outcome = rerun(flag.records)
    reproduced = outcome.same_as(flag.value)
    idle = tuple(
        left_out.address
        for left_out in flag.records
        if rerun([r for r in flag.records if r is not left_out]).same_as(flag.value)
    )
    return ReplayReport(flag.flag_id, reproduced, outcome, idle)


_NAME = re.compile(r"\{([a-z_0-9]+)(?::[a-z]+)?\}")
_FIGURE = re.compile(r"\d")


def unfounded_parts(flag: Flag) -> list[str]:
    """Promise (c): names in the template that no field fills, and figures typed into it.

    An empty list means the sentence says nothing that does not stand in the record. Figures in
    the title of a law (第40条) belong into `legal_basis`, not into the sentence.
    """
    template = flag.indicator.text_zh
    missing = [name for name in _NAME.findall(template) if name not in flag.names()]
    typed = _FIGURE.findall(_NAME.sub("", template))
    return missing + typed


def view_for(flag: Flag, may_read: Callable[[str, str], bool]) -> dict[str, Any]:
    """Promise (d): the flag as somebody may see it, as plain JSON data.

    `may_read(dataset, department)` answers for one class of one provider. As soon as one record
    is hidden, everything computed from the records is hidden with it (values, sentence, path and
    match evidence that could carry its content): a mixed view cannot tell which figure came from
    which row, so it must not guess.
    """
    shown = flag.to_json()
    hidden = {r.address for r in flag.records if not may_read(r.dataset, r.department)}
    if not hidden:
        shown["sentence"] = flag.sentence()
        return shown
    shown["records"] = [_record_view(record, record.address in hidden) for record in flag.records]
    shown["value"] = dict.fromkeys(flag.value, _MASK)
    shown["path"] = [
        {"edge": edge.edge, "source_record": HIDDEN, "source": _MASK, "target": _MASK}
        if edge.source_record in hidden
        else plain_edge
        for edge, plain_edge in zip(flag.path, shown["path"], strict=True)
    ]
    shown["er_evidence"] = [{"decision": HIDDEN} for _ in flag.er_evidence]
    shown["sentence"] = f"{flag.indicator.title_zh}：{HIDDEN}（{_departments(flag, hidden)}）。"
    return shown


def _record_view(record: RecordRef, hidden: bool) -> dict[str, Any]:
    if hidden:
        return {"department": record.department, "note": HIDDEN}
    return {
        "dataset": record.dataset,
        "department": record.department,
        "record_key": record.record_key,
        "fields": plain(record.fields),
        "as_of": record.as_of,
        "hash": record.hash,
    }


def _departments(flag: Flag, hidden: Iterable[str]) -> str:
    held = set(hidden)
    return "、".join(sorted({r.department for r in flag.records if r.address in held}))
