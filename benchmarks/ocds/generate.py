"""Write generated OCDS compiled releases: about 1.7 KB and four bids each.

The shape follows what publishers with bids write: a tender with texts, period, value and items,
parties, bids with one tenderer each, one award and one contract. Every name is invented. The same
seed gives the same bytes.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

METHODS = ("open", "open", "open", "selective", "limited", "direct")
DETAILS = ("公开招标", "邀请招标", "竞争性谈判", "询价", "单一来源")
START = datetime(2024, 1, 1, tzinfo=UTC)
FILLER = (
    "本项目采购内容、技术要求与商务条款以采购文件为准,供应商应当按时递交响应文件,逾期不予受理。"
)


def _bids(rng: random.Random, number: int, end: datetime) -> list[tuple[str, str, float, str]]:
    """The bids of one process: (status, tenderer, amount, date)."""
    base = rng.lognormvariate(12, 1.2)
    chosen: list[tuple[str, str, float, str]] = []
    for _ in range(number):
        draw = rng.random()
        status = "valid" if draw < 0.82 else "disqualified" if draw < 0.94 else "withdrawn"
        amount = round(base * rng.uniform(1.0, 1.25), 2)
        if chosen and rng.random() < 0.004:
            amount = chosen[-1][2]
        hours = rng.uniform(-2, 0) if rng.random() < 0.004 else rng.uniform(0.1, 96)
        date = end - timedelta(hours=hours)
        tenderer = f"CN-S-{int(rng.paretovariate(0.6)) % 40000:05d}"
        chosen.append((status, tenderer, amount, date.strftime("%Y-%m-%dT%H:%M:%SZ")))
    return chosen


def release(rng: random.Random, index: int) -> str:
    """One compiled release as a JSON line."""
    buyer = f"CN-B-{rng.randrange(6000):04d}"
    start = START + timedelta(hours=rng.randrange(24 * 700))
    end = start + timedelta(days=rng.choice((5, 7, 10, 14, 15, 20, 20, 21, 30)), hours=9)
    number = rng.choices((1, 2, 3, 4, 5, 6, 8, 10), (10, 12, 20, 22, 16, 10, 6, 4))[0]
    bids = _bids(rng, number, end)
    details = ",".join(
        f'{{"id":"{k}","date":"{date}","status":"{status}","value":{{"amount":{amount},'
        f'"currency":"CNY"}},"tenderers":[{{"id":"{tenderer}","name":"供应商{tenderer[5:]}"}}]}}'
        for k, (status, tenderer, amount, date) in enumerate(bids)
    )
    valid = [bid for bid in bids if bid[0] == "valid"]
    awards = ""
    if valid:
        winner = min(valid, key=lambda bid: bid[2]) if rng.random() < 0.9 else rng.choice(valid)
        state = "active" if rng.random() < 0.96 else "pending"
        code = f"{rng.randrange(10, 95)}{rng.randrange(1000, 9999)}"
        awards = (
            f'{{"id":"a1","status":"{state}","value":{{"amount":{winner[2]},"currency":"CNY"}},'
            f'"suppliers":[{{"id":"{winner[1]}","name":"供应商{winner[1][5:]}"}}],'
            f'"items":[{{"id":"1","quantity":{rng.randrange(1, 90)},"classification":'
            f'{{"scheme":"CPC","id":"{code}","description":"货物与服务"}}}}]}}'
        )
    return (
        f'{{"ocid":"ocds-bench-{index:08d}","id":"{index}-1","date":"{end:%Y-%m-%dT%H:%M:%SZ}",'
        f'"tag":["compiled"],"language":"zh","initiationType":"tender",'
        f'"parties":[{{"id":"{buyer}","name":"采购单位{buyer[5:]}","roles":["buyer"]}}],'
        f'"buyer":{{"id":"{buyer}","name":"采购单位{buyer[5:]}"}},'
        f'"tender":{{"id":"t{index}","title":"第{index}号采购项目","description":"{FILLER}",'
        f'"status":"{"cancelled" if rng.random() < 0.02 else "complete"}",'
        f'"procuringEntity":{{"id":"{buyer}-P","name":"采购中心{buyer[5:]}"}},'
        f'"procurementMethod":"{rng.choice(METHODS)}",'
        f'"procurementMethodDetails":"{rng.choice(DETAILS)}","numberOfTenderers":{number},'
        f'"tenderPeriod":{{"startDate":"{start:%Y-%m-%dT%H:%M:%SZ}",'
        f'"endDate":"{end:%Y-%m-%dT%H:%M:%SZ}"}},'
        f'"value":{{"amount":{round(bids[0][2] * 1.2, 2)},"currency":"CNY"}}}},'
        f'"bids":{{"details":[{details}]}},"awards":[{awards}],'
        f'"contracts":[{{"id":"c1","awardID":"a1","status":"active","title":"合同{index}"}}]}}\n'
    )


def write(path: Path, count: int, seed: int = 20260101) -> int:
    """Write `count` releases to `path` and return the size in bytes."""
    rng = random.Random(seed)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for begin in range(0, count, 2000):
            file.write("".join(release(rng, i) for i in range(begin, min(begin + 2000, count))))
    return path.stat().st_size
