"""Relations between officials and suppliers (X01–X03, X07, K12–K14).

Each is a typed pattern joined meet-in-the-middle on (unit, person): who works where (and their kin)
on one side, who stands behind the suppliers of the unit on the other. Never a free path search.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import ibis
from ibis import _

from lianxun_insight.rules.data import Data, kept
from lianxun_insight.rules.model import Parameters, rule
from lianxun_insight.rules.views import YUAN, officials, persons_behind, tenders, wins

FAR = ibis.date(2999, 12, 31)
TIE_KEYS = ("k_d30_firm", "k_d30_holder", "k_d30_person", "k_d34_insured")
WIN_KEYS = ("k_d14_contract", "k_d24")
POST_KEYS = ("k_d04_post", "k_d07_person")


def kin(data: Data) -> Any:
    """Answered questions about kin: person, relative, relation, both keys."""
    parts = []
    names = ("person", "relative", "relation", "k_d25", "k_d06")
    if "D25" in data:
        t = data["D25"]
        t = t.filter(t.answer)
        for a, b in (("person_a_token", "person_b_token"), ("person_b_token", "person_a_token")):
            parts.append(
                t.mutate(person=t[a], relative=t[b], k_d06=ibis.null("string")).select(*names)
            )
    if "D06" in data:
        t = data["D06"]
        t = t.filter(t.answer, t.relative_token.notnull(), t.relation != "本人")
        parts.append(
            t.mutate(
                person=t.person_token, relative=t.relative_token, k_d25=ibis.null("string")
            ).select(*names)
        )
    result = parts[0]
    for part in parts[1:]:
        result = result.union(part)
    return result


def supplied(data: Data) -> Any:
    """Contracts summed per unit and supplier stay single here: one row per contract, renamed."""
    t = wins(data)
    return t.select("org", "supplier", "won_on", "amount", "contract", *WIN_KEYS)


def strong_ties(data: Data, share: float, among: Any = None) -> Any:
    """Persons behind firms: any office, or a holding of at least `share` by product of shares."""
    t = persons_behind(data, among)
    t = t.filter((t.tie != "股东") | (t.share >= share))
    if "D30.firm" in data:
        firm = data["D30.firm"]
        outside = firm.filter(
            ibis.coalesce(firm.is_listed, False) | ibis.coalesce(firm.is_state_owned, False)
        ).select(o_firm="firm_code")
        t = t.anti_join(outside, [t.firm == outside.o_firm])
    return t.mutate(k_d34_insured=ibis.null("string"))


def _recused(data: Data, t: Any, kinds: tuple[str, ...]) -> Any:
    """Rows without a declaration of the person about the firm or the unit before the contract."""
    if "D04.declaration" not in data:
        return t
    d = data["D04.declaration"]
    d = d.filter(d.kind.isin(kinds))
    d = d.select(
        d_person="person_token",
        d_unit="unit_code",
        d_firm="firm_code",
        d_on=ibis.coalesce(d.approved_on, d.declared_on),
    )
    firms, units = d.filter(d.d_firm.notnull()), d.filter(d.d_firm.isnull())
    t = t.anti_join(
        firms,
        [t.official == firms.d_person, t.supplier == firms.d_firm, t.won_on >= firms.d_on],
    )
    return t.anti_join(
        units, [t.official == units.d_person, t.org == units.d_unit, t.won_on >= units.d_on]
    )


def _summed(t: Any, by: tuple[str, ...], keys: tuple[str, ...]) -> Any:
    """One row per relation: its contracts once each, all keys, the closest tie.

    `proofs` counts the ways in which the records show the relation (post, kin and tie together).
    Two registers may both show it; each row is then one proof, so none of the listed rows is idle.
    """
    proofs = [t[key].fill_null("") for key in keys if key not in WIN_KEYS]
    shown = proofs[0]
    for proof in proofs[1:]:
        shown = shown + ibis.literal("|") + proof
    t = t.mutate(shown=shown)
    return t.group_by("org", *by, supplier_code=t.supplier).aggregate(
        contracts=t.contract.nunique(),
        proofs=t.shown.nunique(),
        total_yuan=_distinct_sum(t),
        tie=t.tie.min(),
        hops=t.hops.min(),
        share=t.share.max(),
        period_from=t.won_on.min(),
        period_to=t.won_on.max(),
        **{key: t[key].collect(distinct=True) for key in keys},
    )


def _distinct_sum(t: Any) -> Any:
    """Sum over contracts in yuan although joins repeat a contract: mean per row times contracts."""
    return (t.amount / YUAN / t.repeats).sum()


def _with_repeats(t: Any, *by: str) -> Any:
    """How often each contract stands in its relation after the joins."""
    return t.mutate(
        repeats=t.count().over(ibis.window(group_by=["org", *by, "supplier", "contract"]))
    )


def _in_term(t: Any) -> Any:
    return t.filter(t.won_on >= t.post_from, t.won_on <= ibis.coalesce(t.post_to, FAR))


def right_side(
    data: Data, ties: Callable[[Any], Any], left: Any, person: str, *, few: bool = False
) -> Any:
    """Contracts and ties of the persons behind the suppliers of a unit, for pairs of the left side.

    `left` has `org` and the column `person`; `ties` gives the ties of the persons of a table (None:
    of all). First only identifiers meet on (unit, person), which streams; the few pairs that meet are
    kept in a temporary table, so that an optimiser knows how few they are when it fetches their
    contracts and ties. `few`: the left side is a small part of all persons, so that choosing them
    before the holdings are followed pays; for whole staffs it costs more than it saves.
    """
    won = supplied(data)
    pairs = left.select(l_org="org", l_person=person)
    if few:
        pairs = kept(pairs.distinct())
    supplies = won.select(m_org="org", m_supplier="supplier").distinct()
    behind = ties(pairs if few else None).select(m_firm="firm", m_person="person")
    met = supplies.join(behind, [supplies.m_supplier == behind.m_firm])
    met = met.semi_join(pairs, [met.m_org == pairs.l_org, met.m_person == pairs.l_person])
    met = kept(met.select("m_org", "m_supplier", "m_person").distinct())
    tie = ties(met.select(l_person="m_person").distinct())
    t = met.join(won, [met.m_org == won.org, met.m_supplier == won.supplier]).drop("org")
    t = t.join(tie, [t.m_supplier == tie.firm, t.m_person == tie.person])
    return t.drop("m_supplier", "firm", "person").rename(r_org="m_org", r_person="m_person")


@rule("X01", "K12")
def relatives_firm(data: Data, p: Parameters) -> Any:
    """A relative of an official stands behind a supplier of the official's unit, in the term."""
    posts, relatives = officials(data), kin(data)
    posts = posts.filter(posts.leader | posts.buys | posts.k_d04_post.notnull())
    left = posts.join(relatives, [posts.person == relatives.person])
    right = right_side(data, partial(strong_ties, data, p["share"]), left, "relative")
    t = left.join(right, [left.org == right.r_org, left.relative == right.r_person])
    t = _in_term(t).mutate(official=_.person)
    t = _recused(data, t, ("任职回避", "公务回避"))
    t = _with_repeats(t, "official", "relative")
    keys = (*POST_KEYS, "k_d25", "k_d06", *TIE_KEYS[:3], *WIN_KEYS)
    found = _summed(t.mutate(relation=_.relation), ("official", "relative", "relation"), keys)
    return found.filter(found.total_yuan >= p["yuan"])


