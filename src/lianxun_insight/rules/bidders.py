"""Links between bidders of one section (X04, K01–K06)."""

from __future__ import annotations

from functools import reduce
from typing import Any

import ibis
from ibis import _

from lianxun_insight.rules.data import Data, kept
from lianxun_insight.rules.model import Parameters, rule
from lianxun_insight.rules.spacing import spaced, unevenness
from lianxun_insight.rules.views import YUAN, bids, persons_behind

MACHINE = {
    "machine_code": "制作机器码",
    "file_code": "文件创建标识码",
    "lock_no": "加密锁号",
    "mac_address": "网卡地址",
    "cpu_no": "处理器序列号",
    "disk_no": "硬盘序列号",
}
HANDS = {
    "contact_token": "联系人",
    "agent_token": "授权代表",
    "contact_phone_token": "联系电话",
    "email_token": "电子邮箱",
    "address": "联系地址",
}
OTHERS = {
    "manager_token": "项目经理",
    "deposit_account_token": "保证金账户",
    "file_author": "文件作者",
    "ip_address": "上传网络地址",
}
REGISTRY = {
    "legal_rep_token": "法定代表人",
    "controller_token": "实际控制人",
    "phone_token": "登记电话",
    "address_key": "登记住所",
}
EXTRA_KEYS = ("k_d30_firm", "k_d30_holder", "k_d30_person", "k_d34_insured", "k_d20_crew")
_COLUMNS = ("org", "section_id", "bidder_code", "mark_kind", "mark", "period_from", "period_to")
_KEYS = ("k_d20_section", "k_d20_bid")


def marked_bids(data: Data) -> Any:
    """Bids with the columns that carry marks, kept: six rules and their baselines read them many times."""
    wanted = (*_COLUMNS[:3], *_COLUMNS[5:], *_KEYS, "item_class", *MACHINE, *HANDS, *OTHERS)
    return data.once("marked bids", lambda: kept(bids(data).select(*dict.fromkeys(wanted))))


def marks_of(t: Any, columns: dict[str, str]) -> list[Any]:
    """One row per bid and mark: (section, bidder, kind of mark, its value)."""
    empty = {key: ibis.null("string") for key in EXTRA_KEYS}
    return [
        t.filter(t[column].notnull(), t[column].cast("string") != "")
        .mutate(mark_kind=ibis.literal(kind), mark=_[column].cast("string"), **empty)
        .select(*_COLUMNS, *_KEYS, *EXTRA_KEYS)
        for column, kind in columns.items()
    ]


def registered(data: Data, t: Any, columns: dict[str, str]) -> list[Any]:
    """Marks of the bidders in the business registry."""
    if "D30.firm" not in data:
        return []
    firm = data["D30.firm"]
    own = {key: ibis.null("string") for key in EXTRA_KEYS if key != "k_d30_firm"}
    parts = []
    for column, kind in columns.items():
        some = firm.filter(firm[column].notnull()).select(
            f_code="firm_code", mark=column, k_d30_firm="k_d30_firm"
        )
        joined = t.join(some, [t.bidder_code == some.f_code])
        parts.append(
            joined.mutate(mark_kind=ibis.literal(kind), **own).select(
                *_COLUMNS, *_KEYS, *EXTRA_KEYS
            )
        )
    return parts


def _union(parts: list[Any]) -> Any:
    return reduce(lambda a, b: a.union(b), parts)


def between_hubs(marks: Any, hub: int) -> Any:
    """Marks that at least two and at most `hub` firms carry."""
    firms = marks.group_by(m_kind=marks.mark_kind, m=marks.mark).aggregate(
        firms=marks.bidder_code.nunique()
    )
    firms = firms.filter(firms.firms >= 2, firms.firms <= hub)
    return marks.semi_join(firms, [marks.mark_kind == firms.m_kind, marks.mark == firms.m])


