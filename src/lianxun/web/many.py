"""Acting on many rows of a list: a summary before, one call for each row, a result for each row after.

Every row is an act of its own with its own transaction, record and submission key: one that cannot be
done stops no other, and sending twice does nothing twice. An act that a room carries out for all rows
together (a batch with one number) gives ``together`` instead of ``call``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render

from lianxun.fabric.once import Repeated, submission
from lianxun.kernel.problems import Invalid, NotFound, Problem
from lianxun.web.acts import NoFields
from lianxun.web.forms import ActForm
from lianxun.web.requests import ActorRequest

MOST = 100  # rows in one go: what a person can answer for after reading the summary


@dataclass(frozen=True, slots=True, kw_only=True)
class ManyAct:
    """``call`` gets ``actor, now, row, **fields``; ``together`` gets ``rows`` and acts on all or none.

    ``may`` and ``why_not`` look at a row's record: what is permitted decides the room, not the page.
    """

    title: str
    button: str
    may: Callable[[Any], bool]
    call: Callable[..., Any] | None = None
    together: Callable[..., Any] | None = None
    why_not: Callable[[Any], str] = lambda row: "现在不能办理这一件。"
    form: type[ActForm] = NoFields
    happens: str = ""
    done: str = "已办理"
    danger: bool = False
    in_place: bool = False  # also a button on each row


@dataclass(frozen=True, slots=True)
class Line:
    """One row in the summary or among the results. ``state``: ready, done, repeated, refused."""

    key: str
    label: str
    state: str
    message: str = ""
    row: Any = None


def many_page(
    request: ActorRequest,
    acts: Mapping[str, ManyAct],
    *,
    load: Callable[[ActorRequest, UUID], Any],
    label: Callable[[Any], str],
    back: str,
) -> HttpResponse:
    """The summary for the rows that were ticked, or what became of each."""
    name, _, single = request.POST.get("one", request.POST.get("many", "")).partition(":")
    act = acts.get(name)
    if act is None:
        raise NotFound
    confirmed = "confirmed" in request.POST
    form = act.form(request.POST if confirmed else None)
    picked = [single] if single else list(dict.fromkeys(request.POST.getlist("row")))
    if not picked:
        raise Invalid.at("row", "没有选中任何一件。请返回列表，勾选要办理的事项。")
    if len(picked) > MOST:
        raise Invalid.at("row", f"一次最多办理 {MOST} 件，现选中 {len(picked)} 件，请分次办理。")
    with transaction.atomic():
        lines = [_line(request, act, key, load, label) for key in picked]
        prepare = getattr(form, "prepare", None)
        if prepare is not None:
            prepare(request, [x.row for x in lines if x.state == "ready"])
    if confirmed and form.is_valid():
        results = _carried_out(request, act, form, lines)
        if results is not None:
            return _shown(
                request, "web/many_done.html", act=act, form=form, lines=results, back=back
            )
    return _shown(
        request, "web/many.html", act=act, form=form, lines=lines, back=back, bad=confirmed
    )


def _line(
    request: ActorRequest,
    act: ManyAct,
    key: str,
    load: Callable[[ActorRequest, UUID], Any],
    label: Callable[[Any], str],
) -> Line:
    """``key`` is ``id`` or, in the summary, ``id:revision``: what changed since then is refused."""
    raw, _, revision = key.partition(":")
    try:
        row = load(request, UUID(raw))
    except (ValueError, NotFound):
        return Line(key, "—", "refused", NotFound().message)
    seen = getattr(row, "revision", 0)
    if revision and revision != str(seen):
        return Line(
            f"{raw}:{seen}", label(row), "refused", "核对之后又被修改，没有办理，请重新核对。"
        )
    if not act.may(row):
        return Line(f"{raw}:{seen}", label(row), "refused", act.why_not(row))
    return Line(f"{raw}:{seen}", label(row), "ready", row=row)


def _carried_out(
    request: ActorRequest, act: ManyAct, form: ActForm, lines: Sequence[Line]
) -> list[Line] | None:
    """A result for each line; ``None`` when the form itself has to be corrected."""
    fields = {k: v for k, v in form.cleaned_data.items() if k != "submission_key"}
    key: UUID | None = form.cleaned_data.get("submission_key")
    who = {"actor": request.actor, "now": request.now, **fields}
    if act.together is not None:
        ready = [x for x in lines if x.state == "ready"]
        if not ready:
            return list(lines)
        together = act.together
        outcome, problem = _tried(lambda: together(rows=[x.row for x in ready], **who), key)
        if isinstance(problem, Invalid) and _placed(form, problem):
            return None
        return [
            Line(x.key, x.label, outcome, problem.message if problem else "")
            if x.state == "ready"
            else x
            for x in lines
        ]
    results = []
    for line in lines:
        if line.state != "ready":
            results.append(line)
            continue
        assert act.call is not None
        call, row = act.call, line.row
        outcome, problem = _tried(
            lambda call=call, row=row: call(row=row, **who),  # type: ignore[misc]
            uuid5(key, line.key.partition(":")[0]) if key else None,
        )
        if isinstance(problem, Invalid) and not results and _placed(form, problem):
            return None  # a field that fits no row is corrected once, before anything was done
        results.append(Line(line.key, line.label, outcome, problem.message if problem else ""))
    return results


def _tried(call: Callable[[], Any], key: UUID | None) -> tuple[str, Problem | None]:
    try:
        with submission(key):
            call()
    except Repeated as again:
        return "repeated", again
    except Problem as problem:
        return "refused", problem
    return "done", None


def _placed(form: ActForm, problem: Invalid) -> bool:
    """Put errors at the fields they name; False when none is a field of the form."""
    here = [e for e in problem.errors if e.place in form.fields]
    for error in here:
        form.add_error(error.place, error.message)
    return bool(here)


def _shown(
    request: ActorRequest,
    template: str,
    *,
    act: ManyAct,
    form: ActForm,
    lines: Sequence[Line],
    back: str,
    bad: bool = False,
) -> HttpResponse:
    count = {s: sum(x.state == s for x in lines) for s in ("ready", "done", "repeated", "refused")}
    context = {
        "act": act,
        "name": request.POST.get("one", request.POST.get("many", "")).partition(":")[0],
        "form": form,
        "lines": lines,
        "count": count,
        "back": back,
    }
    with transaction.atomic():
        return render(request, template, context, status=422 if bad else 200)
