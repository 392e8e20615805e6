"""Parts of acts that upper rooms call inside their own operation."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import DateField, F, QuerySet, Value
from django.db.models.functions import Least

from lianxun.access.enums import GrantKind
from lianxun.access.models import Account, Grant, Recusal
from lianxun.fabric.handlers import announce
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid
from lianxun.trace.door import noting


def open_membership(
    *,
    actor: Actor,
    now: datetime,
    account_id: UUID,
    engagement: UUID,
    purpose: str,
    valid_from: date,
    valid_to: date | None,
) -> UUID:
    """Let a person into an engagement between two dates; no job opens or closes it (P3)."""
    if valid_to is not None and valid_to < valid_from:
        raise Invalid.at("valid_to", "失效日期不能早于生效日期。")
    grant = Grant.objects.create(
        created_at=now,
        kind=GrantKind.MEMBERSHIP,
        account_id=account_id,
        engagement=engagement,
        purpose=purpose,
        granted_by_id=actor.account_id,
        valid_from=valid_from,
        valid_to=valid_to,
        owner_path=actor.unit_path,
    )
    noting().detail.setdefault("grants", []).append(str(grant.id))
    return grant.id


def move_memberships(
    *,
    engagement: UUID,
    purpose: str,
    valid_from: date,
    valid_to: date | None = None,
    own_last_day: Collection[UUID] = (),
) -> int:
    """Shift all open memberships of an engagement (the entry moved). Accounts in ``own_last_day`` begin with
    the others and keep the end that was given to them."""
    rows = _open_memberships(engagement, purpose)
    if valid_to is not None:
        rows.exclude(account_id__in=own_last_day).update(valid_to=valid_to)
    return rows.update(valid_from=valid_from)


def end_memberships(*, engagement: UUID, purpose: str, last_day: date) -> int:
    """A phase is over: nobody stays beyond a day, and who had an earlier last day does not come back.
    Returns how many memberships there were."""
    # PostgreSQL's LEAST passes over what is null, which here means “as long as the others”.
    least = Least(F("valid_to"), Value(last_day, output_field=DateField()))
    return _open_memberships(engagement, purpose).update(valid_to=least)


def prolong_memberships(
    *, engagement: UUID, accounts: Collection[UUID], was: date, to: date | None
) -> int:
    """Whoever's last day was ``was`` stays to another one; ``None``: as long as the others."""
    rows = Grant.objects.filter(
        kind=GrantKind.MEMBERSHIP,
        engagement=engagement,
        account_id__in=accounts,
        valid_to=was,
        revoked_at__isnull=True,
    )
    return rows.update(valid_to=to)


def _open_memberships(engagement: UUID, purpose: str) -> QuerySet[Grant]:
    return Grant.objects.filter(
        kind=GrantKind.MEMBERSHIP, engagement=engagement, purpose=purpose, revoked_at__isnull=True
    )


def revoke_membership(*, now: datetime, account_id: UUID, engagement: UUID) -> int:
    """End a person's membership at once."""
    return Grant.objects.filter(
        kind=GrantKind.MEMBERSHIP,
        account_id=account_id,
        engagement=engagement,
        revoked_at__isnull=True,
    ).update(revoked_at=now)


def end_for_unit(*, now: datetime, unit_id: UUID, objects: Collection[UUID]) -> int:
    """A unit leaves the work on some objects: what was shared with it about them ends at once."""
    return Grant.objects.filter(
        kind__in=[GrantKind.SHARE, GrantKind.PARTICIPATION],
        unit_id=unit_id,
        object_id__in=list(objects),
        revoked_at__isnull=True,
    ).update(revoked_at=now)


def let_participate(
    *,
    actor: Actor,
    now: datetime,
    object_kind: str,
    object_id: UUID,
    purpose: str,
    valid_to: date,
    unit_id: UUID | None = None,
    account_id: UUID | None = None,
) -> UUID:
    """Several handle one object together until a day: the unit, or the one person, reads and writes it (P4)."""
    grant = Grant.objects.create(
        created_at=now,
        kind=GrantKind.PARTICIPATION,
        unit_id=unit_id,
        account_id=account_id,
        object_kind=object_kind,
        object_id=object_id,
        purpose=purpose,
        granted_by_id=actor.account_id,
        valid_from=now.date(),
        valid_to=valid_to,
        owner_path=actor.unit_path,
    )
    noting().detail.setdefault("grants", []).append(str(grant.id))
    return grant.id


def end_participation(*, now: datetime, account_id: UUID, objects: Collection[UUID]) -> int:
    """The person takes no part in these objects any more, from now on. Returns how many grants ended."""
    return Grant.objects.filter(
        kind=GrantKind.PARTICIPATION,
        account_id=account_id,
        object_id__in=list(objects),
        revoked_at__isnull=True,
    ).update(revoked_at=now)


def recuse(
    *, actor: Actor, now: datetime, account_id: UUID, organisation: UUID, reason_code: str
) -> UUID:
    """Close everything about an organisation to an account, from today on (R2)."""
    row = Recusal.objects.create(
        created_at=now,
        account_id=account_id,
        organisation_id=organisation,
        reason_code=reason_code,
        valid_from=now.date(),
    )
    noting().detail.setdefault("recusals", []).append(str(row.id))
    return row.id


def account_of_person(*, person_id: UUID) -> UUID | None:
    """The sign-in account of a person, if there is an open one."""
    return (
        Account.objects.filter(person_id=person_id, is_active=True)
        .values_list("id", flat=True)
        .first()
    )


def level_changed(*, now: datetime, kind: str, ids: Collection[UUID]) -> int:
    """After the level of objects was changed: both sides of each share that ended with it are told, the
    act's record names them (the database has ended them). Returns how many ended.
    """
    with connection.cursor() as cursor:
        cursor.execute("select * from lx.shares_ended(%s, %s)", [kind, list(ids)])
        ended = cursor.fetchall()
    for share, giver, taker, unit in ended:
        announce("access.share_ended", share=share, giver=giver, taker=taker, unit=unit, now=now)
    if ended:
        noting().detail.setdefault("shares_ended", []).extend(str(row[0]) for row in ended)
    return len(ended)
