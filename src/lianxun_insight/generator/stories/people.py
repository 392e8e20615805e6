"""Schemes around posts and benefits: ghost payroll, wrong beneficiaries, fuel, promotions."""

from __future__ import annotations

import numpy as np

from lianxun_insight.generator import names
from lianxun_insight.generator.cast import PERSON_ACCOUNTS, Cast
from lianxun_insight.generator.registry import MONTHS
from lianxun_insight.generator.stories.base import Trace, scheme


def _state(cast: Cast, person: int, state: str, since: np.datetime64) -> tuple[str, dict[str, str]]:
    number = f"ZT{cast.serials.take('state'):08d}"
    cast.book.row(
        "D27",
        query_id=number,
        person_token=person,
        answer=1,
        state=state,
        from_date=since,
        record_key=f"HZ{number[2:]}",
    )
    return ("D27", {"query_id": number})


@scheme("S18", "死亡、服刑或他处就业人员仍领工资")
def ghost_payroll(cast: Cast) -> Trace:
    """Wages for six months to somebody dead, in prison, or insured full-time elsewhere."""
    unit, ghost = cast.unit(), cast.person()
    trace = Trace(unit)
    how = cast.rng.integers(3)
    if how < 2:
        state = ("死亡", "服刑")[how]
        trace.needs.append(_state(cast, ghost, state, np.datetime64("2025-03-15")))
    else:
        firm = cast.firm()
        for month in MONTHS:
            cast.book.row(
                "D34.insured",
                person_token=ghost,
                employer_code=firm,
                pay_month=month,
                is_full_time=1,
                base_amount=700_000,
            )
        trace.needs.append(
            ("D34.insured", {"person_token": ghost, "employer_code": firm, "pay_month": MONTHS[0]})
        )
    for month in MONTHS:
        cast.book.row(
            "D15",
            person_token=ghost,
            unit_code=unit,
            pay_month=month,
            name_token=ghost,
            amount=620_000,
            account_token=ghost + PERSON_ACCOUNTS,
        )
        trace.rows.append(("D15", {"person_token": ghost, "unit_code": unit, "pay_month": month}))
    return trace


@scheme("S19", "不符合条件人员领取救助")
def wrong_beneficiary(cast: Cast) -> Trace:
    """Low-income support for the dead, for a firm owner or for somebody on the payroll."""
    unit, person = cast.unit("行政"), cast.person()
    handler = cast.official(unit)
    key = {"person_token": person, "scheme": "低保", "from_date": np.datetime64("2024-03-01")}
    cast.book.row(
        "D38",
        **key,
        name_token=person,
        monthly_amount=68_000,
        handler_token=handler,
        unit_code=unit,
    )
    trace = Trace(unit)
    trace.rows.append(("D38", key))
    if cast.rng.random() < 0.5:
        trace.needs.append(_state(cast, person, "死亡", np.datetime64("2024-09-01")))
        pay = {"person_token": person, "scheme": "低保", "pay_month": MONTHS[0]}
        cast.book.row("D16", **pay, amount=68_000, unit_code=unit, handler_token=handler)
        trace.rows.append(("D16", pay))
    else:
        firm = cast.firm()
        trace.holder(cast, firm, cast.owner(firm, person, 1.0))
        cast.represent(firm, person)
    return trace


@scheme("S16", "经办人亲属领取补贴")
def handlers_kin(cast: Cast) -> Trace:
    """The handler's parents are on the list the handler approves."""
    unit, person = cast.unit("行政"), cast.person()
    handler = cast.official(unit)
    trace = Trace(unit)
    trace.kin(cast.kin(handler, person, "父母"))
    key = {"person_token": person, "scheme": "低保", "from_date": np.datetime64("2024-02-01")}
    cast.book.row(
        "D38",
        **key,
        name_token=person,
        monthly_amount=68_000,
        handler_token=handler,
        unit_code=unit,
    )
    trace.rows.append(("D38", key))
    for month in MONTHS[:2]:
        pay = {"person_token": person, "scheme": "临时救助", "pay_month": month}
        cast.book.row("D16", **pay, amount=120_000, unit_code=unit, handler_token=handler)
        trace.rows.append(("D16", pay))
    return trace


@scheme("S25", "公务油卡异常加油")
def fuel_card(cast: Cast) -> Trace:
    """More litres than the tank holds, twice within two hours."""
    unit = cast.unit()
    number = cast.serials.take("car")
    plate, card = f"澜B{number:05d}", f"YKX{number:06d}"
    home = names.region_code(int(cast.world.org_county[unit]))
    cast.book.row(
        "D18.vehicle",
        plate_no=plate,
        unit_code=unit,
        tank_ml=55_000,
        card_no=card,
        home_region=home,
    )
    trace = Trace(unit)
    for _ in range(4):
        first = cast.date("2025-02-01").astype("datetime64[s]") + np.timedelta64(10, "h")
        for late, volume in ((0, 68_000), (2, 51_000)):
            when = first + np.timedelta64(late, "h")
            key = {"card_no": card, "filled_at": when}
            cast.book.row(
                "D18.fuel",
                **key,
                plate_no=plate,
                unit_code=unit,
                volume_ml=volume,
                amount=int(volume * 0.78),
                fuel_kind="95号汽油",
                station="城郊加油站",
                region_code=home,
            )
            trace.rows.append(("D18.fuel", key))
    return trace


@scheme("S26", "问题未了即提拔")
def tainted_promotion(cast: Cast) -> Trace:
    """Promoted eight months after an audit issue that names the person and is not closed."""
    unit = cast.unit()
    official = cast.official(unit)
    found = cast.date("2023-10-01", "2025-01-31")
    issue = f"SJY{cast.serials.take('tainted'):06d}"
    cast.book.row(
        "D08",
        issue_id=issue,
        audit_project="经济责任审计",
        unit_code=unit,
        theme="工程建设",
        issue="违规决策造成损失",
        amount=300_000_000,
        found_on=found,
        person_token=official,
        status="整改中",
    )
    key = {
        "person_token": official,
        "unit_code": unit,
        "post": "党组成员、副局长",
        "from_date": found + 240,
    }
    cast.book.row(
        "D04.post",
        **key,
        name_token=official,
        rank="县处级副职",
        is_leader=1,
        power_scope="工程",
        birth_date=cast.world.person_birth[official],
    )
    trace = Trace(unit)
    trace.rows.append(("D08", {"issue_id": issue}))
    trace.rows.append(("D04.post", key))
    return trace
