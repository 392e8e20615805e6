"""Tables put together from several classes, used by many rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ibis

from lianxun_insight.rules.data import Data

OPEN = ("公开招标", "邀请招标")
COMPETITIVE = (*OPEN, "竞争性谈判", "竞争性磋商", "询价", "框架协议")
REJECTED = ("否决", "无效")
YUAN = 100.0
"""Fen in one yuan: money columns are fen, values of hits are yuan."""

_SHARED = (
    "tender_id",
    "org",
    "agency_code",
    "method",
    "item_class",
    "region_code",
    "budget",
    "ceiling_price",
    "notice_date",
    "deadline",
    "award_date",
    "winner_code",
    "award_price",
    "urgent",
    "relaunch_of",
    "criteria_length",
    "k_d14_project",
    "k_d20_section",
)


def _sections(data: Data) -> Any:
    t = data["D20.section"]
    return t.mutate(
        tender_id=t.section_id,
        org=t.tenderer_code,
        deadline=t.bid_deadline.date(),
        urgent=ibis.coalesce(t.is_urgent, False),
        k_d14_project=ibis.null("string"),
    ).select(*_SHARED)


def _projects(data: Data) -> Any:
    t = data["D14.project"]
    if "D20.section" in data:
        sections = data["D20.section"].select(of_project="project_id").distinct()
        t = t.anti_join(sections, [t.project_id == sections.of_project])
    return t.mutate(
        tender_id=t.project_id,
        org=t.buyer_code,
        deadline=t.bid_deadline.date(),
        urgent=ibis.coalesce(t.is_urgent, False),
        k_d20_section=ibis.null("string"),
    ).select(*_SHARED)


def tenders(data: Data) -> Any:
    """All calls: sections of public resource trading, and procurement projects without a section."""
    if "D20.section" not in data:
        return _projects(data)
    if "D14.project" not in data:
        return _sections(data)
    return _sections(data).union(_projects(data))


def bids(data: Data) -> Any:
    """Bids joined to their section: bid columns, section columns, both keys; withdrawn ones out."""
    section = data["D20.section"]
    section = section.select(
        section="section_id",
        org="tenderer_code",
        agency_code="agency_code",
        item_class="item_class",
        method="method",
        trade_kind="trade_kind",
        notice_date="notice_date",
        bid_deadline="bid_deadline",
        opened_at="opened_at",
        award_date="award_date",
        winner_code="winner_code",
        award_price="award_price",
        ceiling_price="ceiling_price",
        price_only="price_only",
        price_controlled="price_controlled",
        is_framework="is_framework",
        criteria_length="criteria_length",
        region_code="region_code",
        k_d20_section="k_d20_section",
    )
    bid = data["D20.bid"]
    bid = bid.filter(bid.status != "撤回").drop("rank")
    joined = bid.join(section, [bid.section_id == section.section])
    return joined.mutate(
        valid=joined.status == "有效",
        won=ibis.coalesce(joined.is_winner, joined.bidder_code == joined.winner_code, False),
        period_from=ibis.coalesce(joined.notice_date, joined.award_date),
        period_to=ibis.coalesce(joined.award_date, joined.bid_deadline.date()),
    )


def wins(data: Data) -> Any:
    """Who supplied whom: contracts of public bodies (D14) and purchases of state firms (D24).

    Columns: org, supplier, won_on, amount (fen), method, item_class, contract, and both keys.
    """
    parts = []
    names = ("org", "supplier", "won_on", "amount", "method", "item_class", "contract")
    keys = ("k_d14_contract", "k_d24")
    if "D14.contract" in data:
        t = data["D14.contract"]
        parts.append(
            t.mutate(
                org=t.buyer_code,
                supplier=t.supplier_code,
                won_on=t.sign_date,
                contract=t.contract_id,
                k_d24=ibis.null("string"),
            ).select(*names, *keys)
        )
    if "D24" in data:
        t = data["D24"]
        parts.append(
            t.filter(t.direction == "采购")
            .mutate(
                org=t.firm_code,
                supplier=t.party_code,
                won_on=t.sign_date,
                method=ibis.null("string"),
                item_class=t.goods,
                contract=t.contract_id,
                k_d14_contract=ibis.null("string"),
            )
            .select(*names, *keys)
        )
    return parts[0] if len(parts) == 1 else parts[0].union(parts[1])


def persons_behind(data: Data, among: Any = None) -> Any:
    """Persons behind a firm: legal representative, controller, holders and officers.

    Columns: firm, person, tie, share (of a holder, else null), tie_from, tie_to, key columns. Holders
    reach through one or two holding firms with the product of the shares. `among` (a table with the
    column `l_person`) limits the persons before the holdings are followed.
    """

    def chosen(table: Any, column: str) -> Any:
        return table if among is None else table.semi_join(among, [table[column] == among.l_person])

    parts = []
    names = ("firm", "person", "tie", "share", "tie_from", "tie_to")
    keys = ("k_d30_firm", "k_d30_holder", "k_d30_person", "hops")

    def shaped(table: Any, **columns: Any) -> Any:
        texts = {key: columns.pop(key, ibis.null("string")) for key in keys[:3]}
        hops = columns.pop("hops", ibis.literal(0, "int64"))
        return table.mutate(**columns, **texts, hops=hops).select(*names, *keys)

    null_share, null_date = ibis.null("float64"), ibis.null("date")
    if "D30.firm" in data:
        t = data["D30.firm"]
        for column, tie in (("legal_rep_token", "法定代表人"), ("controller_token", "实际控制人")):
            some = chosen(t.filter(t[column].notnull()), column)
            parts.append(
                shaped(
                    some,
                    firm=some.firm_code,
                    person=some[column],
                    tie=ibis.literal(tie),
                    share=null_share,
                    tie_from=null_date,
                    tie_to=null_date,
                    k_d30_firm=some.k_d30_firm,
                )
            )
    if "D30.person" in data:
        t = data["D30.person"]
        t = chosen(t.filter(~t.role.isin(["员工", "联络员"])), "person_token")
        parts.append(
            shaped(
                t,
                firm=t.firm_code,
                person=t.person_token,
                tie=t.role,
                share=null_share,
                tie_from=t.from_date,
                tie_to=t.to_date,
                k_d30_person=t.k_d30_person,
            )
        )
    if "D30.holder" in data:
        parts += [shaped(part, **columns) for part, columns in _holders(data, chosen)]
    result = parts[0]
    for part in parts[1:]:
        result = result.union(part)
    return result


def _holders(data: Data, chosen: Callable[[Any, str], Any]) -> list[tuple[Any, dict[str, Any]]]:
    """Natural holders directly, through one and through two holding firms."""
    t = data["D30.holder"]
    natural = chosen(t.filter(t.holder_token.notnull()), "holder_token").select(
        firm="firm_code",
        person="holder_token",
        share="share",
        tie_from="from_date",
        tie_to="to_date",
        k_d30_holder="k_d30_holder",
    )
    owned = t.filter(t.holder_code.notnull()).select(
        upper="firm_code", lower="holder_code", part="share", edge="k_d30_holder"
    )
    found = [(natural, 0)]
    reached = natural
    for hops in (1, 2):
        step = owned.join(reached, [owned.lower == reached.firm])
        reached = step.mutate(
            share=ibis.coalesce(step.part, 0.0) * ibis.coalesce(step.share, 0.0),
            k_d30_holder=step.edge + "\n" + step.k_d30_holder,
        ).select(
            firm="upper",
            person="person",
            share="share",
            tie_from="tie_from",
            tie_to="tie_to",
            k_d30_holder="k_d30_holder",
        )
        found.append((reached, hops))
    return [
        (
            table,
            {
                "firm": table.firm,
                "person": table.person,
                "tie": ibis.literal("股东"),
                "share": table.share,
                "tie_from": table.tie_from,
                "tie_to": table.tie_to,
                "k_d30_holder": table.k_d30_holder,
                "hops": ibis.literal(hops, "int64"),
            },
        )
        for table, hops in found
    ]


def officials(data: Data) -> Any:
    """Posts and permanent staff: person, org, from, to (null = still), leader, both keys.

    Leaders and staff with power over money or procurement come from D04, the rest from D07.
    """
    parts = []
    names = ("person", "org", "post", "post_from", "post_to", "leader", "buys", "handles")
    keys = ("k_d04_post", "k_d07_person")
    if "D04.post" in data:
        t = data["D04.post"]
        parts.append(
            t.mutate(
                person=t.person_token,
                org=t.unit_code,
                post_from=t.from_date,
                post_to=t.to_date,
                leader=ibis.coalesce(t.is_leader, False),
                buys=ibis.coalesce(t.power_scope, "").contains("采购"),
                handles=ibis.literal(False),
                k_d07_person=ibis.null("string"),
            ).select(*names, *keys)
        )
    if "D07.person" in data:
        t = data["D07.person"]
        parts.append(
            t.mutate(
                person=t.person_token,
                org=t.unit_code,
                post_from=t.from_date,
                post_to=t.to_date,
                leader=ibis.literal(False),
                buys=ibis.coalesce(t.is_procurement, False),
                handles=ibis.coalesce(t.is_handler, False),
                k_d04_post=ibis.null("string"),
            ).select(*names, *keys)
        )
    return parts[0] if len(parts) == 1 else parts[0].union(parts[1])
