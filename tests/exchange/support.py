"""Requests in every state, files good and bad, and the ways to look at what an act left behind."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import xlsxwriter
from django.db import connection, transaction

from lianxun.exchange import operations as do
from lianxun.exchange import queries
from lianxun.exchange.catalogue import data_class, needed_fields
from lianxun.exchange.models import InfoRequest
from lianxun.fabric.identity import acting_as
from tests.support.cast import Cast, account_id, unit_id

CLASS = "D14"
TABLE = data_class(CLASS).tables[0]
FIELDS = (*needed_fields(CLASS), "project_name", "budget", "notice_date")
LABELS = [f.label_zh for f in TABLE.fields if f.name in FIELDS]
GOOD_CODE = "91970100MA0000015M"
WISH: dict[str, Any] = {
    "subject_org": unit_id("YL-JT"),
    "provider_id": unit_id("YL-CZ"),
    "data_class_code": CLASS,
    "fields": FIELDS,
    "purpose": "核查采购项目是否按规定招标",
    "basis": "巡视协调对接工作办法",
    "period_from": date(2024, 1, 1),
    "period_to": date(2025, 12, 31),
}
OWNER, CHECKER, PROVIDER = "coordinator", "chair", "finance"


def draft(cast: Cast, who: str = OWNER, **changes: Any) -> UUID:
    return do.draft_request(
        actor=cast[who], now=cast.now, **{"engagement_id": None, **WISH, **changes}
    )


def look(cast: Cast, request_id: UUID, who: str = OWNER) -> Any:
    return queries.request(actor=cast[who], now=cast.now, request_id=request_id)


def act(cast: Cast, call: Any, who: str, request_id: UUID, **values: Any) -> Any:
    revision = cast.revision(InfoRequest, request_id)
    return call(
        actor=cast[who], now=cast.now, request_id=request_id, **{"revision": revision, **values}
    )


def checking(cast: Cast, **changes: Any) -> UUID:
    found = draft(cast, **changes)
    act(cast, do.submit_request, OWNER, found)
    return found


def sent(cast: Cast, **changes: Any) -> UUID:
    found = checking(cast, **changes)
    act(cast, do.check_request, CHECKER, found, passes=True)
    return found


def delivered(cast: Cast, data: bytes | None = None, name: str = "采购.csv", **more: Any) -> UUID:
    found = sent(cast)
    hand_in(cast, found, data, name, **more)
    return found


def hand_in(
    cast: Cast, request_id: UUID, data: bytes | None = None, name: str = "采购.csv", **more: Any
) -> UUID:
    found: UUID = act(
        cast,
        do.deliver,
        PROVIDER,
        request_id,
        stream=BytesIO(good_csv() if data is None else data),
        name=name,
        **more,
    )
    return found


def judge(cast: Cast, request_id: UUID, *, accepts: bool = True, **more: Any) -> None:
    last = look(cast, request_id).deliveries[-1]
    given = (
        {"expires_on": cast.now.date() + timedelta(days=90)}
        if accepts
        else {"note": "缺采购方式列"}
    )
    do.judge_delivery(
        actor=cast[more.pop("who", OWNER)],
        now=cast.now,
        delivery_id=last.id,
        revision=more.pop("revision", last.revision),
        accepts=accepts,
        **{**given, **more},
    )


def in_use(cast: Cast) -> UUID:
    found = delivered(cast)
    judge(cast, found)
    return found


def refused(cast: Cast) -> UUID:
    found = sent(cast)
    act(
        cast, do.refuse_request, PROVIDER, found, ground="not_held", reason="本单位不掌握该类数据。"
    )
    return found


# --- files -------------------------------------------------------------------------------------


def good_row(number: int = 1) -> list[str]:
    made = {
        "project_id": f"YL-2025-{number:04d}",
        "project_name": f"示例采购{number}",
        "buyer_code": GOOD_CODE,
        "method": "公开招标",
        "budget": "1200000.00",
        "notice_date": "2025-03-05",
    }
    samples = {"money": "1200000.00", "date": "2025-03-05", "int": "3", "bool": "否"}
    row = []
    for field in TABLE.fields:
        if field.label_zh not in LABELS:
            continue
        fallback = field.choices[0] if field.choices else samples.get(field.type, "示例")
        row.append(made.get(field.name, GOOD_CODE if field.type == "org_code" else fallback))
    return row


def rows_csv(rows: list[list[str]], header: list[str] | None = None) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(LABELS if header is None else header)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def good_csv(rows: int = 3) -> bytes:
    return rows_csv([good_row(n + 1) for n in range(rows)])


def workbook(rows: list[list[str]], header: list[str] | None = None, top: int = 0) -> bytes:
    out = BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("采购项目")
        for number, line in enumerate([LABELS if header is None else header, *rows], start=top):
            for at, cell in enumerate(line):
                sheet.write_string(number, at, cell)
    return out.getvalue()


@contextmanager
def office(who: str = OWNER) -> Iterator[None]:
    """Look at rows as somebody of the office may: without an identity there are none."""
    with acting_as(account_id(who)), transaction.atomic():
        yield


def clocks(object_id: UUID) -> set[str]:
    """Codes of the duties that run about an object."""
    from lianxun.duties.models import Duty

    with office():
        rows = Duty.objects.filter(object_id=object_id, state="open")
        return set(rows.values_list("template_code", flat=True))


# --- what is left behind -----------------------------------------------------------------------


def as_app(sql: str, values: list[Any] | None = None, *, who: str = OWNER) -> int:
    """Run SQL as the application's role under somebody's identity; the number of rows it touched."""
    with acting_as(account_id(who)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values or [])
        return int(cursor.rowcount)
