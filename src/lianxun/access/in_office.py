"""Whose account is open and who is still in office: the same for signing in, for sharing and for asking."""

from __future__ import annotations

from django.db.models import BooleanField, F, Func, QuerySet

from lianxun.access.models import Account


def in_use() -> QuerySet[Account]:
    """Accounts that are open and whose owner is still in office: the others the database lets not in."""
    ended = Func(F("person_id"), function="lx.lapsed", output_field=BooleanField())
    return Account.objects.filter(is_active=True).alias(ended=ended).filter(ended=False)
