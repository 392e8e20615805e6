"""Handing in, checking, accepting, returning, ending: sealed at rest, refused whole, ended for good."""

from __future__ import annotations

import hashlib
import json
import zipfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from django.conf import settings
from django.db import IntegrityError

from lianxun.documents import queries as documents
from lianxun.exchange import keys, steps
from lianxun.exchange import operations as do
from lianxun.exchange.models import Delivery, InfoRequest
from lianxun.fabric.handlers import announce
from lianxun.fabric.models import Outbox
from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, Unavailable, WrongState
from lianxun.trace.door import operation
from tests.exchange.support import (
    GOOD_CODE,
    LABELS,
    OWNER,
    PROVIDER,
    act,
    as_app,
    clocks,
    delivered,
    good_csv,
    good_row,
    hand_in,
    in_use,
    judge,
    look,
    office,
    rows_csv,
    sent,
    workbook,
)
from tests.support.recorded import Recorded


def last(cast: Any, found: UUID) -> Any:
    return look(cast, found).deliveries[-1]


def everything_on_disk() -> bytes:
    root = Path(settings.MEDIA_ROOT)
    return b"".join(p.read_bytes() for p in root.rglob("*") if p.is_file())


# --- what is kept ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (good_csv(), "采购.csv"),
        (workbook([good_row(n) for n in range(1, 4)]), "采购.xlsx"),
        (workbook([good_row(n) for n in range(1, 4)], top=2), "采购.xlsx"),
        (
            json.dumps(
                {"rows": [dict(zip(LABELS, good_row(n), strict=True)) for n in range(1, 4)]}
            ).encode(),
            "采购.json",
        ),
        (
            "\n".join(
                json.dumps(dict(zip(LABELS, good_row(n), strict=True))) for n in range(1, 4)
            ).encode(),
            "采购.jsonl",
        ),
    ],
    ids=["csv", "xlsx", "xlsx-below-a-title", "json", "jsonl"],
)
def test_each_format_is_counted_and_judged(cast: Any, data: bytes, name: str) -> None:
    made = last(cast, delivered(cast, data, name))
    assert (made.rows, made.quality["bad_rows"], made.quality["used"]) == (3, 0, 3)
    assert made.quality["missing"] == []


def test_the_manifest_says_what_travels(cast: Any, heard: Recorded) -> None:
    data = good_csv()
    found = delivered(cast, data)
    made, req = last(cast, found), look(cast, found)
    manifest = made.manifest
    assert manifest["sha256"] == hashlib.sha256(data).hexdigest() == made.sha256
    assert manifest["sm3"] == hashlib.new("sm3", data).hexdigest()
    assert (manifest["rows"], manifest["class"], manifest["request"]) == (3, "D14", req.number)
    assert (manifest["size"], manifest["level"]) == (len(data), 1)
    assert manifest["period"] == {"from": "2024-01-01", "to": "2025-12-31"}
    (record,) = heard.of("exchange.deliver")
    assert made.sha256 in json.dumps(record)
    assert GOOD_CODE not in json.dumps(record)


def test_nothing_of_a_delivery_lies_on_disk_in_clear(cast: Any) -> None:
    before = everything_on_disk()
    delivered(cast, rows_csv([[*good_row()[:1], "只此一处的名字", *good_row()[2:]]]))
    stored = everything_on_disk()
    assert len(stored) > len(before)
    assert "只此一处的名字".encode() not in stored
    assert b"LXD1" in stored


def test_the_documents_room_hands_out_the_sealed_form_only(cast: Any) -> None:
    found = delivered(cast)
    (file,) = documents.of_object(
        actor=cast[OWNER], object_kind="exchange.request", object_id=found
    ) or [None]
    with office():
        (file,) = documents.of_object(
            actor=cast[OWNER], object_kind="exchange.request", object_id=found
        )
    assert file.suffix == ".lxd"
    assert file.title.endswith("（加密）")


def test_the_data_key_lies_outside_of_the_database(cast: Any) -> None:
    made = last(cast, delivered(cast))
    path = Path(settings.LIANXUN_KEYSTORE) / "exchange" / f"{made.id}.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(keys.get(made.id)) == 32
    assert keys.get(made.id) not in path.read_bytes()


# --- what is refused whole ---------------------------------------------------------------------


