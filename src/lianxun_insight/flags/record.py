"""The flag (疑点): one explained doubt about one organisation, immutable and replayable.

`flag_id` is the digest of what was found. Whatever people add later (status, decision) stands
beside it and never changes the identifier, so a verdict always points at exactly this finding.
A flag is about an organisation, a contract, an office; a person cannot be its subject
(`SubjectKind` has no such value).
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from lianxun_insight.flags.canonical import Scalar, canonical, digest, frozen, plain

FORMAT = "lianxun-flag/1"
CITED = "印证 "
"""Edge of a path to a row that another doubt rests on; the id of its rule follows."""
FAMILIES = ("process", "price", "payment", "ownership", "personnel", "corroboration")
FAMILY_ZH = {
    "process": "程序",
    "price": "价格",
    "payment": "支付",
    "ownership": "股权关系",
    "personnel": "人员",
    "corroboration": "印证",
}


class SubjectKind(StrEnum):
    """What a flag may be about. A person is deliberately missing."""

    UNIT = "unit"
    FIRM = "firm"
    PROJECT = "project"


class Status(StrEnum):
    """Where the check of a flag stands; the last four mirror `verdicts.Verdict`."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    PARTLY = "partly"
    UNFOUNDED = "unfounded"
    UNVERIFIABLE = "unverifiable"

    @property
    def zh(self) -> str:
        """The word officials see."""
        return _STATUS_ZH[self]


_STATUS_ZH = {
    Status.OPEN: "待核实",
    Status.CONFIRMED: "属实",
    Status.PARTLY: "部分属实",
    Status.UNFOUNDED: "不实",
    Status.UNVERIFIABLE: "无法核实",
}


@dataclass(frozen=True, slots=True)
class Indicator:
    """Which rule spoke: `text_zh` is a template whose names are filled from the flag's fields."""

    id: str
    version: str
    text_zh: str
    legal_basis: tuple[str, ...]
    title_zh: str
    family: str

    def __post_init__(self) -> None:
        if self.family not in FAMILIES:
            raise ValueError(f"规则 {self.id} 的类别“{self.family}”不在六类之内。")


@dataclass(frozen=True, slots=True)
class Subject:
    """The organisation (or its project) the doubt is about."""

    org: str
    name: str
    kind: SubjectKind = SubjectKind.UNIT


@dataclass(frozen=True, slots=True)
class Reference:
    """What the value is compared with: peers of one stratum, or a permutation null.

    `quantile` is the place of the value among `n` peers (0..1); `baseline_p` the chance that a
    unit without anything unusual shows as much.
    """

    stratum: str
    n: int
    quantile: float | None
    baseline_p: float | None


@dataclass(frozen=True, slots=True)
class RecordRef:
    """One row the doubt rests on, with the fields used and the hash of the whole row."""

    dataset: str
    department: str
    record_key: str
    fields: Mapping[str, Scalar]
    as_of: str
    hash: str

    @property
    def address(self) -> str:
        """`class#key`, unique within one scan."""
        return f"{self.dataset}#{self.record_key}"


@dataclass(frozen=True, slots=True)
class PathEdge:
    """One step of a relation path; `source_record` is the address of the row that says so."""

    edge: str
    source_record: str
    source: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class ErEvidence:
    """Why two records were taken as one person or firm. `match_weight` in bits."""

    pair: tuple[str, str]
    match_weight: float
    fields: tuple[str, ...]
    decision: str
    who: str


@dataclass(frozen=True, slots=True)
class DataQuality:
    """What was missing, and what was assumed instead."""

    missing: str
    assumption: str


@dataclass(frozen=True, slots=True)
class HumanDecision:
    """Who decided what a flag is worth, when (ISO 8601 with zone) and why."""

    who: str
    when: str
    reason: str


