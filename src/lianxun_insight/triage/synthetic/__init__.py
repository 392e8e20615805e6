"""Invented leads for a cold start and for tests. SYNTHETIC: no figure measured on them says how a
model does on real leads; it says that training, calibration and abstention work as they should.

A lead is a writer's style around sentences of one nature (facet 1) and one field (facet 2), with
fillers, slips and, at times, a sentence that names another offence only to deny it. The sentences
of every leaf are split into three wordings; a lead keeps to one of them. Wordings 0 and 1 are for
training (calibration learns on one what the model does on the other), wording 2 is never trained
on, so that a test set is made of sentences the model has not seen. Same seed, same leads.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

TRAINED = (0, 1)
HELD_OUT = (2,)


@dataclass(frozen=True)
class SyntheticLead:
    id: str
    text: str
    nature: str  # code of facet 1
    field: str  # code of facet 2
    style: str
    wording: int


@lru_cache(maxsize=1)
def _phrases() -> dict[str, Any]:
    path = files("lianxun_insight.triage.synthetic").joinpath("phrases.yaml")
    loaded: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return loaded


def _pool(kind: str, code: str, wording: int) -> list[str]:
    sentences: list[str] = _phrases()[kind][code]
    return sentences[2 * wording : 2 * wording + 2]


def _fill(template: str, slots: dict[str, str]) -> str:
    for name, value in slots.items():
        template = template.replace("{" + name + "}", value)
    return template


def _slots(rng: random.Random) -> dict[str, str]:
    p = _phrases()
    unit, person = rng.choice(p["units"]), rng.choice(p["people"])
    who = rng.choice([f"{unit}{rng.choice(p['posts'])}{person}", f"{rng.choice(p['posts'])}{person}",
                      person, f"{person[0]}某", f"{person[0]}{rng.choice(p['posts'])}"])  # fmt: skip
    rich = rng.choice([n for n in p["people"] if n != person])
    return {
        "P": who, "U": unit, "R": rng.choice(["老板" + rich, rich, "某公司"]),
        "A": rng.choice(p["amounts"]), "D": rng.choice(p["dates"]), "V": rng.choice(p["places"]),
    }  # fmt: skip


def _who(rng: random.Random, unit: str, post: str, person: str) -> str:
    """One of the ways in which a person is named."""
    return rng.choice(
        [f"{unit}{post}{person}", f"{post}{person}", person, f"{person[0]}某", f"{person[0]}{post}"]
    )


def _slips(text: str, rng: random.Random) -> str:
    """A dropped, doubled or wrong character here and there, other marks: people write so."""
    out = []
    for character in text:
        chance = rng.random()
        if chance < 0.004:
            continue
        out.append(
            {"的": "得", "，": " ", "。": "，"}.get(character, character)
            if chance < 0.02
            else character
        )
        if chance > 0.997:
            out.append(character)
    return "".join(out)


def make_lead(
    number: int,
    nature: str,
    field: str,
    rng: random.Random,
    *,
    wording: int,
    slots: dict[str, str] | None = None,
) -> SyntheticLead:
    """One lead of the given leaves; ``slots`` names who, where and how much, else they are drawn."""
    p, slots = _phrases(), _slots(rng) if slots is None else slots
    name, style = rng.choice(sorted(p["styles"].items()))
    natures = _pool("nature", nature, wording)
    fields = _pool("field", field, wording)
    facts = rng.sample(natures, k=min(len(natures), rng.choice((1, 1, 2))))
    facts.insert(rng.randrange(len(facts) + 1), rng.choice(fields))
    parts = [rng.choice(style["open"])] if rng.random() < 0.7 else []
    for i, fact in enumerate(facts):
        parts.append((rng.choice(style["link"]) if i and rng.random() < 0.6 else "") + fact + "。")
    parts += rng.sample(p["fillers"], k=rng.choice((0, 1, 1, 2, 3)))
    if rng.random() < 0.12:
        parts.insert(rng.randrange(1, len(parts) + 1), rng.choice(p["denials"]))
    if rng.random() < 0.6:
        parts.append(rng.choice(style["close"]))
    text = _slips(_fill("".join(parts), slots), rng)
    return SyntheticLead(f"S{number:06d}", text, nature, field, name, wording)


def make_leads(size: int, *, seed: int, wordings: tuple[int, ...] = TRAINED) -> list[SyntheticLead]:
    """``size`` leads with natures and fields spread evenly, in random order."""
    rng = random.Random(seed)  # noqa: S311 - repeatable sentences, no secret
    natures, fields = sorted(_phrases()["nature"]), sorted(_phrases()["field"])
    leads = [
        make_lead(
            i, natures[i % len(natures)], rng.choice(fields), rng, wording=rng.choice(wordings)
        )
        for i in range(size)
    ]
    rng.shuffle(leads)
    return leads


@dataclass(frozen=True)
class Telling:
    """One of several letters about the same incident."""

    id: str
    title: str
    text: str
    incident: int


_NAMED = (
    "永宁", "双桥", "东风", "红旗", "清泉", "金沙", "长岭", "和顺",
    "新源", "大湾", "西河", "白石", "龙门", "凤凰", "玉泉", "青云",
    "太平", "兴隆", "南塘", "北辰",
)  # fmt: skip
_THINGS = (
    "河堤加固工程", "安置小区", "农产品市场", "中心小学", "饮水工程", "养殖合作社", "产业园", "敬老院",
    "通村公路", "水库", "污水厂", "粮库",
)  # fmt: skip
_ABOUT = (
    "说的就是{X}这件事。", "{X}当时花了{A}。", "问题出在{V}的{X}。", "{D}{X}刚开始的时候就这样。",
    "{X}的账到现在对不上，差{A}。", "{P}一直管着{X}。",
)  # fmt: skip


def make_incidents(incidents: int, tellings: int, *, seed: int) -> list[Telling]:
    """Letters of different writers, wordings and namings about invented incidents.

    An incident has its acts, its unit, place, time, sum and the thing it is about; every letter
    tells some of that. Incidents share units, places, sums, acts and 18 names with one another, and
    all letters share the same set phrases, so that no single word tells incidents apart.
    """
    rng = random.Random(seed)  # noqa: S311 - repeatable sentences, no secret
    p = _phrases()
    natures, fields = sorted(p["nature"]), sorted(p["field"])
    out = []
    for incident in range(incidents):
        facts = rng.sample(p["nature"][rng.choice(natures)], 3)
        facts.append(rng.choice(p["field"][rng.choice(fields)]))
        base, person, post = _slots(rng), rng.choice(p["people"]), rng.choice(p["posts"])
        base["X"] = rng.choice(_NAMED) + rng.choice(_THINGS)
        for telling in range(tellings):
            slots = base | {"P": _who(rng, base["U"], post, person)}
            told = rng.sample(facts, rng.choice((2, 3))) + rng.sample(_ABOUT, rng.choice((1, 2)))
            style = p["styles"][rng.choice(sorted(p["styles"]))]
            parts = [rng.choice(style["open"]), *(f.rstrip("。") + "。" for f in told)]
            parts += rng.sample(p["fillers"], rng.choice((0, 1, 2)))
            parts.append(rng.choice(style["close"]))
            text = _slips(_fill("".join(parts), slots), rng)
            title = rng.choice(
                ("反映{U}{X}问题", "关于{P}的举报", "{X}的事", "请管管{V}", text[:14])
            )
            out.append(Telling(f"I{incident:04d}-{telling}", _fill(title, slots), text, incident))
    rng.shuffle(out)
    return out
