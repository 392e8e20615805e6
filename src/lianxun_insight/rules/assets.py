"""Assets, vehicles and appointments (K22, K24, K25)."""

from __future__ import annotations

from typing import Any

import ibis
from ibis import _

from lianxun_insight.rules.data import Data
from lianxun_insight.rules.model import Parameters, rule
from lianxun_insight.rules.views import YUAN

_FUEL = ("org", "plate_no", "card_no", "kind", "filled_at", "litres", "detail", "k_d18_fuel")
_FUEL_KEYS = ("k_d18_vehicle", "k_d18_track")


@rule("K22")
def fuel(data: Data, p: Parameters) -> Any:
    """More litres than the tank, two fills within hours, or a fill far from the track of the car."""
    t = data["D18.fuel"]
    vehicle = data["D18.vehicle"].select(
        v_plate="plate_no", v_unit="unit_code", tank="tank_ml", k_d18_vehicle="k_d18_vehicle"
    )
    t = t.join(vehicle, [t.plate_no == vehicle.v_plate])
    t = t.mutate(org=ibis.coalesce(t.unit_code, t.v_unit), litres=t.volume_ml / 1000.0)
    window = ibis.window(group_by="card_no", order_by="filled_at")
    t = t.mutate(before=t.filled_at.lag().over(window), before_key=t.k_d18_fuel.lag().over(window))
    none = ibis.null("string")
    over = t.filter(t.volume_ml > p["tank"] * t.tank).mutate(
        kind=ibis.literal("加油量超过油箱"), detail=_.tank / 1000.0, k_d18_track=none
    )
    minutes = t.filled_at.delta(t.before, unit="minute")
    twice = t.mutate(minutes=minutes)
    twice = twice.filter(twice.minutes >= 0, twice.minutes <= p["minutes"]).mutate(
        kind=ibis.literal("短时间内两次加油"),
        detail=_.minutes.cast("float64"),
        k_d18_fuel=_.before_key + "\n" + _.k_d18_fuel,
        k_d18_track=none,
    )
    every = over.select(*_FUEL, *_FUEL_KEYS).union(twice.select(*_FUEL, *_FUEL_KEYS))
    if "D18.track" in data:
        every = every.union(_off_track(data, t, p))
    return every.group_by("org", "plate_no", "kind").aggregate(
        fills=every.count(),
        litres=every.litres.sum(),
        detail=every.detail.max(),
        period_from=every.filled_at.min().date(),
        period_to=every.filled_at.max().date(),
        **{key: every[key].collect(distinct=True) for key in ("k_d18_fuel", *_FUEL_KEYS)},
    )


def _off_track(data: Data, t: Any, p: Parameters) -> Any:
    """Fills in another region than the car was seen in within the hours around."""
    track = data["D18.track"].select(
        t_plate="plate_no", seen_at="seen_at", t_region="region_code", k_d18_track="k_d18_track"
    )
    near = t.filter(t.region_code.notnull()).join(track, [t.plate_no == track.t_plate])
    minutes = near.filled_at.delta(near.seen_at, unit="minute")
    near = near.mutate(away=minutes.abs()).filter(minutes.abs() <= p["track_minutes"])
    each = near.group_by(
        "org", "plate_no", "card_no", "filled_at", "litres", "k_d18_fuel"
    ).aggregate(
        seen=near.count(),
        same=(near.region_code == near.t_region).cast("int64").sum(),
        detail=near.away.min().cast("float64"),
        k_d18_vehicle=near.k_d18_vehicle.max(),
        k_d18_track=near.k_d18_track.max(),
    )
    each = each.filter(each.same == 0).mutate(kind=ibis.literal("加油地与车辆轨迹不符"))
    return each.select(*_FUEL, *_FUEL_KEYS)


_DEAL = (
    "org",
    "deal_no",
    "deal_kind",
    "price_yuan",
    "appraised_yuan",
    "bidders",
    "party_code",
    "party_token",
    "sublease_yuan",
    "on",
)
_DEAL_KEYS = ("k_d18_lease", "k_d18_disposal", "k_d22_transfer", "k_d32", "k_d40")


