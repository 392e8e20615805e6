"""Words of a form and the lock of an object, for every act of the room."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import connection

from lianxun.documents.enums import MACHINES, HoldState
from lianxun.documents.models import DisposalList, LegalHold, PrintOrder
from lianxun.kernel.problems import FieldError, Invalid
from lianxun.trace.rows import Rows

HOLDS = Rows(
    LegalHold, kind="documents.hold", noun="法律保全", machine=MACHINES["documents_legalhold"]
)
LISTS = Rows(
    DisposalList,
    kind="documents.disposal",
    noun="销毁清册",
    machine=MACHINES["documents_disposallist"],
)
ORDERS = Rows(
    PrintOrder, kind="documents.print", noun="打印任务", machine=MACHINES["documents_printorder"]
)


def text(place: str, value: str, *, least: int, most: int, missing: str) -> str:
    """``value`` without blank ends. Raises ``Invalid`` at ``place``: nothing is cut off silently."""
    problem = ill_worded(place, value, least=least, most=most, missing=missing)
    if problem is not None:
        raise Invalid(problem)
    return value.strip()


def ill_worded(place: str, value: str, *, least: int, most: int, missing: str) -> FieldError | None:
    found = value.strip()
    if len(found) < least:
        return FieldError(place, missing)
    if len(found) > most:
        return FieldError(place, f"不超过 {most} 字（现为 {len(found)} 字），请精简后再提交。")
    if "\x00" in found:
        return FieldError(place, "含有无法保存的字符，请删除后重新输入。")
    return None


def lock_object(object_id: UUID) -> None:
    """Until this act ends nobody else places a hold on the object or destroys it."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 11))", [str(object_id)])


def held_among(ids: Collection[UUID]) -> set[UUID]:
    """Which of these objects a hold stands on."""
    rows = LegalHold.objects.filter(object_id__in=list(ids), state=HoldState.HELD)
    return set(rows.values_list("object_id", flat=True))
