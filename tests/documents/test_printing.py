"""打印: who had how many copies made, under which mark, and what became of each."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pypdfium2
import pytest
from django.db import DatabaseError, connection, transaction

from lianxun.documents import operations as do
from lianxun.documents import queries
from lianxun.documents.enums import FileRole
from lianxun.documents.models import StoredFile
from lianxun.documents.records import PrintRecord
from lianxun.duties.models import Notice
from lianxun.fabric.identity import acting_as
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from tests.documents.support import Store, letter
from tests.support.cast import account_id
from tests.support.recorded import Recorded


def ask(shelf: Store, file: UUID, who: str = "clerk", **given: Any) -> UUID:
    values = {"copies": 2, "purpose": "meeting", **given}
    return shelf.act("ask_print", who, file_id=file, **values)  # type: ignore[no-any-return]


def see(shelf: Store, order: UUID, who: str = "coordinator") -> PrintRecord:
    return queries.order(actor=shelf.cast[who], now=shelf.cast.now, order_id=order)


def act(shelf: Store, name: str, who: str, order: UUID, **given: Any) -> Any:
    given.setdefault("revision", see(shelf, order).revision)
    return shelf.act(name, who, order_id=order, **given)


@pytest.fixture
def sensitive(shelf: Store) -> UUID:
    return shelf.file(level=2)


@pytest.fixture
def printed(shelf: Store) -> UUID:
    """Three copies of an internal document, printed by the clerk."""
    order = ask(shelf, shelf.file(), copies=3)
    act(shelf, "take_print", "clerk", order)
    return order


def pages(pdf: bytes) -> list[str]:
    paper = pypdfium2.PdfDocument(pdf)
    try:
        return ["".join(p.get_textpage().get_text_range().split()) for p in paper]
    finally:
        paper.close()


# --- asking and letting out --------------------------------------------------------------------------


def test_what_is_internal_is_ready_at_once(shelf: Store, trace: Recorded) -> None:
    order = ask(shelf, shelf.file(), copies=2, purpose="sign")
    record = see(shelf, order)
    assert (record.state, record.copies, record.purpose_label) == ("ready", 2, "签字用印")
    assert len(record.mark) == 12
    (body,) = trace.of("documents.ask_print")
    assert (body["detail"]["copies"], body["detail"]["purpose"]) == (2, "sign")
    assert record.title not in str(body)


def test_what_is_sensitive_waits_for_another_person(
    shelf: Store, sensitive: UUID, trace: Recorded
) -> None:
    order = ask(shelf, sensitive)
    assert see(shelf, order).state == "waiting"
    with acting_as(account_id("coordinator")), transaction.atomic():
        assert Notice.objects.filter(object_id=order).values_list("code", flat=True)[0] == "print"
    with pytest.raises(WrongState, match="现为“待放行”，不能打印"):
        act(shelf, "take_print", "clerk", order)
    act(shelf, "release_print", "coordinator", order)
    record = see(shelf, order)
    assert (record.state, record.released_by) == ("ready", "许若溪")
    assert trace.of("documents.release_print")[0]["rule"] == "DOC-RELEASE"


def test_nobody_lets_out_his_own_print(shelf: Store, sensitive: UUID) -> None:
    order = ask(shelf, sensitive, "coordinator")
    with pytest.raises(Refused, match="放行人不能是申请人") as refused:
        act(shelf, "release_print", "coordinator", order)
    assert refused.value.rule == "DOC-MAKER-CHECKER"
    act(shelf, "release_print", "leader", order)


def test_what_became_sensitive_meanwhile_waits_after_all(shelf: Store) -> None:
    file = shelf.file(level=1)
    order = ask(shelf, file)
    with acting_as(account_id("coordinator")), transaction.atomic():
        StoredFile.objects.filter(id=file).update(level=2)
    with pytest.raises(WrongState, match="级别已经提高"):
        act(shelf, "take_print", "clerk", order)
    assert see(shelf, order).state == "ready"


def test_a_clerk_lets_nothing_out(shelf: Store, sensitive: UUID) -> None:
    order = ask(shelf, sensitive, "coordinator")
    with pytest.raises(Refused, match="由分管领导") as refused:
        act(shelf, "release_print", "clerk", order)
    assert refused.value.rule == "DOC-RELEASE"


def test_a_refusal_says_why(shelf: Store, sensitive: UUID) -> None:
    order = ask(shelf, sensitive)
    with pytest.raises(Invalid, match="请写明不予打印的理由"):
        act(shelf, "refuse_print", "leader", order, reason="不行")
    act(shelf, "refuse_print", "leader", order, reason="请在线阅看。")
    record = see(shelf, order)
    assert (record.state, record.refusal, record.permitted) == ("refused", "请在线阅看。", set())
    with pytest.raises(WrongState, match="不予打印"):
        act(shelf, "take_print", "clerk", order)


@pytest.mark.parametrize(
    ("given", "place", "words"),
    [
        ({"copies": 0}, "copies", "份数为 1 至 200"),
        ({"copies": 201}, "copies", "份数为 1 至 200"),
        ({"purpose": "自己看"}, "purpose", "请选择打印用途"),
    ],
)
def test_bad_input_is_placed(shelf: Store, given: Any, place: str, words: str) -> None:
    with pytest.raises(Invalid, match=words) as refused:
        ask(shelf, shelf.file(), **given)
    assert [e.place for e in refused.value.errors] == [place]


def test_data_and_other_forms_are_not_printed(shelf: Store) -> None:
    data = shelf.file(role=FileRole.DELIVERY)
    with pytest.raises(Refused, match="共享数据和导出文件不打印") as refused:
        ask(shelf, data)
    assert refused.value.rule == "DOC-PRINT-DATA"


@pytest.mark.parametrize("who", ["finance", "neighbour", "contact", "system_admin"])
def test_what_one_may_not_see_one_does_not_print(shelf: Store, sensitive: UUID, who: str) -> None:
    order = ask(shelf, sensitive)
    with pytest.raises(NotFound):
        ask(shelf, sensitive, who)
    with pytest.raises(NotFound):
        see(shelf, order, who)
    assert queries.orders(actor=shelf.cast[who], now=shelf.cast.now).total == 0


def test_what_does_not_exist_looks_the_same(shelf: Store) -> None:
    with pytest.raises(NotFound, match="没有找到，或者您无权知悉"):
        ask(shelf, uuid4())


# --- printing ----------------------------------------------------------------------------------------


def test_every_page_of_every_copy_carries_its_mark(shelf: Store, trace: Recorded) -> None:
    order = ask(shelf, shelf.file(content=letter("长文。", pages=2)), copies=2)
    name, pdf = act(shelf, "take_print", "clerk", order)
    mark = see(shelf, order).mark
    assert name == f"关于示范事项的函-{mark}.pdf"
    found = pages(pdf)
    assert len(found) % 2 == 0
    half = len(found) // 2
    assert half > 1
    for number, text in enumerate(found):
        serial = "001" if number < half else "002"
        assert f"{mark}-{serial}" in text
        assert "何晓棠" in text
    assert "长文" in found[0], "the text stays text"
    (body,) = trace.of("documents.export_print")
    assert (body["detail"]["copies"], body["detail"]["to"]) == (2, "printed")
    assert len(body["detail"]["sha256"]) == 64
    assert "何晓棠" not in str(body)


def test_it_is_printed_once(shelf: Store, printed: UUID) -> None:
    with pytest.raises(WrongState, match="已经打印，不能重复打印"):
        act(shelf, "take_print", "clerk", printed)
    record = see(shelf, printed)
    assert (record.state, record.out) == ("printed", 3)
    assert [(s.serial, s.state, s.holder) for s in record.sheets] == [
        (n, "out", "何晓棠") for n in (1, 2, 3)
    ]


def test_only_who_asked_takes_the_copies(shelf: Store) -> None:
    order = ask(shelf, shelf.file())
    with pytest.raises(Refused, match="由申请人本人打印") as refused:
        act(shelf, "take_print", "coordinator", order)
    assert refused.value.rule == "DOC-TAKE"
    with pytest.raises(Stale):
        act(shelf, "take_print", "clerk", order, revision=9)


def test_too_many_pages_are_refused_before_anything_is_printed(
    shelf: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lianxun.documents import marking

    monkeypatch.setattr(marking, "MOST_PAGES", 3)
    order = ask(shelf, shelf.file(), copies=4)
    with pytest.raises(Invalid, match="共 1 页，一次最多打印 3 份"):
        act(shelf, "take_print", "clerk", order)
    assert see(shelf, order).state == "ready"


def test_a_broken_pdf_is_refused_in_words(shelf: Store) -> None:
    order = ask(shelf, shelf.file(content=b"%PDF-1.7 nothing in it"))
    with pytest.raises(Invalid, match="已损坏或有口令，不能加水印"):
        act(shelf, "take_print", "clerk", order)


def test_a_paper_is_found_by_what_stands_on_it(shelf: Store, printed: UUID) -> None:
    mark = see(shelf, printed).mark
    ask(shelf, shelf.file())
    for words in (mark, mark.lower(), f"{mark}-002"):
        found = queries.orders(actor=shelf.cast["leader"], now=shelf.cast.now, mark=words)
        assert [x.id for x in found.rows] == [printed]


# --- coming back -------------------------------------------------------------------------------------


def test_copies_come_back_are_destroyed_by_two_or_lost(
    shelf: Store, printed: UUID, trace: Recorded
) -> None:
    witness = account_id("coordinator")
    act(shelf, "settle_copies", "clerk", printed, copies={1: "returned"})
    act(shelf, "settle_copies", "clerk", printed, copies={2: "destroyed"}, witness_id=witness)
    assert see(shelf, printed).out == 1
    act(
        shelf,
        "settle_copies",
        "clerk",
        printed,
        copies={3: "lost"},
        remark="会后未收回，正在查找。",
    )
    record = see(shelf, printed)
    assert (record.state, record.out) == ("printed", 1), "what is lost is not settled"
    assert [(s.state, s.witness) for s in record.sheets] == [
        ("returned", ""),
        ("destroyed", "许若溪"),
        ("lost", ""),
    ]
    act(shelf, "settle_copies", "clerk", printed, copies={3: "returned"}, remark="已找到。")
    assert see(shelf, printed).state == "settled"
    assert [b["detail"].get("returned") for b in trace.of("documents.settle_copies")] == [
        1,
        None,
        None,
        1,
    ]


@pytest.mark.parametrize(
    ("given", "place", "words"),
    [
        ({"copies": {}}, "copies", "请至少选择一份"),
        ({"copies": {9: "returned"}}, "copies", "份号或去向不对"),
        ({"copies": {1: "out"}}, "copies", "份号或去向不对"),
        ({"copies": {1: "destroyed"}}, "witness_id", "两人共同销毁"),
        (
            {"copies": {1: "destroyed"}, "witness_id": account_id("clerk")},
            "witness_id",
            "不能是登记人本人",
        ),
        (
            {"copies": {1: "destroyed"}, "witness_id": account_id("audit")},
            "witness_id",
            "本单位在用账号",
        ),
        ({"copies": {1: "destroyed"}, "witness_id": uuid4()}, "witness_id", "本单位在用账号"),
        ({"copies": {1: "lost"}}, "remark", "请写明经过"),
        ({"copies": {1: "returned"}, "remark": "长" * 201}, "remark", "不超过 200 字"),
    ],
)
def test_what_cannot_be_is_placed(
    shelf: Store, printed: UUID, given: Any, place: str, words: str
) -> None:
    with pytest.raises(Invalid, match=words) as refused:
        act(shelf, "settle_copies", "clerk", printed, **given)
    assert [e.place for e in refused.value.errors] == [place]
    assert see(shelf, printed).out == 3


def test_a_destroyed_copy_stays_destroyed(shelf: Store, printed: UUID) -> None:
    witness = account_id("coordinator")
    act(shelf, "settle_copies", "clerk", printed, copies={1: "destroyed"}, witness_id=witness)
    with pytest.raises(Invalid, match="第 1 份已经登记"):
        act(shelf, "settle_copies", "clerk", printed, copies={1: "returned"})


def test_the_database_keeps_the_register(shelf: Store, printed: UUID, sensitive: UUID) -> None:
    waiting = ask(shelf, sensitive)
    for sql, ident, words in (
        (
            "update documents_printorder set state = 'ready', released_by_id = asked_by_id where id = %s",
            waiting,
            "print_released_by_another",
        ),
        ("update documents_printorder set copies = 1 where id = %s", printed, "written once"),
        (
            "update documents_printedcopy set state = 'destroyed', settled_by_id = lx.account(),"
            " settled_at = now(), witness_id = lx.account() where order_id = %s",
            printed,
            "copy_destroyed_before_a_witness",
        ),
        (
            "update documents_printedcopy set serial = serial + 10 where order_id = %s",
            printed,
            "written once",
        ),
    ):
        with (
            pytest.raises(DatabaseError, match=words),
            acting_as(account_id("clerk")),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql, [ident])


# --- on the screen -----------------------------------------------------------------------------------


def test_a_sensitive_official_pdf_leaves_with_the_readers_mark(
    shelf: Store, sensitive: UUID, trace: Recorded
) -> None:
    given = {"actor": shelf.cast["coordinator"], "now": shelf.cast.now, "file_id": sensitive}
    _, stream = do.handed_out(**given, marked=True)
    with stream:
        text = pages(stream.read())[0]
    assert "许若溪" in text
    assert "在线取阅" in text
    first = trace.of("documents.export_file")[0]["detail"]
    assert first["sha256"] != first["marked"]
    _, stream = do.handed_out(**given)
    with stream:
        assert "许若溪" not in pages(stream.read())[0], "a system takes the bytes as they are"
    assert "marked" not in trace.of("documents.export_file")[1]["detail"]


def test_material_and_what_is_internal_leave_as_they_are(shelf: Store) -> None:
    content = letter("原件。")
    for file in (
        shelf.file(content=content),
        shelf.file(content=content, level=2, role=FileRole.EVIDENCE),
    ):
        _, stream = do.handed_out(
            actor=shelf.cast["coordinator"], now=shelf.cast.now, file_id=file, marked=True
        )
        with stream:
            assert stream.read() == content
