"""Every act that a page offers, by machine: the same form, the same call, one record.

``register`` takes the acts of one kind of object as the pages have them and makes one operation of each.
The body is made from the act's form, so that the description cannot say something else than the page
accepts; what it cannot say (who may, in which state, which choices there are today) the act itself says.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Protocol
from uuid import UUID

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.datastructures import MultiValueDict
from ninja import File, Form, Schema, UploadedFile
from pydantic import ConfigDict, Field, create_model

from lianxun.access import queries as access
from lianxun.api.schemas import UnderwayOut
from lianxun.api.service import PROBLEMS, actor_of, api, idempotency_key, recorded
from lianxun.fabric.identity import acting_as

NAMELESS = "文件"


class Act(Protocol):
    """What is read of an act of a page."""

    @property
    def title(self) -> str: ...

    @property
    def happens(self) -> str: ...

    @property
    def form(self) -> type[forms.Form]: ...

    @property
    def queues(self) -> bool: ...


class Making(Protocol):
    """What is read of something that a page makes anew; see ``web.makings``."""

    @property
    def path(self) -> str: ...

    @property
    def tag(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def happens(self) -> str: ...

    @property
    def form(self) -> type[forms.Form]: ...

    @property
    def view(self) -> Callable[..., HttpResponse]: ...


class ActOut(Schema):
    """``id`` of what was made, where the act makes something."""

    done: bool = True
    id: UUID | None = None


def _type_of(field: forms.Field) -> tuple[Any, Any]:
    """Python type and default of a form field; choices stand in the description."""
    more: dict[str, Any] = {"description": f"{field.label or ''}{_help(field)}"}
    kind: Any = str
    if isinstance(field, forms.BooleanField):
        return bool, Field(default=False, **more)
    if isinstance(field, forms.MultipleChoiceField):
        return list[str], Field(default=... if field.required else [], **more)
    if isinstance(field, forms.DecimalField):
        kind = Decimal
    elif isinstance(field, forms.IntegerField):
        kind = int
    elif isinstance(field, forms.DateTimeField):
        kind = datetime
    elif isinstance(field, forms.DateField):
        kind = date
    elif isinstance(field, forms.UUIDField):
        kind = UUID
    elif isinstance(field, forms.ChoiceField):
        kind = str | int
    longest = getattr(field, "max_length", None)
    if kind is str and longest:
        more["max_length"] = longest
    return (kind, Field(**more)) if field.required else (kind | None, Field(default=None, **more))


def _help(field: forms.Field) -> str:
    found = f"：{field.help_text}" if field.help_text else ""
    choices = getattr(field, "choices", None)
    if isinstance(choices, list) and choices and not callable(choices):
        found += "；" + "、".join(f"{k}＝{v}" for k, v in choices if k != "")
    return found


class Exact(Schema):
    """A body that says no more than its description."""

    model_config = ConfigDict(extra="forbid")


def _body_of(
    name: str, form: type[forms.Form], *, versioned: bool = True
) -> tuple[type[Schema], list[str]]:
    """The schema of a form and the names of its files. What is made anew has no version yet."""
    files, fields = [], {}
    for key, field in form.base_fields.items():
        if isinstance(field, forms.FileField):
            files.append(key)
        elif key not in ("submission_key", "revision"):
            fields[key] = _type_of(field)
    for key, label in getattr(form, "by_key", {}).items():
        fields[key] = (
            dict[Annotated[str, Field(max_length=60)], str | int | float],
            Field(default={}, description=label),
        )
    if versioned:
        fields["revision"] = (
            int | None,
            Field(default=None, description="读到的版本；事项有版本的必须给出，过时的不予办理"),
        )
    base = Schema if versioned else Exact
    made: type[Schema] = create_model(name, __base__=base, **fields)  # type: ignore[call-overload]
    return made, files


def _posted(body: Schema) -> QueryDict:
    """The body as the page would have sent it."""
    sent = QueryDict(mutable=True)
    for key, value in body.model_dump().items():
        if isinstance(value, bool):
            if value:
                sent[key] = "on"
        elif isinstance(value, list):
            sent.setlist(key, [str(v) for v in value])
        elif isinstance(value, dict):
            for part, words in value.items():
                sent[f"{key}_{part}"] = str(words)
        elif value is not None:
            sent[key] = str(value)
    return sent


def _carry_out(request: Any, act: str, call: Callable[[], HttpResponse]) -> HttpResponse:
    actor = actor_of(request)
    request.actor, request.problem, request.machine = actor, None, idempotency_key(request)
    with acting_as(actor.account_id), transaction.atomic():
        request.now = access.database_now()
    return recorded(act, actor, call)


def register_making(one: Making) -> None:
    """``POST path``: what a page makes anew, by the page's own form; the answer names what was made.

    A body with more than the description says is refused: what nobody reads must not be sent, and who
    sends it must not believe that it was kept.
    """
    label = "".join(part.title() for part in one.name.replace("_", ".").split("."))
    body, files = _body_of(f"{label}In", one.form, versioned=False)
    assert not files, "nothing is made of a file by machine yet"
    at_object = "{object_id}" in one.path

    def made(request: Any, body: Any, object_id: UUID | None = None) -> Any:
        request.POST, request._files = _posted(body), MultiValueDict()
        given = (object_id,) if at_object else ()
        return _carry_out(request, f"api.{one.name}", lambda: one.view(request, *given))

    made.__signature__ = inspect.Signature([*_first(at_object), _keyword("body", body)])  # type: ignore[attr-defined]
    made.__name__ = f"make_{one.name.replace('.', '_')}"
    api.post(
        one.path,
        response={200: ActOut, **PROBLEMS},
        summary=one.title,
        description=one.happens or None,
        tags=[one.tag],
        operation_id=made.__name__,
    )(made)


def register(
    *, path: str, tag: str, room: str, view: Callable[..., HttpResponse], acts: Mapping[str, Act]
) -> None:
    """One operation ``POST path/{object_id}/do/<act>`` for each act. ``view`` is the page of the acts."""
    for name, act in acts.items():
        label = "".join(part.title() for part in (*room.split("."), *name.split("_")))
        body, files = _body_of(f"{label}In", act.form)
        api.post(
            f"{path}/{{object_id}}/do/{name}",
            response={200: ActOut, **({202: UnderwayOut} if act.queues else {}), **PROBLEMS},
            summary=act.title,
            description=act.happens or None,
            tags=[tag],
            operation_id=f"do_{room.replace('.', '_')}_{name}",
        )(_operation(f"api.{room}.{name}", view, name, body, files))


def _operation(
    act: str,
    view: Callable[..., HttpResponse],
    name: str,
    body: type[Schema],
    files: list[str],
) -> Callable[..., Any]:
    def by_json(request: Any, object_id: UUID, body: Any) -> Any:
        request.POST, request._files = _posted(body), MultiValueDict()
        return _carry_out(request, act, lambda: view(request, object_id, name))

    def with_files(request: Any, object_id: UUID, body: Any, **sent: Any) -> Any:
        found: MultiValueDict[str, Any] = MultiValueDict()
        for key, value in sent.items():
            if value is not None:
                value.name = value.name or NAMELESS
                found[key] = value
        request.POST, request._files = _posted(body), found
        return _carry_out(request, act, lambda: view(request, object_id, name))

    chosen = with_files if files else by_json
    kind: Any = Annotated[body, Form()] if files else body  # type: ignore[type-arg]
    more = [_keyword("body", kind)]
    more += [_keyword(key, Annotated[UploadedFile, File()]) for key in files]  # type: ignore[type-arg]
    chosen.__signature__ = inspect.Signature([*_first(True), *more])  # type: ignore[attr-defined]
    chosen.__name__ = f"do_{name}"
    return chosen


def _first(at_object: bool) -> list[inspect.Parameter]:
    kinds: dict[str, Any] = {"request": HttpRequest} | ({"object_id": UUID} if at_object else {})
    place = inspect.Parameter.POSITIONAL_OR_KEYWORD
    return [inspect.Parameter(name, place, annotation=kind) for name, kind in kinds.items()]


def _keyword(name: str, kind: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind)
