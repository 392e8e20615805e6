"""Generated person records of four departments for the entity-resolution benchmark.

All names, numbers and employers are invented by a seeded generator; nothing real is copied. What is
imitated: homonyms (about 39 same-name records per record at one million), four departments that each
know other facts, typing errors.

Missing facts are partly a trait of the person (no number in paper files anywhere) and partly an
accident of one record:

    resident id   33 % of persons, 3 % of records on top   = 35 % of records without
    phone         48 % of persons, 4 % of records           = 50 %
    birth date    22.5 % of persons, 3.2 % of records       = 25 %
    employer      2 % of records missing, 3 % changed job between departments
    name          4 % of records with one wrong character or a variant character
    resident id   1 % neighbour swap, 0.3 % wrong digit (both fail the check digit),
                  0.01 % another person's valid number
    birth date    1 % day and month swapped, 1 % off by a year or a day
    county        5 % moved
    phone         2 % changed, 3 % shared with a relative or an office

20 % of the records are further records of a person already there. The shares are set so that the
plain baseline, joining on the exact number, finds about .62 of the true pairs.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from lianxun_insight.identifiers.resident_id import check_character

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅玲建国文辉志鹏飞宇浩然子轩雨涵欣怡佳琪梓晨思远俊峰海燕春生永健立新德福庆荣光宗耀祖家豪天翔晓东少波云龙凤仪美玉婷婷莉莉萍雪慧洁琳晶妍茜秋珊莎锦黛青倩婉娴瑾颖露瑶怡婵雁蓓纨仪荷丹蓉眉君琴蕊薇菁梦岚苑筠柔竹霭凝希宁馨纯毓悦昭冰爽琬茗羽"
VARIANTS = {"升": "昇", "华": "華", "国": "國", "峰": "峯", "强": "強", "云": "雲", "宁": "甯"}
COUNTIES = 120
DEPARTMENTS = ("人社", "组织", "市场监管", "民政")


def make(records: int, seed: int = 20260101) -> pa.Table:
    """Return `records` rows with `record_id`, `person` (truth) and the fields departments give."""
    rng = np.random.default_rng(seed)
    persons = int(records * 0.8)
    who = np.concatenate([np.arange(persons), rng.integers(0, persons, records - persons)])
    base = _persons(persons, rng)
    rng.shuffle(who)
    rows = {name: values[who] for name, values in base.items()}
    _damage(rows, base, who, rng)
    order = np.arange(records)
    return pa.table(
        {
            "record_id": pa.array([f"R{n:08d}" for n in order]),
            "person": pa.array(who),
            "department": pa.array(np.array(DEPARTMENTS)[rng.integers(0, 4, records)]),
            "name": pa.array(rows["name"]),
            "id_number": _with_nulls(rows["id_number"]),
            "birth_date": _with_nulls(rows["birth_date"]),
            "gender": pa.array(rows["gender"]),
            "phone": _with_nulls(rows["phone"]),
            "employer": _with_nulls(rows["employer"]),
            "county": pa.array(rows["county"]),
        }
    )


def _with_nulls(values: np.ndarray) -> pa.Array:
    return pa.array([value or None for value in values], pa.string())


def _weights(size: int, power: float) -> np.ndarray:
    weights = 1.0 / np.arange(1, size + 1) ** power
    return weights / weights.sum()


def _persons(count: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    surnames = np.array(list(SURNAMES))
    given = np.array(sorted(set(GIVEN)))
    rng.shuffle(given)
    first = rng.choice(surnames, count, p=_weights(len(surnames), 0.9))
    second = rng.choice(given, count, p=_weights(len(given), 0.755))
    third = rng.choice(given, count, p=_weights(len(given), 0.755))
    third[rng.random(count) < 0.14] = ""
    names = np.array(
        [a + b + c for a, b, c in zip(first, second, third, strict=True)], dtype=object
    )
    births = np.array(
        [date(1950, 1, 1) + timedelta(days=int(n)) for n in rng.integers(0, 20_000, count)]
    )
    serial = rng.integers(0, 1000, count)
    area = 370_200 + rng.integers(0, COUNTIES, count)
    numbers = []
    for a, b, s in zip(area, births, serial, strict=True):
        body = f"{a}{b:%Y%m%d}{s:03d}"
        numbers.append(body + check_character(body))
    employers = max(200, count // 25)
    job = rng.choice(employers, count, p=_weights(employers, 0.4))
    out = {
        "name": names,
        "id_number": np.array(numbers, dtype=object),
        "birth_date": np.array([day.isoformat() for day in births], dtype=object),
        "gender": np.where(serial % 2, "男", "女").astype(object),
        "phone": np.array(
            [f"1{n}" for n in 3_000_000_000 + rng.choice(6_999_999_999, count)], dtype=object
        ),
        "employer": np.array([f"示范{n}号单位" for n in job], dtype=object),
        "county": np.array([f"示例县{n}" for n in (area - 370_200)], dtype=object),
    }
    for field, share in (("id_number", 0.33), ("phone", 0.48), ("birth_date", 0.225)):
        out[field][rng.random(count) < share] = ""
    office = rng.random(count) < 0.03
    out["phone"][office] = np.array([f"0532{8_000_0000 + n}" for n in job[office]], dtype=object)
    return out


def _damage(
    rows: dict[str, np.ndarray],
    base: dict[str, np.ndarray],
    who: np.ndarray,
    rng: np.random.Generator,
) -> None:
    records = len(who)
    for field, share in (
        ("id_number", 0.03),
        ("phone", 0.04),
        ("birth_date", 0.032),
        ("employer", 0.02),
    ):
        rows[field][rng.random(records) < share] = ""
    employers = base["employer"]
    moved = np.flatnonzero(rng.random(records) < 0.03)
    rows["employer"][moved] = employers[rng.integers(0, len(employers), len(moved))]
    moved = np.flatnonzero(rng.random(records) < 0.05)
    rows["county"][moved] = base["county"][rng.integers(0, len(employers), len(moved))]
    for row in np.flatnonzero(rng.random(records) < 0.04):
        rows["name"][row] = _misspell(rows["name"][row], rng)
    for row in np.flatnonzero(rng.random(records) < 0.013):
        rows["id_number"][row] = _wrong_number(rows["id_number"][row], rng)
    for row in np.flatnonzero(rng.random(records) < 0.0001):
        rows["id_number"][row] = base["id_number"][rng.integers(0, len(employers))]
    for row in np.flatnonzero(rng.random(records) < 0.02):
        rows["birth_date"][row] = _wrong_birth(rows["birth_date"][row], rng)
    for row in np.flatnonzero(rng.random(records) < 0.02):
        if rows["phone"][row]:
            rows["phone"][row] = f"1{3_000_000_000 + rng.integers(0, 6_999_999_999)}"


def _misspell(name: str, rng: np.random.Generator) -> str:
    for plain, variant in VARIANTS.items():
        if plain in name[1:] and rng.random() < 0.5:
            return name.replace(plain, variant)
    place = int(rng.integers(1, len(name)))
    return name[:place] + GIVEN[int(rng.integers(0, len(GIVEN)))] + name[place + 1 :]


def _wrong_number(number: str, rng: np.random.Generator) -> str:
    if not number:
        return number
    place = int(rng.integers(6, 16))
    if rng.random() < 0.77:
        return number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    return number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]


def _wrong_birth(text: str, rng: np.random.Generator) -> str:
    if not text:
        return text
    year, month, day = text.split("-")
    if rng.random() < 0.5 and int(day) <= 12:
        return f"{year}-{day}-{month}"
    return f"{int(year) + 1}-{month}-{'28' if month == '02' else day}"
