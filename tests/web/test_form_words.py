"""Every form there is, with bad input: empty, too long, wrong type. Each message names its field."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django import forms

from lianxun.web.forms import ActForm

WEB = Path(__file__).parents[2] / "src" / "lianxun" / "web"


def every_form() -> list[type[ActForm]]:
    for path in sorted(WEB.rglob("*.py")):
        parts = path.relative_to(WEB.parents[1]).with_suffix("").parts
        importlib.import_module(".".join(p for p in parts if p != "__init__"))

    def below(cls: type[ActForm]) -> Iterator[type[ActForm]]:
        for sub in cls.__subclasses__():
            yield sub
            yield from below(sub)

    found = {
        f for f in below(ActForm) if f.__module__.startswith("lianxun.") and not _needs_rows(f)
    }
    return sorted(found, key=lambda f: (f.__module__, f.__qualname__))


def _needs_rows(form: type[ActForm]) -> bool:
    """A form over rows is made by its page; the page's own tests try it."""
    named = inspect.signature(form).parameters.values()
    return any(p.kind is p.KEYWORD_ONLY and p.default is p.empty for p in named)


FORMS = every_form()
BY_NAME = pytest.mark.parametrize("form", FORMS, ids=lambda f: f"{f.__module__}.{f.__name__}")


def visible(form: ActForm) -> dict[str, forms.Field]:
    return {
        name: field
        for name, field in form.fields.items()
        if not isinstance(field.widget, forms.HiddenInput)
    }


def name_of(field: forms.Field) -> str:
    return str(field.label).split("（")[0].rstrip("？")


def said(form: ActForm, name: str) -> str:
    return "；".join(form.errors.get(name, []))


def test_the_forms_are_found() -> None:
    assert len(FORMS) >= 40


@BY_NAME
def test_every_field_has_a_chinese_label(form: type[ActForm]) -> None:
    for name, field in visible(form()).items():
        assert not str(field.label or "x").isascii(), name


@BY_NAME
def test_an_empty_form_names_every_field_it_needs(form: type[ActForm]) -> None:
    sent = form({})
    sent.is_valid()
    for name, field in visible(sent).items():
        if field.required:
            assert name_of(field) in said(sent, name), (name, said(sent, name))
            assert said(sent, name).startswith("请"), said(sent, name)
        else:
            assert said(sent, name) == ""


@BY_NAME
def test_too_long_a_text_names_field_and_limit(form: type[ActForm]) -> None:
    limits = {
        name: field.max_length
        for name, field in visible(form()).items()
        if isinstance(field, forms.CharField) and field.max_length
    }
    sent = form({name: "长" * (limit + 1) for name, limit in limits.items()})
    sent.is_valid()
    for name, limit in limits.items():
        assert name_of(sent.fields[name]) in said(sent, name)
        assert f"{limit} 个字" in said(sent, name)


WRONG: list[tuple[type[forms.Field], Any]] = [
    (forms.DateField, "昨天"),
    (forms.DateField, "2026-02-30"),
    (forms.IntegerField, "三"),
    (forms.MultipleChoiceField, ["没有这个"]),
    (forms.ChoiceField, "没有这个"),
]


@BY_NAME
@pytest.mark.parametrize(("kind", "value"), WRONG, ids=lambda v: getattr(v, "__name__", str(v)))
def test_a_wrong_value_names_its_field(form: type[ActForm], kind: type, value: Any) -> None:
    several = (forms.MultipleChoiceField, forms.TypedMultipleChoiceField)
    fields = {
        name
        for name, field in visible(form()).items()
        if isinstance(field, kind) and isinstance(field, several) == isinstance(value, list)
    }
    sent = form(dict.fromkeys(fields, value))
    sent.is_valid()
    for name in fields:
        assert name_of(sent.fields[name]) in said(sent, name), (name, said(sent, name))


@BY_NAME
def test_a_text_that_cannot_be_stored_is_refused(form: type[ActForm]) -> None:
    fields = {n for n, f in visible(form()).items() if type(f) is forms.CharField}
    sent = form(dict.fromkeys(fields, "含\x00字符"))
    sent.is_valid()
    for name in fields:
        assert name_of(sent.fields[name]) in said(sent, name)


def test_two_forms_keep_their_own_words() -> None:
    class One(ActForm):
        text = forms.CharField(label="甲", max_length=2)

    class Two(ActForm):
        text = forms.CharField(label="乙", max_length=3)

    first, second = One({"text": "一二三"}), Two({"text": "一二三四"})
    assert said(first, "text") == "“甲”不超过 2 个字，现有 3 个。"
    assert said(second, "text") == "“乙”不超过 3 个字，现有 4 个。"


class Note(ActForm):
    text = forms.CharField(label="说明")


@pytest.mark.parametrize("broken", ["断\ufffd字", "半\ud83d个"])
def test_what_was_broken_on_its_way_is_not_kept(broken: str) -> None:
    assert said(Note({"text": broken}), "text") == "“说明”含有不能保存的字符，请删除后重填。"


def test_what_other_programs_leave_in_a_text_is_tidied() -> None:
    form = Note({"text": "第一行\x0b第二行\x0c第三行\x02\x1f\t完"})
    assert form.is_valid()
    assert form.cleaned_data["text"] == "第一行\n第二行\n第三行\t完"


def test_signs_of_people_are_kept_as_they_are() -> None:
    odd = "甲\u202e乙 😀👨\u200d👩 é 𪛖"
    form = Note({"text": odd})
    assert form.is_valid()
    assert form.cleaned_data["text"] == odd


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ("三元", "“金额”应为数字，如 1200.50。"),
        ("1e400", "“金额”总共不超过 6 位数字。"),
        ("NaN", "“金额”应为数字，如 1200.50。"),
        ("1.234", "“金额”小数点后不超过 2 位。"),
        ("12345.1", "“金额”小数点前不超过 4 位。"),
        ("-1", "“金额”不小于 0。"),
    ],
)
def test_a_wrong_amount_is_said_in_words(sent: str, words: str) -> None:
    class Money(ActForm):
        amount = forms.DecimalField(label="金额", max_digits=6, decimal_places=2, min_value=0)

    assert words in said(Money({"amount": sent}), "amount")


def test_every_text_has_an_end() -> None:
    assert said(Note({"text": "长" * 20_001}), "text") == "“说明”不超过 20000 个字，现有 20001 个。"
    assert 'maxlength="20000"' in str(Note()["text"])
