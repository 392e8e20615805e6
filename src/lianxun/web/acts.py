"""One way to act on an object: a form on a page of its own, one call, back to the object.

A room lists its acts as data; the object's page shows a button for each act its record permits. The
page says before the click what will happen, and afterwards what happened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html

from lianxun.fabric.once import Repeated, submission, was_done
from lianxun.kernel.problems import (
    FieldError,
    Invalid,
    NotFound,
    Problem,
    Stale,
    WrongState,
)
from lianxun.web.forms import ActForm
from lianxun.web.requests import ActorRequest


class NoFields(ActForm):
    """An act that needs nothing but the decision to do it."""


@dataclass(frozen=True, slots=True)
class Look:
    """What an act would do, shown on its own page before it is done; it stores nothing.

    ``find`` gets the request, the record and the valid form, and gives the context of ``template``. It
    may raise ``Invalid``: the words go to the form's fields.
    """

    button: str
    template: str
    find: Callable[[ActorRequest, Any, ActForm], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Undo:
    """The act that takes another one back: its name, and what its form has to know of the first one.

    ``given`` gets the record as it was before, the form and the result; where it gives nothing there is
    no way back.
    """

    name: str
    given: Callable[[Any, ActForm, Any], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Act:
    """``call`` gets ``actor, now`` and the cleaned fields; ``happens`` is said before, ``done`` after.

    An act inside the unit names the one that takes it back (``undo``); one that moves dates or rows of
    others shows them first (``look``); one that may leave work to a job says so (``queues``) and gives
    ``Underway`` when it did.
    """

    title: str
    button: str
    call: Callable[..., Any]
    form: type[ActForm] = NoFields
    happens: str = ""
    done: str = "已办理。"
    danger: bool = False
    multipart: bool = False
    values: Callable[[ActorRequest, Any], Mapping[str, Any]] | None = None
    look: Look | None = None
    undo: Undo | None = None
    queues: bool = False


@dataclass(frozen=True, slots=True)
class Underway:
    """The result of an act that a job goes on with: what a person is told, where a machine reads on."""

    id: UUID
    said: str
    at: str


def act_page(
    request: HttpRequest,
    act: Act,
    *,
    load: Callable[[ActorRequest], Any],
    name: str,
    back: Callable[[Any], str],
    heading: Callable[[Any], str],
    given: Callable[[Any, ActForm], Mapping[str, Any]],
    after: Callable[[Any, Any], str] | None = None,
) -> HttpResponse:
    """Show the form of ``act`` for the object that ``load`` gives, or carry it out.

    ``name`` must be among the record's ``permitted`` acts: what somebody may not do does not exist for
    him (404). ``given`` turns record and form into the arguments of the call.
    """
    wanted = _typed(request)
    with transaction.atomic():
        record = load(wanted)
        if name not in record.permitted and hasattr(request, "machine"):
            raise _not_now_by_machine(wanted, act)
        if name not in record.permitted:
            return _not_now(wanted, act, back(record))
        form = act.form(request.POST or None, request.FILES or None)
        prepare = getattr(form, "prepare", None)
        if prepare is not None:
            prepare(wanted, record)
        if act.values is not None and request.method == "GET":
            form.initial.update(act.values(wanted, record))
        if "revision" in form.fields or hasattr(record, "revision"):
            form.fields["revision"] = forms.IntegerField(
                widget=forms.HiddenInput, initial=record.revision
            )
    if hasattr(request, "machine"):
        return by_machine(wanted, form, lambda: _called(wanted, act, record, form, given))
    seen: Mapping[str, Any] | None = None
    if request.method == "POST" and act.look is not None and "look" in request.POST:
        seen = _looked(wanted, act.look, record, form)
    elif request.method == "POST":
        done, result = form.perform(lambda **_: _called(wanted, act, record, form, given))
        if done:
            base = request.path.removesuffix(f"{name}/")
            messages.success(request, _said(act, base, record, form, result))
            return redirect(after(record, result) if after and result is not None else back(record))
    with transaction.atomic():
        context = {"act": act, "form": form, "back": back(record), "heading": heading(record)}
        failed = request.method == "POST" and seen is None
        return render(
            request,
            "web/act.html",
            context | {"seen": seen is not None} | dict(seen or {}),
            status=422 if failed else 200,
        )


def _not_now(request: ActorRequest, act: Act, back: str) -> HttpResponse:
    """The second click of a double click; or somebody else was quicker and what was typed is not lost.

    The object is visible to the person, so only the act is not there: a look at it is a 404.
    """
    if request.method != "POST":
        raise NotFound
    if was_done(key=request.POST.get("submission_key", ""), account_id=request.actor.account_id):
        messages.success(request, "此前已提交，未重复办理。")
        return redirect(back)
    fields = act.form().fields.items()
    typed = [(f.label, request.POST[n]) for n, f in fields if _is_text(f) and request.POST.get(n)]
    context = {"act": act, "typed": typed, "back": back}
    return render(request, "web/not_now.html", context, status=WrongState.status)


def _is_text(field: forms.Field) -> bool:
    return isinstance(field, forms.CharField) and not isinstance(
        field.widget, (forms.HiddenInput, forms.PasswordInput)
    )


def _looked(
    request: ActorRequest, look: Look, record: Any, form: ActForm
) -> Mapping[str, Any] | None:
    """The context of the look; ``None`` where the form has to be corrected first."""
    if not form.is_valid():
        return None
    try:
        with transaction.atomic():
            return look.find(request, record, form)
    except Invalid as problem:
        form.refuse(problem)
        return None


def _said(act: Act, base: str, record: Any, form: ActForm, result: Any) -> str:
    """What happened; with the way back where the act is one that may be taken back."""
    if form.repeated:
        return "此前已提交，未重复办理。"
    if isinstance(result, Underway):
        return result.said
    back = act.undo.given(record, form, result) if act.undo is not None else {}
    if act.undo is None or not back:
        return act.done
    url = f"{base}{act.undo.name}/?{urlencode(back)}"
    return format_html('{} <a class="lx-undo" href="{}">撤销</a>', act.done, url)


def _not_now_by_machine(request: ActorRequest, act: Act) -> Problem:
    """The object is visible to the caller: the call came twice, or the act is not there now."""
    key = str(request.machine or "")
    if key and was_done(key=key, account_id=request.actor.account_id):
        return Repeated()
    return WrongState(f"现在不能办理“{act.title}”，请重新读取事项后再试。")


def _called(
    request: ActorRequest,
    act: Act,
    record: Any,
    form: ActForm,
    given: Callable[[Any, ActForm], Mapping[str, Any]],
) -> Any:
    """Carry the act out on what was read. Raises ``Stale`` where the object is not that any more.

    Most operations check it once more under their lock; this one also speaks for those that add a part
    (a paper, an obstacle) or act on a part with a version of its own. A repetition goes on: the door
    knows that it was done.
    """
    known = "revision" in form.fields
    if known and form.cleaned_data["revision"] != record.revision and not _repeats(request, form):
        raise Stale
    return act.call(actor=request.actor, now=request.now, **given(record, form))


def _repeats(request: ActorRequest, form: ActForm) -> bool:
    key = getattr(request, "machine", None) or form.cleaned_data.get("submission_key")
    with transaction.atomic():
        return key is not None and was_done(key=str(key), account_id=request.actor.account_id)


def by_machine(request: ActorRequest, form: ActForm, call: Callable[[], Any]) -> HttpResponse:
    """A form of a page for a unit's own system: problems are raised, the answer is what was made."""
    if not form.is_valid():
        raise Invalid(
            *(
                FieldError("" if place == NON_FIELD_ERRORS else place, str(message))
                for place, messages in form.errors.items()
                for message in messages
            )
        )
    with submission(request.machine):
        result = call()
    if isinstance(result, Underway):
        on = {"done": False, "id": str(result.id), "at": result.at}
        return JsonResponse(on, status=202, headers={"Location": result.at})
    made = str(result) if isinstance(result, UUID) else None
    return JsonResponse({"done": True, "id": made})


def _typed(request: HttpRequest) -> ActorRequest:
    return request  # type: ignore[return-value]


def plain(record: Any, form: ActForm) -> dict[str, Any]:
    """Cleaned fields without the submission key; ``revision`` among them."""
    return {k: v for k, v in form.cleaned_data.items() if k != "submission_key"}


def uuid_or_none(value: object) -> UUID | None:
    """An id out of a choice field; the empty choice is ``None``."""
    return UUID(str(value)) if value else None
