"""The invented province before anything happens in it: places, bodies, people, firms, kin.

Everything is numbered: organisations 0..n (bodies first, then firms), persons 0..m (officials
first). Arrays are indexed by these numbers, so 100 times the size costs 100 times the memory and
no more thought.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lianxun_insight.generator import names, numbers

Ints = npt.NDArray[np.int64]
Days = npt.NDArray[np.datetime64]
Texts = npt.NDArray[np.object_]
Bools = npt.NDArray[np.bool_]

START = np.datetime64("2023-01-01")
END = np.datetime64("2025-12-31")
DAYS = int((END - START).astype(int)) + 1
RESERVED_SHARE = 0.12  # of firms and of persons: their ties are left open for schemes


@dataclass(frozen=True, slots=True)
class Size:
    """How big a province is; `times(1)` is the pilot size of insight.md §8.1."""

    units: int = 300
    officials: int = 9_000
    persons: int = 90_000
    firms: int = 20_000
    tenders: int = 30_000
    payments: int = 250_000
    counties: int = 30

    @staticmethod
    def times(factor: float) -> Size:
        """All counts times `factor` (0.1 for tests, 1, 10, 100)."""
        base = Size()
        return Size(
            units=max(36, round(base.units * factor)),
            officials=max(1_080, round(base.officials * factor)),
            persons=max(10_800, round(base.persons * factor)),
            firms=max(2_400, round(base.firms * factor)),
            tenders=max(1_500, round(base.tenders * factor)),
            payments=max(12_500, round(base.payments * factor)),
            counties=max(4, round(base.counties * factor)),
        )


@dataclass(slots=True)
class World:
    """The province: see the module text for the numbering."""

    size: Size
    rng: np.random.Generator
    county_names: Texts
    org_names: Texts
    org_codes: Texts
    org_county: Ints
    unit_kind: Ints
    unit_tier: Texts
    person_names: Texts
    person_ids: Texts
    person_birth: Days
    person_male: Bools
    person_county: Ints
    official_unit: Ints
    official_from: Days
    official_leader: Bools
    firm_industry: Ints
    firm_founded: Days
    firm_capital: Ints
    firm_staff: Ints
    firm_rep: Ints
    firm_phone: Ints
    firm_address: Texts
    firm_open: Bools
    firm_quiet: Bools
    person_open: Bools
    firm_spv: Bools
    kin: tuple[Ints, Ints, Texts]

    @property
    def n_units(self) -> int:
        """Number of bodies; organisations from this number on are firms."""
        return self.size.units

    def firm(self, org: Ints) -> Ints:
        """Organisation numbers of firms to rows of the firm arrays."""
        return org - self.size.units


def build_world(size: Size, seed: int) -> World:
    """Make the province of this size; the same seed gives the same province, always."""
    rng = np.random.default_rng(seed)
    counties = np.array(names.place_names(rng, size.counties), dtype=object)
    unit_county = np.arange(size.units) * size.counties // size.units
    unit_kind = np.arange(size.units) % len(names.UNIT_KINDS)
    firm_county = rng.integers(size.counties, size=size.firms)
    industry = rng.integers(len(names.INDUSTRIES), size=size.firms)
    org_county = np.concatenate([unit_county, firm_county])
    people = _people(rng, size, unit_county)
    firms = _firms(rng, size)
    return World(
        size=size,
        rng=rng,
        county_names=counties,
        org_names=np.concatenate(
            [
                _unit_names(counties, unit_county, unit_kind),
                names.firm_names(rng, counties[firm_county], industry),
            ]
        ),
        org_codes=_org_codes(org_county, unit_kind, size),
        org_county=org_county,
        unit_kind=unit_kind,
        unit_tier=np.where(np.arange(size.units) % 6 == 5, "市", "县").astype(object),
        firm_industry=industry,
        **people,
        **firms,
        kin=_kin(rng, size, firms["firm_rep"], people["person_open"]),
    )


def _unit_names(counties: Texts, county: Ints, kind: Ints) -> Texts:
    """「place + 县 + body」; the second of a kind in one county gets an ordinal."""
    seen: dict[str, int] = {}
    result = []
    for c, k in zip(county, kind, strict=True):
        base = f"{counties[c]}县{names.UNIT_KINDS[k][0]}"
        seen[base] = seen.get(base, 0) + 1
        tail = "" if seen[base] == 1 else f"第{'一二三四五六七八九十'[min(seen[base], 10) - 1]}分局"
        result.append(base + tail)
    return np.array(result, dtype=object)


def _org_codes(county: Ints, unit_kind: Ints, size: Size) -> Texts:
    """Credit codes: authorities 11, institutions 12, firms (state-owned bodies too) 91."""
    prefix = {"行政": "11", "事业": "12", "国企": "91"}
    kinds = np.array([prefix[names.UNIT_KINDS[k][1]] for k in unit_kind])
    kinds = np.concatenate([kinds, np.full(size.firms, "91")])
    serial = np.arange(len(county)) * 37 + 1_000_003
    codes = np.empty(len(county), dtype=object)
    for kind in ("11", "12", "91"):
        rows = np.nonzero(kinds == kind)[0]
        codes[rows] = numbers.credit_codes(serial[rows], county[rows], kind)
    return codes


def _people(rng: np.random.Generator, size: Size, unit_county: Ints) -> dict[str, Any]:
    n, m = size.persons, size.officials
    birth = np.datetime64("1945-01-01") + rng.integers(0, 365 * 60, size=n)
    birth[:m] = np.datetime64("1964-01-01") + rng.integers(0, 365 * 36, size=m)
    weights = rng.gamma(2.0, 1.0, size=size.units) + 0.3
    unit = np.sort(rng.choice(size.units, m, p=weights / weights.sum()))
    unit[: size.units] = np.arange(size.units)  # every body has at least one official
    unit = np.sort(unit)
    county = np.concatenate([unit_county[unit], rng.integers(size.counties, size=n - m)])
    first = np.concatenate([[True], unit[1:] != unit[:-1]])
    leader = first | (rng.random(m) < 0.08)
    reserved = np.zeros(n, dtype=bool)
    reserved[m:] = rng.random(n - m) < RESERVED_SHARE
    male = rng.random(n) < 0.52
    serial = np.arange(n, dtype=np.int64)
    return {
        "person_names": names.person_names(rng, n),
        "person_ids": numbers.resident_numbers(
            _serials(serial, county, birth, male), county, birth
        ),
        "person_birth": birth,
        "person_male": male,
        "person_county": county,
        "official_unit": unit,
        "official_from": START - rng.integers(-300, 3000, size=m),
        "official_leader": leader,
        "person_open": reserved,
    }


def _serials(person: Ints, county: Ints, birth: Days, male: Bools) -> Ints:
    """Serial digits unique within (county, birth date), odd for men: two persons, two numbers."""
    day = birth.astype(int)
    order = np.lexsort((person, male, day, county))
    same = (np.diff(county[order]) == 0) & (np.diff(day[order]) == 0) & (np.diff(male[order]) == 0)
    start = np.concatenate([[True], ~same])
    position = np.arange(len(person))
    within = position - np.maximum.accumulate(np.where(start, position, 0))
    serial = np.empty(len(person), dtype=np.int64)
    serial[order] = within
    return serial * 2 + male


def _firms(rng: np.random.Generator, size: Size) -> dict[str, Any]:
    """Firms with legal representative, capital, staff, phone and address.

    Every third person outside the public service is in business (`in_business`). 5 % of the firms sit at one of the registration agents (one address, one phone for many firms): the
    commonest innocent reason why two bidders share a contact.
    """
    f = size.firms
    founded = END - 40 - rng.integers(0, 365 * 22, size=f)
    agents = max(3, f // 4000)
    hosted = rng.random(f) < 0.05
    agent = rng.integers(agents, size=f)
    phone = np.where(hosted, agent, np.arange(f) + 1000)
    road = np.array(list("东西南北中新平安和兴文昌"), dtype=object)
    street = road[rng.integers(len(road), size=f)] + road[rng.integers(len(road), size=f)]
    number = rng.integers(1, 900, size=f).astype(str).astype(object)
    room = (np.arange(f) % 2400 + 101).astype(str).astype(object)
    own = street + "路" + number + "号" + room + "室"
    hub = "政务服务中心" + agent.astype(str).astype(object) + "号楼集群注册区"
    business = size.officials + 3 * rng.integers(0, (size.persons - size.officials) // 3, size=f)
    return {
        "firm_founded": founded,
        "firm_capital": (10 ** rng.normal(6.9, 0.45, size=f)).astype(np.int64)
        // 10_000
        * 1_000_000,
        "firm_staff": np.maximum(3, (10 ** rng.normal(1.05, 0.45, size=f)).astype(np.int64)),
        "firm_rep": business,
        "firm_phone": phone,
        "firm_address": np.where(hosted, hub, own).astype(object),
        "firm_open": (rng.random(f) < RESERVED_SHARE) & ~hosted,
        "firm_quiet": np.zeros(f, dtype=bool),
        "firm_spv": np.zeros(f, dtype=bool),
    }


def in_business(size: Size) -> Bools:
    """Which persons outside the public service own or run firms: every third."""
    return np.asarray(np.arange(size.persons - size.officials) % 3 == 0)


def _kin(
    rng: np.random.Generator, size: Size, representatives: object, open_persons: object
) -> tuple[Ints, Ints, Texts]:
    """Two relatives per official; one in seventy happens to run a supplier somewhere (innocent).

    Every firm of this province sells to public bodies, so the share is that of suppliers, not of
    firms, among relatives.
    """
    m = size.officials
    official = np.repeat(np.arange(m), 2)
    closed = np.nonzero(~np.asarray(open_persons)[m:] & ~in_business(size))[0] + m
    relative = rng.choice(closed, len(official))
    chance = rng.random(len(official)) < 1 / 70
    relative[chance] = rng.choice(np.asarray(representatives), int(chance.sum()))
    relation = np.array(["配偶", "子女", "父母", "兄弟姐妹"], dtype=object)
    return official, relative, relation[rng.choice(4, len(official), p=[0.4, 0.3, 0.1, 0.2])]
