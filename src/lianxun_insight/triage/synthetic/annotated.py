"""Invented letters with every name, identifier, amount and time marked: for recall of redaction.

SYNTHETIC. Names are put together from surnames and given-name characters, identifiers from random
digits with right check characters where there are any. Same seed, same letters.
``python -m lianxun_insight.triage.synthetic.annotated --size 1000 --seed 5`` prints JSON lines for
``text eval ner``.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from lianxun_insight.detect.contacts import PROVINCES, luhn
from lianxun_insight.detect.words import words
from lianxun_insight.identifiers import resident_id

GIVEN = "建国志强秀英桂兰玉梅春花德旺守义大海成林永昌金宝文远小兰广生有福立新晓峰雪梅海燕子轩浩然欣怡一鸣思远长顺"
TOWNS = ("青山镇", "石桥乡", "柳林镇", "龙泉乡", "城东街道", "马家镇", "白沙乡", "双河镇")
VILLAGES = ("下河村", "上湾村", "王庄村", "大坪村", "李家湾村", "新民村")
COUNTIES = ("临川县", "安和县", "北塘区", "清源市", "东岭县", "南屏区")
BUREAUS = ("水利局", "民政局", "教育局", "交通局", "财政局", "自然资源局", "城管局", "住建局")
FIRMS = ("宏远建筑工程有限公司", "鑫达商贸有限公司", "恒通物流有限公司", "德润农业开发有限公司")
POSTS = ("局长", "副局长", "主任", "党组书记", "科长", "镇长", "所长")

# <type:what> is replaced by an invented value and marked.
LETTERS = (
    "举报信\n我叫<person>，身份证号<id_card>，电话<phone>，家住<address>。\n举报<org><post><person1>"
    "在<date>收受<person2>现金<amount>，存入账号<bank_card>。<person1>开着<plate>到处吃喝。",
    "尊敬的领导：<place>村支书<person>把低保给了弟弟<person1>，<date>至今已领<amount>。知情人<person2>可以作证，"
    "他的手机是<phone>。",
    "反映<org>的问题：一、<person><post>让妻子<person1>的<firm>承揽业务，合同金额<amount>；二、<person>住在<address>，"
    "房产来源不明。邮箱<email>可收材料。",
    "<date>，<person>到<org>办事，被办事员<person1>索要<amount>。微信号：<account>。联系电话：<phone>\n举报人：<person>\n"
    "身份证号码：<id_card>",
    "实名举报：<person>，男，系<org>职工。被举报人<person1>，<post>。<person1>伙同<person2>、<person3>等人套取资金<amount>，"
    "转到<person3>的银行卡<bank_card>。",
    "<place>村民<person>等人反映：<person1>任<post>期间，将<place>集体土地租给<firm>，租金<amount>，没有公示。"
    "请回电<landline>。",
    "我是<firm>的会计，老板<person>让我给<org><post><person1>送过<amount>，时间是<date>，车牌号<plate>的车里。",
    "听说<person>的儿子<person1>在<org>吃空饷，<person>的老婆<person2>也是。<person>自己的护照号<passport>早就办好了。",
    "关于<person1><post>的情况：该同志于<date>借用管理服务对象<person2>的轿车（<plate>），至今未还。反映人<person>，住址：<address>。",
    "<org>招聘考试不公，<person1>给<person2>打招呼，<person3>笔试没过也录用了。考生家长<person>，<phone>。",
)  # fmt: skip
_SLOT = re.compile(r"<([a-z_]+?)(\d?)>")
_TYPE = {"firm": "org", "landline": "phone"}


@dataclass(frozen=True)
class Annotated:
    id: str
    text: str
    spans: tuple[tuple[int, int, str], ...]


def _digits(rng: random.Random, size: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(size))


def _person(rng: random.Random) -> str:
    w = words()
    pool = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐韩冯邓曹彭曾萧田董潘袁蔡蒋余于杜叶程苏魏吕丁任卢姚沈钟"
    surname = rng.choice(pool)
    if rng.random() < 0.04:
        surname = rng.choice(sorted(w.compound_surnames))
    form = rng.random()
    if form < 0.08:
        return surname + rng.choice(("某", "某某", "××"))
    return surname + "".join(rng.choice(GIVEN) for _ in range(1 if form < 0.22 else 2))


def _id_card(rng: random.Random) -> str:
    body = (
        f"{rng.choice((11, 33, 42, 51))}{_digits(rng, 4)}{rng.randint(1950, 2003)}"
        f"{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}{_digits(rng, 3)}"
    )
    return body + resident_id.check_character(body)


def _bank_card(rng: random.Random) -> str:
    body = "62" + _digits(rng, 16)
    card = next(body + c for c in "0123456789" if luhn(body + c))
    return card if rng.random() < 0.6 else " ".join(card[i : i + 4] for i in range(0, 19, 4))


def _phone(rng: random.Random) -> str:
    number = "1" + rng.choice("3578") + _digits(rng, 9)
    style = rng.random()
    if style < 0.15:
        return f"{number[:3]}-{number[3:7]}-{number[7:]}"
    return f"{number[:3]} {number[3:7]} {number[7:]}" if style < 0.25 else number


def _date(rng: random.Random) -> str:
    year, month = rng.randint(2015, 2024), rng.randint(1, 12)
    return rng.choice((f"{year}年{month}月{rng.randint(1, 28)}日", f"{year}年{month}月", f"{year}年",
                       f"{year}年底", f"{year}年{month}月份"))  # fmt: skip


def _amount(rng: random.Random) -> str:
    n = rng.randint(2, 98)
    return rng.choice(
        (f"{n}万元", f"{n}.{n % 9 + 1}万元", f"{n}00元", "三万五千元", "八十余万元", f"{n},000元")
    )


def _value(kind: str, rng: random.Random) -> str:
    town = rng.choice(TOWNS)
    makers = {
        "person": lambda: _person(rng),
        "id_card": lambda: _id_card(rng),
        "bank_card": lambda: _bank_card(rng),
        "phone": lambda: _phone(rng),
        "landline": lambda: f"0{rng.randint(311, 898)}-{rng.randint(2, 8)}{_digits(rng, 6)}",
        "plate": lambda: rng.choice(PROVINCES) + rng.choice("ABCDE") + _digits(rng, 5),
        "email": lambda: f"user{_digits(rng, 4)}@example.com",
        "account": lambda: f"wx_{_digits(rng, 6)}",
        "passport": lambda: "E" + _digits(rng, 8),
        "address": lambda: (
            f"{rng.choice(COUNTIES)}{town}{rng.choice(VILLAGES)}{rng.randint(1, 9)}组{rng.randint(1, 99)}号"
        ),
        "org": lambda: rng.choice(COUNTIES) + rng.choice(BUREAUS),
        "firm": lambda: rng.choice(FIRMS),
        "place": lambda: town + rng.choice(VILLAGES),
        "post": lambda: rng.choice(POSTS),
        "date": lambda: _date(rng),
        "amount": lambda: _amount(rng),
    }
    return makers[kind]()


def make_letters(size: int, *, seed: int) -> Iterator[Annotated]:
    """Letters with marked spans, offsets into the text."""
    rng = random.Random(seed)  # noqa: S311 - repeatable letters, no secret
    for number in range(size):
        yield _letter(f"A{number:05d}", LETTERS[number % len(LETTERS)], rng)


def _letter(letter_id: str, template: str, rng: random.Random) -> Annotated:
    values: dict[str, str] = {}
    parts: list[str] = []
    spans: list[tuple[int, int, str]] = []
    position = length = 0
    for slot in _SLOT.finditer(template):
        parts.append(template[position : slot.start()])
        length += slot.start() - position
        value = values.setdefault(slot.group(), _value(slot[1], rng))
        spans.append((length, length + len(value), _TYPE.get(slot[1], slot[1])))
        parts.append(value)
        length += len(value)
        position = slot.end()
    parts.append(template[position:])
    return Annotated(letter_id, "".join(parts), tuple(spans))


def main() -> int:
    """Print annotated letters as JSON lines."""
    parser = argparse.ArgumentParser(description="生成带标注的虚构信件")
    parser.add_argument("--size", type=int, default=1000, help="封数")
    parser.add_argument("--seed", type=int, default=5, help="随机种子")
    args = parser.parse_args()
    for letter in make_letters(args.size, seed=args.seed):
        spans = [{"start": s, "end": e, "type": t} for s, e, t in letter.spans]
        row = {"id": letter.id, "text": letter.text, "spans": spans}
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
