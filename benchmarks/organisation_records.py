"""Generated firms as two registers and a payments office write them, with the truth.

Per firm one record in a register and one or two in other departments (55 % two). Shares, each drawn on
its own: code missing 30 %, one character of the code wrong 1 %; legal form written otherwise 40 %, one
character of the name wrong 2 %, full width or blanks 5 %, region left out 5 %; legal representative
changed 8 %, missing 20 %; address changed 10 %, missing 20 %, phone changed 10 %, missing 30 %. Innocent
look-alikes: 4 % of the firms have a branch with a code of its own, 6 % are groups of sister firms that
share address, phone and representative, and brands repeat across regions and trades. Everything is invented.
"""

from __future__ import annotations

import random

import pyarrow as pa

from lianxun_insight.identifiers.org_code import make_org_code

SEED = 20260104
_REGIONS = ("青岛", "济南", "烟台", "潍坊", "临沂", "淄博", "威海", "德州", "聊城", "滨州")
_BRAND = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉安和泰昌盛隆达瑞恒信诚远博宏嘉"
_TRADES = ("建设工程", "商贸", "信息科技", "物流", "装饰工程", "园林绿化", "物业管理", "机械设备")
_FORMS = ("有限公司", "有限责任公司")
_FAMILY = "赵钱孙李周吴郑王冯陈"
_FIELDS = ("record_id", "name", "code", "legal_rep", "address", "phone", "firm")


def make(firms: int, seed: int = SEED) -> pa.Table:
    """Records of `firms` firms (and their branches): `_FIELDS`, `firm` being the truth."""
    rng = random.Random(seed)
    rows: list[dict[str, str | None]] = []
    number = 0
    while number < firms:
        sisters = rng.randint(2, 4) if rng.random() < 0.06 else 1
        shared = _contacts(rng)
        for _ in range(sisters):
            firm = _firm(rng, number, shared if sisters > 1 else _contacts(rng))
            copies = 2 + (rng.random() < 0.55)
            rows += [_written(rng, firm, number) for _ in range(copies)]
            if rng.random() < 0.04:
                branch = {
                    **firm,
                    "name": f"{firm['name']}{rng.choice(_REGIONS)}分公司",
                    "code": make_org_code("91370203", f"MB{number:06d}"),
                    "address": _contacts(rng)["address"],
                }
                rows += [_written(rng, branch, firms + number) for _ in range(2)]
            number += 1
    rng.shuffle(rows)
    columns = {name: [row.get(name) for row in rows] for name in _FIELDS[1:6]}
    return pa.table(
        {
            "record_id": [str(n) for n in range(len(rows))],
            **{name: pa.array(values, pa.string()) for name, values in columns.items()},
            "firm": pa.array([int(row["firm"] or 0) for row in rows]),
        }
    )


def _contacts(rng: random.Random) -> dict[str, str]:
    street = f"{rng.choice(_BRAND)}{rng.choice(_BRAND)}"
    return {
        "legal_rep": rng.choice(_FAMILY) + "".join(rng.choices(_BRAND, k=rng.choice((1, 2, 2)))),
        "address": f"{rng.choice(_REGIONS)}市{street}路{rng.randint(1, 400)}号{rng.randint(1, 30)}层",
        "phone": f"139{rng.randrange(10**8):08d}",
    }


def _firm(rng: random.Random, number: int, contacts: dict[str, str]) -> dict[str, str]:
    brand = "".join(rng.choices(_BRAND, k=rng.choice((2, 2, 3))))
    name = f"{rng.choice(_REGIONS)}{brand}{rng.choice(_TRADES)}有限公司"
    return {**contacts, "name": name, "code": make_org_code("91370203", f"MA{number:06d}")}


def _written(rng: random.Random, firm: dict[str, str], number: int) -> dict[str, str | None]:
    row: dict[str, str | None] = {**firm, "firm": str(number)}
    name = firm["name"]
    if rng.random() < 0.40:
        name = name.replace("有限公司", rng.choice(_FORMS))
    if rng.random() < 0.02:
        place = rng.randrange(2, 4)
        name = name[:place] + rng.choice(_BRAND) + name[place + 1 :]
    if rng.random() < 0.05:
        name = f" {name[:2]} {name[2:]}　"
    if rng.random() < 0.05:
        name = name.strip()[2:]
    row["name"] = name
    code = firm["code"]
    if rng.random() < 0.30:
        row["code"] = None
    elif rng.random() < 0.01:
        place = rng.randrange(8, 17)
        row["code"] = code[:place] + rng.choice("0123456789") + code[place + 1 :]
    other = _contacts(rng)
    for field, changed, missing in (
        ("legal_rep", 0.08, 0.20),
        ("address", 0.10, 0.20),
        ("phone", 0.10, 0.30),
    ):
        draw = rng.random()
        if draw < missing:
            row[field] = None
        elif draw < missing + changed:
            row[field] = other[field]
    return row
