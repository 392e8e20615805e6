"""The rule records: complete, sourced, and true to the catalogue of data classes."""

import datetime as dt
import string

import pytest

from lianxun_insight.rules.engine import parameters_of, run_rules
from lianxun_insight.rules.limits import load_limits
from lianxun_insight.rules.model import FAMILIES, load_rules, measure_of
from lianxun_insight.schemas import load_catalogue
from tests.insight.rules.tables import data

RULES = load_rules()
FRAME = {"subject", "period_from", "period_to", "stratum", "peers", "quantile", "baseline_p"}
WANTED = (
    [f"P{n:02d}" for n in range(1, 19)]
    + [f"F{n:02d}" for n in range(1, 11)]
    + [f"X{n:02d}" for n in range(1, 8)]
    + ["C01"]
    + [f"K{n:02d}" for n in range(1, 26)]
)


def test_all_indicators_and_patterns_are_there():
    assert set(WANTED) <= set(RULES)
    assert len(WANTED) == 36 + 25


@pytest.mark.parametrize("rule_id", RULES)
def test_record(rule_id):
    record = RULES[rule_id]
    catalogue = load_catalogue()
    assert record.family in FAMILIES
    assert record.ground
    assert record.innocent
    assert record.guard_zh
    assert record.needs or record.any_of
    for table_id, columns in record.needs.items():
        names = {field.name for field in catalogue.table(table_id).fields}
        assert set(columns) <= names, (table_id, set(columns) - names)
    for table_id in (*record.any_of, *(edge[3] for edge in record.path)):
        assert catalogue.table(table_id).id == table_id
    for class_id in record.questions:
        assert catalogue.data_class(class_id).query_only
    assert measure_of(record).build is not None


@pytest.mark.parametrize("rule_id", RULES)
def test_sentence_is_filled_from_fields_only(rule_id):
    record = RULES[rule_id]
    parts = list(string.Formatter().parse(record.text_zh))
    names = {name for _, name, _, _ in parts if name}
    assert names <= set(record.values) | FRAME, names - set(record.values) - FRAME
    typed = "".join(literal for literal, _, _, _ in parts)
    assert not any(character.isdigit() for character in typed)
    for word in ("腐败", "贪污", "犯罪", "违法", "舞弊"):
        assert word not in record.text_zh + record.title_zh


def test_limits_by_date_method_and_region():
    limits = load_limits()
    day = dt.date(2024, 5, 1)
    assert limits.value("min_notice_days", day, method="公开招标") == 20
    assert limits.value("min_notice_days", day, method="竞争性磋商") == 10
    assert limits.value("min_notice_days", day, method="单一来源") is None
    assert limits.value("open_tender_limit", dt.date(2019, 12, 31)) == 1_200_000
    assert limits.value("open_tender_limit", dt.date(2020, 1, 1)) == 2_000_000
    local = load_limits(
        "version: 某省2025\nlimits: {purchase_limit: {rows: [{value: 1000000, from: 2025-01-01,"
        " region: '99', source: 某省标准}]}}"
    )
    assert local.value("purchase_limit", dt.date(2025, 2, 1), region="990101") == 1_000_000
    assert local.value("purchase_limit", dt.date(2025, 2, 1), region="980101") == 500_000
    with pytest.raises(ValueError, match="没有名为"):
        load_limits("limits: {nothing: {rows: []}}")
    cut = "limits: {purchase_limit: {rows: [{value: 9, from: 2025-01-01, source: 某省标准,从宽}]}}"
    with pytest.raises(ValueError, match="每行写明"):
        load_limits(cut)


def test_every_limit_names_its_source():
    for rows in load_limits().tables.values():
        for row in rows:
            assert row.source
            assert row.value > 0


def test_unknown_parameter_or_rule_is_refused():
    with pytest.raises(ValueError, match="没有参数“dayz”"):
        parameters_of(RULES["F01"], changed={"dayz": 1})
    with pytest.raises(ValueError, match="没有编号"):
        run_rules(data(D01=[]), only=["F99"])


def test_missing_tables_columns_and_rows_are_named():
    empty = data(D14_contract=[], D14_change=[{"contract_id": "H1", "change_no": 1}])
    reasons = empty.missing(RULES["P15"])
    assert any("D14.contract" in each and "没有记录" in each for each in reasons)
    assert any("amount_delta(变更金额)" in each for each in reasons)
    assert any("任一即可" in each for each in empty.missing(RULES["P01"]))
    run = run_rules(empty)
    assert run.hits == []
    assert set(run.skipped) == set(RULES)