def _deals(data: Data) -> Any:
    """All sales and leases of public assets with price and appraised value."""
    plans = {
        "D18.lease": ("资产出租", "unit_code", "lease_id", "rent_year", "appraised_rent", "tenant"),
        "D18.disposal": (
            "资产处置",
            "unit_code",
            "disposal_id",
            "price",
            "appraised_value",
            "buyer",
        ),
        "D22.transfer": (
            "产权转让",
            "seller_code",
            "transfer_id",
            "price",
            "appraised_value",
            "buyer",
        ),
        "D32": ("土地出让", "seller_code", "plot_id", "price", "appraised_value", "buyer"),
        "D40": (
            "集体资产发包",
            "village_code",
            "contract_id",
            "rent_year",
            "appraised_rent",
            "tenant",
        ),
    }
    parts = []
    for table_id, (kind, org, number, price, appraised, party) in plans.items():
        if table_id not in data:
            continue
        t = data[table_id]
        key = "k_" + table_id.lower().replace(".", "_")
        token = f"{party}_token"
        sublease = t.sublease_rent if "sublease_rent" in t.columns else ibis.null("int64")
        empty = {each: ibis.null("string") for each in _DEAL_KEYS if each != key}
        parts.append(
            t.mutate(
                org=t[org],
                deal_no=t[number],
                deal_kind=ibis.literal(kind),
                price_yuan=t[price] / YUAN,
                appraised_yuan=t[appraised] / YUAN,
                bidders=t.bidder_count,
                party_code=t[f"{party}_code"],
                party_token=t[token] if token in t.columns else ibis.null("string"),
                sublease_yuan=sublease / YUAN,
                on=t.start_date if "start_date" in t.columns else t.deal_date,
                **empty,
            ).select(*_DEAL, *_DEAL_KEYS)
        )
    result = parts[0]
    for part in parts[1:]:
        result = result.union(part)
    return result


@rule("K24")
def cheap_asset(data: Data, p: Parameters) -> Any:
    """Below valuation with at most one bidder, let on at a profit, or to a cadre of the owner."""
    t = _deals(data)
    t = t.mutate(discount=1.0 - t.price_yuan / t.appraised_yuan.nullif(0.0))
    cheap = (t.discount >= p["discount"]) & (ibis.coalesce(t.bidders, 1) <= 1)
    second = t.sublease_yuan >= p["sublease"] * t.price_yuan
    t = t.mutate(cheap=ibis.coalesce(cheap, False), second=ibis.coalesce(second, False))
    insider = ibis.literal(False)
    keys = {"k_d04_post": ibis.null("string"), "k_d07_person": ibis.null("string")}
    if "D04.post" in data or "D07.person" in data:
        from lianxun_insight.rules.views import officials

        posts = officials(data)
        posts = posts.group_by(o_person=posts.person, o_org=posts.org).aggregate(
            k_d04_post=posts.k_d04_post.max(), k_d07_person=posts.k_d07_person.max()
        )
        t = t.left_join(posts, [t.party_token == posts.o_person, t.org == posts.o_org])
        insider = t.o_person.notnull()
        keys = {}
    t = t.mutate(insider=insider, **keys)
    t = t.filter(t.cheap | t.second | t.insider)
    return t.mutate(
        signs=t.cheap.ifelse("低于评估价且竞价者不足 ", "")
        + t.second.ifelse("高价转租 ", "")
        + t.insider.ifelse("承租人或受让人为本单位人员", ""),
        period_from=t.on,
        period_to=t.on,
    )


@rule("K25")
def promoted_while_open(data: Data, p: Parameters) -> Any:
    """Appointment within 24 months of an open audit finding or penalty of the person."""
    post = data["D04.post"]
    names = ("i_person", "i_date", "i_until", "i_kind", "k_d08", "k_d02")
    parts = []
    if "D08" in data:
        t = data["D08"]
        t = t.filter(t.person_token.notnull(), ~t.status.isin(["已整改", "已销号"]))
        parts.append(
            t.mutate(
                i_person=t.person_token,
                i_date=t.found_on,
                i_until=ibis.null("date"),
                i_kind=ibis.literal("审计问题未整改完毕"),
                k_d02=ibis.null("string"),
            ).select(*names)
        )
    if "D02" in data:
        t = data["D02"]
        t = t.filter(t.answer, t.from_date.notnull())
        parts.append(
            t.mutate(
                i_person=t.person_token,
                i_date=t.from_date,
                i_until=t.to_date,
                i_kind=ibis.literal("处分影响期"),
                k_d08=ibis.null("string"),
            ).select(*names)
        )
    issues = parts[0] if len(parts) == 1 else parts[0].union(parts[1])
    t = post.join(issues, [post.person_token == issues.i_person])
    days = t.from_date.delta(t.i_date, unit="day")
    t = t.filter(
        days > 0, days <= p["months"] * 30.4375, t.i_until.isnull() | (t.from_date <= t.i_until)
    )
    # A first post is no promotion: somebody must have held one before.
    before = post.select(b_person="person_token", b_from="from_date", b_key="k_d04_post")
    t = t.join(before, [t.person_token == before.b_person, before.b_from < t.from_date])
    return t.group_by("person_token", "post", "from_date", org=t.unit_code).aggregate(
        issues=ibis.coalesce(t.k_d08, t.k_d02).nunique(),
        issue_kind=t.i_kind.min(),
        days_after=t.from_date.delta(t.i_date, unit="day").min(),
        period_from=t.i_date.min(),
        period_to=t.from_date.max(),
        k_d04_post=t.k_d04_post.max() + "\n" + t.b_key.argmax(t.b_from),
        k_d08=t.k_d08.collect(distinct=True),
        k_d02=t.k_d02.collect(distinct=True),
    )