@rule("X02")
def own_firm(data: Data, p: Parameters) -> Any:
    """A member of staff stands behind a supplier of the own unit."""
    left = officials(data)
    right = right_side(data, partial(strong_ties, data, p["share"]), left, "person")
    t = left.join(right, [left.org == right.r_org, left.person == right.r_person])
    t = _in_term(t).mutate(official=_.person)
    t = _with_repeats(t, "official")
    return _summed(t, ("official",), (*POST_KEYS, *TIE_KEYS[:3], *WIN_KEYS))


def dated_ties(data: Data, share: float, among: Any = None) -> Any:
    """Ties with a beginning: offices and holdings of D30, insured employment of D34."""
    t = strong_ties(data, share, among)
    names = ("firm", "person", "tie", "share", "tie_from", "hops", *TIE_KEYS)
    t = t.filter(t.tie_from.notnull()).select(*names)
    if "D34.insured" not in data:
        return t
    work = data["D34.insured"]
    if among is not None:
        work = work.semi_join(among, [work.person_token == among.l_person])
    work = work.group_by(firm=work.employer_code, person=work.person_token).aggregate(
        tie_from=work.pay_month.min(), k_d34_insured=work.k_d34_insured.min()
    )
    null = ibis.null("string")
    work = work.mutate(
        tie=ibis.literal("参保职工"),
        share=ibis.null("float64"),
        hops=ibis.literal(0, "int64"),
        k_d30_firm=null,
        k_d30_holder=null,
        k_d30_person=null,
    )
    return t.union(work.select(*names))


