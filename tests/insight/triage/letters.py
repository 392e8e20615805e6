"""Invented letters, and pairs made of them: the test set of the gate (seed 11).

Every person, unit and place is invented. 16 letters × changes of subject = 256 pairs of the same
text about another subject; 16 × 16 re-typed copies about the same one.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

LETTERS = (
    "举报{unit}{post}{person}在{place}河道治理工程招标中为老板{rich}打招呼，收受好处费8万元，工程质量差，堤坝去年就垮了一段。",
    "{place}{post}{person}把自己的父母和弟弟都办成低保户，村里真正困难的五保老人却吃不上，乡亲们意见很大，请领导派人来查。",
    "{unit}{post}{person}上班时间经常在茶楼打牌，办事群众跑了七八趟都找不到人，态度恶劣，张口就骂。",
    "关于{unit}{post}{person}公车私用的情况：该同志每逢周末用单位越野车接送子女，油费在单位报销，职工都知道。",
    "{person}任{unit}{post}期间，把三个标段拆成十几个小项目规避招标，全部给了{rich}的公司，金额合计460万元。",
    "我们是{place}的村民。{post}{person}将征地补偿款扣下每户三千元，说是协调费，没有收据，也不公示。",
    "{unit}{post}{person}利用审批许可的权力，要求企业到他妻子开的公司做环评，不做就卡着不批，已经有五家企业受害。",
    "反映{unit}去年招聘编外人员时，{post}{person}让其侄女替考入围，面试打分表涂改，落榜考生多次反映无人理睬。",
    "{unit}{post}{person}儿子结婚大操大办，在酒店摆了六十桌，通知下属和服务对象参加，收礼金二十多万元。",
    "{place}粮站{post}{person}同粮贩{rich}串通，以陈粮充新粮入库，套取差价补贴，库里账实不符已经三年。",
    "{unit}{post}{person}挪用职工集资建房款150万元借给{rich}做生意收利息，至今没有归还，职工拿不到房子。",
    "{place}小学营养餐由{post}{person}的亲戚供应，肉是冻了几年的，孩子吃了拉肚子，家长反映后被威胁转学。",
    "{unit}{post}{person}明知{rich}的煤矿没有安全生产许可证，仍通风报信让其白天停夜里采，今年三月塌方伤了两人。",
    "{person}担任{unit}{post}以来独断专行，重大支出从不上会，一支笔签字，办公楼装修一年翻新三次。",
    "{place}扶贫产业园建好两年一直闲置，{post}{person}却上报说带动了三百户，验收材料和照片都是假的。",
    "实名反映{unit}{post}{person}收了{rich}送的一辆二手轿车和十条烟，帮其在{place}违法占用耕地盖厂房。",
)  # fmt: skip
PERSONS = ("秦守义", "罗大海", "卞国强", "杜玉山", "尹志刚", "邵长顺", "武成林", "沙永昌")
RICHES = ("胡三喜", "高天明", "廖金宝", "莫德才")
UNITS = ("临川县水利局", "安和县民政局", "清源区住建局", "东岭县交通局", "北塘市城管局")
PLACES = ("青山镇下河村", "石桥乡上湾村", "柳林镇王庄村", "龙泉乡大坪村")
POSTS = ("局长", "副局长", "主任", "党组书记")
FILLERS = (
    "请尽快处理。",
    "群众反映强烈。",
    "情况属实，愿意作证。",
    "盼复。",
    "此事在当地影响很坏。",
)


@dataclass(frozen=True)
class Pair:
    one: str
    two: str
    change: str


def _fill(letter: str, rng: random.Random) -> dict[str, str]:
    return {
        "person": rng.choice(PERSONS),
        "rich": rng.choice(RICHES),
        "unit": rng.choice(UNITS),
        "place": rng.choice(PLACES),
        "post": rng.choice(POSTS),
    }


def _other(pool: tuple[str, ...], one: str, rng: random.Random) -> str:
    return rng.choice([p for p in pool if p != one])


def retyped(text: str, rng: random.Random) -> str:
    """What happens to a letter that is sent twice: a sentence more, a slip, other marks."""
    if rng.random() < 0.7:
        text += rng.choice(FILLERS)
    if rng.random() < 0.5:
        text = rng.choice(("尊敬的领导：", "巡视组领导好，", "您好！")) + text
    if rng.random() < 0.4:
        text = text.replace("，", rng.choice((", ", "。", " ")), 1)
    if rng.random() < 0.4:
        text = text.replace("的", "得", 1) if rng.random() < 0.5 else text.replace("了", "", 1)
    return text


def other_subject_pairs(seed: int = 11) -> list[Pair]:
    """Same words, another subject: the person, the unit, the place, or all of them are others."""
    rng = random.Random(seed)
    pairs = []
    for letter in LETTERS:
        for _ in range(16):
            base = _fill(letter, rng)
            kinds = [k for k in ("person", "unit", "place") if "{" + k + "}" in letter]
            changed = rng.choice([[k] for k in kinds] + [kinds])
            second = dict(base)
            for kind in changed:
                pool = {"person": PERSONS, "unit": UNITS, "place": PLACES}[kind]
                second[kind] = _other(pool, base[kind], rng)
            one, two = letter.format(**base), retyped(letter.format(**second), rng)
            pairs.append(Pair(one, two, "+".join(changed)))
    return pairs


def copy_pairs(seed: int = 12) -> list[Pair]:
    """The same letter sent again, at times with the name shortened or masked."""
    rng = random.Random(seed)
    pairs = []
    for letter in LETTERS:
        for i in range(16):
            base = _fill(letter, rng)
            second = dict(base)
            if i % 4 == 3:
                second["person"] = base["person"][0] + rng.choice(("某", "某某", "××"))
            change = "masked" if i % 4 == 3 else "retyped"
            pairs.append(Pair(letter.format(**base), retyped(letter.format(**second), rng), change))
    return pairs
