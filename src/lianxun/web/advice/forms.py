"""Forms of the advice room."""

from __future__ import annotations

from datetime import date

from django import forms

from lianxun.advice.enums import DecisionReason
from lianxun.advice.records import FacetAdvice
from lianxun.advice.taxonomy import load_taxonomy
from lianxun.web.forms import ActForm


class ConfirmForm(ActForm):
    """An act that needs nothing but the decision to do it, about one advice."""

    advice_id = forms.UUIDField(widget=forms.HiddenInput, required=False)


class DecideForm(ActForm):
    """The leaves of one facet, grouped as in the taxonomy, and the reason."""

    advice_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    decided = forms.MultipleChoiceField(
        label="认定类目",
        widget=forms.CheckboxSelectMultiple,
        help_text="可以选多项；“违反生活纪律”只由人认定，选定后查看范围受限。",
    )
    reason = forms.ChoiceField(label="理由", choices=[("", "请选择"), *DecisionReason.choices])
    note = forms.CharField(
        label="说明",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="更正建议时必填，一句话即可；不要写反映人的姓名和联系方式。",
    )

    def prepare_for(self, facet: FacetAdvice, today: date) -> None:
        """Leaves valid today, in groups; the reasons that can apply."""
        taxonomy = load_taxonomy()
        grouped = [
            (
                group.name,
                [
                    (leaf.code, f"{leaf.code.removeprefix('TP-')} {leaf.name}")
                    for leaf in taxonomy.leaves
                    if leaf.parent == group.code and leaf.valid_on(today)
                ],
            )
            for group in taxonomy.groups
            if group.facet == facet.facet
        ]
        self.fields["decided"].choices = grouped  # type: ignore[attr-defined]
        if facet.suggested:
            reasons = [r for r in DecisionReason.choices if r[0] != DecisionReason.NO_SUGGESTION]
        else:
            reasons = [(DecisionReason.NO_SUGGESTION.value, DecisionReason.NO_SUGGESTION.label)]
            self.fields["reason"].initial = DecisionReason.NO_SUGGESTION
        self.fields["reason"].choices = [("", "请选择"), *reasons]  # type: ignore[attr-defined]


class ElementForm(ActForm):
    value = forms.ChoiceField(label="认定", widget=forms.RadioSelect)

    def prepare_for(self, element: str) -> None:
        values = load_taxonomy().leaf(element).values
        self.fields["value"].choices = [(v, v) for v in values]  # type: ignore[attr-defined]


class ReasonForm(ActForm):
    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
