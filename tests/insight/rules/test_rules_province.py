"""The rules on a small generated province: planted schemes are found, look-alikes are not."""

from collections import defaultdict

import ibis
import pytest

from lianxun_insight.generator import make_province, read_truth, write_province
from lianxun_insight.rules.data import Data
from lianxun_insight.rules.engine import run_rules
from lianxun_insight.rules.model import load_rules

FINDS = {
    "S01": "X01",
    "S02": "X01",
    "S03": "X01",
    "S04": "K06",
    "S05": "P11",
    "S06": "P08",
    "S07": "F01",
    "S08": "F02",
    "S09": "F11",
    "S10": "X03",
    "S11": "K08",
    "S12": "F04",
    "S13": "F05",
    "S14": "X06",
    "S15": "K24",
    "S16": "K21",
    "S17": "C01",
    "S18": "K19",
    "S19": "K20",
    "S20": "X02",
    "S21": "K10",
    "S22": "K07",
    "S23": "K15",
    "S24": "K01",
    "S25": "K22",
    "S26": "K25",
    "S27": "X07",
    "S28": "K24",
    "S29": "K23",
}
INNOCENT = {
    "C01": ("X01", "X02"),
    "C03": ("F01", "F02", "F11"),
    "C05": ("X01",),
    "C07": ("F06", "K10", "X05"),
    "C08": ("P08", "K05"),
    "C09": ("K19", "F04", "F05"),
    "C10": ("F03",),
    "C11": ("P01",),
    "C12": ("K09",),
    "C13": ("X01",),
    "C14": ("F01", "F06"),
    "C15": ("X03",),
    "C16": ("F06",),
    "C17": ("X05", "K08"),
}


@pytest.fixture(scope="module")
def scanned(tmp_path_factory):
    folder = tmp_path_factory.mktemp("province")
    write_province(make_province(0.1, seed=11, instances=3), folder)
    backend = ibis.duckdb.connect()
    for file in sorted(folder.glob("*.parquet")):
        backend.raw_sql(f"create view {file.stem} as select * from '{file}'").fetchall()
    run = run_rules(Data.of_backend(backend))
    touched = defaultdict(set)
    for hit in run.hits:
        for table, keys in hit.records.items():
            for key in keys:
                touched[f"{table}#{key}"].add(hit.rule_id)
    return run, list(read_truth(folder / "truth.jsonl")), touched


def rules_on(planted, touched):
    return set().union(*(touched[record] for record in planted.records))


@pytest.mark.parametrize("scheme", FINDS)
def test_planted_scheme_is_found(scanned, scheme):
    _, truth, touched = scanned
    planted = [each for each in truth if each.scheme == scheme]
    assert planted
    missed = [each.instance for each in planted if FINDS[scheme] not in rules_on(each, touched)]
    assert missed == []


@pytest.mark.parametrize("confounder", INNOCENT)
def test_look_alike_is_left_alone(scanned, confounder):
    _, truth, touched = scanned
    planted = [each for each in truth if each.scheme == confounder]
    assert planted
    for each in planted:
        assert rules_on(each, touched).isdisjoint(INNOCENT[confounder])


def test_every_rule_is_computed_or_says_why_not(scanned):
    run, _, _ = scanned
    rules = load_rules()
    assert set(run.computed) | set(run.skipped) == set(rules)
    assert {"K17", "K18"} <= set(run.skipped)
    assert all(reasons for reasons in run.skipped.values())
    assert any("D41.loan" in reason for reason in run.skipped["K17"])


def test_hits_are_complete(scanned):
    run, _, _ = scanned
    rules = load_rules()
    for hit in run.hits:
        record = rules[hit.rule_id]
        assert hit.records
        assert hit.org
        assert set(hit.value) == set(record.values)
        assert all(step.key in hit.records[step.table] for step in hit.path)
    identities = [(hit.rule_id, hit.org, str(hit.records), str(hit.value)) for hit in run.hits]
    assert len(identities) == len(set(identities))