def bomb() -> bytes:
    """A workbook of a few hundred kilobytes that declares and holds 400 MB."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(400):
                sheet.write(b" " * (1 << 20))
    return out.getvalue()


def with_entry(name: str, text: bytes) -> bytes:
    out = BytesIO(workbook([good_row()]))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(name, text)
    return out.getvalue()


BAD_FILES = {
    "empty": (b"", "空.csv", "空文件"),
    "only-headings-of-nothing": (b"\n\n", "空.csv", "空"),
    "other-class": (rows_csv([["1", "2"]], ["姓名", "年龄"]), "错.csv", "没有 D14"),
    "missing-column": (
        rows_csv([good_row()[1:]], LABELS[1:]),
        "缺列.csv",
        "缺少 D14.project 政府采购项目 的必填列：采购项目编号",
    ),
    "doubled-column": (
        rows_csv([[*good_row(), "x"]], [*LABELS, LABELS[0]]),
        "重.csv",
        "表头重复",
    ),
    "html": (b"<html><script>alert(1)</script></html>", "页.csv", "网页"),
    "program": (b"MZ\x90\x00" + b"\x00" * 100, "程序.xlsx", "不是"),
    "pdf": (b"%PDF-1.7 something", "文.pdf", "Excel"),
    "broken-zip": (workbook([good_row()])[:900], "坏.xlsx", "损坏"),
    "macro": (with_entry("xl/vbaProject.bin", b"x"), "宏.xlsx", "宏"),
    "external-link": (with_entry("xl/externalLinks/externalLink1.xml", b"<x/>"), "链.xlsx", "外部"),
    "entity": (
        with_entry("xl/evil.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'),
        "实体.xlsx",
        "文档类型定义",
    ),
    "broken-json": (b'{"rows": [', "坏.json", "JSON"),
    "not-rows": (b'{"rows": 5}', "坏.json", "记录的列表"),
    "forbidden-column": (
        rows_csv([[*good_row(), "110.1,39.9"]], [*LABELS, "手机定位"]),
        "多.csv",
        "NEG-07",
    ),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_bad_file_is_refused_whole_with_its_reason(cast: Any, case: str) -> None:
    data, name, words = BAD_FILES[case]
    found = sent(cast)
    before = everything_on_disk()
    with pytest.raises(Invalid) as problem:
        hand_in(cast, found, data, name)
    assert words in problem.value.message, problem.value.message
    assert problem.value.errors[0].place == "file"
    now = look(cast, found)
    assert (now.state, now.deliveries) == ("sent", ())
    assert clocks(found) == {"DT-EX-REPLY", "DT-EX-SUPPLY"}
    assert everything_on_disk() == before


def test_a_bomb_is_refused_before_it_is_inflated(cast: Any) -> None:
    data = bomb()
    assert len(data) < 2_000_000
    found = sent(cast)
    with pytest.raises(Invalid, match=r"展开|压缩"):
        hand_in(cast, found, data, "炸弹.xlsx")


def test_a_container_that_lies_about_its_size_is_refused(cast: Any) -> None:
    data = bytearray(workbook([good_row(n) for n in range(1, 200)]))
    at = data.find(b"xl/worksheets/sheet1.xml", data.find(b"PK\x01\x02")) - 46
    data[at + 24 : at + 28] = (100).to_bytes(4, "little")  # declared size in the directory
    found = sent(cast)
    with pytest.raises(Invalid):
        hand_in(cast, found, bytes(data), "谎.xlsx")
    assert look(cast, found).state == "sent"


@pytest.mark.parametrize("codec", ["gb18030", "utf-16", "utf-8"])
def test_the_usual_encodings_are_read(cast: Any, codec: str) -> None:
    text = good_csv().decode("utf-8-sig")
    made = last(cast, delivered(cast, text.encode(codec)))
    assert (made.rows, made.quality["bad_rows"]) == (3, 0)


def test_a_wrong_encoding_is_named_at_its_cells(cast: Any) -> None:
    data = good_csv().replace("示例采购2".encode(), b"\xff\xfe\xfa")
    made = last(cast, delivered(cast, data))
    assert made.quality["bad_rows"] == 1
    assert any("编码" in e["message"] for e in made.quality["errors"])


def test_half_a_delivery_is_refused_with_both_numbers(cast: Any) -> None:
    found = sent(cast)
    with pytest.raises(Invalid, match=r"实有 3 行，清单为 1.000 行"):
        hand_in(cast, found, declared_rows=1000)
    assert look(cast, found).state == "sent"
    hand_in(cast, found, declared_rows=3)
    assert look(cast, found).state == "delivered"


def test_another_digest_than_the_declared_one_is_refused(cast: Any) -> None:
    found = sent(cast)
    with pytest.raises(Invalid, match="摘要与填写的不符") as problem:
        hand_in(cast, found, declared_sha256="ab" * 32)
    assert problem.value.errors[0].place == "declared_sha256"
    hand_in(cast, found, declared_sha256=hashlib.sha256(good_csv()).hexdigest().upper())


def test_a_formula_stays_text_in_the_marked_file(cast: Any) -> None:
    row = good_row()
    row[1] = "=HYPERLINK(1)"
    report = do.check_file(
        actor=cast[PROVIDER],
        now=cast.now,
        request_id=sent(cast),
        stream=BytesIO(rows_csv([row, ["", *good_row()[1:]]])),
        name="公式.csv",
    )
    assert b"'=HYPERLINK(1)" in report.marked


# --- faults written back -----------------------------------------------------------------------


def faulty_workbook() -> bytes:
    rows = [good_row(n) for n in range(1, 5)]
    rows[1][2] = "不是代码"
    rows[2][0] = rows[0][0]
    rows[3][0] = ""
    return workbook(rows)


def test_checking_keeps_nothing_and_marks_the_senders_own_workbook(cast: Any) -> None:
    found = sent(cast)
    report = do.check_file(
        actor=cast[PROVIDER],
        now=cast.now,
        request_id=found,
        stream=BytesIO(faulty_workbook()),
        name="采购.xlsx",
    )
    assert (report.rows, report.suffix) == (4, ".xlsx")
    assert report.bad_rows >= 2
    page = openpyxl.load_workbook(BytesIO(report.marked)).active
    assert page is not None
    told = {row: page.cell(row, len(LABELS) + 1).value for row in range(1, 6)}
    assert told[1] == "校验结果"
    assert told[2] is None
    assert "18 位" in str(told[3])
    assert "必填项为空" in str(told[5])
    assert page.cell(3, 3).fill.fgColor.rgb == "FFFADBD8"
    assert look(cast, found).state == "sent"


def test_places_are_named_by_sheet_row_and_column(cast: Any) -> None:
    made = last(cast, delivered(cast, faulty_workbook(), "采购.xlsx"))
    places = [e["place"] for e in made.quality["errors"]]
    assert "工作表“采购项目”第 5 行“采购项目编号”列" in places


def test_a_row_sent_twice_is_counted_once_and_a_conflict_is_no_good(cast: Any) -> None:
    same, other = good_row(1), good_row(1)
    other[1] = "另一个名称"
    made = last(cast, delivered(cast, rows_csv([good_row(1), same, good_row(2)])))
    assert (made.quality["duplicate"], made.quality["used"]) == (1, 2)
    found = sent(cast)
    hand_in(cast, found, rows_csv([good_row(1), other]))
    assert last(cast, found).quality["bad_rows"] == 1


def test_the_provider_takes_his_marked_file_and_nobody_else_does(cast: Any) -> None:
    found = delivered(cast, faulty_workbook(), "采购.xlsx")
    made = last(cast, found)
    handed = do.hand_out_marked(actor=cast[PROVIDER], now=cast.now, delivery_id=made.id)
    assert handed.name.startswith("校验结果-信需")
    assert openpyxl.load_workbook(BytesIO(handed.stream.read())).active is not None
    with pytest.raises(Refused, match="只有提供单位"):
        do.hand_out_marked(actor=cast[OWNER], now=cast.now, delivery_id=made.id)


def test_only_the_provider_checks_a_file(cast: Any) -> None:
    found = sent(cast)
    given = {"request_id": found, "stream": BytesIO(good_csv()), "name": "a.csv"}
    with pytest.raises(Refused, match="只有提供单位"):
        do.check_file(actor=cast[OWNER], now=cast.now, **given)
    with pytest.raises(NotFound):
        do.check_file(actor=cast["audit"], now=cast.now, **given)


# --- judging -----------------------------------------------------------------------------------


def test_accepted_data_is_in_use_until_its_day(cast: Any) -> None:
    found = delivered(cast)
    assert clocks(found) == {"DT-EX-ACCEPT"}
    judge(cast, found)
    now = look(cast, found)
    assert (now.state, now.deliveries[0].state) == ("in_use", "accepted")
    assert clocks(found) == set()


@pytest.mark.parametrize("days", [None, -1, 400])
def test_an_acceptance_names_a_day_within_a_year(cast: Any, days: int | None) -> None:
    found = delivered(cast)
    day = None if days is None else cast.now.date() + timedelta(days=days)
    with pytest.raises(Invalid, match="使用期限"):
        judge(cast, found, expires_on=day)


def test_a_return_says_what_to_mend_and_the_clock_runs_again(cast: Any) -> None:
    found = delivered(cast)
    with pytest.raises(Invalid, match="需要更正"):
        judge(cast, found, accepts=False, note=" ")
    judge(cast, found, accepts=False)
    assert look(cast, found).state == "returned"
    assert clocks(found) == {"DT-EX-SUPPLY"}
    hand_in(cast, found)
    judge(cast, found)
    assert [d.state for d in look(cast, found).deliveries] == ["replaced", "accepted"]


@pytest.mark.parametrize("who", [PROVIDER, "chair", "leader"])
def test_only_the_asking_side_judges(cast: Any, who: str) -> None:
    found = delivered(cast)
    with pytest.raises(Refused):
        judge(cast, found, who=who)


def test_a_delivery_is_judged_once_and_not_from_a_stale_page(cast: Any) -> None:
    found = delivered(cast)
    judge(cast, found)
    with pytest.raises(WrongState, match="已经验收过"):
        judge(cast, found)
    with pytest.raises(Stale):
        judge(cast, found, revision=1)


def test_a_second_delivery_waits_for_the_first_to_be_judged(cast: Any) -> None:
    found = delivered(cast)
    with pytest.raises(WrongState, match="待验收"):
        hand_in(cast, found)


def test_nobody_may_judge_a_delivery_that_does_not_exist(cast: Any) -> None:
    with pytest.raises(NotFound):
        do.judge_delivery(
            actor=cast[OWNER], now=cast.now, delivery_id=new_id(), revision=1, accepts=True
        )


# --- handing out -------------------------------------------------------------------------------


def test_the_data_comes_out_as_it_went_in_each_time_on_record(cast: Any, heard: Recorded) -> None:
    data = good_csv(500)
    found = delivered(cast, data)
    handed = do.hand_out(actor=cast[OWNER], now=cast.now, delivery_id=last(cast, found).id)
    assert handed.stream.read() == data
    assert handed.name == f"{look(cast, found).number}-政府采购项目·合同.csv"
    (record,) = heard.of("exchange.export_delivery")
    assert record["rule"] == "EX-USE"


@pytest.mark.parametrize("who", ["chair", "leader"])
def test_seeing_a_request_does_not_open_its_data(cast: Any, who: str) -> None:
    found = in_use(cast)
    with pytest.raises(Refused, match="只向需求单位"):
        do.hand_out(actor=cast[who], now=cast.now, delivery_id=last(cast, found).id)


@pytest.mark.parametrize("who", ["audit", "neighbour", "contact", "system_admin"])
def test_strangers_find_no_data(cast: Any, who: str) -> None:
    found = in_use(cast)
    with pytest.raises(NotFound):
        do.hand_out(actor=cast[who], now=cast.now, delivery_id=last(cast, found).id)


def test_after_its_day_the_data_stays_closed(cast: Any) -> None:
    found = in_use(cast)
    later = cast.now + timedelta(days=91)
    with pytest.raises(Refused, match="使用期限已过"):
        do.hand_out(actor=cast[OWNER], now=later, delivery_id=last(cast, found).id)


def test_an_altered_file_is_not_opened(cast: Any) -> None:
    found = in_use(cast)
    made = last(cast, found)
    root = Path(settings.MEDIA_ROOT)
    newest = max((p for p in root.rglob("*") if p.is_file()), key=lambda p: p.stat().st_mtime_ns)
    data = bytearray(newest.read_bytes())
    data[-1] ^= 1
    newest.write_bytes(data)
    with pytest.raises(Unavailable, match="损坏或被改动"):
        do.hand_out(actor=cast[OWNER], now=cast.now, delivery_id=made.id)


# --- the end -----------------------------------------------------------------------------------


def test_ending_use_destroys_the_key_and_keeps_the_record(
    cast: Any, django_capture_on_commit_callbacks: Any
) -> None:
    found = in_use(cast)
    made = last(cast, found)
    with pytest.raises(Invalid, match="见证人"):
        act(cast, do.end_use, OWNER, found, record="")
    with pytest.raises(Refused, match="联络员办公室"):
        act(cast, do.end_use, PROVIDER, found, record="两人监督删除。")
    with django_capture_on_commit_callbacks(execute=True):
        act(cast, do.end_use, OWNER, found, record="两人监督删除本地副本。")
    now = look(cast, found)
    assert (now.state, now.deliveries[0].state) == ("destroyed", "destroyed")
    assert now.statements[-1].kind_label == "停用与销毁记录"
    assert not keys.exists(made.id)
    with pytest.raises(Refused, match="已停用"):
        do.hand_out(actor=cast[OWNER], now=cast.now, delivery_id=made.id)
    with pytest.raises(Unavailable, match="已销毁"):
        keys.get(made.id)


def test_an_order_to_destroy_survives_a_crash_after_commit(cast: Any) -> None:
    found = in_use(cast)
    made = last(cast, found)
    act(
        cast, do.end_use, OWNER, found, record="两人监督删除。"
    )  # callbacks never run: cut off here
    assert keys.exists(made.id)
    with office():
        news = Outbox.objects.get(kind="exchange.shred")
    announce("outbox.exchange.shred", payload=news.payload, key=news.key, now=cast.now)
    assert not keys.exists(made.id)


@operation("test.archive")
def archive(*, actor: Any, now: Any, engagement: UUID) -> Any:
    return steps.end_access(actor=actor, now=now, engagement=engagement)


def test_the_archive_ends_what_is_in_use_and_what_is_open(cast: Any) -> None:
    engagement = new_id()
    open_one = sent(cast, engagement_id=engagement)
    used = sent(cast, engagement_id=engagement, data_class_code="D14", again_reason="x")
    hand_in(cast, used)
    judge(cast, used)
    other = sent(cast, again_reason="另一任务")
    ended = archive(actor=cast[OWNER], now=cast.now, engagement=engagement)
    assert (ended.expired, ended.closed) == (1, 1)
    assert look(cast, open_one).state == "withdrawn"
    assert look(cast, used).state == "expired"
    assert look(cast, other).state == "sent"
    assert clocks(open_one) == clocks(used) == set()
    with pytest.raises(Refused, match="已停用"):
        do.hand_out(actor=cast[OWNER], now=cast.now, delivery_id=last(cast, used).id)
    act(cast, do.end_use, OWNER, used, record="两人监督删除。")
    assert look(cast, used).state == "destroyed"


def test_archiving_twice_does_nothing_more(cast: Any) -> None:
    engagement = new_id()
    sent(cast, engagement_id=engagement)
    archive(actor=cast[OWNER], now=cast.now, engagement=engagement)
    again = archive(actor=cast[OWNER], now=cast.now, engagement=engagement)
    assert (again.expired, again.closed, again.questions) == (0, 0, 0)


# --- what the database refuses, whoever asks ---------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        ("set judged_by_id = signer_id", "judged_by_another"),
        ("set state = 'accepted'", "judged_and_ends"),
        ("set state = 'returned'", "returned_says_why"),
        ("set sha256 = repeat('0', 64)", "sha256 is written once"),
        ("set manifest = '{}'", "manifest is written once"),
        ("set rows = 1000000", "rows is written once"),
        ("set state = 'destroyed'", "exchange_delivery"),
    ],
)
def test_the_database_holds_the_rules_of_a_delivery(cast: Any, sql: str, rule: str) -> None:
    found = delivered(cast)
    with pytest.raises(Exception, match=rule):
        as_app(f"update exchange_delivery {sql} where request_id = %s", [found])


def test_the_provider_cannot_write_past_his_request(cast: Any) -> None:
    found = delivered(cast)
    with office():
        one = Delivery.objects.get(request_id=found)
        assert InfoRequest.objects.get(id=found).state == "delivered"
    assert as_app("delete from exchange_delivery where id = %s", [one.id], who="audit") == 0
    with pytest.raises(IntegrityError):
        as_app(
            "update exchange_delivery set judged_by_id = signer_id where id = %s",
            [one.id],
            who=PROVIDER,
        )
