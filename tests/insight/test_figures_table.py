"""The table of the targets of Chinese text: every row says what was measured, on what, and whether it is met."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from benchmarks import table, text

from tests.insight.evals.test_all_six import rows_of

LIBRARY: dict[str, Any] = {
    "import": {"wall_seconds": 113.5, "unaccounted_files": 0},
    "questions": {"whole": {"p95_ms": 120.0}, "pages_that_name_a_restricted_rule": 0},
    "two_characters": {"whole": {"p95_ms": 80.0}},
    "citations": {"whole": {"p95_ms": 60.0}},
    "index": {"build_and_save_seconds": 19.4},
    "add_one_rule": {"p95_ms": 20.8},
    "load_average": [0.4, 0.3, 0.2],
}


def test_a_target_is_met_missed_or_not_measured() -> None:
    rows = table.of_library(LIBRARY)
    assert [row.met for row in rows] == [True, True, False, True, True, True, True, True]
    printed = table.render([*rows, table.at_least("another", 0.9, None)])
    assert (
        "| search over HTTP, questions, p95 ms | ≤ 100 | 120 (load of the machine 0.4) | NOT MET |"
        in printed
    )
    assert "| another | ≥ 0.9 | not measured | — |" in printed


def test_topics_stand_beside_the_plain_baseline_on_the_same_rows() -> None:
    report = {"macro_f1": {"value": 0.94}, "accuracy_at_80": {"value": 0.98}, "ece": {"value": 0.01},
              "baseline_macro_f1": 0.925}  # fmt: skip
    f1, *others = table.of_topics(report, " (own.jsonl)")
    assert f1.measured == "0.94 (own.jsonl); characters 1-2 with LinearSVC 0.925"
    assert all(row.met for row in (f1, *others))
    assert [row.met for row in table.of_topics(None, "")] == [None, None, None]


def test_the_one_rule_stands_beside_the_stack() -> None:
    row = table.of_duty({"f1_one_rule": {"value": 0.615}, "f1_stack": {"value": 0.744},
                         "f1_stack_minus_rule": {"value": 0.129}}, "")  # fmt: skip
    assert row.met
    assert "F1 0.744, one rule 0.615" in row.measured


def test_sets_of_ones_own_are_measured_by_the_one_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "leads.jsonl"
    lines = [json.dumps(row, ensure_ascii=False) for row in rows_of("similar")]
    file.write_text("\n".join(lines), "utf-8")
    monkeypatch.setattr("sys.argv", ["text", "--similar", str(file), "--own-only"])
    assert text.main() in (0, 1)
    printed = capsys.readouterr().out
    assert "| similar leads, P@1 | ≥ 0.97 | 1 (leads.jsonl) | met |" in printed


def test_a_part_that_fails_is_a_row_and_the_exit_code_says_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["text"])
    monkeypatch.setattr(text, "PARTS", (("no_such_part", (), table.of_library),))
    assert text.main() == 1
    assert (
        "| benchmarks.no_such_part | runs | failed, see above | NOT MET |"
        in capsys.readouterr().out
    )
