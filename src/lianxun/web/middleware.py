"""From session to actor, and one read transaction with one record per page (architecture.md §3)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.db import OperationalError, transaction
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotFound,
    UnreadablePostError,
)

from lianxun.access import handlers, queries
from lianxun.access.lapse import close_lapsed
from lianxun.fabric.identity import acting_as, not_let_in
from lianxun.kernel.problems import Invalid, NotFound, Problem, Refused, Unavailable
from lianxun.trace import door
from lianxun.trace.clocks import Closed
from lianxun.trace.records import Note
from lianxun.web.forms import closed
from lianxun.web.problems import problem_page
from lianxun.web.requests import ActorRequest

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
NUL, NUL_QUOTED = "\x00", "%00"

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class _Unwind(Exception):  # noqa: N818 - not an error: leaves the read transaction without a record
    def __init__(self, response: HttpResponseBase) -> None:
        super().__init__()
        self.response = response


class ActorMiddleware:
    """Every page behind sign-in runs as an actor; a GET reads in one transaction under that identity."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(settings.LIANXUN_PUBLIC_PATHS):
            return self.get_response(request)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        wanted = cast(ActorRequest, request)
        wanted.problem = None
        try:
            with acting_as(request.user.pk):
                return self._read(wanted) if request.method in SAFE else self._send(wanted)
        except OperationalError as refusal:
            if not not_let_in(refusal):
                raise
            return _sent_away(request)

    def _send(self, request: ActorRequest) -> HttpResponseBase:
        closed.set(False)
        with transaction.atomic():
            _present(request)
        with door.form("web.form", actor=request.actor) as note:
            response = self.get_response(request)
            if closed.get() and response.status_code == Invalid.status:
                response.status_code = Unavailable.status  # the form, with what was typed in it
            note.act = _act(request)
            if isinstance(request.problem, Refused | NotFound) and not note.acted:
                door.record_denial(Note(note.act), request.actor, request.problem)
                note.acted = True
        return response

    def _read(self, request: ActorRequest) -> HttpResponseBase:
        try:
            with transaction.atomic():
                _present(request)
                with door.page("web.page", actor=request.actor) as note:
                    response = self.get_response(request)
                    note.act = _act(request)
                    if request.problem is not None or getattr(request, "untraced", False):
                        raise _Unwind(response)
                    return response
        except Unavailable as problem:  # the record of the page could not be written
            return problem_page(request, problem)
        except _Unwind as unwind:
            if isinstance(request.problem, Refused | NotFound | Closed):
                door.record_denial(Note(_act(request)), request.actor, request.problem)
            return unwind.response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """An anticipated refusal becomes a page that says what to do; anything else is a fault."""
        if not isinstance(error, Problem):
            return None
        cast(ActorRequest, request).problem = error
        return problem_page(request, error)


def _sent_away(request: HttpRequest) -> HttpResponseBase:
    """The database lets the person in no more: his appointment ended. His sign-in is closed at once."""
    close_lapsed(actor=queries.service_actor(service="duties"), now=queries.database_now())
    logout(request)
    messages.error(request, handlers.ENDED)
    return redirect_to_login(request.get_full_path())


def _present(request: ActorRequest) -> None:
    """Who acts and when. ``request.user`` is an account in use: Django's back end finds no other."""
    found = queries.present(account=request.user, session=_session_digest(request))
    request.actor, request.now = found


def _act(request: HttpRequest) -> str:
    match = request.resolver_match
    return f"web.{match.view_name}" if match is not None and match.view_name else "web.unknown"


def _session_digest(request: HttpRequest) -> str:
    key = request.session.session_key or ""
    return hashlib.sha256(key.encode()).hexdigest()[:16]


class StorableMiddleware:
    """No database text holds a NUL: an address with one is nobody's, and in a filter it says nothing."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if NUL in request.path_info:
            return HttpResponseNotFound()
        if NUL_QUOTED in request.META.get("QUERY_STRING", ""):
            asked = request.GET.copy()
            for name, values in list(asked.lists()):
                asked.setlist(name, [value.replace(NUL, "") for value in values])
            request.GET = asked  # type: ignore[assignment] # a QueryDict that is not changed any more
        return self.get_response(request)


class _Whole:
    """A body that ends where it said it would; one that breaks off before raises ``UnreadablePostError``."""

    def __init__(self, stream: Any, length: int) -> None:
        self._stream, self._left = stream, length

    def read(self, size: int = -1) -> bytes:
        wanted = self._left if size < 0 else min(size, self._left)
        parts = []
        while wanted > 0:
            part = self._stream.read(wanted)
            if not part:
                raise UnreadablePostError("the connection broke")
            parts.append(part)
            wanted -= len(part)
            self._left -= len(part)
        return b"".join(parts)

    def readline(self, size: int = -1) -> bytes:
        line: bytes = self._stream.readline(size) if size >= 0 else self._stream.readline()
        self._left -= len(line)
        if not line and size and self._left > 0:
            raise UnreadablePostError("the connection broke")
        return line

    def close(self) -> None:
        self._stream.close()


class WholeBodyMiddleware:
    """Half a form is no form: servers hand on what came before the connection broke as if it were all."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or ""
        if length.isdecimal() and hasattr(request, "_stream"):
            whole: Any = _Whole(request._stream, int(length))  # reads as a stream does
            request._stream = whole
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Mostly nobody listens any more. The address that does gets words and not a fault."""
        if not isinstance(error, UnreadablePostError):
            return None
        words = "连接中断，内容没有收全，没有办理，也没有保存任何内容；请重新发送。"
        return HttpResponse(words, status=400, content_type="text/plain; charset=utf-8")


class UploadMiddleware:
    """The script that shows how far an upload is (upload.js) goes on to the next page itself: were the
    redirect followed under its hands, the words about what was done would be shown to nobody."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if "X-Upload" in request.headers and response.status_code in (301, 302, 303):
            response["X-Goes-On"] = response["Location"]
            del response["Location"]
            response.status_code = 204
        return response
