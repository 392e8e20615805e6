"""Pay and benefits (K19–K21). Persons appear as tokens; the unit or the scheme is the subject."""

from __future__ import annotations

from typing import Any

import ibis

from lianxun_insight.rules.data import Data
from lianxun_insight.rules.model import Parameters, rule
from lianxun_insight.rules.ownership import kin
from lianxun_insight.rules.views import YUAN, persons_behind

FAR = ibis.date(2999, 12, 31)
_STATE_KEYS = (
    "k_d27",
    "k_d39",
    "k_d34_insured",
    "k_d29",
    "k_d30_firm",
    "k_d30_holder",
    "k_d30_person",
    "k_d15",
    "k_d26",
    "k_d33",
)
_STATE = ("s_person", "state", "state_from", "state_to", "employer", *_STATE_KEYS)


def _state(t: Any, key: str, **columns: Any) -> Any:
    empty = {each: ibis.null("string") for each in _STATE_KEYS if each != key}
    base = {"state_from": ibis.null("date"), "state_to": ibis.null("date")}
    t = t.mutate(**{"employer": ibis.null("string"), **base, **columns}, **empty)
    return t.select(*_STATE)


def gone(data: Data) -> list[Any]:
    """Death, prison, funeral as answered questions: person, state, from, to."""
    parts = []
    if "D27" in data:
        t = data["D27"]
        t = t.filter(t.answer, t.from_date.notnull())
        columns = {"state_from": t.from_date, "state_to": t.to_date}
        parts.append(_state(t, "k_d27", s_person=t.person_token, state=t.state, **columns))
    if "D39" in data:
        t = data["D39"]
        t = t.filter(t.answer, t.kind == "殡葬", t.event_date.notnull())
        columns = {"s_person": t.person_token, "state_from": t.event_date}
        parts.append(_state(t, "k_d39", state=ibis.literal("死亡"), **columns))
    return parts


def _union(parts: list[Any]) -> Any:
    result = parts[0]
    for part in parts[1:]:
        result = result.union(part)
    return result


@rule("K19")
def ghost_pay(data: Data, p: Parameters) -> Any:
    """Wages paid after death, in prison, or while insured full-time at another employer."""
    pay = data["D15"]
    parts = gone(data)
    if "D34.insured" in data:
        t = data["D34.insured"]
        t = t.filter(ibis.coalesce(t.is_full_time, False))
        columns = {"s_person": t.person_token, "state_from": t.pay_month, "state_to": t.pay_month}
        state = ibis.literal("全日制参保于他处")
        parts.append(_state(t, "k_d34_insured", state=state, employer=t.employer_code, **columns))
    if "D29" in data:
        t = data["D29"]
        t = t.filter(t.answer)
        columns = {"s_person": t.person_token, "state_from": t.tax_month, "state_to": t.tax_month}
        state = ibis.literal("他处扣缴工资薪金")
        parts.append(_state(t, "k_d29", state=state, employer=t.firm_code, **columns))
    states = _union(parts)
    t = pay.join(states, [pay.person_token == states.s_person])
    dead = t.state == "死亡"
    from_month = t.state_from.truncate("M")
    t = t.filter(
        ibis.ifelse(dead, t.pay_month > from_month, t.pay_month >= from_month),
        t.pay_month <= ibis.coalesce(t.state_to, FAR),
        t.employer.isnull() | (t.employer != t.unit_code),
    )
    if "D07.unit" in data:  # a unit that followed another pays its people: not two employers
        follow = data["D07.unit"]
        follow = follow.filter(follow.predecessor_code.notnull())
        follow = follow.select(y_new="unit_code", y_old="predecessor_code").distinct()
        swapped = follow.select(y_new="y_old", y_old="y_new")
        both = follow.union(swapped)
        t = t.anti_join(both, [t.unit_code == both.y_new, t.employer == both.y_old])
    each = t.group_by("person_token", "state", org=t.unit_code).aggregate(
        months=t.pay_month.nunique(),
        paid_yuan=(t.amount / YUAN).mean() * t.pay_month.nunique(),
        period_from=t.pay_month.min(),
        period_to=t.pay_month.max(),
        **{
            key: t[key].collect(distinct=True)
            for key in ("k_d15", "k_d27", "k_d39", "k_d34_insured", "k_d29")
        },
    )
    return each.filter(each.months >= p["months"])


def benefits(data: Data) -> Any:
    """All benefits: person, scheme, org, month, sum, handler and key (support lists, subsidies)."""
    names = ("person", "scheme", "org", "month", "until", "fen", "handler", "k_d16", "k_d38")
    parts = []
    if "D16" in data:
        t = data["D16"]
        parts.append(
            t.mutate(
                person=t.person_token,
                org=ibis.coalesce(t.unit_code, t.region_code),
                month=t.pay_month,
                until=t.pay_month,
                fen=t.amount,
                handler=t.handler_token,
                k_d38=ibis.null("string"),
            ).select(*names)
        )
    if "D38" in data:
        t = data["D38"]
        parts.append(
            t.mutate(
                person=t.person_token,
                org=ibis.coalesce(t.unit_code, t.region_code),
                month=t.from_date,
                until=ibis.coalesce(t.to_date, FAR),
                fen=t.monthly_amount,
                handler=t.handler_token,
                k_d16=ibis.null("string"),
            ).select(*names)
        )
    return _union(parts)


