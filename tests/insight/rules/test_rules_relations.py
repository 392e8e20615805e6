"""Relation rules on a few rows; their permutation baseline; questions; path search."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianxun_insight.rules.engine import parameters_of, run_rule
from lianxun_insight.rules.graph import Graph
from lianxun_insight.rules.model import load_rules
from lianxun_insight.rules.permutation import Baseline, official_baselines, permute_pairs
from lianxun_insight.rules.questions import questions
from tests.insight.rules.tables import data, day, hits

POST = {"person_token": "官", "unit_code": "U1", "post": "主任", "from_date": day("2020-01-01")}
CONTRACT = {
    "contract_id": "H1",
    "buyer_code": "U1",
    "supplier_code": "F1",
    "amount": 5_000_000,
    "sign_date": day("2023-05-01"),
}
KIN = {
    "query_id": "Q1",
    "person_a_token": "官",
    "person_b_token": "亲",
    "answer": True,
    "relation": "配偶",
}


def holder(firm, owner, share, number="1"):
    key = "holder_code" if owner.startswith("F") else "holder_token"
    return {
        "firm_code": firm,
        "holder_id": number,
        "from_date": day("2015-01-01"),
        "holder_kind": "企业" if key == "holder_code" else "自然人",
        key: owner,
        "share": share,
    }


def firm(code, **fields):
    return {"firm_code": code, "firm_name": code, "founded_on": day("2010-01-01"), **fields}


def province(**changed):
    tables = {
        "D04_post": [{**POST, "is_leader": True}],
        "D14_contract": [CONTRACT, {**CONTRACT, "contract_id": "H2", "amount": 1_000_000}],
        "D25": [KIN],
        "D30_firm": [firm("F1"), firm("F2")],
        "D30_holder": [holder("F1", "亲", 0.6)],
    }
    return data(**(tables | changed))


def test_relatives_firm_sums_each_contract_once():
    (hit,) = hits("X01", province(), runs=5)
    assert hit.org == "U1"
    assert hit.value["contracts"] == 2
    assert hit.value["total_yuan"] == 60_000
    assert hit.value["relation"] == "配偶"
    assert hit.records["D14.contract"] == ("H1", "H2")
    assert hit.records["D25"] == ("Q1",)
    assert {step.edge for step in hit.path} >= {"任职", "亲属", "持股", "合同"}


def test_relatives_firm_through_two_holdings_needs_five_per_cent_by_product():
    chain = [holder("F1", "F2", 0.5), holder("F2", "F3", 0.5), holder("F3", "亲", 0.4)]
    (hit,) = hits("X01", province(D30_holder=chain), runs=5)
    assert hit.value["hops"] == 2
    assert hit.value["share"] == pytest.approx(0.1)
    assert len(hit.records["D30.holder"]) == 3
    thin = [*chain[:2], holder("F3", "亲", 0.1)]
    assert hits("X01", province(D30_holder=thin), runs=5) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"D25": [{**KIN, "answer": False}, {**KIN, "query_id": "Q2", "person_a_token": "他"}]},
        {"D04_post": [{**POST, "to_date": day("2021-01-01")}]},
        {"D30_firm": [firm("F1", is_state_owned=True)]},
        {"D30_holder": [holder("F1", "同名他人", 0.6)]},
        {
            "D04_declaration": [
                {
                    "declaration_id": "B1",
                    "person_token": "官",
                    "kind": "公务回避",
                    "firm_code": "F1",
                    "declared_on": day("2020-02-01"),
                }
            ]
        },
    ],
)
def test_relatives_firm_is_left_alone(changed):
    assert hits("X01", province(**changed), runs=5) == []


def test_own_firm_and_revolving_door():
    own = province(D30_holder=[holder("F1", "官", 0.2)])
    (hit,) = hits("X02", own, runs=5)
    assert hit.value["tie"] == "股东"
    left = {**POST, "is_leader": True, "to_date": day("2022-01-01")}
    job = {
        "firm_code": "F1",
        "person_token": "官",
        "role": "经理",
        "from_date": day("2022-06-01"),
    }
    (hit,) = hits("X03", province(D04_post=[left], D30_person=[job]), runs=5)
    assert hit.value["days_after"] == 151
    late = {**job, "from_date": day("2024-03-01")}
    late_contract = [{**CONTRACT, "sign_date": day("2024-06-01")}]
    ordinary = {**left, "is_leader": False}
    tables = {"D30_person": [late], "D14_contract": late_contract}
    assert hits("X03", province(D04_post=[ordinary], **tables), runs=5) == []
    assert len(hits("X03", province(D04_post=[left], **tables), runs=5)) == 1


def test_questions_come_from_candidates_once_and_unanswered():
    asked, left_off = questions(province(D25=[]), "D25")
    assert [dict(each.fields) for each in asked] == [
        {"person_a_token": "官", "person_b_token": "亲"}
    ]
    assert left_off == 0
    assert "X01" in asked[0].rule_ids
    assert "官" not in asked[0].reason_zh
    assert questions(province(), "D25") == ([], 0)
    firms, _ = questions(province(), "D06")
    assert dict(firms[0].fields) == {"person_token": "官", "firm_code": "F1"}
    with pytest.raises(ValueError, match="没有候选规则"):
        questions(province(), "D14")
    with pytest.raises(ValueError, match="缺数据表 D15"):
        questions(province(), "D27")


def test_permutation_counts_by_stratum():
    units, people = np.arange(200) // 10, np.arange(200)
    strata = (units >= 10).astype(np.int64)
    everyone = (units.astype(np.int64), people.astype(np.int64))
    known = everyone[0] * 200 + everyone[1]
    observed, permuted = permute_pairs(everyone, strata, known, 200, runs=50, seed=1)
    assert observed.tolist() == [100, 100]
    assert permuted.shape == (50, 2)
    assert abs(permuted.mean() - 10) < 2
    again = permute_pairs(everyone, strata, known, 200, runs=50, seed=1)
    assert (again[1] == permuted).all()
    assert Baseline("s", 10, 5, 0.0, 0.1, 9).chance == 0
    assert Baseline("s", 10, 5, 10.0, 0.1, 9).chance == pytest.approx(0.632, abs=1e-3)


def plain_hits(left, right):
    """Hits per unit of one arrangement, counted with sets of texts."""
    known = set(right)
    return sum(pair in known for pair in left)


@settings(max_examples=60)
@given(
    left=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 30)), min_size=1, max_size=60),
    right=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 30)), min_size=1, max_size=60),
)
def test_permutation_observes_what_a_plain_count_observes(left, right):
    columns = np.array(left, dtype=np.int64)
    known = np.unique([unit * 31 + person for unit, person in right]).astype(np.int64)
    strata = np.zeros(len(left), dtype=np.int64)
    observed, permuted = permute_pairs(
        (columns[:, 0], columns[:, 1]), strata, known, 31, runs=5, seed=1
    )
    assert observed.tolist() == [plain_hits(left, right)]
    assert ((permuted >= 0) & (permuted <= len(left))).all()


def test_baseline_of_a_rule_counts_its_own_pairs():
    """The observed number is that of distinct (unit, relative) pairs that the rule itself finds."""
    data = province()
    found = official_baselines(data, "X01", parameters_of(load_rules()["X01"], changed={"runs": 5}))
    hits = run_rule(data, load_rules()["X01"], parameters_of(load_rules()["X01"]), judged=False)
    assert hits
    assert sum(each.observed for each in found.values()) >= 1
    assert all(each.runs == 5 for each in found.values())


def breadth_first(edges, source, target, hops, hub):
    """Length of the shortest path not through hubs, the plain way."""
    near = {}
    for a, b in edges:
        near.setdefault(a, []).append(b)
        near.setdefault(b, []).append(a)
    front, seen = {source}, {source}
    for length in range(1, hops + 1):
        front = {
            b
            for a in front
            if a == source or len(near[a]) <= hub
            for b in near.get(a, ())
            if b not in seen
        }
        if target in front:
            return length
        seen |= front
    return None


@given(
    edges=st.lists(
        st.tuples(st.integers(0, 12), st.integers(0, 12)).filter(lambda e: e[0] != e[1]),
        min_size=1,
        max_size=30,
    ),
    hub=st.sampled_from([2, 3, 50]),
    hops=st.integers(1, 6),
)
@settings(max_examples=200, deadline=None)
def test_path_search_finds_shortest_paths_only(edges, hub, hops):
    names = [(f"n{a:02d}", f"n{b:02d}") for a, b in edges]
    graph = Graph([a for a, _ in names], [b for _, b in names], ["x"] * len(names))
    nodes = sorted({name for edge in names for name in edge})
    source, target = nodes[0], nodes[-1]
    wanted = breadth_first(names, source, target, hops, hub)
    found = graph.paths(source, target, hops=hops, hub=hub)
    assert (not found) == (wanted is None)
    for path in found:
        assert len(path) == wanted
        assert path[0].source == source
        assert path[-1].target == target
        for step in path:
            assert {step.source, step.target} == set(names[step.edge])
        for before, after in pairwise(path):
            assert before.target == after.source


def test_path_search_knows_its_limits():
    graph = Graph(["a", "b"], ["b", "c"], ["亲属", "持股"])
    (path,) = graph.paths("a", "c")
    assert [step.kind for step in path] == ["亲属", "持股"]
    assert graph.paths("a", "c", hops=1) == []
    assert graph.paths("a", "nobody") == []
    with pytest.raises(ValueError, match="数目不一致"):
        Graph(["a"], [], ["x"])