def shared_marks(marks: Any, hub: int) -> Any:
    """Sections in which two and more bidders share a mark; marks of more than `hub` firms are out.

    A mark that very many firms carry belongs to an agent or a public network and says nothing. `proofs`
    counts the rows that show a shared mark: a registry row that shows a second one is not idle.
    """
    marks = between_hubs(marks, hub)
    each = marks.group_by("org", "section_id", "mark_kind", "mark").aggregate(
        bidders=marks.bidder_code.nunique()
    )
    each = each.filter(each.bidders >= 2).select(
        e_section="section_id", e_kind="mark_kind", e_mark="mark"
    )
    t = marks.join(
        each,
        [
            marks.section_id == each.e_section,
            marks.mark_kind == each.e_kind,
            marks.mark == each.e_mark,
        ],
    )
    return t.group_by("org", "section_id").aggregate(
        bidders=t.bidder_code.nunique(),
        proofs=t.count(),
        kinds=t.mark_kind.nunique(),
        kind_names=t.mark_kind.collect(distinct=True),
        period_from=t.period_from.max(),
        period_to=t.period_to.max(),
        **{key: t[key].collect(distinct=True) for key in (*_KEYS, *EXTRA_KEYS)},
    )


def named(rows: list[dict[str, Any]], _p: Parameters) -> list[dict[str, Any]]:
    """The kinds of marks as one sorted text (arrays have no order on any backend)."""
    return [{**row, "shared": "、".join(sorted(row["kind_names"]))} for row in rows]


@rule("X04", finish="named")
def linked_bidders(data: Data, p: Parameters) -> Any:
    """Any personal, account or network mark in common."""
    t = marked_bids(data)
    parts = marks_of(t, HANDS | OTHERS) + registered(data, t, REGISTRY)
    return shared_marks(_union(parts), p["hub"])


@rule("K01", finish="named")
def same_machine(data: Data, p: Parameters) -> Any:
    """Marks of the computer on which bids were made."""
    return shared_marks(_union(marks_of(marked_bids(data), MACHINE)), p["hub"])


@rule("K02", finish="named")
def same_hands(data: Data, p: Parameters) -> Any:
    """Contact, agent, phone, mail, address in common, or contacts insured by one employer."""
    t = marked_bids(data)
    parts = marks_of(t, HANDS) + registered(data, t, {"phone_token": "登记电话"})
    if "D34.insured" in data:
        parts += _employed(data, t, ("contact_token", "agent_token"), "经办人参保单位")
    return shared_marks(_union(parts), p["hub"])


def _employed(data: Data, t: Any, columns: tuple[str, ...], kind: str) -> list[Any]:
    """Mark = employer at which a person of the bid is insured (within a year of the opening)."""
    work = data["D34.insured"].select(
        w_person="person_token",
        mark="employer_code",
        w_month="pay_month",
        k_d34_insured="k_d34_insured",
    )
    empty = {key: ibis.null("string") for key in EXTRA_KEYS if key != "k_d34_insured"}
    parts = []
    for column in columns:
        joined = t.join(work, [t[column] == work.w_person])
        days = joined.period_to.delta(joined.w_month, unit="day")
        joined = joined.filter(days.abs() <= 366)
        first = joined.group_by(*_COLUMNS[:3], "mark", *_COLUMNS[5:], *_KEYS).aggregate(
            k_d34_insured=joined.k_d34_insured.min()
        )
        parts.append(
            first.mutate(mark_kind=ibis.literal(kind), **empty).select(
                *_COLUMNS, *_KEYS, *EXTRA_KEYS
            )
        )
    return parts


