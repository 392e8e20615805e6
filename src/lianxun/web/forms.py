"""Forms that look alike, keep what was typed, and carry the key of their submission."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django import forms

from lianxun.fabric.once import Repeated, submission
from lianxun.kernel.problems import Invalid, NotFound, Problem

_CLASSES: dict[type[forms.Widget], str] = {
    forms.CheckboxInput: "form-check-input",
    forms.CheckboxSelectMultiple: "form-check-input",
    forms.RadioSelect: "form-check-input",
    forms.Select: "form-select",
    forms.SelectMultiple: "form-select",
}


class ActForm(forms.Form):
    """Base of every form that acts. ``perform`` runs the one call and puts problems at their fields."""

    use_required_attribute = True
    submission_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["submission_key"].initial = uuid4
        self.repeated = False
        for name, field in self.fields.items():
            widget = field.widget
            if isinstance(widget, forms.HiddenInput):
                continue
            css = next((c for k, c in _CLASSES.items() if isinstance(widget, k)), "form-control")
            widget.attrs.setdefault("class", css)
            field.label_suffix = ""
            if isinstance(field, forms.DateField):
                widget.input_type = "date"
                widget.format = "%Y-%m-%d"
            if field.help_text:
                widget.attrs.setdefault("aria-describedby", f"id_{name}_help")

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
            for error in problem.errors:
                self.add_error(error.place if error.place in self.fields else None, error.message)
        except NotFound:
            raise
        except Problem as problem:
            self.add_error(None, problem.message)
        return False, None
