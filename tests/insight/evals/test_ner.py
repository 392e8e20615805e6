"""``text eval ner`` and the invented letters it is measured on."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lianxun_insight.detect import redact, split_reporter_block
from lianxun_insight.detect.contacts import luhn, resident_check
from lianxun_insight.text.evals.common import BadFileError
from lianxun_insight.text.evals.ner import evaluate
from lianxun_insight.triage.masking import model_view
from lianxun_insight.triage.synthetic.annotated import Annotated, make_letters


def write(path: Path, letters: list[Annotated]) -> Path:
    rows = [
        {
            "id": letter.id,
            "text": letter.text,
            "spans": [{"start": s, "end": e, "type": t} for s, e, t in letter.spans],
        }
        for letter in letters
    ]
    path.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("ner")
    return evaluate(write(folder / "n.jsonl", list(make_letters(300, seed=31))))


def test_letters_are_repeatable_and_marked_in_place() -> None:
    one, two = list(make_letters(40, seed=8)), list(make_letters(40, seed=8))
    assert one == two
    for letter in one:
        for start, end, kind in letter.spans:
            value = letter.text[start:end]
            assert value
            if kind == "id_card":
                assert resident_check(value)
            if kind == "bank_card":
                assert luhn(value.replace(" ", ""))


def test_redaction_removes_what_identifies_a_person(report: dict[str, Any]) -> None:
    redaction = report["redaction"]
    assert redaction["person"]["value"] >= 0.98
    for kind in ("phone", "id_card", "bank_card", "plate", "email", "account", "address"):
        assert redaction[kind]["value"] >= 0.99, kind
    assert redaction["all"]["value"] >= 0.99


def test_values_are_found_where_they_stand(report: dict[str, Any]) -> None:
    types = report["types"]
    for kind in ("amount", "date", "phone", "plate", "email", "bank_card"):
        assert types[kind]["f1"]["value"] >= 0.97, kind
    assert types["person"]["f1"]["value"] >= 0.93
    assert types["org"]["f1"]["value"] >= 0.7
    low, high = types["org"]["f1"]["ci95"]
    assert low <= types["org"]["f1"]["value"] <= high


def test_no_gold_name_reaches_the_model_view_but_the_few_that_redaction_misses() -> None:
    left = total = 0
    for letter in make_letters(200, seed=77):
        view = model_view(letter.text).text
        for start, end, kind in letter.spans:
            if kind in {"person", "phone", "id_card", "bank_card"}:
                total += 1
                left += letter.text[start:end] in view
    assert left / total <= 0.015


def test_redacting_twice_finds_nothing_more() -> None:
    for letter in make_letters(30, seed=4):
        once = redact(split_reporter_block(letter.text).body).text
        assert not [s for s in redact(once).removed if s.type in {"phone", "id_card", "bank_card"}]


def test_usual_names_of_types_are_understood_and_others_counted(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    spans = [
        {"start": 2, "end": 4, "type": "position"},
        {"start": 4, "end": 7, "type": "NAME"},
        {"start": 0, "end": 2, "type": "book"},
    ]
    path.write_text(
        json.dumps({"id": 1, "text": "举报局长秦守义", "spans": spans}), encoding="utf-8"
    )
    found = evaluate(path)
    assert found["types"]["person"]["recall"] == 1.0  # type: ignore[index]
    assert found["types"]["post"]["recall"] == 1.0  # type: ignore[index]
    assert found["unsupported"] == {"book": 1}


@pytest.mark.parametrize(
    ("spans", "words"),
    [
        ("x", "应为列表"),
        ([{"start": 0}], "须有 start、end"),
        ([{"start": 3, "end": 99, "type": "person"}], "超出文本"),
        ([{"start": "a", "end": 2, "type": "person"}], "须有 start、end"),
    ],
)
def test_bad_marks_are_refused(tmp_path: Path, spans: object, words: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps({"id": 1, "text": "秦守义收钱", "spans": spans}), encoding="utf-8")
    with pytest.raises(BadFileError, match=words):
        evaluate(path)


def test_the_command_prints_lines_that_the_evaluation_reads(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "lianxun_insight.triage.synthetic.annotated", "--size", "10"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    path = tmp_path / "p.jsonl"
    path.write_text(printed, encoding="utf-8")
    assert evaluate(path)["rows"] == 10
