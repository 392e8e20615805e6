"""From flags to profiles of organisations: families, peers, q-values, colours, review budget.

The steps are those of the design (insight.md §7): (1) every indicator becomes a tail probability
against peers, with shrinkage and without the share of hits known to be true; (2) the strongest
indicator of a family speaks for it; (3) families are combined by robust rank aggregation; (4)
Benjamini-Hochberg over all bodies; (5) red needs two families and two departments. A profile is a
hint to check something (风险提示，需人工核实), never a statement about guilt.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from lianxun_insight.flags import FAMILIES, Flag, SubjectKind
from lianxun_insight.profile.facts import IndicatorRun, Organisation, Scan
from lianxun_insight.profile.stats import (
    benjamini_hochberg,
    family_p,
    fit_rate_prior,
    rank_aggregation,
    tail_probability,
)
from lianxun_insight.profile.verdicts import Precision

Floats = npt.NDArray[np.float64]
Cells = Mapping[tuple[int, str], Sequence[Flag]]

Q_LIMIT = 0.1  # accepted share of false alarms in the list (insight.md §7)
PRIOR_WORTH, PRIOR_REVIEWS = 2.0, 4.0  # see `true_shares`
SPEAKS = 0.05  # a family counts towards red from this tail probability on
WORDING = "风险提示，需人工核实"


class Colour(StrEnum):
    """How a profile is shown. There is no green: silence of the data proves nothing."""

    RED = "red"
    YELLOW = "yellow"
    NONE = "none"

    @property
    def zh(self) -> str:
        """The word officials see."""
        return {"red": "红", "yellow": "黄", "none": "未列入"}[self.value]


@dataclass(frozen=True, slots=True)
class FamilyResult:
    """One family in one profile: tail probability, its strongest indicator, its flags."""

    family: str
    p: float
    indicator: str
    flags: tuple[str, ...]
    departments: tuple[str, ...]

    @property
    def speaks(self) -> bool:
        """True when this family alone would be unusual among peers."""
        return bool(self.flags) and self.p <= SPEAKS


@dataclass(frozen=True, slots=True)
class Profile:
    """The profile of one body: place among peers, colour, families, coverage."""

    org: Organisation
    score: float
    q: float
    colour: Colour
    rank: int
    peers: int
    families: tuple[FamilyResult, ...]
    flags: tuple[str, ...]
    computed: int
    indicators: int
    missing: tuple[str, ...]
    listed: bool = False

    @property
    def band(self) -> str:
        """Rank band inside the stratum: no more precise than the data."""
        share = self.rank / max(1, self.peers)
        for limit, text in ((0.05, "前5%"), (0.10, "前10%"), (0.25, "前25%"), (0.50, "前50%")):
            if share <= limit or self.rank == 1:
                return text
        return "后50%"

    @property
    def departments(self) -> tuple[str, ...]:
        """Departments whose data carry the flags."""
        return tuple(sorted({d for family in self.families for d in family.departments}))

    def sentence(self) -> str:
        """The summary at the head of a report, every part from the fields."""
        coverage = f"{self.indicators} 项指标中可计算 {self.computed} 项"
        if not self.flags:
            return f"{self.org.name}：现有数据未提示异常（{coverage}）。未提示不等于没有问题。"
        speaking = [f for f in self.families if f.speaks]
        return (
            f"{self.org.name}：共 {len(self.flags)} 条疑点，涉及 {len(self.departments)} 个部门的数据；"
            f"在 {self.peers} 个同类单位中位列{self.band}，"
            f"{len(speaking)} 类指标明显高于同类（{coverage}）。{WORDING}。"
        )


def build_profiles(
    flags: Iterable[Flag],
    scan: Scan,
    *,
    budget: int | None = None,
    precision: Mapping[tuple[str, str], Precision] | None = None,
) -> list[Profile]:
    """Profiles of all bodies of the scan, most unusual first.

    `budget` is how many bodies the teams can check: the list holds at most so many, and none with
    q above `Q_LIMIT`. Flags whose subject is not a body of the scan (a firm) are left out here;
    they stay in the flags file. `precision` by (rule, version) is what reviews have shown so far.
    """
    flags = list(flags)
    trust = true_shares(flags, precision or {})
    orgs = scan.organisations
    index = {o.org: i for i, o in enumerate(orgs)}
    by_cell: dict[tuple[int, str], list[Flag]] = defaultdict(list)
    for flag in flags:
        if flag.subject.kind is SubjectKind.UNIT and flag.subject.org in index:
            by_cell[index[flag.subject.org], flag.indicator.id].append(flag)
    runs = [run for run in scan.computed if not run.profile_only]
    p = np.ones((len(orgs), len(runs)))
    for column, run in enumerate(runs):
        p[:, column] = _indicator_p(orgs, run, by_cell, trust.get(run.id, 0.0))
    used = [f for f in FAMILIES if any(run.family == f for run in runs)]
    families = np.ones((len(orgs), max(1, len(used))))
    for column, family in enumerate(used):
        members = [i for i, run in enumerate(runs) if run.family == family]
        families[:, column] = family_p(p[:, members])
    score = rank_aggregation(families)
    q = benjamini_hochberg(score)
    profiles = [
        _profile(o, i, runs, p=p[i], families=dict(zip(used, families[i], strict=False)),
                 cells=by_cell, score=float(score[i]), q=float(q[i]), scan=scan)
        for i, o in enumerate(orgs)
    ]  # fmt: skip
    return _listed(_ranked(profiles), budget)


def _indicator_p(
    orgs: Sequence[Organisation], run: IndicatorRun, cells: Cells, true_share: float
) -> Floats:
    """Tail probability of one indicator for every body, stratum by stratum.

    The null of the peers is what is left of their hits when the share that reviews (or the prior)
    take for true is removed: without this, real findings among the peers would hide each other.
    """
    hits = np.array([len(cells.get((i, run.id), ())) for i in range(len(orgs))])
    exposure = np.array([float(max(1, o.exposure.get(run.exposure, 1))) for o in orgs])
    p = np.ones(len(orgs))
    strata: dict[str, list[int]] = defaultdict(list)
    for i, o in enumerate(orgs):
        strata[o.stratum].append(i)
    for members in strata.values():
        rows = np.array(members)
        prior = fit_rate_prior(hits[rows], exposure[rows]).without(true_share, exposure[rows])
        p[rows] = tail_probability(hits[rows], exposure[rows], prior)
    return p


def true_shares(
    flags: Iterable[Flag], precision: Mapping[tuple[str, str], Precision]
) -> dict[str, float]:
    """Expected share of true hits by rule: reviews so far, on top of a weak prior.

    A rule that states a fact (no comparison with peers in its flags) starts as if two of four
    reviewed hits had been confirmed, one that only compares starts with none of four.
    """
    start: dict[str, float] = {}
    for flag in flags:
        compares = flag.reference.quantile is not None or flag.reference.baseline_p is not None
        first = 0.0 if compares else PRIOR_WORTH
        start[flag.indicator.id] = min(first, start.get(flag.indicator.id, first))
    worth: dict[str, float] = dict(start)
    decided: dict[str, float] = dict.fromkeys(start, PRIOR_REVIEWS)
    for (rule, _version), found in precision.items():
        if rule in start and found.share is not None:
            worth[rule] += found.share * found.reviewed
            decided[rule] += found.reviewed
    return {rule: worth[rule] / decided[rule] for rule in start}


def _profile(
    org: Organisation,
    i: int,
    runs: Sequence[IndicatorRun],
    *,
    p: Floats,
    families: dict[str, float],
    cells: Cells,
    score: float,
    q: float,
    scan: Scan,
) -> Profile:
    results = []
    for family, value in families.items():
        own = [(p[k], run) for k, run in enumerate(runs) if run.family == family]
        flags = [flag for _, run in own for flag in cells.get((i, run.id), ())]
        best = min(own, key=lambda pair: pair[0])[1]
        results.append(
            FamilyResult(
                family=family,
                p=float(value),
                indicator=best.id if flags else "",
                flags=tuple(flag.flag_id for flag in flags),
                departments=tuple(sorted({d for flag in flags for d in flag.departments})),
            )
        )
    results.sort(key=lambda result: result.p)
    missing = tuple(f"{r.id} {r.title_zh}：{r.reason}" for r in scan.indicators if not r.computed)
    return Profile(
        org=org,
        score=score,
        q=q,
        colour=_colour(q, results),
        rank=0,
        peers=0,
        families=tuple(results),
        flags=tuple(f for result in results for f in result.flags),
        computed=len(scan.computed),
        indicators=len(scan.indicators),
        missing=missing,
    )


def _colour(q: float, families: Sequence[FamilyResult]) -> Colour:
    """Red needs two families that speak, on records of two departments; one family is yellow."""
    if q > Q_LIMIT or not any(f.flags for f in families):
        return Colour.NONE
    speaking = [f for f in families if f.speaks]
    departments = {d for f in speaking for d in f.departments}
    return Colour.RED if len(speaking) >= 2 and len(departments) >= 2 else Colour.YELLOW


def _ranked(profiles: list[Profile]) -> list[Profile]:
    """Order by score and give every body its place inside its stratum (ties share the place)."""
    order = sorted(profiles, key=lambda x: (x.score, -len(x.flags), x.org.org))
    seen: dict[str, list[Profile]] = defaultdict(list)
    for profile in order:
        seen[profile.org.stratum].append(profile)
    place: dict[str, int] = {}
    for members in seen.values():
        for n, member in enumerate(members):
            tied = n > 0 and member.score == members[n - 1].score
            place[member.org.org] = place[members[n - 1].org.org] if tied else n + 1
    return [replace(x, rank=place[x.org.org], peers=len(seen[x.org.stratum])) for x in order]


def _listed(profiles: list[Profile], budget: int | None) -> list[Profile]:
    left = len(profiles) if budget is None else budget
    result = []
    for profile in profiles:
        on_list = left > 0 and profile.colour is not Colour.NONE
        left -= on_list
        result.append(replace(profile, listed=on_list))
    return result


def fairness(profiles: Sequence[Profile]) -> list[dict[str, object]]:
    """Share of listed bodies by kind, region and size: a list that only meets one kind is suspect."""
    sizes = sorted(p.org.size for p in profiles)
    third = [sizes[len(sizes) // 3], sizes[2 * len(sizes) // 3]] if sizes else [0, 0]

    def size_band(profile: Profile) -> str:
        return ("小", "中", "大")[sum(profile.org.size > limit for limit in third)]

    rows: list[dict[str, object]] = []
    for label, key in (
        ("单位类型", lambda p: p.org.kind or "未分类"),
        ("行政区划", lambda p: p.org.region or "未知"),
        ("人员规模", size_band),
    ):
        groups: dict[str, list[Profile]] = defaultdict(list)
        for profile in profiles:
            groups[key(profile)].append(profile)
        for name, members in sorted(groups.items()):
            listed = sum(m.listed for m in members)
            rows.append(
                {"by": label, "group": name, "n": len(members), "listed": listed,
                 "share": listed / len(members)}
            )  # fmt: skip
    return rows
