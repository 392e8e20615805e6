"""Forms that look alike, keep what was typed, and carry the key of their submission."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextvars import ContextVar
from copy import copy
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import DecimalValidator, MaxLengthValidator

from lianxun.fabric.once import Repeated, submission
from lianxun.kernel.problems import Invalid, NotFound, Problem, Unavailable

_CLASSES: dict[type[forms.Widget], str] = {
    forms.CheckboxInput: "form-check-input",
    forms.CheckboxSelectMultiple: "form-check-input",
    forms.RadioSelect: "form-check-input",
    forms.Select: "form-select",
    forms.SelectMultiple: "form-select",
}

closed: ContextVar[bool] = ContextVar("lianxun_closed", default=False)
"""Whether a form of this request could not be carried out because the platform may not act now."""


def say_in_words(field: forms.Field) -> None:
    """Every message names its field and says what to do, wherever it is read."""
    label = str(field.label or "").split("（")[0].rstrip("？")
    picks = isinstance(field, (forms.ChoiceField, forms.FileField))
    field.error_messages["required"] = f"请{'选择' if picks else '填写'}“{label}”。"
    if isinstance(field, forms.FileField):
        again = f"“{label}”没有传上来或是空文件，请重新选择。"
        field.error_messages.update(invalid=again, missing=again, empty=again)
    elif isinstance(field, forms.ChoiceField):
        wrong = f"“{label}”中没有这个选项，请从列表中选择。"
        field.error_messages.update(invalid_choice=wrong, invalid_list=wrong, invalid=wrong)
    elif isinstance(field, forms.DateField):
        field.error_messages["invalid"] = f"“{label}”应为日期，如 2026-11-22。"
    elif isinstance(field, forms.DecimalField):
        field.error_messages["invalid"] = f"“{label}”应为数字，如 1200.50。"
    elif isinstance(field, forms.IntegerField):
        field.error_messages["invalid"] = f"“{label}”应为整数。"
    words = {
        "max_length": f"“{label}”不超过 %(limit_value)d 个字，现有 %(show_value)d 个。",
        "min_length": f"“{label}”不少于 %(limit_value)d 个字，现有 %(show_value)d 个。",
        "max_value": f"“{label}”不大于 %(limit_value)s。",
        "min_value": f"“{label}”不小于 %(limit_value)s。",
        "null_characters_not_allowed": f"“{label}”含有不能保存的字符，请删除后重填。",
    }
    field.error_messages.setdefault("unstorable", words["null_characters_not_allowed"])
    # A form copies its fields, but not the validators in them: each form says it anew.
    field.validators = [_saying(v, words, label) for v in field.validators]


def _saying(validator: Any, words: dict[str, str], label: str) -> Any:
    if isinstance(validator, DecimalValidator):
        own = copy(validator)
        own.messages = {
            "invalid": f"“{label}”应为数字，如 1200.50。",
            "max_digits": f"“{label}”总共不超过 %(max)s 位数字。",
            "max_decimal_places": f"“{label}”小数点后不超过 %(max)s 位。",
            "max_whole_digits": f"“{label}”小数点前不超过 %(max)s 位。",
        }
        return own
    code = getattr(validator, "code", "")
    if code not in words:
        return validator
    own = copy(validator)
    own.message = words[code]
    return own


LONGEST_TEXT = 20_000
"""Characters of a text whose form states no limit of its own."""
_BROKEN = re.compile("[\ufffd\ud800-\udfff]")
_BREAKS = re.compile("[\x0b\x0c]")
_CONTROLS = re.compile("[\x01-\x08\x0e-\x1f\x7f]")


def storable(value: str) -> None:
    """Refuse halves of pairs and what broken bytes were replaced with: a text that is kept is the text that
    was written."""
    if _BROKEN.search(value):
        raise ValidationError("含有不能保存的字符，请删除后重填。", code="unstorable")


def tidy(value: str) -> str:
    """Soft breaks of other programs become lines; control characters, which nobody sees and no document
    can carry, are left out."""
    return _CONTROLS.sub("", _BREAKS.sub("\n", value))


def bound(field: forms.CharField) -> None:
    """Every text has an end and holds what can be kept."""
    if field.max_length is None:
        field.max_length = LONGEST_TEXT
        field.validators.append(MaxLengthValidator(LONGEST_TEXT))
        field.widget.attrs.setdefault("maxlength", str(LONGEST_TEXT))
    # Longer ones are read, not kept: law texts, reports to check. A form that keeps one says so itself.
    if field.max_length <= LONGEST_TEXT:
        field.validators.append(storable)
    plain = field.to_python
    field.to_python = lambda value: tidy(plain(value) or "")  # type: ignore[method-assign]


def area(label: str, **more: Any) -> forms.CharField:
    """A text of several lines."""
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": 3}), **more)


class ActForm(forms.Form):
    """Base of every form that acts. ``perform`` runs the one call and puts problems at their fields."""

    use_required_attribute = True
    submission_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["submission_key"].initial = uuid4
        self.repeated = False
        for name in self.fields:
            self._dress(name)

    def add(self, name: str, field: forms.Field) -> None:
        """Add a field that only the object knows of; it looks and speaks like the others."""
        self.fields[name] = field
        self._dress(name)

    def _dress(self, name: str) -> None:
        field, widget = self.fields[name], self.fields[name].widget
        if not isinstance(widget, forms.HiddenInput):
            css = next((c for k, c in _CLASSES.items() if isinstance(widget, k)), "form-control")
            widget.attrs.setdefault("class", css)
            field.label_suffix = ""
            if isinstance(field, forms.DateField):
                widget.input_type = "date"
                widget.format = "%Y-%m-%d"
            if type(field) is forms.CharField:
                bound(field)
            if field.help_text:
                own = str(self.auto_id) % name if self.auto_id else f"id_{name}"
                widget.attrs.setdefault("aria-describedby", f"{own}_help")
            say_in_words(field)

    def perform(self, call: Callable[..., Any], **extra: Any) -> tuple[bool, Any]:
        """Validate, run ``call(**extra)`` once, return ``(done, result)``.

        ``done`` is False when the form has to be shown again with its errors. A repeated submission
        counts as done: its effect is there. ``NotFound`` goes on to the middleware.
        """
        if not self.is_valid():
            return False, None
        key: UUID | None = self.cleaned_data.get("submission_key")
        try:
            with submission(key):
                return True, call(**extra)
        except Repeated:
            self.repeated = True
            return True, None
        except Invalid as problem:
            self.refuse(problem)
        except NotFound:
            raise
        except Problem as problem:
            self.add_error(None, problem.message)
            if isinstance(problem, Unavailable):
                closed.set(True)
        return False, None

    def refuse(self, problem: Invalid) -> None:
        """Each error to its field; what belongs to no field stands above them all."""
        for error in problem.errors:
            self.add_error(error.place if error.place in self.fields else None, error.message)

    def add_error(self, field: str | None, error: Any) -> None:
        """As Django does it, and the field says to a screen reader where its error stands."""
        super().add_error(field, error)
        for name in [field] if field else list(self.errors):
            if name in self.fields:
                attrs = self.fields[name].widget.attrs
                known = str(attrs.get("aria-describedby", "")).split()
                attrs["aria-describedby"] = " ".join(dict.fromkeys([*known, f"id_{name}_error"]))

    @property
    def bad_fields(self) -> list[forms.BoundField]:
        """Visible fields with errors, in their order: the list above the form."""
        return [field for field in self.visible_fields() if field.errors]
