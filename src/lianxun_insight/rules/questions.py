"""Question-only classes in two steps: candidates from other data, then single approved questions.

Nothing is ever copied in bulk from a class that only answers questions (kin, deaths, homes …). A rule
that needs one first lists the candidates that the other data give; each candidate becomes one
question, which two people approve and the provider answers. The answers come back as rows of the
class, and the rule runs on them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import ibis

from lianxun_insight.rules import benefits, ownership
from lianxun_insight.rules.data import Data
from lianxun_insight.rules.model import load_rules
from lianxun_insight.rules.views import officials


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `fields` are the columns of the class that ask; `reason_zh` shows office, scheme
    or contract and a count, never a name. `rule_ids` need the answer."""

    class_id: str
    fields: tuple[tuple[str, Any], ...]
    org: str
    reason_zh: str
    rule_ids: tuple[str, ...]

    def as_row(self) -> dict[str, Any]:
        """The question as plain fields for an approval list."""
        return {
            "class_id": self.class_id,
            **dict(self.fields),
            "org": self.org,
            "reason": self.reason_zh,
            "rules": "、".join(self.rule_ids),
        }


def _suppliers_of_officials(data: Data) -> Any:
    """Leaders and buyers of a unit beside the firms that supply it, with the number of contracts."""
    posts, won = officials(data), ownership.supplied(data)
    posts = posts.filter(posts.leader | posts.buys)
    t = posts.join(won, [posts.org == won.org]).filter(
        ibis._.won_on >= ibis._.post_from,
        ibis._.won_on <= ibis.coalesce(ibis._.post_to, ownership.FAR),
    )
    return t.group_by("org", "person", "supplier").aggregate(number=t.contract.nunique())


def _kin_by_firm(data: Data) -> Any:
    t = _suppliers_of_officials(data)
    return t.select("org", "number", person_token=t.person, firm_code=t.supplier)


def _kin_by_person(data: Data) -> Any:
    """Official × person behind a supplier; who is both is no question."""
    t, tie = _suppliers_of_officials(data), ownership.strong_ties(data, 0.05)
    t = t.join(tie, [t.supplier == tie.firm]).filter(ibis._.person != ibis._.person_right)
    pairs = t.group_by("org", person_a_token=t.person, person_b_token=t.person_right).aggregate(
        number=t.number.max()
    )
    return _with_handlers(data, pairs)


def _with_handlers(data: Data, pairs: Any) -> Any:
    """Handlers of benefits × their beneficiaries, small lists only (k of the list is the number)."""
    if "D16" not in data and "D38" not in data:
        return pairs
    t = benefits.benefits(data)
    t = t.filter(t.handler.notnull(), t.handler != t.person)
    listed = t.group_by("org", person_a_token=t.handler, person_b_token=t.person).aggregate(
        number=t.count()
    )
    return pairs.union(listed.select(*pairs.columns))


def _beneficiaries(data: Data) -> Any:
    t = benefits.benefits(data)
    return t.group_by("org", person_token=t.person).aggregate(number=t.count())


def _needy(data: Data) -> Any:
    t = benefits.benefits(data)
    t = t.filter(t.scheme.re_search(load_rules()["K20"].params["needy"]))
    return t.group_by("org", person_token=t.person).aggregate(number=t.count())


def _paid_and_listed(data: Data) -> Any:
    """Persons on a payroll whose other trace stops or conflicts: no insurance by the paying unit."""
    pay = data["D15"]
    t = pay.group_by(org=pay.unit_code, person_token=pay.person_token).aggregate(number=pay.count())
    if "D34.insured" not in data:
        return t
    own = data["D34.insured"].select(i_person="person_token", i_org="employer_code").distinct()
    return t.anti_join(own, [t.person_token == own.i_person, t.org == own.i_org])


