"""How people sign in: accounts are opened by administrators, and a second factor is a duty.

In a data directory marked demo the second factor is a choice; everywhere else nothing is shown before a
person has set one up (settled.md 11).
"""

from __future__ import annotations

import base64
import math
import time
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

# What a person without a second factor may reach in order to set one up, or to leave.
_OPEN = ("account_logout", "account_reauthenticate", "mfa_reauthenticate", "mfa_activate_totp")
_SESSION_KEY = "lianxun_second_factor"


class ClosedAccounts(DefaultAccountAdapter):  # type: ignore[misc]  # the package has no types
    """allauth without self-registration."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Nobody is asked again a moment after signing in, such as for setting up the first factor."""
        records = get_authentication_records(self.request, self.request.user)
        since = time.time() - records[-1]["at"] if records else math.inf  # seconds
        return since > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


class SealedFactors(DefaultMFAAdapter):  # type: ignore[misc]  # the package has no types
    """Secrets of authenticators are stored encrypted; the key lies in the data directory's secrets.

    A stolen copy of the database alone does not let anybody compute codes.
    """

    def encrypt(self, text: str) -> str:
        return str(_cipher().encrypt(text.encode()).decode())

    def decrypt(self, encrypted_text: str) -> str:
        return str(_cipher().decrypt(encrypted_text.encode()).decode())

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Only a demo lets a person go back to one factor."""
        return bool(settings.LIANXUN_DEMO)


def _cipher() -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"lianxun second factor")
    return Fernet(base64.urlsafe_b64encode(derived.derive(settings.SECRET_KEY.encode())))


class SecondFactorMiddleware:
    """Send whoever signed in with a password alone to the page that sets up the second factor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.LIANXUN_DEMO or not request.user.is_authenticated or self._is_set_up(request):
            return self.get_response(request)
        if request.path.startswith(("/static/", "/healthz/")):
            return self.get_response(request)
        if request.path in {reverse(name) for name in _OPEN}:
            return self.get_response(request)
        return redirect("mfa_activate_totp")

    def _is_set_up(self, request: HttpRequest) -> bool:
        """Asked of the database once for each session; nobody can take a factor off again."""
        if request.session.get(_SESSION_KEY):
            return True
        if not is_mfa_enabled(request.user):
            return False
        request.session[_SESSION_KEY] = True
        return True
