"""Sign-in, sign-out and failed attempts are records too (GB/T 22239 安全审计).

They are no operations — nobody is an actor yet — so they hang on Django's signals, which every way of
signing in sends. What was typed is never recorded: people type passwords into the wrong field.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from lianxun.access.models import Account
from lianxun.trace import door


def install() -> None:
    """Connected once, when the room is ready."""
    user_logged_in.connect(_signed_in, dispatch_uid="lianxun.access.signed_in")
    user_logged_out.connect(_signed_out, dispatch_uid="lianxun.access.signed_out")
    user_login_failed.connect(_failed, dispatch_uid="lianxun.access.sign_in_failed")


def _signed_in(*, request: HttpRequest | None, user: Any, **_: Any) -> None:
    _record("access.sign_in", request, user, result="allow")


def _signed_out(*, request: HttpRequest | None, user: Any, **_: Any) -> None:
    _record("access.sign_out", request, user, result="allow")


def _failed(*, credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    name = str(credentials.get("username") or credentials.get("login") or "")
    account = Account.objects.filter(username=name).first()
    _record("access.sign_in", request, account, result="deny")


def _record(act: str, request: HttpRequest | None, account: Any, *, result: str) -> None:
    if request is None or not request.path:
        return  # a script or a test puts a session together: nobody came through the door
    known = isinstance(account, Account)
    door.record_event(
        act,
        result=result,
        rule="" if result == "allow" else "ACC-SIGN-IN",
        account_id=account.id if known else None,
        unit_id=account.unit_id if known else None,
    )
