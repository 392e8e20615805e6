"""One self-contained HTML page per organisation: no script, no outside resource, prints well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from lianxun_insight.flags import FAMILY_ZH, Flag, RecordRef, Scalar, money_zh
from lianxun_insight.profile import WORDING, Profile, Review, Scan
from lianxun_insight.reports import charts
from lianxun_insight.reports.people import Callings
from lianxun_insight.reports.relations import draw
from lianxun_insight.schemas import Field, UnknownClassError, load_catalogue

SHOWN, MOST = 6, 40
"""Records of a flag seen at once, and with the rest unfolded; more stand in the flags file."""


@dataclass(frozen=True, slots=True)
class ReportInputs:
    """Everything a page is made of. `now` is the time of making, ISO 8601 with zone."""

    profiles: Sequence[Profile]
    flags: Mapping[str, Flag]
    scan: Scan
    callings: Callings
    reviews: Mapping[str, Review]
    now: str
    precision: Mapping[tuple[str, str], str]


def organisation_page(profile: Profile, inputs: ReportInputs) -> str:
    """The page of one organisation as HTML text."""
    flags = [inputs.flags[flag_id] for flag_id in profile.flags]
    order = {result.family: n for n, result in enumerate(profile.families)}
    flags.sort(key=lambda f: (order[f.indicator.family], f.indicator.id, f.flag_id))
    drawing = draw(profile.org.org, flags)
    return _environment().get_template("organisation.html").render(
        profile=profile,
        summary=inputs.callings.call(profile.sentence()),
        wording=WORDING,
        scan=inputs.scan,
        now=inputs.now[:16].replace("T", " "),
        families=charts.families_chart(profile),
        peers=charts.peers_chart(profile, inputs.profiles),
        timeline=charts.timeline_chart(flags),
        drawing=drawing,
        graph=charts.graph_chart(drawing, inputs.callings) if len(drawing.nodes) > 1 else None,
        groups=_groups(flags, inputs),
        family_zh=FAMILY_ZH,
        shown=SHOWN,
        most=MOST,
        colours=charts.COLOURS,
        watermark=inputs.callings.unmasking.watermark if inputs.callings.unmasking else "",
    )  # fmt: skip


def _groups(flags: Sequence[Flag], inputs: ReportInputs) -> list[dict[str, Any]]:
    """Flags by family, each as what the template shows."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for flag in flags:
        groups.setdefault(flag.indicator.family, []).append(_flag_view(flag, inputs))
    return [{"family": family, "flags": views} for family, views in groups.items()]


def _flag_view(flag: Flag, inputs: ReportInputs) -> dict[str, Any]:
    callings = inputs.callings
    review = inputs.reviews.get(flag.flag_id)
    return {
        "flag": flag,
        "sentence": callings.call(flag.sentence()),
        "chance": chance_sentence(flag),
        "precision": inputs.precision.get((flag.indicator.id, flag.indicator.version), ""),
        "records": [record_view(record, callings) for record in flag.records],
        "path": path_view(flag, callings),
        "review": review,
    }


def path_view(flag: Flag, callings: Callings) -> list[dict[str, Any]]:
    """The steps of a relation, each once with the number of rows that say it, in their order.

    Rows that a corroboration cites from another doubt make one step: the rule and its number of rows.
    """
    steps = Counter((edge.edge, edge.source, edge.target) for edge in flag.path)
    return [
        {
            "edge": edge,
            "source": callings.call(source) if source else "",
            "target": callings.call(target) if target else "",
            "times": times,
        }
        for (edge, source, target), times in steps.items()
    ]


def chance_sentence(flag: Flag) -> str:
    """The base rate in words: how often peers show as much without anything unusual."""
    reference = flag.reference
    parts = []
    if reference.n:
        parts.append(f"参照：{reference.stratum}，{reference.n:,} 个比较对象")
    if reference.quantile is not None:
        parts.append(f"高于其中 {100 * reference.quantile:.1f}%")
    if reference.baseline_p is not None:
        parts.append(f"偶然出现的机会{charts.one_in(reference.baseline_p)}")
    return "；".join(parts) + "。" if parts else "按法定或事实标准判断，不作同类比较。"


def record_view(record: RecordRef, callings: Callings) -> dict[str, Any]:
    """One row the flag rests on, with the headings and units of the catalogue."""
    try:
        table = load_catalogue().table(record.dataset)
        title, fields = table.name_zh, {f.name: f for f in table.fields}
    except UnknownClassError:
        title, fields = record.dataset, {}
    return {
        "department": record.department,
        "dataset": record.dataset,
        "title": title,
        "key": callings.call(record.record_key.replace("|", " · ")),
        "as_of": record.as_of,
        "hash": record.hash[:12],
        "fields": [
            (fields[name].label_zh if name in fields else name,
             field_text(fields.get(name), value, callings))
            for name, value in record.fields.items()
        ],
    }  # fmt: skip


def field_text(spec: Field | None, value: Scalar, callings: Callings) -> str:
    """A field as officials read it: money in yuan, tokens short, codes as names."""
    if value is None:
        return "—"
    if spec is not None and spec.type == "money":
        return money_zh(float(value) / 100)
    if spec is not None and spec.type == "share":
        return f"{100 * float(value):.4g}%"
    if spec is not None and spec.type == "month":
        return str(value)[:7]
    return callings.call(value)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("lianxun_insight.reports", "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
