"""Decisions that must hold whatever the scores: name alone never links, valid numbers never merge."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

pa = pytest.importorskip("pyarrow")
pytest.importorskip("splink")

from lianxun_insight.er.decisions import cluster  # noqa: E402
from lianxun_insight.er.judgements import (  # noqa: E402
    NEGATIVE,
    POSITIVE,
    UNSURE,
    Judgement,
    JudgementError,
    JudgementStore,
)
from lianxun_insight.er.link import LinkError, link  # noqa: E402
from lianxun_insight.identifiers.resident_id import check_character  # noqa: E402
from lianxun_insight.identifiers.tokens import Tokeniser, TokenKey  # noqa: E402

KEY = Tokeniser(TokenKey(b"k" * 32))
NOW = datetime(2026, 1, 15, 9, 0)  # noqa: DTZ001


def number(serial: int, born: str = "19800101") -> str:
    body = f"370203{born}{serial:03d}"
    return body + check_character(body)


def people(*rows):
    names = ("record_id", "name", "id_number", "birth_date", "phone", "employer", "county")
    columns = {name: [row.get(name) for row in rows] for name in names}
    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})


def band(one, other, **kwargs):
    linked = link("person", {"a": people(one), "b": people(other)}, KEY, **kwargs)
    rows = linked.connection.execute("SELECT band FROM decisions").fetchall()
    return rows[0][0] if rows else "unlikely"


BASE = {
    "record_id": "1",
    "name": "示例明",
    "birth_date": "1980-01-01",
    "phone": "13800000001",
    "employer": "示例局",
    "county": "甲县",
}


def test_the_same_valid_number_links():
    assert (
        band(
            {"record_id": "1", "name": "示例明", "id_number": number(1)},
            {"record_id": "1", "name": "示例明", "id_number": number(1)},
        )
        == "linked"
    )


def test_the_same_number_under_another_name_goes_to_a_person():
    assert (
        band(
            {"record_id": "1", "name": "示例明", "id_number": number(1)},
            {"record_id": "1", "name": "乙丙丁", "id_number": number(1)},
        )
        == "review"
    )


def test_two_valid_numbers_never_link_however_much_agrees():
    one = BASE | {"id_number": number(1)}
    other = BASE | {"id_number": number(2)}
    assert band(one, other) == "conflict"


@pytest.mark.parametrize("county", ["甲县", None])
def test_the_name_alone_never_links_even_with_the_region(county):
    rare = {"record_id": "1", "name": "赫连龘龘", "county": county}
    assert band(rare, rare) in ("name_only", "unlikely")


def test_several_independent_fields_link():
    assert band(BASE, BASE) == "linked"


def test_birth_and_name_alone_wait_for_a_person():
    one = {"record_id": "1", "name": "示例明", "birth_date": "1980-01-01"}
    assert band(one, one) in ("review", "linked")
    assert band(one, one | {"employer": "x"}) == band(one, one)


@pytest.mark.parametrize(
    ("verdict", "expected"), [(NEGATIVE, "rejected"), (POSITIVE, "confirmed"), (UNSURE, "review")]
)
def test_a_person_overrules_the_score(verdict, expected):
    assert band(BASE, BASE, verdicts={("a:1", "b:1"): verdict}) == expected


def test_a_confirmed_pair_that_scored_nothing_is_linked_and_clustered():
    one, other = {"record_id": "1", "name": "甲乙丙"}, {"record_id": "1", "name": "丁戊己"}
    linked = link(
        "person", {"a": people(one), "b": people(other)}, KEY, verdicts={("a:1", "b:1"): POSITIVE}
    )
    assert linked.clusters.members() == {"a:1": ["a:1", "b:1"]}


def test_a_person_with_two_valid_numbers_stays_two_entities():
    bridge = BASE | {"record_id": "3"}
    rows = [
        BASE | {"id_number": number(1)},
        BASE | {"record_id": "2", "id_number": number(2)},
        bridge,
    ]
    linked = link("person", {"a": people(*rows)}, KEY)
    members = linked.clusters.members()
    assert not any({"a:1", "a:2"} <= set(group) for group in members.values())
    assert linked.clusters.refused
    assert "有效证件号" in linked.clusters.refused[0].reason


records = st.integers(0, 11).map(lambda n: f"r{n:02d}")
pairs = st.lists(st.tuples(records, records).filter(lambda p: p[0] != p[1]), max_size=30)


@given(pairs, st.dictionaries(records, st.sampled_from("xyz"), max_size=8), pairs)
def test_no_cluster_holds_two_numbers_or_a_rejected_pair(links, identifiers, rejected):
    out = cluster(links, identifiers, rejected)
    for group in out.members().values():
        assert len({identifiers[record] for record in group if record in identifiers}) <= 1
        assert not any(one in group and other in group for one, other in rejected)


@given(pairs)
def test_without_contradictions_clusters_are_connected_components(links):
    out = cluster(links, {})
    for one, other in links:
        assert out.entity[one] == out.entity[other]
    assert not out.refused


@pytest.fixture
def store(tmp_path):
    return JudgementStore(tmp_path / "judgements.db")


def judgement(verdict=POSITIVE, **changes):
    values = {
        "left": "b:1",
        "right": "a:1",
        "verdict": verdict,
        "who": "审核员甲",
        "decided_at": NOW,
        "why": "档案一致",
        "weight": 5.0,
        "model": "m",
    } | changes
    return Judgement(**values)


def test_judgements_keep_who_when_why_and_the_latest_counts(store):
    store.record(judgement(UNSURE))
    store.record(judgement(POSITIVE, why="补充材料"))
    assert store.current() == {("a:1", "b:1"): POSITIVE}
    history = store.history("a:1", "b:1")
    assert [item.verdict for item in history] == [UNSURE, POSITIVE]
    assert history[1].why == "补充材料"
    assert history[0].decided_at == NOW


def test_not_the_same_is_permanent(store):
    store.record(judgement(NEGATIVE))
    with pytest.raises(JudgementError, match="永久有效"):
        store.record(judgement(POSITIVE))
    assert store.current() == {("a:1", "b:1"): NEGATIVE}


@pytest.mark.parametrize("change", [{"who": " "}, {"why": ""}, {"verdict": "maybe"}])
def test_a_judgement_without_name_or_reason_is_refused(store, change):
    with pytest.raises(JudgementError, match="判定人和理由"):
        store.record(judgement(**change))
    with pytest.raises(JudgementError, match="相同"):
        store.record(judgement(left="a:1"))


@pytest.mark.parametrize(
    "statement", ["UPDATE judgement SET verdict='positive'", "DELETE FROM judgement"]
)
def test_nobody_rewrites_judgements(store, statement):
    import sqlite3

    store.record(judgement(NEGATIVE))
    with pytest.raises(sqlite3.IntegrityError, match="不可"), store._open() as connection:
        connection.execute(statement)


def test_bad_inputs_are_sentences():
    table = people(BASE)
    with pytest.raises(LinkError, match="重复"):
        link("person", {"a": people(BASE, BASE)}, KEY)
    with pytest.raises(LinkError, match="没有可比对"):
        link("person", {}, KEY)
    with pytest.raises(LinkError, match="没有名为 z"):
        link("person", {"a": table}, KEY, new=["z"])


def test_the_judge_command_records_and_refuses(tmp_path, capsys):
    from lianxun_insight.cli import main

    argv = [
        "judge",
        "a:1",
        "b:1",
        "--who",
        "审核员甲",
        "--why",
        "核对档案",
        "--judgements",
        str(tmp_path / "j.db"),
        "--at",
        "2026-01-15T09:00",
    ]
    assert main([*argv, "--verdict", "unsure"]) == 0
    assert main([*argv, "--verdict", "negative"]) == 0
    out = capsys.readouterr().out
    assert "2026-01-15 09:00 审核员甲 判定为不同:核对档案" in out
    assert main([*argv, "--verdict", "positive"]) == 2
    assert "永久有效" in capsys.readouterr().err
    assert JudgementStore(tmp_path / "j.db").current() == {("a:1", "b:1"): NEGATIVE}