@rule("X03", "K13")
def revolving_door(data: Data, p: Parameters) -> Any:
    """Left the unit, then joined or bought a supplier within the cooling period, which won again."""
    posts = officials(data)
    left = posts.filter(posts.post_to.notnull())
    right = right_side(data, partial(dated_ties, data, p["share"]), left, "person", few=True)
    t = left.join(right, [left.org == right.r_org, left.person == right.r_person])
    months = t.leader.ifelse(
        p.limits.expression("cooling_months_leader", t.post_to),
        p.limits.expression("cooling_months_other", t.post_to),
    )
    days = t.tie_from.delta(t.post_to, unit="day")
    t = t.mutate(days_after=days, allowed_days=months * 30.4375)
    t = t.filter(
        t.days_after >= 0,
        t.days_after <= t.allowed_days,
        t.won_on >= t.post_to,
        t.won_on.delta(t.post_to, unit="day") <= t.allowed_days,
    )
    still = posts.filter(posts.post_to.isnull()).select(s_person="person", s_org="org")
    t = t.anti_join(still, [t.person == still.s_person, t.org == still.s_org])
    t = _recused(data, t.mutate(official=_.person), ("离职从业批准",))
    t = _with_repeats(t, "official")
    found = _summed(
        t.mutate(after=t.days_after), ("official", "after"), (*POST_KEYS, *TIE_KEYS, *WIN_KEYS)
    )
    return found.mutate(days_after=found.after)


@rule("K14")
def buyer_from_seller(data: Data, p: Parameters) -> Any:
    """Procurement staff employed by, officer or holder of a supplier within three years before."""
    posts = officials(data)
    left = posts.filter(posts.buys)
    right = right_side(data, partial(dated_ties, data, p["share"]), left, "person", few=True)
    t = _in_term(left.join(right, [left.org == right.r_org, left.person == right.r_person]))
    days = t.won_on.delta(t.tie_from, unit="day")
    t = t.mutate(official=t.person).filter(days >= 0, days <= p["years"] * 366)
    t = _recused(data, t, ("公务回避", "任职回避"))
    t = _with_repeats(t, "official")
    return _summed(t, ("official",), (*POST_KEYS, *TIE_KEYS, *WIN_KEYS))


@rule("X07")
def timed_change(data: Data, p: Parameters) -> Any:
    """Owner or representative of the winner changed around the tender; the person is tied to the unit."""
    call = tenders(data)
    call = call.filter(call.winner_code.notnull(), call.deadline.notnull())
    change = data["D30.change"]
    change = change.filter(change.item.isin(["股东", "法定代表人"]))
    sides = [
        change.filter(change[column].notnull()).select(
            "change_date",
            "k_d30_change",
            c_firm="firm_code",
            moved=column,
            direction=ibis.literal(direction),
        )
        for column, direction in (("before_token", "退出"), ("after_token", "进入"))
    ]
    moves = sides[0].union(sides[1])
    t = call.join(moves, [call.winner_code == moves.c_firm])
    before = t.deadline.delta(t.change_date, unit="day")
    after = t.change_date.delta(ibis.coalesce(t.award_date, t.deadline), unit="day")
    near = ((before >= 0) & (before <= p["days"])) | ((after >= 0) & (after <= p["days"]))
    t = t.filter(near)
    posts = officials(data).select(
        tied="person",
        unit="org",
        relation=ibis.literal("本人"),
        k_d25=ibis.null("string"),
        k_d06=ibis.null("string"),
        k_d04_post="k_d04_post",
        k_d07_person="k_d07_person",
        official="person",
    )
    if "D25" in data or "D06" in data:
        known = kin(data)
        people = officials(data)
        relatives = people.join(known, [people.person == known.person])
        posts = posts.union(
            relatives.select(
                tied="relative",
                unit="org",
                relation="relation",
                k_d25="k_d25",
                k_d06="k_d06",
                k_d04_post="k_d04_post",
                k_d07_person="k_d07_person",
                official="person",
            )
        )
    t = t.join(posts, [t.org == posts.unit, t.moved == posts.tied])
    return t.group_by("org", "tender_id", "winner_code", "official", "moved").aggregate(
        direction=t.direction.min(),
        relation=t.relation.min(),
        proofs=t.count(),
        days_before=t.deadline.delta(t.change_date, unit="day").max(),
        period_from=t.change_date.min(),
        period_to=t.award_date.max(),
        **{
            key: t[key].collect(distinct=True)
            for key in (
                "k_d14_project",
                "k_d20_section",
                "k_d30_change",
                "k_d25",
                "k_d06",
                "k_d04_post",
                "k_d07_person",
            )
        },
    )
