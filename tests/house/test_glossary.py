"""The glossary is data, and it is whole: every model and every choice has its word and its meaning."""

from __future__ import annotations

import copy
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("glossary", ROOT / "tools" / "glossary_page.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ADVICE = "run: python tools/glossary_page.py, then write the meanings that it asks for"


def test_every_model_and_choice_is_covered_as_the_code_has_it(tool: ModuleType) -> None:
    assert tool.SOURCE.read_text("utf-8") == tool.text_of(tool.in_step(tool.stored())), ADVICE


def test_every_word_has_its_meaning_and_its_source(tool: ModuleType) -> None:
    assert tool.problems(tool.stored()) == [], ADVICE


def test_the_page_is_current(tool: ModuleType) -> None:
    assert tool.PAGE.read_text("utf-8") == tool.page(tool.stored()), ADVICE


def test_one_word_of_the_trade_stands_for_one_thing(tool: ModuleType) -> None:
    words = [e["zh"] for e in tool.stored()["terms"].values()]
    assert sorted(w for w in words if words.count(w) > 1) == []


def test_identifiers_are_ascii(tool: ModuleType) -> None:
    glossary = tool.stored()
    names = [e["identifier"] for e in glossary["terms"].values()]
    names += [*glossary["models"], *glossary["choices"]]
    assert [n for n in names if not n.isascii()] == []


def test_what_is_missing_stale_or_empty_is_found(tool: ModuleType) -> None:
    """Planted faults: a model left out, a label changed, a choice that is gone, a meaning emptied."""
    good = tool.stored()
    for plant in (
        lambda g: g["models"].pop("organisation.Unit"),
        lambda g: g["choices"]["organisation.Tier"]["values"].update(province="省"),
        lambda g: g["choices"].update({"organisation.Gone": g["choices"]["organisation.Tier"]}),
    ):
        bad = copy.deepcopy(good)
        plant(bad)
        assert tool.text_of(bad) != tool.text_of(tool.in_step(bad))
    bad = copy.deepcopy(good)
    bad["models"]["organisation.Unit"]["meaning"] = ""
    assert tool.problems(bad) == ["models.organisation.Unit: meaning"]
