"""What this room does when people move or leave, in the transaction of the act that says so.

A sign-in belongs to a person in a unit. Who keeps the register of people may not hand out permissions
(三员分设, ACC-ADMIN): so nothing goes along to another unit. The account follows the person, closed and
without any permission, until the system administrator opens it and the security administrator says anew
what its owner may do. Who leaves office keeps nothing open.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import F
from django.db.models.functions import Now

from lianxun.access.enums import THREE_ADMINS
from lianxun.access.models import Account, SystemToken
from lianxun.access.queries import database_now
from lianxun.access.steps import level_changed
from lianxun.fabric.handlers import handles
from lianxun.trace.door import noting

MOVED = "人员已调往{unit}，原有权限已清除；恢复后由安全管理员重新授权。"
LEFT = "人员已不在岗，账号随之停用。"
ENDED = "任职已到期，账号随之停用；登记新的任职后由系统管理员恢复。"


@handles("organisation.moved")
def moved(*, people: list[UUID], unit_id: UUID, unit_name: str) -> None:
    """Close the accounts of people who changed the unit and take every permission off them."""
    rows = Account.objects.filter(person_id__in=people, service="").exclude(unit_id=unit_id)
    admins = [r.value for r in THREE_ADMINS]
    ids = list(rows.exclude(roles__overlap=admins).order_by("id").values_list("id", flat=True))
    Account.objects.filter(id__in=ids).update(
        unit_id=unit_id,
        revision=F("revision") + 1,
        is_active=False,
        blocked_reason=MOVED.format(unit=unit_name)[:120],
        roles=[],
        duties=[],
        clearance=0,
        compartments=[],
        region_lo=None,
        region_hi=None,
    )
    _closed(ids, "moved")


@handles("organisation.left")
def left(*, people: list[UUID]) -> None:
    """Close the accounts of people who left office."""
    _close(people, LEFT, "left")


def closed_by_date(*, people: list[UUID]) -> None:
    """Close the accounts of people whose last appointment ended by date."""
    _close(people, ENDED, "ended")


def _close(people: list[UUID], reason: str, why: str) -> None:
    rows = Account.objects.filter(person_id__in=people, service="", is_active=True)
    ids = list(rows.order_by("id").values_list("id", flat=True))
    Account.objects.filter(id__in=ids).update(
        is_active=False, blocked_reason=reason, revision=F("revision") + 1
    )
    _closed(ids, why)


@handles("trace.level_saved")
def level_saved(*, kind: str, object_id: UUID) -> None:
    """An act stored the level of a row: shares that may not go on ended with it."""
    level_changed(now=database_now(), kind=kind, ids=[object_id])


def _closed(ids: list[UUID], why: str) -> None:
    """Open tokens speak for nobody any more; the act's record says which accounts were closed."""
    if ids:
        SystemToken.objects.filter(account__in=ids, revoked_at__isnull=True).update(
            revoked_at=Now()
        )
        noting().detail.setdefault("accounts_closed", {})[why] = [str(i) for i in ids]