def _means(data: Data, p: Parameters) -> list[Any]:
    """What speaks against need: a firm, a public wage, a car, homes. Holds for the whole time."""
    parts = []
    behind = [t for t in ("D30.firm", "D30.holder", "D30.person") if t in data]
    if behind:
        t = persons_behind(data)
        t = t.filter((t.tie == "法定代表人") | ((t.tie == "股东") & (t.share >= p["share"])))
        keys = {k: t[k] for k in ("k_d30_firm", "k_d30_holder", "k_d30_person")}
        empty = {k: ibis.null("string") for k in _STATE_KEYS if k not in keys}
        t = t.mutate(
            s_person=t.person,
            state=ibis.literal("名下有企业"),
            state_from=t.tie_from,
            state_to=t.tie_to,
            employer=t.firm,
            **empty,
        )
        parts.append(t.select(*_STATE))
    if "D15" in data:
        t = data["D15"]
        columns = {"s_person": t.person_token, "state_from": t.pay_month, "state_to": t.pay_month}
        state = ibis.literal("财政供养人员")
        parts.append(_state(t, "k_d15", state=state, employer=t.unit_code, **columns))
    for table, key, column, bands, words in (
        ("D26", "k_d26", "value_band", ["5万至20万元", "20万元以上"], "名下有车"),
        ("D33", "k_d33", "count_band", ["2", "3及以上"], "名下有多套房"),
    ):
        if table in data:
            t = data[table]
            t = t.filter(t.answer, t[column].isin(bands))
            parts.append(_state(t, key, s_person=t.person_token, state=ibis.literal(words)))
    return parts


@rule("K20")
def wrong_beneficiary(data: Data, p: Parameters) -> Any:
    """Support or subsidy to somebody dead, in prison, with a firm, a public wage, a car or homes."""
    benefit = benefits(data)
    needy = benefit.scheme.re_search(p["needy"])
    states = gone(data)
    parts = [part.mutate(always=ibis.literal(True)) for part in states]
    parts += [part.mutate(always=ibis.literal(False)) for part in _means(data, p)]
    every = _union(parts)
    t = benefit.mutate(needy=needy).join(every, [benefit.person == every.s_person])
    t = t.filter(t.always | t.needy)
    t = t.filter(
        ibis.coalesce(t.state_from, ibis.date(1900, 1, 1)).truncate("M") <= t.until,
        ibis.coalesce(t.state_to, FAR) >= t.month,
        ~((t.state == "死亡") & (t.until <= t.state_from)),
    )
    return t.group_by("org", "scheme", "state").aggregate(
        persons=t.person.nunique(),
        entries=ibis.coalesce(t.k_d16, t.k_d38).nunique(),
        proofs=t.count(),
        amount_yuan=(t.fen / YUAN).max(),
        period_from=t.month.min(),
        period_to=t.state_from.max(),
        **{key: t[key].collect(distinct=True) for key in ("k_d16", "k_d38", *_STATE_KEYS)},
    )


@rule("K21")
def handlers_kin(data: Data, p: Parameters) -> Any:
    """A beneficiary is kin of the official who handles the list, or of a village cadre of the unit."""
    benefit, relatives = benefits(data), kin(data)
    relatives = relatives.select(
        k_person="person", relative="relative", relation="relation", k_d25="k_d25", k_d06="k_d06"
    )
    direct = benefit.filter(benefit.handler.notnull())
    direct = direct.join(
        relatives, [direct.handler == relatives.k_person, direct.person == relatives.relative]
    )
    direct = direct.mutate(role=ibis.literal("经办人"), k_d07_person=ibis.null("string"))
    names = (
        "org",
        "person",
        "scheme",
        "handler",
        "relation",
        "role",
        "month",
        "fen",
        "k_d16",
        "k_d38",
        "k_d25",
        "k_d06",
        "k_d07_person",
    )
    every = direct.select(*names)
    if "D07.person" in data:
        cadre = data["D07.person"]
        cadre = cadre.filter(
            (cadre.staff_kind == "村干部") | ibis.coalesce(cadre.is_handler, False)
        )
        cadre = cadre.select(
            c_person="person_token", c_unit="unit_code", k_d07_person="k_d07_person"
        )
        local = benefit.join(cadre, [benefit.org == cadre.c_unit])
        local = local.join(
            relatives, [local.c_person == relatives.k_person, local.person == relatives.relative]
        )
        local = local.filter(local.handler.isnull() | (local.handler != local.c_person))
        local = local.mutate(handler=local.c_person, role=ibis.literal("村干部或经办岗位人员"))
        every = every.union(local.select(*names))
    return every.group_by("org", "scheme", "handler", "role").aggregate(
        beneficiaries=every.person.nunique(),
        relation=every.relation.min(),
        amount_yuan=(every.fen / YUAN).sum(),
        period_from=every.month.min(),
        period_to=every.month.max(),
        **{
            key: every[key].collect(distinct=True)
            for key in ("k_d16", "k_d38", "k_d25", "k_d06", "k_d07_person")
        },
    )