@dataclass(frozen=True, slots=True)
class Flag:
    """See the module text; build with `make_flag`, which computes `flag_id`."""

    flag_id: str
    indicator: Indicator
    subject: Subject
    period: tuple[str, str]
    value: Mapping[str, Scalar]
    reference: Reference
    records: tuple[RecordRef, ...]
    path: tuple[PathEdge, ...]
    er_evidence: tuple[ErEvidence, ...]
    settings_hash: str
    data_quality: tuple[DataQuality, ...]
    innocent_explanations: tuple[str, ...]
    status: Status = Status.OPEN
    human_decision: HumanDecision | None = None

    @property
    def own_records(self) -> tuple[RecordRef, ...]:
        """The rows the rule itself reads, without those a corroboration cites from other doubts."""
        cited = {e.source_record for e in self.path if e.edge.startswith(CITED)}
        return tuple(r for r in self.records if r.address not in cited) if cited else self.records

    @property
    def departments(self) -> tuple[str, ...]:
        """Departments whose records carry the doubt, sorted; cited doubts do not add theirs."""
        return tuple(sorted({record.department for record in self.own_records}))

    def content(self) -> dict[str, Any]:
        """What was found: everything `flag_id` is the digest of."""
        full = self.to_json()
        return {k: v for k, v in full.items() if k not in _BESIDE}

    def to_json(self) -> dict[str, Any]:
        """The whole record as plain JSON data."""
        return {"format": FORMAT, **_as_plain(self)}

    def text(self) -> str:
        """The canonical line written to a flags file."""
        return canonical(self.to_json())

    def names(self) -> dict[str, Scalar]:
        """Every field a sentence may use: the values first, then what frames them."""
        fields: dict[str, Scalar] = {
            "subject": self.subject.name,
            "period_from": self.period[0],
            "period_to": self.period[1],
            "stratum": self.reference.stratum,
            "peers": self.reference.n,
            "quantile": self.reference.quantile,
            "baseline_p": self.reference.baseline_p,
            "n_records": len(self.records),
            "departments": "、".join(self.departments),
        }
        return {**fields, **self.value}

    def sentence(self) -> str:
        """The Chinese explanation, every figure and name filled from the fields.

        Raises KeyError when the template names a field the flag does not have.
        """
        return _ChineseFormatter().format(self.indicator.text_zh, **self.names())

    def decided(self, status: Status, decision: HumanDecision) -> Flag:
        """The same finding with a human decision beside it; the identifier stays."""
        return replace(self, status=status, human_decision=decision)


_BESIDE = ("flag_id", "status", "human_decision")


def make_flag(
    *,
    indicator: Indicator,
    subject: Subject,
    period: tuple[str, str],
    value: Mapping[str, Scalar],
    reference: Reference,
    records: tuple[RecordRef, ...],
    path: tuple[PathEdge, ...] = (),
    er_evidence: tuple[ErEvidence, ...] = (),
    settings_hash: str,
    data_quality: tuple[DataQuality, ...] = (),
    innocent_explanations: tuple[str, ...] = (),
) -> Flag:
    """Build a flag and compute its identifier.

    Records are put in order of address, so the same finding always gets the same identifier.
    Raises ValueError without records or with the same record twice.
    """
    if not records:
        raise ValueError(f"规则 {indicator.id} 的疑点没有列出任何记录，不能成立。")
    addresses = [record.address for record in records]
    if len(set(addresses)) != len(addresses):
        raise ValueError(f"规则 {indicator.id} 的疑点重复列出了同一条记录。")
    draft = Flag(
        flag_id="",
        indicator=indicator,
        subject=subject,
        period=period,
        value=_frozen_map(value),
        reference=reference,
        records=tuple(
            replace(r, fields=_frozen_map(r.fields))
            for r in sorted(records, key=lambda record: record.address)
        ),
        path=path,
        er_evidence=er_evidence,
        settings_hash=settings_hash,
        data_quality=data_quality,
        innocent_explanations=innocent_explanations,
    )
    draft.sentence()
    return replace(draft, flag_id=f"F-{digest(draft.content())[:32]}")


