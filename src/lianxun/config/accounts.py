"""How people sign in: accounts are opened by administrators, nobody registers himself."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedAccounts(DefaultAccountAdapter):  # type: ignore[misc]  # the package has no types
    """allauth without self-registration."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
