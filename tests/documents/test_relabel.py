"""What names an object carries its labels: it follows in the transaction that changes them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from lianxun.documents import steps
from lianxun.documents.models import (
    DisposalLine,
    DisposalList,
    LegalHold,
    PrintedCopy,
    PrintOrder,
    StoredFile,
)
from lianxun.fabric.identity import acting_as
from tests.documents.support import LONG_AGO, Store
from tests.support.cast import account_id, unit_id

KIND = "documents.memo"


def relabel(shelf: Store, about: UUID, **labels: Any) -> int:
    with acting_as(account_id("coordinator")), transaction.atomic():
        return steps.relabel(object_kind=KIND, object_id=about, labels=shelf.labels(**labels))


def levels(model: Any, **wanted: Any) -> list[int]:
    with acting_as(account_id("coordinator")), transaction.atomic():
        return sorted(model.objects.filter(**wanted).values_list("level", flat=True))


def printed(shelf: Store, file: UUID) -> UUID:
    order: UUID = shelf.act("ask_print", "coordinator", file_id=file, copies=2, purpose="meeting")
    shelf.act("take_print", "coordinator", order_id=order, revision=1)
    return order


def test_holds_prints_and_copies_follow_their_object(shelf: Store) -> None:
    about, other = UUID(int=7), UUID(int=8)
    file, apart = shelf.file(about=about), shelf.file(about=other)
    hold, kept = shelf.hold("documents.file", file), shelf.hold("documents.file", apart)
    order, untouched = printed(shelf, file), printed(shelf, apart)
    assert relabel(shelf, about, level=2) == 1
    assert levels(StoredFile, id=file) == levels(LegalHold, id=hold) == [2]
    assert levels(PrintOrder, id=order) == [2]  # although printed when it was internal
    assert levels(PrintedCopy, order=order) == [2, 2]
    assert levels(LegalHold, id=kept) == levels(PrintOrder, id=untouched) == [1]
    assert levels(PrintedCopy, order=untouched) == [1, 1]


def test_who_is_cleared_for_the_old_level_only_reads_none_of_it(shelf: Store) -> None:
    about = UUID(int=7)
    file = shelf.file(about=about)
    hold, order = shelf.hold("documents.file", file), printed(shelf, file)
    relabel(shelf, about, level=3)

    def seen(table: str, ident: UUID, who: str) -> int:
        with (
            acting_as(account_id(who)),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"select count(*) from {table} where id = %s", [ident])
            count: int = cursor.fetchone()[0]
            return count

    for table, ident in (("documents_legalhold", hold), ("documents_printorder", order)):
        assert (seen(table, ident, "coordinator"), seen(table, ident, "clerk")) == (1, 0), table


def test_an_entry_of_a_list_follows_and_its_list_is_no_lower(shelf: Store) -> None:
    about = UUID(int=7)
    file = shelf.file(about=about, at=shelf.cast.now - LONG_AGO * 22)
    (disposal,) = shelf.draw()
    relabel(shelf, about, level=2, addressee_unit=unit_id("YL-SJ"), addressee_path="0001/0009/")
    assert levels(DisposalLine, object_id=file) == [2]
    assert levels(DisposalList, id=disposal) == [2]
    with acting_as(account_id("coordinator")), transaction.atomic():
        assert DisposalLine.objects.get(object_id=file).addressee_unit is None
        assert StoredFile.objects.get(id=file).addressee_unit == unit_id("YL-SJ")
    relabel(shelf, about, level=1)
    assert levels(DisposalLine, object_id=file) == [1]
    assert levels(DisposalList, id=disposal) == [2]  # other entries may need it


def test_a_sensitive_print_still_needs_another_person(shelf: Store) -> None:
    file = shelf.file(about=UUID(int=7))
    order = shelf.act("ask_print", "coordinator", file_id=file, copies=1, purpose="meeting")
    relabel(shelf, UUID(int=7), level=2)
    with (
        pytest.raises(DatabaseError, match="print_sensitive_only_when_released"),
        acting_as(account_id("coordinator")),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "update documents_printorder set state = 'printed', printed_at = now() where id = %s",
            [order],
        )