def from_json(data: Mapping[str, Any]) -> Flag:
    """Read a flag back and check that its identifier still fits its content.

    Raises ValueError when the content was changed after the flag was made.
    """
    if not isinstance(data, Mapping):
        raise TypeError("这一行不是一条疑点记录。")
    if data.get("format") != FORMAT:
        raise ValueError(f"疑点记录的格式应为 {FORMAT}，实际为“{data.get('format')}”。")
    decision = data.get("human_decision")
    flag = Flag(
        flag_id=data["flag_id"],
        indicator=Indicator(
            **{**data["indicator"], "legal_basis": tuple(data["indicator"]["legal_basis"])}
        ),
        subject=Subject(
            data["subject"]["org"], data["subject"]["name"], SubjectKind(data["subject"]["kind"])
        ),
        period=(data["period"][0], data["period"][1]),
        value=_frozen_map(data["value"]),
        reference=Reference(**data["reference"]),
        records=tuple(
            RecordRef(**{**row, "fields": _frozen_map(row["fields"])}) for row in data["records"]
        ),
        path=tuple(PathEdge(**edge) for edge in data["path"]),
        er_evidence=tuple(
            ErEvidence(**{**e, "pair": tuple(e["pair"]), "fields": tuple(e["fields"])})
            for e in data["er_evidence"]
        ),
        settings_hash=data["settings_hash"],
        data_quality=tuple(DataQuality(**note) for note in data["data_quality"]),
        innocent_explanations=tuple(data["innocent_explanations"]),
        status=Status(data["status"]),
        human_decision=HumanDecision(**decision) if decision else None,
    )
    if flag.flag_id != f"F-{digest(flag.content())[:32]}":
        raise ValueError(f"疑点 {flag.flag_id} 的内容与编号不符，记录可能被改动过，不能使用。")
    return flag


def _frozen_map(value: Mapping[str, Scalar]) -> Mapping[str, Scalar]:
    result: Any = frozen(plain(value))
    return result  # type: ignore[no-any-return]


def _as_plain(value: Any) -> Any:
    """Dataclasses to dictionaries, field by field (`asdict` cannot copy mapping proxies)."""
    if hasattr(value, "__dataclass_fields__"):
        return {name: _as_plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, tuple):
        return [_as_plain(item) for item in value]
    return plain(value)


class _ChineseFormatter(string.Formatter):
    """`{x}` as text, a fraction with three digits; `:money`, `:percent`, `:count`, `:p` the way officials write them."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if value is None:
            return "未知"
        if format_spec in _FORMATS:
            return _FORMATS[format_spec](value)
        if isinstance(value, float) and not format_spec:
            return _figure(value)
        return str(super().format_field(value, format_spec))


def money_zh(value: Scalar) -> str:
    """Yuan as officials write it: 万元 from ten thousand up, two decimals at most."""
    amount = float(value or 0)
    if abs(amount) >= 1e8:
        return f"{_trim(amount / 1e8)}亿元"
    if abs(amount) >= 1e4:
        return f"{_trim(amount / 1e4)}万元"
    return f"{_trim(amount)}元"


def _trim(number: float) -> str:
    return re.sub(r"\.?0+$", "", f"{number:,.2f}") if number % 1 else f"{number:,.0f}"


def _figure(number: float) -> str:
    """A coefficient or a multiple: more digits than anybody reads would pretend a precision."""
    if 0 < abs(number) < 0.001:
        return "不到0.001" if number > 0 else "接近0"
    rounded = round(number, 3 if abs(number) < 10 else 1)
    return f"{rounded:,.0f}" if rounded == int(rounded) else f"{rounded:,}"


def _chance(value: Scalar) -> str:
    number = float(value or 0)
    return "小于万分之一" if number < 1e-4 else f"约{_trim(100 * number)}%"


_FORMATS = {
    "money": money_zh,
    "percent": lambda value: f"{_trim(100 * float(value))}%",
    "count": lambda value: f"{int(value):,}",
    "p": _chance,
}
