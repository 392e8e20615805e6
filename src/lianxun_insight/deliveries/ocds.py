"""OCDS deliveries: releases, records or compiled releases become rows of D14 and D20 tables.

Mapping of OCDS 1.1 with the bids extension. One release gives one project row, and a section row per
lot where lots are used. Sums in another currency are left as written, so that the check names them:
a rate of exchange would be a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, BinaryIO, Final

from lianxun_insight.deliveries.issues import DeliveryError
from lianxun_insight.deliveries.readers import BATCH_ROWS, Batch, Cell, cell_text
from lianxun_insight.identifiers.org_code import check_org_code
from lianxun_insight.read.encoding import detect
from lianxun_insight.read.plain import json_value
from lianxun_insight.schemas import Table

_METHODS: Final = {
    "open": "公开招标",
    "selective": "邀请招标",
    "limited": "竞争性谈判",
    "direct": "单一来源",
}
_BID_STATUS: Final = {
    "valid": "有效",
    "disqualified": "否决",
    "withdrawn": "撤回",
    "pending": "有效",
    "invited": "无效",
    "invalid": "无效",
}
_STATUS: Final = {
    "complete": "已成交",
    "cancelled": "终止",
    "unsuccessful": "废标",
    "active": "进行中",
}
_REGISTER: Final = re.compile(r"[A-Z]{2}-[^-]+-.")
Row = dict[str, Any]


def read_ocds(file: BinaryIO, path: str, table: Table) -> Iterator[Batch]:
    """Rows of `table` out of an OCDS file; tables OCDS cannot fill are refused.

    Rows are numbered as they come out, because several may stand in one line: a number names one row.
    """
    make = _MAKERS.get(table.id)
    if make is None:
        known = "、".join(_MAKERS)
        raise DeliveryError(f"文件 {path}:OCDS 数据只能报送到 {known}，不能报送到 {table.id}")
    headings = tuple(field.name for field in table.fields)
    rows: list[list[Cell]] = []
    broken: list[tuple[int, str, list[Cell]]] = []
    number = 0
    numbers: list[int] = []
    for place, release in enumerate(_releases(file, path), 1):
        if not isinstance(release, dict) or not release.get("ocid"):
            number += 1
            broken.append((number, f"第 {place} 个发布不是 OCDS 发布记录(缺 ocid)", []))
            continue
        for row in make(release):
            number += 1
            rows.append([cell_text(row.get(name)) for name in headings])
            numbers.append(number)
        if len(rows) + len(broken) >= BATCH_ROWS:
            yield Batch(headings, rows, numbers, tuple(broken))
            rows, numbers, broken = [], [], []
    yield Batch(headings, rows, numbers, tuple(broken))


def _releases(file: BinaryIO, path: str) -> Iterator[Any]:
    """Compiled releases of a JSON document or of JSON lines."""
    from lianxun_insight.rules.ocds.packages import releases_in

    if not path.endswith((".jsonl", ".ndjson")):
        data = file.read()
        try:
            document = json_value(data.decode(detect(data)[0]))
        except ValueError as error:
            raise DeliveryError(f"文件 {path} 不是完整的 JSON({error})，请重新导出") from None
        yield from releases_in(document)
        return
    for line in file:
        if line.strip():
            try:
                yield json_value(line)
            except ValueError:
                yield None


def _get(source: Any, *path: str) -> Any:
    for name in path:
        source = source.get(name) if isinstance(source, Mapping) else None
    return source


def _list(source: Any, name: str) -> list[Mapping[str, Any]]:
    value = _get(source, name)
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _money(value: Any) -> str | None:
    amount = _get(value, "amount")
    if amount is None:
        return None
    currency = _get(value, "currency") or "CNY"
    text = f"{amount:.2f}" if isinstance(amount, float) else str(amount)
    return text if currency == "CNY" else f"{text} {currency}"


def _code(party: Any) -> str | None:
    """Identifier of an organisation: a Chinese code as it is, others as `CC-SCHEME-number`.

    Where a publisher gives no register, the id of the party itself is kept under `OC-ID-`.
    """
    identifier = _get(party, "identifier")
    scheme, number = _get(identifier, "scheme"), _get(identifier, "id")
    if number and (scheme in ("CN-USCC", "CN-SAIC") or check_org_code(str(number)).valid):
        return str(number)
    if number and scheme:
        text = str(number) if str(number).startswith(f"{scheme}-") else f"{scheme}-{number}"
        return text if _REGISTER.match(text) else f"OC-{'_'.join(str(scheme).split())}-{number}"
    plain = _get(party, "id")
    if plain is None or check_org_code(str(plain)).valid:
        return None if plain is None else str(plain)
    return f"OC-ID-{plain}"


def _parties(release: Mapping[str, Any]) -> Callable[[Any], tuple[str | None, str | None]]:
    known = {party.get("id"): party for party in _list(release, "parties")}

    def look_up(reference: Any) -> tuple[str | None, str | None]:
        party = known.get(_get(reference, "id")) or reference
        return _code(party), _get(party, "name") or _get(reference, "name")

    return look_up


def _method(tender: Any) -> str:
    detail = str(_get(tender, "procurementMethodDetails") or "")
    for name in (
        "公开招标",
        "邀请招标",
        "竞争性谈判",
        "竞争性磋商",
        "询价",
        "单一来源",
        "框架协议",
    ):
        if name in detail:
            return name
    return _METHODS.get(str(_get(tender, "procurementMethod")), "其他")


def _winner(release: Mapping[str, Any], lot: str | None = None) -> Row:
    look_up = _parties(release)
    for award in _list(release, "awards"):
        lots = award.get("relatedLots")
        if award.get("status", "active") == "active" and (lot is None or not lots or lot in lots):
            suppliers = _list(award, "suppliers")
            code, name = look_up(suppliers[0]) if suppliers else (None, None)
            return {
                "winner_code": code,
                "winner_name": name,
                "award_price": _money(award.get("value")),
                "award_date": award.get("date"),
            }
    return {}


def _tender(release: Mapping[str, Any]) -> Row:
    tender = _get(release, "tender") or {}
    look_up = _parties(release)
    buyer = _get(release, "buyer") or _get(tender, "procuringEntity")
    code, name = look_up(buyer)
    items = _list(tender, "items")
    return {
        "project_id": release["ocid"],
        "project_name": tender.get("title"),
        "buyer_code": code,
        "buyer_name": name,
        "tenderer_code": code,
        "tenderer_name": name,
        "method": _method(tender),
        "item_class": _get(items[0], "classification", "id") if items else None,
        "budget": _money(_get(release, "planning", "budget", "amount"))
        or _money(tender.get("value")),
        "notice_date": _get(tender, "tenderPeriod", "startDate"),
        "bid_deadline": _get(tender, "tenderPeriod", "endDate"),
        "opened_at": _get(tender, "bidOpening", "date"),
        "price_only": {"priceOnly": "是", "lowestCost": "是"}.get(str(tender.get("awardCriteria"))),
        "status": _STATUS.get(str(tender.get("status"))),
    }


def _projects(release: Mapping[str, Any]) -> Iterable[Row]:
    yield _tender(release) | _winner(release)


def _sections(release: Mapping[str, Any]) -> Iterable[Row]:
    base = _tender(release)
    lots = _list(_get(release, "tender"), "lots")
    if base["status"] == "废标":
        base["status"] = "流标"
    if not lots:
        yield base | _winner(release) | {"section_id": release["ocid"]}
    for lot in lots:
        part = {
            "section_id": f"{release['ocid']}/{lot.get('id')}",
            "section_name": lot.get("title"),
        }
        value = {"budget": _money(lot.get("value"))} if lot.get("value") else {}
        yield base | _winner(release, lot.get("id")) | part | value


def _bids(release: Mapping[str, Any]) -> Iterable[Row]:
    look_up = _parties(release)
    winners = {
        _code_of(look_up, s) for a in _list(release, "awards") for s in _list(a, "suppliers")
    }
    for bid in _list(_get(release, "bids"), "details"):
        lots = bid.get("relatedLots") or [None]
        for tenderer in _list(bid, "tenderers"):
            code, name = look_up(tenderer)
            for lot in lots:
                yield {
                    "section_id": release["ocid"] if lot is None else f"{release['ocid']}/{lot}",
                    "bidder_code": code,
                    "bidder_name": name,
                    "bid_price": _money(bid.get("value")),
                    "received_at": bid.get("date"),
                    "status": _BID_STATUS.get(str(bid.get("status")), "有效"),
                    "is_winner": "是" if code in winners else "否",
                }


def _code_of(look_up: Callable[[Any], tuple[str | None, str | None]], party: Any) -> str | None:
    return look_up(party)[0]


def _contracts(release: Mapping[str, Any]) -> Iterable[Row]:
    base = _tender(release)
    look_up = _parties(release)
    awards = {award.get("id"): award for award in _list(release, "awards")}
    for contract in _list(release, "contracts"):
        award = awards.get(contract.get("awardID")) or {}
        suppliers = _list(award, "suppliers")
        code, name = look_up(suppliers[0]) if suppliers else (None, None)
        yield {
            **{
                key: base[key]
                for key in ("project_id", "buyer_code", "buyer_name", "method", "item_class")
            },
            "contract_id": contract.get("id"),
            "supplier_code": code,
            "supplier_name": name,
            "amount": _money(contract.get("value")) or _money(award.get("value")),
            "sign_date": contract.get("dateSigned") or _get(contract, "period", "startDate"),
            "start_date": _get(contract, "period", "startDate"),
            "end_date": _get(contract, "period", "endDate"),
        }


_MAKERS: Final[Mapping[str, Callable[[Mapping[str, Any]], Iterable[Row]]]] = {
    "D14.project": _projects,
    "D14.contract": _contracts,
    "D20.section": _sections,
    "D20.bid": _bids,
}
