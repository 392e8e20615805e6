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
from pydantic import Field, create_model

from lianxun.access import queries as access
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


def _body_of(name: str, form: type[forms.Form]) -> tuple[type[Schema], list[str]]:
    """The schema of a form and the names of its files."""
    files, fields = [], {}
    for key, field in form.base_fields.items():
        if isinstance(field, forms.FileField):
            files.append(key)
        elif key not in ("submission_key", "revision"):
            fields[key] = _type_of(field)
    fields["revision"] = (
        int | None,
        Field(default=None, description="读到的版本；事项有版本的必须给出，过时的不予办理"),
    )
    made: type[Schema] = create_model(name, __base__=Schema, **fields)  # type: ignore[call-overload]
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
        elif value is not None:
            sent[key] = str(value)
    return sent


def _carry_out(
    request: Any, act: str, view: Callable[..., HttpResponse], object_id: UUID, name: str
) -> HttpResponse:
    actor = actor_of(request)
    request.actor, request.problem, request.machine = actor, None, idempotency_key(request)
    with acting_as(actor.account_id), transaction.atomic():
        request.now = access.database_now()
    return recorded(act, actor, lambda: view(request, object_id, name))


def register(
    *, path: str, tag: str, room: str, view: Callable[..., HttpResponse], acts: Mapping[str, Act]
) -> None:
    """One operation ``POST path/{object_id}/do/<act>`` for each act. ``view`` is the page of the acts."""
    for name, act in acts.items():
        label = "".join(part.title() for part in (*room.split("."), *name.split("_")))
        body, files = _body_of(f"{label}In", act.form)
        api.post(
            f"{path}/{{object_id}}/do/{name}",
            response={200: ActOut, **PROBLEMS},
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
    def by_json(request: HttpRequest, object_id: UUID, body: Any) -> Any:
        request.POST = _posted(body)  # type: ignore[assignment]
        request._files = MultiValueDict()  # type: ignore[attr-defined]
        return _carry_out(request, act, view, object_id, name)

    def with_files(request: HttpRequest, object_id: UUID, body: Any, **sent: Any) -> Any:
        request.POST = _posted(body)  # type: ignore[assignment]
        found: MultiValueDict[str, Any] = MultiValueDict()
        for key, value in sent.items():
            if value is not None:
                value.name = value.name or NAMELESS
                found[key] = value
        request._files = found  # type: ignore[attr-defined]
        return _carry_out(request, act, view, object_id, name)

    first = [
        inspect.Parameter(
            "request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=HttpRequest
        ),
        inspect.Parameter("object_id", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=UUID),
    ]
    chosen = with_files if files else by_json
    kind: Any = Annotated[body, Form()] if files else body  # type: ignore[type-arg]
    more = [inspect.Parameter("body", inspect.Parameter.KEYWORD_ONLY, annotation=kind)]
    more += [
        inspect.Parameter(
            key,
            inspect.Parameter.KEYWORD_ONLY,
            annotation=Annotated[UploadedFile, File()],  # type: ignore[type-arg]
        )
        for key in files
    ]
    chosen.__signature__ = inspect.Signature([*first, *more])  # type: ignore[attr-defined]
    chosen.__name__ = f"do_{name}"
    return chosen
