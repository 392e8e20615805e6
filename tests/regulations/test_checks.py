"""Citation check: text and files, what is wrong and where, who sees it, what is refused."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest

from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid, NotFound, Refused
from lianxun.regulations import checking, operations, queries
from lianxun.regulations.places import page_view
from lianxun.regulations.queries.checks import CheckRecord
from lianxun_insight.read import Document
from lianxun_insight.read.model import Page, Piece
from tests.regulations.support import TODAY, reading

DRAFT = """关于水井的报告

经查，该村违反《云岭省水井管理条例》第三条第一款第（二）项，依照该条例第四条处罚。
根据《中华人民共和国水井保护法》第九条，应予处罚。
另据《云岭省凿井暂行办法》第一条，凿井应当报告。
又见《云岭省井架管理规定》第二条。
"""


def checked(actor: Actor, now: datetime, **more: Any) -> CheckRecord:
    given = {"as_of": TODAY, "text": DRAFT, "queue": False, **more}
    ident = operations.check(actor=actor, now=now, **given)
    checking.read(actor=actor, check_id=ident, clock=lambda: now)
    return look(actor, now, ident)


def look(actor: Actor, now: datetime, ident: UUID) -> CheckRecord:
    with reading(actor):
        return queries.check(actor=actor, now=now, check_id=ident)


def test_every_citation_is_resolved_and_what_is_wrong_is_placed(
    shelf: None, cast: Any, now: datetime
) -> None:
    found = checked(cast["audit"], now)
    assert dict(found.counts) == {
        "有效": 2,
        "条号不存在": 1,
        "已废止": 1,
        "库中没有该法规": 1,
    }
    assert [(f["status"], f["place"]) for f in found.wrong] == [
        ("条号不存在", "第 4 行第 17 字"),
        ("已废止", "第 5 行第 14 字"),
        ("库中没有该法规", "第 6 行第 14 字"),
    ]
    for f in found.findings:
        assert DRAFT[f["start"] : f["end"]] in f["cited"]
    good = found.findings[0]
    assert (good["key"], good["ok"]) == ("a3", True)
    assert good["work"]
    assert good["version"]


def test_the_day_of_the_check_counts(shelf: None, cast: Any, now: datetime) -> None:
    found = checked(cast["audit"], now, as_of=date(2001, 1, 1))
    statuses = {f["title"]: f["status"] for f in found.findings}
    assert statuses["云岭省凿井暂行办法"] == "有效"
    assert statuses["云岭省水井管理条例"] == "尚未施行"


def test_a_word_file_is_checked_with_its_paragraphs(shelf: None, cast: Any, now: datetime) -> None:
    from docx import Document as Word

    made = Word()
    for line in DRAFT.splitlines():
        made.add_paragraph(line)
    data = BytesIO()
    made.save(data)
    found = checked(cast["audit"], now, text="", stream=BytesIO(data.getvalue()), name="报告.docx")
    assert (found.title, found.format) == ("报告", "docx")
    assert found.stored is not None
    assert [f["status"] for f in found.wrong] == ["条号不存在", "已废止", "库中没有该法规"]
    assert all(f["place"].startswith("第") and f["place"].endswith("段") for f in found.wrong)
    assert found.wrong[0]["page"] == 1


def test_a_page_shows_the_marks_in_place(shelf: None, cast: Any, now: datetime) -> None:
    found = checked(cast["audit"], now)
    with reading(cast["audit"]):
        _, view = queries.check_page(actor=cast["audit"], now=now, check_id=found.id, number=1)
    marked = [t for line in view.lines for t, m in line.parts if m]
    assert marked == ["第九条", "第一条", "第二条"]
    assert "".join(line.text for line in view.lines) == DRAFT.replace("\n", "")
    with reading(cast["audit"]), pytest.raises(NotFound):
        queries.check_page(actor=cast["audit"], now=now, check_id=found.id, number=2)


def test_a_check_stays_in_its_unit(shelf: None, cast: Any, now: datetime) -> None:
    found = checked(cast["audit"], now, level=2)
    for who in ("finance", "other_city", "inspector", "contact"):
        with pytest.raises(NotFound):
            look(cast[who], now, found.id)
        with reading(cast[who]):
            assert queries.checks(actor=cast[who], now=now).rows == []
    with reading(cast["audit"]):
        assert len(queries.checks(actor=cast["audit"], now=now).rows) == 1


@pytest.mark.parametrize("who", ["contact", "expired", "system_admin"])
def test_without_the_duty_nothing_is_checked(cast: Any, now: datetime, who: str) -> None:
    with pytest.raises(Refused) as refused:
        operations.check(actor=cast[who], now=now, as_of=TODAY, text=DRAFT)
    assert refused.value.rule == "REG-READ"


@pytest.mark.parametrize(
    ("more", "place", "words"),
    [
        ({"text": " \n "}, "text", "请粘贴要核查的文字"),
        ({"text": "字" * 500_001}, "text", "请分段核查"),
        ({"level": 3}, "level", "不能高于本人的知悉级别"),
        ({"stream": BytesIO(b""), "name": "空.docx"}, "file", "空文件"),
        ({"stream": BytesIO(b"MZ\x00\x00"), "name": "a.exe"}, "file", "不是允许的文件类型"),
    ],
)
def test_bad_input_is_refused_at_its_place(
    cast: Any, now: datetime, more: dict[str, Any], place: str, words: str
) -> None:
    with pytest.raises(Invalid, match=words) as bad:
        operations.check(actor=cast["audit"], now=now, **{"as_of": TODAY, "text": DRAFT, **more})
    assert bad.value.errors[0].place == place


def test_a_text_without_citations_is_fine(cast: Any, now: datetime) -> None:
    found = checked(cast["audit"], now, text="今天天气很好。")
    assert (found.total, found.wrong) == (0, ())


# -- words in place ------------------------------------------------------------------------------


def a_document() -> Document:
    text = "甲乙丙丁\n戊己"
    pieces = (
        Piece(1, 0, 4, (10.0, 20.0, 50.0, 30.0), (10.0, 20.0, 30.0, 40.0, 50.0)),
        Piece(2, 5, 7, (10.0, 20.0, 30.0, 30.0), (10.0, 20.0, 30.0), confidence=0.5),
    )
    pages = (Page(1, 0, 5, 200.0, 300.0), Page(2, 5, 7, 200.0, 300.0, recognised=True))
    return Document("pdf", text, pages, pieces)


def test_a_mark_lies_over_its_characters() -> None:
    view = page_view(a_document(), 1, [(1, 3)])
    assert view is not None
    (line,) = view.lines
    assert line.parts == (("甲", False), ("乙丙", True), ("丁", False))
    assert line.marks == ((20.0, 20.0, 20.0, 10.0),)
    assert line.size == (10.0, 28.2, 40.0, 10.0)


def test_a_mark_over_two_pages_is_on_both() -> None:
    first, second = (page_view(a_document(), n, [(3, 6)]) for n in (1, 2))
    assert first is not None
    assert second is not None
    assert first.lines[0].parts[-1] == ("丁", True)
    assert second.lines[0].parts[0] == ("戊", True)
    assert second.recognised
    assert second.lines[0].confidence == 0.5


def test_a_page_that_is_not_there_is_none() -> None:
    assert page_view(a_document(), 3, []) is None
    assert page_view(Document("pasted", "甲", (), ()), 2, []) is None
