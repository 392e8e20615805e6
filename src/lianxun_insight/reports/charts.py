"""Inline pictures of a report: families, place among peers, timeline. Plain SVG, no script."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from markupsafe import Markup, escape

from lianxun_insight.flags import FAMILIES, FAMILY_ZH, Flag
from lianxun_insight.profile import Profile
from lianxun_insight.profile.build import SPEAKS
from lianxun_insight.reports.people import Callings
from lianxun_insight.reports.relations import Drawing, Node

#: One colour per family, told apart by colour-blind readers too (Okabe-Ito, darkened for print).
COLOURS = {
    "process": "#0a5c8f",
    "price": "#b35900",
    "payment": "#00705a",
    "ownership": "#9c1c3c",
    "personnel": "#6a3d9a",
    "corroboration": "#5a5a28",
}
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_SHOWN = 6.0  # decades of p drawn at most


def families_chart(profile: Profile) -> Markup:
    """Bars: how unusual each family is among peers (1 in …, logarithmic)."""
    width, row, left, right = 460, 30, 78, 86
    by_family = {f.family: f for f in profile.families}
    scale = (width - left - right) / _SHOWN
    parts = []
    for n, family in enumerate(FAMILIES):
        y = n * row + 8
        result = by_family.get(family)
        parts.append(
            Markup('<text x="{}" y="{}" class="lab" text-anchor="end">{}</text>').format(
                left - 10, y + 14, FAMILY_ZH[family]
            )
        )
        if result is None:
            parts.append(
                Markup('<text x="{}" y="{}" class="mut">无可计算指标</text>').format(left, y + 14)
            )
            continue
        strength = min(_SHOWN, -math.log10(max(result.p, 10**-_SHOWN)))
        length = max(1.5, strength * scale)
        words = f"{len(result.flags)} 条" if result.flags else "无疑点"
        if result.speaks:
            words += f" · {one_in(result.p)}"
        parts.append(
            Markup(
                '<rect x="{}" y="{}" width="{:.1f}" height="18" rx="2" fill="{}" opacity="{}"/>'
                '<text x="{:.1f}" y="{}" class="val">{}</text>'
            ).format(
                left, y, length, COLOURS[family], 1 if result.speaks else 0.35,
                left + length + 6, y + 14, words,
            )
        )  # fmt: skip
    x = left - math.log10(SPEAKS) * scale
    height = len(FAMILIES) * row + 26
    parts.append(
        Markup(
            '<line x1="{0:.1f}" y1="2" x2="{0:.1f}" y2="{1}" class="limit"/>'
            '<text x="{0:.1f}" y="{2}" class="mut" text-anchor="middle">同类中每20个约1个</text>'
        ).format(x, height - 20, height - 6)
    )
    return _svg(width, height, parts, "各类指标与同类单位相比的异常程度")


def one_in(p: float) -> str:
    """A tail probability in words: 「约1/250」."""
    if p <= 1e-6:
        return "低于百万分之一"
    n = round(1 / p)
    return f"约1/{n:,}"


def peers_chart(profile: Profile, profiles: Sequence[Profile]) -> Markup:
    """Every peer of the stratum as a dot, this body marked; right = more unusual."""
    width, height, left, right = 460, 96, 16, 16
    peers = [p for p in profiles if p.org.stratum == profile.org.stratum]
    scale = (width - left - right) / _SHOWN
    stacks: dict[int, int] = {}
    parts = [
        Markup('<line x1="{}" y1="70" x2="{}" y2="70" class="axis"/>').format(left, width - right)
    ]

    def spot(score: float) -> float:
        return left + min(_SHOWN, -math.log10(max(score, 10**-_SHOWN))) * scale

    for peer in sorted(peers, key=lambda p: p.org.org):
        if peer.org.org == profile.org.org:
            continue
        column = int(spot(peer.score) // 5)
        level = stacks[column] = stacks.get(column, 0) + 1
        if level > 10:
            continue
        parts.append(
            Markup('<circle cx="{:.1f}" cy="{:.1f}" r="2.2" class="dot"/>').format(
                column * 5 + 2.5, 67 - (level - 1) * 5
            )
        )
    x = spot(profile.score)
    anchor = "end" if x > width * 0.6 else "start"
    parts.append(
        Markup(
            '<line x1="{0:.1f}" y1="20" x2="{0:.1f}" y2="70" class="me"/>'
            '<circle cx="{0:.1f}" cy="70" r="5" class="mefill"/>'
            '<text x="{1:.1f}" y="16" class="val" text-anchor="{2}">本单位：{3}</text>'
            '<text x="{4}" y="90" class="mut">与同类相仿</text>'
            '<text x="{5}" y="90" class="mut" text-anchor="end">明显异于同类 →</text>'
        ).format(x, x, anchor, profile.band, left, width - right)
    )
    return _svg(
        width, height, parts, f"在 {len(peers)} 个同类单位（{profile.org.stratum}）中的位置"
    )


def record_dates(flag: Flag) -> list[date]:
    """All days named in the fields of a flag's records."""
    days = []
    for record in flag.records:
        for value in record.fields.values():
            found = _ISO.match(value) if isinstance(value, str) else None
            if found:
                try:
                    days.append(date.fromisoformat(found.group()))
                except ValueError:
                    continue
    return days


