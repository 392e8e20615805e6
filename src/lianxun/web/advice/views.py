"""Pages about one lead: what is suggested and why, and the decision."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from lianxun.advice import operations, queries
from lianxun.advice.records import FacetAdvice, LeadAdvice, LeafAdvice
from lianxun.advice.taxonomy import load_taxonomy
from lianxun.kernel.problems import NotFound
from lianxun.web.advice import forms
from lianxun.web.requests import ActorRequest
from lianxun.web.templatetags.advice import Mark


def _load(request: ActorRequest, lead_id: UUID) -> LeadAdvice:
    return queries.for_lead(actor=request.actor, now=request.now, lead_id=lead_id)


def _url(lead_id: UUID) -> str:
    return reverse("advice:lead", args=[lead_id])


def lead(request: ActorRequest, lead_id: UUID) -> HttpResponse:
    """Everything about one lead; ``?mark=`` chooses what is marked in its text."""
    advice = _load(request, lead_id)
    leaves = [leaf for facet in advice.facets for leaf in facet.leaves]
    chosen = request.GET.get("mark", "")
    if chosen not in {"facts", "urgency", *(leaf.code for leaf in leaves)}:
        chosen = leaves[0].code if leaves else "facts"
    context = {
        "advice": advice,
        "chosen": chosen,
        "leaf": next((leaf for leaf in leaves if leaf.code == chosen), None),
        "marks": list(_marks(advice, leaves, chosen)),
        "elements": [load_taxonomy().leaf(code) for code in operations.HUMAN],
    }
    return render(request, "advice/lead.html", context)


def _marks(advice: LeadAdvice, leaves: list[LeafAdvice], chosen: str) -> Iterator[Mark]:
    reading = advice.reading
    if chosen == "facts" and reading:
        for fact in reading.facts:
            yield fact.start, fact.end, "fact", fact.label
    elif chosen == "urgency" and reading:
        for reason in reading.reasons:
            for start, end in reason.places:
                yield start, end, "urgent", reason.name
    for leaf in leaves:
        if leaf.code == chosen:
            for kind, words in (("for", leaf.favour), ("against", leaf.against)):
                for word in words:
                    for start, end in word.places:
                        yield start, end, kind, word.rule or ("支持" if kind == "for" else "反对")


def panel(request: ActorRequest, lead_id: UUID) -> HttpResponse:
    """The panel of the lead's page alone: it asks for itself until the job is done."""
    return render(request, "advice/panel.html", {"advice": _load(request, lead_id)})


@require_POST
def check(request: ActorRequest) -> HttpResponse:
    """Beside the registration form: what the text typed so far says and lacks. Nothing is kept."""
    given = request.POST
    with transaction.atomic():
        found = queries.check_text(
            actor=request.actor,
            now=request.now,
            title=given.get("title", "").replace("\r\n", "\n"),
            summary=given.get("summary", "").replace("\r\n", "\n"),
        )
        return render(request, "advice/reading.html", {"reading": found})


def again(request: ActorRequest, lead_id: UUID) -> HttpResponse:
    if request.method != "POST":
        return redirect(_url(lead_id))
    form = forms.ConfirmForm(request.POST)
    done, _ = form.perform(
        lambda: operations.request_again(actor=request.actor, now=request.now, lead_id=lead_id)
    )
    _say(request, form, done, "已安排重新研判，稍后自动显示。")
    return redirect(_url(lead_id))


def accept(request: ActorRequest, lead_id: UUID, facet: str) -> HttpResponse:
    """Agree with what is suggested on one facet, in one click."""
    if request.method != "POST":
        return redirect(_url(lead_id))
    form = forms.ConfirmForm(request.POST)
    done, _ = form.perform(
        lambda: operations.accept(
            actor=request.actor,
            now=request.now,
            lead_id=lead_id,
            facet=facet,
            advice_id=form.cleaned_data["advice_id"],
        )
    )
    _say(request, form, done, "已按建议认定。")
    return redirect(_url(lead_id))


def ask_similar(request: ActorRequest, lead_id: UUID) -> HttpResponse:
    """Ask the platform whether the desk can tell of further similar leads."""
    if request.method != "POST":
        return redirect(_url(lead_id))
    form = forms.ConfirmForm(request.POST)
    done, told = form.perform(
        lambda: operations.ask_similar(actor=request.actor, now=request.now, lead_id=lead_id)
    )
    answer = "存在相似件，请联系协调办。" if told else "没有可以告知的其他相似件。本次查询已留痕。"
    _say(request, form, done, answer)
    return redirect(_url(lead_id))


def _say(request: ActorRequest, form: Any, done: bool, text: str) -> None:
    if done:
        messages.success(request, "此前已提交，未重复办理。" if form.repeated else text)
    else:
        messages.error(
            request, "；".join(str(e) for errors in form.errors.values() for e in errors)
        )


def decide(request: ActorRequest, lead_id: UUID, facet: str) -> HttpResponse:
    """Decide the leaves of one facet by hand, with a reason."""
    with transaction.atomic():
        advice = _load(request, lead_id)
        found = _facet(advice, facet)
        form = forms.DecideForm(request.POST or None, initial=_initial(advice, found))
        form.prepare_for(found, request.now.date())

    def call() -> UUID:
        data = form.cleaned_data
        return operations.decide(
            actor=request.actor,
            now=request.now,
            lead_id=lead_id,
            facet=facet,
            decided=data["decided"],
            reason=data["reason"],
            note=data["note"],
            advice_id=data["advice_id"],
        )

    return _form_page(
        request, advice, form, call, f"认定{found.name}", {"facet": found, "grouped": True}
    )


def element(request: ActorRequest, lead_id: UUID, element: str) -> HttpResponse:
    """Write down an element that only people decide."""
    if element not in operations.HUMAN:
        raise NotFound
    with transaction.atomic():
        advice = _load(request, lead_id)
        if "decide" not in advice.permitted:
            raise NotFound
        form = forms.ElementForm(request.POST or None)
        form.prepare_for(element)

    def call() -> UUID:
        return operations.record_element(
            actor=request.actor,
            now=request.now,
            lead_id=lead_id,
            element=element,
            value=form.cleaned_data["value"],
        )

    leaf = load_taxonomy().leaf(element)
    return _form_page(
        request, advice, form, call, f"认定{leaf.name}", {"definition": leaf.definition}
    )


def _facet(advice: LeadAdvice, code: str) -> FacetAdvice:
    found = next((f for f in advice.facets if f.facet == code), None)
    if found is None or "decide" not in advice.permitted:
        raise NotFound
    return found


def _initial(advice: LeadAdvice, facet: FacetAdvice) -> dict[str, Any]:
    """The last decision is ticked; a suggestion never is: ticking is the person's act."""
    last = facet.decision.decided if facet.decision else ()
    return {"advice_id": advice.advice_id, "decided": list(last)}


def _form_page(  # noqa: PLR0917 - private
    request: ActorRequest,
    advice: LeadAdvice,
    form: Any,
    call: Callable[[], UUID],
    heading: str,
    more: dict[str, Any],
) -> HttpResponse:
    if request.method == "POST":
        done, _ = form.perform(call)
        if done:
            messages.success(request, "此前已提交，未重复办理。" if form.repeated else "已认定。")
            return redirect(_url(advice.lead_id))
    context = {"advice": advice, "form": form, "heading": heading, **more}
    with transaction.atomic():
        status = 422 if request.method == "POST" else 200
        return render(request, "advice/decide.html", context, status=status)
