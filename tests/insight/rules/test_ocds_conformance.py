"""The published input/expected pairs of the 11 OCDS indicators: all of them, exactly."""

import json
import os
from pathlib import Path

import pytest

from lianxun_insight.rules.ocds import parse_settings, run_file

pytestmark = pytest.mark.public_data

ROOT = Path(os.environ.get("LIANXUN_DATA") or Path(__file__).parents[4] / "shared" / "data")
FIXTURES = ROOT / "cardinal" / "tests" / "fixtures" / "indicators"
EXAMPLES = ROOT / "cardinal" / "docs" / "examples" / "R"
COMMON = {
    "no_price_comparison_procurement_methods": "NPC",
    "exclusions": {"procurement_method_details": "EXC"},
}
NAMES = (
    "R003",
    "R003-procurement_method_details-x-5-y-10",
    "R003-procurement_methods-open+selective",
    "R003-threshold-10",
    "R018",
    "R024",
    "R025",
    "R028",
    "R030",
    "R035",
    "R036",
    "R038",
    "R038-tenderer",
    "R048-minimum_contracting_processes-1",
    "R058",
)


def own_settings(name):
    """The settings that a fixture's name stands for."""

    def value(part):
        return int(part) if part.isdigit() else part.replace("+", "|")

    code, *parts = name.split("-")
    if len(parts) == 2:
        return code, {parts[0]: value(parts[1])}
    if len(parts) > 2:
        pairs = {parts[i]: int(parts[i + 1]) for i in range(1, len(parts), 2)}
        return code, {parts[0]: pairs}
    return code, {}


def needed(path):
    if not path.exists():
        pytest.skip(f"公开数据不在 {ROOT}(可用 LIANXUN_DATA 指定)")
    return path


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("stretch", [1 << 24, 97])
def test_fixture(name, stretch):
    file = needed(FIXTURES / f"{name}.jsonl")
    code, settings = own_settings(name)
    outcome = run_file(
        file,
        parse_settings(COMMON | {code: settings}, only=[code]),
        stretch_bytes=stretch,
        processes=1,
    )
    expected = json.loads(file.with_suffix(".expected").read_text())
    expected.pop("Meta", None)
    assert outcome.as_json(meta=False) == expected


@pytest.mark.parametrize("name", NAMES)
def test_fixture_with_all_indicators_on(name):
    file = needed(FIXTURES / f"{name}.jsonl")
    code, settings = own_settings(name)
    document = run_file(file, parse_settings(COMMON | {code: settings})).as_json(meta=False)
    kept = {
        group: {each: {code: found[code]} for each, found in entries.items() if code in found}
        for group, entries in document.items()
    }
    expected = json.loads(file.with_suffix(".expected").read_text())
    expected.pop("Meta", None)
    assert {group: entries for group, entries in kept.items() if entries} == expected


ALL_ON = {
    "003": {"OCID": {"F": {"R003": 1.0}}},
    "018": {"OCID": {"F": {"R018": 1.0}}},
    "036": {"OCID": {"F": {"R036": 1.0}}},
    "028": {"OCID": {"F": {"R028": 1.0}}, "Tenderer": {"D": {"R028": 1.0}, "V": {"R028": 1.0}}},
    "038": {"Buyer": {"B": {"R038": 0.5}}},
    "058": {"OCID": {"F": {"R058": 99.0}}, "Tenderer": {"W": {"R058": 0.0}}},
}
ONE_ON = {
    "024": {"OCID": {"F": {"R024": 1.0}}, "Tenderer": {"W": {"R024": 0.0}, "L": {"R024": 0.0}}},
    "025": {"Tenderer": {"F": {"R025": 0.16666666666666666}}},
    "030": {"OCID": {"F": {"R030": 1.0}}, "Tenderer": {"W": {"R030": 1.0}}},
    "035": {"OCID": {"F": {"R035": 1.0}}, "Tenderer": {"V": {"R035": 0.0}}},
    "048": {"Tenderer": {"F": {"R048": 2.0}}},
}


@pytest.mark.parametrize("name", ALL_ON)
def test_documented_example_with_all_indicators(name):
    outcome = run_file(needed(EXAMPLES / f"{name}.jsonl"), parse_settings({}))
    assert outcome.as_json(meta=False) == ALL_ON[name]


@pytest.mark.parametrize("name", ONE_ON)
def test_documented_example_alone(name):
    code = f"R{name}"
    settings = {"R048": {"minimum_contracting_processes": 1}} if code == "R048" else {}
    outcome = run_file(needed(EXAMPLES / f"{name}.jsonl"), parse_settings(settings, only=[code]))
    assert outcome.as_json(meta=False) == ONE_ON[name]


def test_fences_of_a_fixture():
    file = needed(FIXTURES / "R024.jsonl")
    outcome = run_file(file, parse_settings(COMMON, only=["R024"]))
    assert outcome.as_json()["Meta"] == {
        "R024": {"q1": 66.6667, "q3": 100.0, "lower_fence": 16.6667}
    }