def timeline_chart(flags: Iterable[Flag]) -> Markup | None:
    """One lane per family, one mark per day in the flag's period that a record names."""
    marks: dict[str, list[tuple[date, str]]] = {}
    for flag in flags:
        for day in record_dates(flag):
            if flag.period[0] <= day.isoformat() <= flag.period[1]:
                lane = marks.setdefault(flag.indicator.family, [])
                lane.append((day, flag.indicator.title_zh))
    if not marks:
        return None
    days = sorted(day for lane in marks.values() for day, _ in lane)
    first = date(max(days[0].year, days[-1].year - 6), 1, 1)
    last = date(days[-1].year + 1, 1, 1)
    width, left, right, row = 960, 78, 16, 34
    lanes = [f for f in FAMILIES if f in marks]
    height = len(lanes) * row + 34
    span = (last - first).days

    def spot(day: date) -> float:
        return left + (width - left - right) * (day - first).days / span

    parts = []
    for year in range(first.year, last.year + 1):
        for month in (1, 4, 7, 10):
            if (day := date(year, month, 1)) <= last:
                style = "axis" if month == 1 else "tick"
                parts.append(
                    Markup('<line x1="{0:.1f}" y1="0" x2="{0:.1f}" y2="{1}" class="{2}"/>').format(
                        spot(day), height - 22, style
                    )
                )
        if year < last.year:
            parts.append(
                Markup('<text x="{:.1f}" y="{}" class="mut">{}年</text>').format(
                    spot(date(year, 1, 1)) + 4, height - 6, year
                )
            )
    for n, family in enumerate(lanes):
        y = n * row + row / 2
        parts.append(
            Markup('<text x="{}" y="{}" class="lab" text-anchor="end">{}</text>').format(
                left - 10, y + 5, FAMILY_ZH[family]
            )
        )
        parts += _lane(sorted(marks[family]), first, y, COLOURS[family], spot)
    return _svg(width, height, parts, "疑点所依据记录的时间分布")


def _lane(
    marks: Sequence[tuple[date, str]],
    first: date,
    y: float,
    colour: str,
    spot: Callable[[date], float],
) -> list[Markup]:
    parts = []
    for day, title in marks:
        if day < first:
            continue
        parts.append(
            Markup(
                '<circle cx="{:.1f}" cy="{:.1f}" r="5" fill="{}" opacity=".55">'
                "<title>{} {}</title></circle>"
            ).format(spot(day), y, colour, day.isoformat(), title)
        )
    return parts


OUTWARD = 0.66
"""Where on an edge, seen from its inner end, its label stands."""


def graph_chart(drawing: Drawing, callings: Callings) -> Markup:
    """The relation graph with every label written out."""
    place = {n.id: (n.x, n.y) for n in drawing.nodes}
    lines, words = [], []
    for edge in drawing.edges:
        (x1, y1), (x2, y2) = place[edge.source], place[edge.target]
        bend = 0.0 if edge.tree else 0.16
        cx, cy = (x1 + x2) / 2 - (y2 - y1) * bend, (y1 + y2) / 2 + (x2 - x1) * bend
        lines.append(
            Markup('<path d="M{:.1f} {:.1f}Q{:.1f} {:.1f} {:.1f} {:.1f}" class="edge"/>').format(
                x1, y1, cx, cy, x2, y2
            )
        )
        # nearer to the outer end, where the rays of a star have room beside each other
        t = OUTWARD if math.hypot(x2, y2) >= math.hypot(x1, y1) else 1 - OUTWARD
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t**2
        words.append(
            Markup('<text x="{:.1f}" y="{:.1f}" class="el" text-anchor="middle">{}</text>').format(
                a * x1 + b * cx + c * x2, a * y1 + b * cy + c * y2 + 3, edge.label
            )
        )
    nodes = [_node(n, callings.call(n.id)) for n in sorted(drawing.nodes, key=lambda n: -n.ring)]
    left, right = min(n.x for n in drawing.nodes) - 150, max(n.x for n in drawing.nodes) + 150
    top, bottom = min(n.y for n in drawing.nodes) - 42, max(n.y for n in drawing.nodes) + 48
    return Markup(
        '<svg class="graph" viewBox="{:.0f} {:.0f} {:.0f} {:.0f}" role="img" '
        'aria-label="关系图">{}</svg>'
    ).format(left, top, right - left, bottom - top, Markup("").join([*lines, *words, *nodes]))


def _node(node: Node, label: str) -> Markup:
    x, y = node.x, node.y
    shape = {
        "body": Markup('<rect x="{0:.1f}" y="{1:.1f}" width="20" height="20" class="n-body"/>'),
        "firm": Markup('<rect x="{0:.1f}" y="{1:.1f}" width="13" height="13" class="n-firm"/>'),
        "person": Markup('<circle cx="{2:.1f}" cy="{3:.1f}" r="6.5" class="n-person"/>'),
    }[node.kind]
    half = 10 if node.kind == "body" else 6.5
    anchor, dx, dy = "middle", 0.0, 21.0 + (half - 6.5)
    rows = _wrapped(label)
    if node.leaf and abs(x) > 0.2 * abs(y):
        anchor, dx = ("start", 11.0) if x > 0 else ("end", -11.0)
        dy = 4.5 - 7.0 * (len(rows) - 1)
    elif node.leaf and y < 0:
        dy = -12.0 - 14.0 * (len(rows) - 1)
    texts = [
        Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}" class="nl {}">{}</text>').format(
            x + dx, y + dy + 14 * n, anchor, node.kind, row
        )
        for n, row in enumerate(rows)
    ]
    return shape.format(x - half, y - half, x, y) + Markup("").join(texts)


_FORMS = ("有限责任公司", "股份有限公司", "有限公司")
_WRAP = 9


def _wrapped(label: str) -> list[str]:
    """A label without legal form, in two rows when it is long."""
    for form in _FORMS:
        label = label.removesuffix(form)
    if len(label) <= _WRAP + 3 or label.isascii():
        return [label]
    middle = (len(label) + 1) // 2
    return [label[:middle], label[middle:]]


def _svg(width: float, height: float, parts: Sequence[Markup], label: str) -> Markup:
    return Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        width, height, escape(label), Markup("").join(parts)
    )
