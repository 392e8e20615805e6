"""How good a scan is against the answer key: recall per scheme at a review budget, precision.

A planted instance counts as found when a lead within the budget rests on one of its rows.
Flags that rest on confounder records alone, or on nothing planted, are false alarms: in a generated
province everything that is not planted is innocent by construction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lianxun_insight.flags import Flag
from lianxun_insight.generator.truth import Planted
from lianxun_insight.profile.facts import Scan
from lianxun_insight.profile.leads import Lead, rank_leads

BUDGET_SHARE = 0.02  # of body-supplier pairs (insight.md §8.2)

#: insight.md §8: several classes are one source of evidence when one desk keeps them.
BLOCKS: Mapping[str, frozenset[str]] = {
    "采购": frozenset({"D14", "D20", "D36"}),
    "财务": frozenset({"D13", "D15", "D16", "D17", "D18"}),
    "登记": frozenset({"D30", "D31"}),
    "人事": frozenset({"D04", "D05", "D07"}),
}


@dataclass(frozen=True, slots=True)
class SchemeResult:
    """Instances of one scheme: planted, found, and among those whose data are complete."""

    scheme: str
    title_zh: str
    kind: str
    planted: int
    found: int
    visible: int
    visible_found: int
    rules: tuple[str, ...]

    @property
    def recall(self) -> float:
        """Share found of all planted."""
        return self.found / self.planted if self.planted else 0.0

    @property
    def visible_recall(self) -> float | None:
        """Share found of those fully visible in the data; None when there are none."""
        return self.visible_found / self.visible if self.visible else None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Result of one setting."""

    setting: str
    budget: int
    leads: int
    reviewed: int
    precision: float
    precision_100: float
    schemes: tuple[SchemeResult, ...]

    @property
    def mean_recall(self) -> float:
        """Mean over the schemes, each counting the same."""
        values = [s.recall for s in self.schemes if s.kind == "scheme"]
        return sum(values) / len(values) if values else 0.0

    @property
    def visible_missed(self) -> float:
        """Share missed among fully visible instances of all schemes."""
        rows = [s for s in self.schemes if s.kind == "scheme"]
        visible = sum(s.visible for s in rows)
        return 1 - sum(s.visible_found for s in rows) / visible if visible else 0.0


def budget_of(scan: Scan) -> int:
    """2 % of the body-supplier pairs, at least one lead."""
    return max(1, round(BUDGET_SHARE * scan.pairs))


def single_source(flag: Flag) -> bool:
    """True when one department, or one block of classes that belong together, suffices."""
    classes = {record.dataset.split(".")[0] for record in flag.own_records}
    return len(flag.departments) == 1 or any(classes <= block for block in BLOCKS.values())


def source_of(flag: Flag) -> str:
    """The single source of a flag: its block, else its department; "" for joined flags."""
    classes = {record.dataset.split(".")[0] for record in flag.own_records}
    for name, block in BLOCKS.items():
        if classes <= block:
            return name
    return flag.departments[0] if len(flag.departments) == 1 else ""


def evaluate(
    truth: Sequence[Planted],
    flags: Sequence[Flag],
    scan: Scan,
    *,
    budget: int | None = None,
    setting: str = "全部规则",
) -> Evaluation:
    """Judge the leads within the budget."""
    budget = budget_of(scan) if budget is None else budget
    leads = rank_leads(flags, scan)
    reviewed = leads[:budget]
    by_id = {flag.flag_id: flag for flag in flags}
    owners = _owners(truth)
    found: dict[str, set[str]] = defaultdict(set)
    right = []
    for lead in reviewed:
        hit = _instances(lead, by_id, owners)
        right.append(any(owner.startswith("S") for owner in hit))
        for owner, rules in hit.items():
            found[owner] |= rules
    return Evaluation(
        setting=setting,
        budget=budget,
        leads=len(leads),
        reviewed=len(reviewed),
        precision=_share(right),
        precision_100=_share(right[:100]),
        schemes=tuple(_scheme_results(truth, found)),
    )


def _share(right: Sequence[bool]) -> float:
    return sum(right) / len(right) if right else 0.0


def _owners(truth: Iterable[Planted]) -> dict[str, list[str]]:
    owners: dict[str, list[str]] = defaultdict(list)
    for planted in truth:
        for address in planted.records + planted.needs:
            owners[address].append(planted.instance)
    return owners


def _instances(
    lead: Lead, flags: Mapping[str, Flag], owners: Mapping[str, list[str]]
) -> dict[str, set[str]]:
    hit: dict[str, set[str]] = defaultdict(set)
    for flag_id in lead.flags:
        flag = flags[flag_id]
        for record in flag.own_records:
            for owner in owners.get(record.address, ()):
                hit[owner].add(flag.indicator.id)
    return hit


def _scheme_results(
    truth: Iterable[Planted], found: Mapping[str, set[str]]
) -> Iterable[SchemeResult]:
    groups: dict[str, list[Planted]] = defaultdict(list)
    for planted in truth:
        groups[planted.scheme].append(planted)
    for scheme, members in sorted(groups.items(), key=lambda item: (item[0][0] != "S", item[0])):
        visible = [p for p in members if p.visible]
        rules = {rule for p in members for rule in found.get(p.instance, ())}
        yield SchemeResult(
            scheme=scheme,
            title_zh=members[0].title_zh,
            kind=members[0].kind,
            planted=len(members),
            found=sum(p.instance in found for p in members),
            visible=len(visible),
            visible_found=sum(p.instance in found for p in visible),
            rules=tuple(sorted(rules)),
        )


def settings_of(
    truth: Sequence[Planted], flags: Sequence[Flag], scan: Scan, *, budget: int | None = None
) -> list[Evaluation]:
    """One evaluation per single source, their union, joined rules alone, and all together."""
    sources = sorted({source_of(flag) for flag in flags} - {""})
    result = [
        evaluate(truth, [f for f in flags if source_of(f) == source], scan,
                 budget=budget, setting=f"仅{source}")
        for source in sources
    ]  # fmt: skip
    single = [f for f in flags if single_source(f)]
    joined = [f for f in flags if not single_source(f)]
    result.append(evaluate(truth, single, scan, budget=budget, setting="单部门规则合计"))
    result.append(evaluate(truth, joined, scan, budget=budget, setting="仅跨部门规则"))
    result.append(evaluate(truth, flags, scan, budget=budget, setting="全部规则"))
    return result
