"""What people read is simplified Chinese; what programmers name is ASCII."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from opencc import OpenCC

from tests.house.test_house import ROOT, our_models, tracked

HAN = re.compile(r"[\u3400-\u9fff]+")
READ_BY_PEOPLE = ("*.html", "*.yaml", "*.csv", "*.md", "*.toml", "*.txt")


def unsimplified(text: str, convert: OpenCC) -> list[str]:
    """Runs of Chinese that simplifying would change."""
    return [run for run in HAN.findall(text) if convert.convert(run) != run]


@pytest.fixture(scope="module")
def t2s() -> OpenCC:
    return OpenCC("t2s")


def people_read() -> Iterator[Path]:
    for pattern in READ_BY_PEOPLE:
        for path in tracked(pattern):
            inside = path.relative_to(ROOT).parts
            if (inside[0] in ("src", "docs") and "insight" not in inside[1:2][0]) or len(
                inside
            ) == 1:
                yield path


def strings(source: str) -> Iterator[str]:
    """Every string of a module: labels, sentences, help."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def wrong_in(paths: Iterable[Path], convert: OpenCC) -> list[str]:
    found = []
    for path in paths:
        text = path.read_text("utf-8")
        parts = strings(text) if path.suffix == ".py" else (text,)
        found += [f"{path.relative_to(ROOT)}: {r}" for p in parts for r in unsimplified(p, convert)]
    return found


def test_pages_data_and_documents_are_simplified(t2s: OpenCC) -> None:
    paths = list(people_read())
    assert len(paths) >= 100
    assert wrong_in(paths, t2s) == []


def test_every_string_of_the_platform_is_simplified(t2s: OpenCC) -> None:
    assert wrong_in(tracked("src/lianxun/*.py"), t2s) == []


def test_labels_of_models_fields_and_choices_are_simplified(t2s: OpenCC) -> None:
    words = []
    for model in our_models():
        words += [str(model._meta.verbose_name)]  # type: ignore[attr-defined]
        for field in model._meta.get_fields():  # type: ignore[attr-defined]
            words.append(str(getattr(field, "verbose_name", "")))
            words += [str(label) for _, label in getattr(field, "flatchoices", None) or ()]
    assert len(words) > 500
    assert [w for w in words if unsimplified(w, t2s)] == []


def names(source: str) -> list[str]:
    reader = io.BytesIO(source.encode()).readline
    return [t.string for t in tokenize.tokenize(reader) if t.type == tokenize.NAME]


def test_identifiers_are_ascii() -> None:
    wrong = []
    for folder in ("src", "tests", "benchmarks", "tools"):
        for path in tracked(f"{folder}/*.py"):
            wrong += [
                f"{path.relative_to(ROOT)}: {name}"
                for name in names(path.read_text("utf-8"))
                if not name.isascii()
            ]
            if not path.name.isascii():
                wrong.append(str(path))
    assert wrong == []


def test_traditional_text_and_a_foreign_name_are_found(t2s: OpenCC) -> None:
    """Planted faults."""
    assert unsimplified("巡視工作領導小組", t2s) == ["巡視工作領導小組"]
    assert unsimplified("巡视工作领导小组", t2s) == []
    assert [n for n in names("名称 = 1\n") if not n.isascii()] == ["名称"]
    assert list(strings('LABEL = "線索"\n')) == ["線索"]