def _withheld(data: Data) -> Any:
    """Persons on a payroll whom another employer insures in the same month: who withholds their tax?"""
    pay, work = data["D15"], data["D34.insured"]
    t = pay.join(
        work,
        [
            pay.person_token == work.person_token,
            pay.pay_month == work.pay_month,
            pay.unit_code != work.employer_code,
        ],
    )
    return t.group_by(
        org=t.unit_code, person_token=t.person_token, firm_code=t.employer_code
    ).aggregate(tax_month=t.pay_month.max(), number=t.count())


def _appointed(data: Data) -> Any:
    t = data["D04.post"]
    return (
        t.group_by(org=t.unit_code, person_token=t.person_token)
        .aggregate(number=t.count())
        .filter(ibis._.number >= 2)
    )


_CANDIDATES: dict[str, tuple[Callable[[Data], Any], tuple[str, ...], tuple[str, ...], str]] = {
    "D06": (
        _kin_by_firm,
        ("person_token", "firm_code"),
        ("D04.post", "D14.contract"),
        "该单位负责人或采购人员任期内与该供应商有合同",
    ),
    "D25": (
        _kin_by_person,
        ("person_a_token", "person_b_token"),
        ("D04.post", "D14.contract", "D30.firm"),
        "供应商背后人员或待遇领取人与有职权人员的关系待核",
    ),
    "D27": (_paid_and_listed, ("person_token",), ("D15",), "有工资记录而本单位无参保记录"),
    "D39": (_paid_and_listed, ("person_token",), ("D15",), "有工资记录而本单位无参保记录"),
    "D26": (_needy, ("person_token",), ("D38",), "领取救助类待遇，财产信息待核"),
    "D33": (_needy, ("person_token",), ("D38",), "领取救助类待遇，财产信息待核"),
    "D29": (
        _withheld,
        ("person_token", "firm_code", "tax_month"),
        ("D15", "D34.insured"),
        "领取工资的同月由其他单位参保",
    ),
    "D02": (_appointed, ("person_token",), ("D04.post",), "有多次任职记录，处分影响期待核"),
}


def questions(
    data: Data, class_id: str, *, orgs: Iterable[str] = (), limit: int = 1000
) -> tuple[list[Question], int]:
    """Open questions to a class, most contracts or entries first, and how many were left off.

    `orgs`: only those about these bodies. What the class has answered already is not asked again. Raises ValueError for a class without
    candidates or without the tables that give them.
    """
    if class_id not in _CANDIDATES:
        raise ValueError(f"数据类 {class_id} 没有候选规则。可用：{'、'.join(_CANDIDATES)}。")
    build, names, needed, reason = _CANDIDATES[class_id]
    absent = [table for table in needed if table not in data]
    if absent:
        raise ValueError(f"不能列出向 {class_id} 的核验问题：缺数据表 {'、'.join(absent)}。")
    t = build(data)
    wanted = list(orgs)
    if wanted:
        t = t.filter(t.org.isin(wanted))
    if class_id in data:
        answered = data[class_id]
        known = answered.select(**{f"a_{name}": answered[name] for name in names})
        if class_id == "D25":  # a relation asked the other way round is the same question
            turned = dict(zip(names, reversed(names), strict=True))
            known = known.union(
                answered.select(**{f"a_{name}": answered[turned[name]] for name in names})
            )
        known = known.distinct()
        t = t.anti_join(known, [t[name] == known[f"a_{name}"] for name in names])
    rows = t.order_by([ibis.desc("number"), "org", *names]).to_pyarrow().to_pylist()
    rules = tuple(rule.id for rule in load_rules().values() if class_id in rule.questions)
    asked = _unique(rows, names)
    made = [
        Question(
            class_id,
            tuple((name, row[name]) for name in names),
            row["org"],
            f"{reason}({row['number']} 条)",
            rules,
        )
        for row in asked[:limit]
    ]
    return made, max(0, len(asked) - limit)


def _unique(rows: Iterable[dict[str, Any]], names: tuple[str, ...]) -> list[dict[str, Any]]:
    seen, kept = set(), []
    for row in rows:
        key = tuple(row[name] for name in names)
        if key not in seen:
            seen.add(key)
            kept.append(row)
    return kept