@rule("K03", finish="named")
def common_owner(data: Data, p: Parameters) -> Any:
    """Holder, controller or representative in common within three layers."""
    t = marked_bids(data)
    behind = persons_behind(data)
    behind = behind.filter((behind.tie != "股东") | (behind.share >= p["share"]))
    behind = behind.filter(behind.tie.isin(["股东", "法定代表人", "实际控制人"]))
    behind = behind.select(
        b_firm="firm",
        mark="person",
        mark_kind="tie",
        k_d30_firm="k_d30_firm",
        k_d30_holder="k_d30_holder",
        k_d30_person="k_d30_person",
    )
    joined = t.join(behind, [t.bidder_code == behind.b_firm])
    empty = {"k_d34_insured": ibis.null("string"), "k_d20_crew": ibis.null("string")}
    parts = [joined.mutate(**empty).select(*_COLUMNS, *_KEYS, *EXTRA_KEYS)]
    parts += registered(data, t, {"controller_code": "控制企业"})
    return shared_marks(_union(parts), p["hub"])


@rule("K04", finish="named")
def same_crew(data: Data, p: Parameters) -> Any:
    """Project manager or staff in several bids of a section, or insured at another bidder."""
    t = marked_bids(data)
    parts = marks_of(t, {"manager_token": "项目班子"})
    if "D20.crew" in data:
        crew = data["D20.crew"].select(
            c_section="section_id",
            c_bidder="bidder_code",
            mark="person_token",
            k_d20_crew="k_d20_crew",
        )
        joined = t.join(crew, [t.section_id == crew.c_section, t.bidder_code == crew.c_bidder])
        empty = {key: ibis.null("string") for key in EXTRA_KEYS if key != "k_d20_crew"}
        parts.append(
            joined.mutate(mark_kind=ibis.literal("项目班子"), **empty).select(
                *_COLUMNS, *_KEYS, *EXTRA_KEYS
            )
        )
    if "D34.insured" in data:
        parts += _insured_elsewhere(data, t)
    return shared_marks(_union(parts), p["hub"])


def _insured_elsewhere(data: Data, t: Any) -> list[Any]:
    """The manager of one bidder is insured at another bidder of the section: both get the mark."""
    employed = _employed(data, t, ("manager_token",), "项目经理参保于其他投标人")[0]
    other = t.select(o_section="section_id", o_bidder="bidder_code", o_key="k_d20_bid")
    crossed = employed.join(
        other,
        [
            employed.section_id == other.o_section,
            employed.mark == other.o_bidder,
            employed.bidder_code != other.o_bidder,
        ],
    )
    mine = crossed.select(*_COLUMNS, *_KEYS, *EXTRA_KEYS)
    theirs = crossed.mutate(bidder_code=crossed.o_bidder, k_d20_bid=crossed.o_key)
    return [mine, theirs.select(*_COLUMNS, *_KEYS, *EXTRA_KEYS)]


@rule("K05")
def price_pattern(data: Data, p: Parameters) -> Any:
    """Equal steps or ratio, a spread of at most half a per cent, or identical errors."""
    t = bids(data)
    t = t.filter(t.bid_price > 0, ~ibis.coalesce(t.price_controlled, False))
    t = spaced(t)
    each = t.group_by("org", "section_id").aggregate(
        offers=t.count(),
        spread=t.bid_price.max() / t.bid_price.min() - 1.0,
        **unevenness(t),
        errors=t.quote_errors.count(),
        error_kinds=t.quote_errors.nunique(),
        lowest_yuan=t.bid_price.min() / YUAN,
        period_from=t.period_from.max(),
        period_to=t.period_to.max(),
        k_d20_section=t.k_d20_section.max(),
        k_d20_bid=t.k_d20_bid.collect(distinct=True),
    )
    regular = (each.step_cv < p["cv"]) | (each.ratio_cv < p["cv"])
    many = each.offers >= p["offers"]
    each = each.mutate(same_errors=each.errors - each.error_kinds)
    return each.filter(
        (many & ibis.coalesce(regular, False))
        | (many & (each.spread <= p["spread"]))
        | (each.same_errors >= 1)
    )


@rule("K06", finish="named")
def one_purse(data: Data, p: Parameters) -> Any:
    """Deposits of several bidders from one account."""
    return shared_marks(
        _union(marks_of(marked_bids(data), {"deposit_account_token": "保证金账户"})), p["hub"]
    )
