"""Stored files as a thing that is kept: when their time is over, how their rows and bytes go."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils.timezone import localdate

from lianxun.documents import storage
from lianxun.documents.enums import Retention
from lianxun.documents.held import held_among, lock_object
from lianxun.documents.keepers import Expired, Gone, Keeper, Kept, register, removes
from lianxun.documents.models import StoredFile
from lianxun.documents.removal import queue_removal
from lianxun.documents.retention import periods
from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import NotFound, WrongState

KIND = "documents.file"
AT_ONCE = 500  # files of one run; the next run takes the rest


def expired(by: date, decided: Q) -> list[Expired]:
    """Files whose own period ends until ``by``; those that follow their matter go with it."""
    table = periods()
    ended = Q()
    for name in table.years:
        latest = table.latest_made(name, by)
        ended |= Q(retention=name, created_at__date__lte=latest)
    rows = StoredFile.objects.filter(ended).exclude(decided).order_by("created_at", "id")[:AT_ONCE]
    return [_expired(row) for row in rows]


def _expired(row: StoredFile) -> Expired:
    kept = _kept(row)
    ends = periods().ends_on(row.retention, localdate(row.created_at))
    assert ends is not None
    return Expired(
        object_id=kept.object_id,
        object_kind=kept.object_kind,
        number=kept.number,
        labels=kept.labels,
        retention=Retention(row.retention).label,
        expired_on=ends,
        basis=periods().source,
    )


def _kept(row: StoredFile) -> Kept:
    name = " ".join(part for part in (row.number, row.title + row.suffix) if part)
    return Kept(
        object_id=row.id, object_kind=row.object_kind, number=name[:200], labels=Labels.of(row)
    )


def find(file_id: UUID) -> Kept | None:
    row = StoredFile.objects.filter(id=file_id).first()
    return None if row is None else _kept(row)


def destroy(*, actor: Actor, now: datetime, object_id: UUID) -> Gone:
    """The row goes with the transaction, the bytes after it."""
    row = StoredFile.objects.select_for_update(of=("self",)).filter(id=object_id).first()
    if row is None:
        raise NotFound
    _erase([row], now)
    return Gone(row.sha256, 1)


def destroy_all(*, now: datetime, object_kind: str, object_id: UUID) -> int:
    """Every file about an object that is being destroyed; returns how many.

    Raises ``WrongState`` when one of them is held back for itself: then the object stays, too.
    """
    rows = list(
        StoredFile.objects.select_for_update(of=("self",))
        .filter(object_kind=object_kind, object_id=object_id)
        .order_by("id")
    )
    _none_held(rows)
    _erase(rows, now)
    return len(rows)


def _none_held(rows: list[StoredFile]) -> None:
    for row in rows:  # in the order of ids, as everywhere: nobody waits in a circle
        lock_object(row.id)
    kept = held_among([row.id for row in rows])
    named = [f"《{row.title}》" for row in rows if row.id in kept]
    if named:
        raise WrongState(
            f"所附文件{'、'.join(named[:5])}有法律保全，不能随事项销毁。"
            "请退回审核改为留存，或待保全解除后再办理。"
        )


def _erase(rows: list[StoredFile], now: datetime) -> None:
    for row in rows:
        queue_removal(KIND, row.sha256, now=now)
    StoredFile.objects.filter(id__in=[row.id for row in rows]).delete()


@removes(KIND)
def _remove(sha256: str) -> None:
    """Take the bytes off the disk unless another row still points at them."""
    storage.claim(sha256, alone=True)
    with connection.cursor() as cursor:  # rows the service may not see count as well
        cursor.execute("select lx.bytes_in_use(%s)", [sha256])
        in_use = cursor.fetchone()[0]
    if not in_use:
        storage.remove(sha256)


register(Keeper(name=KIND, noun="文件", expired=expired, find=find, destroy=destroy))
