"""抽调函 (W05): one letter for each unit that lends people, served there; it names no inspected unit."""

from __future__ import annotations

import re
from typing import Any

import pypdfium2
import pytest

from lianxun.documents import operations as files
from lianxun.documents import queries as documents
from lianxun.documents.official import to_docx, to_pdf
from lianxun.documents.records import Form
from lianxun.duties import queries as duties
from lianxun.inspection import operations as do
from lianxun.inspection import texts
from lianxun.kernel.problems import NotFound, Refused, WrongState
from tests.inspection.support import Play
from tests.support.recorded import Recorded, listen
from tests.web.test_pages import client_of


@pytest.fixture
def trace(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    return listen(monkeypatch)


def issue(play: Play, who: str = "coordinator") -> int:
    return play.act(who, do.issue_secondment, engagement_id=play.id)  # type: ignore[no-any-return]


def letters(play: Play, who: str) -> list[Any]:
    found = play.see(who, documents.files, role="official").rows
    return [f for f in found if f.title == "关于抽调人员参加巡视工作的函"]


def text_of(play: Play, who: str, file: Any) -> str:
    _, stream = play.see(who, files.handed_out, file_id=file.id)
    with stream:
        paper = pypdfium2.PdfDocument(stream.read())
        text = "".join(p.get_textpage().get_text_range() for p in paper)
        paper.close()
    return "".join(text.split())


@pytest.fixture
def lent(play: Play) -> Play:
    """An engagement with an expert of the audit department in its team, confirmed."""
    play.prepared()
    play.seat("auditor_expert", "expert")
    play.confirm()
    return play


def test_each_lending_unit_gets_its_letter(lent: Play, trace: Recorded) -> None:
    count = issue(lent)
    confirmed = [s for s in lent.task().seats if s.state == "confirmed" and s.group == "on_site"]
    own = lent.cast["coordinator"].unit_name
    homes = {s.home_unit for s in confirmed} - {own}
    assert "省审计厅" in homes
    assert count == len(homes)
    made = letters(lent, "coordinator")
    assert sorted(f.suffix for f in made) == [".docx"] * count + [".pdf"] * count
    (body,) = trace.of("inspection.issue_secondment")
    assert body["detail"]["letters"] == count
    assert body["detail"]["seconded"] >= count


def test_the_letter_names_people_and_days_and_not_the_inspected_unit(lent: Play) -> None:
    issue(lent)
    pdf = next(f for f in letters(lent, "audit") if f.suffix == ".pdf")
    text = text_of(lent, "audit", pdf)
    seat = next(s for s in lent.task().seats if s.home_unit == "省审计厅")
    for words in ("省审计厅：", seat.name, "抽调截止", "回避申报表", "保密承诺书", pdf.number):
        assert words in text
    for words in ("示范投资", "云岭示范"):
        assert words not in text


def test_it_is_served_on_the_lending_unit_alone(lent: Play) -> None:
    issue(lent)
    assert letters(lent, "audit")
    for stranger in ("finance", "contact", "neighbour"):
        assert letters(lent, stranger) == []
    notices = lent.see("audit", duties.notices).rows
    assert any(n.code == "arrived" for n in notices)


def test_without_a_confirmed_team_there_is_nothing_to_write(play: Play) -> None:
    play.approved()
    with pytest.raises(WrongState, match="请先确认组成人员"):
        issue(play)
    assert "secondment" not in client_of("coordinator").get(
        f"/engagements/{play.id}/"
    ).content.decode().split("do/")


def test_only_the_office_writes_it(lent: Play) -> None:
    with pytest.raises((Refused, NotFound)):
        issue(lent, "team_head")
    for stranger in ("finance", "contact"):
        with pytest.raises(NotFound):
            issue(lent, stranger)


def test_it_is_printed_from_the_workspace(lent: Play) -> None:
    client, url = client_of("coordinator"), f"/engagements/{lent.id}/do/secondment/"
    page = client.get(url).content.decode()
    assert "不写被巡视单位" in page
    revision = re.search(r'name="revision" value="(\d+)"', page)
    assert revision
    answer = client.post(url, {"revision": revision[1]}, follow=True)
    assert "《抽调函》已生成并送达" in answer.content.decode()
    assert letters(lent, "coordinator")


def test_a_letter_has_the_layout_of_a_letter() -> None:
    """GB/T 9704-2012 §10.1: double lines, the number at the right, no page number on the first page."""
    from datetime import date

    from docx import Document

    from lianxun.documents.records import Official, Paragraph

    letter = Official(
        form=Form.LETTER,
        issuer="省委巡视办",
        number="巡抽〔2026〕1号",
        title="关于抽调人员参加巡视工作的函",
        addressee="省审计厅",
        blocks=tuple(Paragraph("请安排到位。" * 60) for _ in range(6)),
        signed_by="省委巡视办",
        signed_on=date(2026, 11, 22),
        printed_by="省委巡视办",
    )
    paper = pypdfium2.PdfDocument(to_pdf(letter))
    first, second = (paper[i].get_textpage().get_text_range() for i in (0, 1))
    paper.close()
    assert "— 1 —" not in first
    assert "— 2 —" in second
    assert "印发" not in first + second
    from io import BytesIO

    docx = Document(BytesIO(to_docx(letter)))
    assert docx.sections[0].different_first_page_header_footer
    xml = docx.element.xml + docx.sections[0].first_page_footer._element.xml
    assert "thickThinSmallGap" in xml
    assert "thinThickSmallGap" in xml
    assert texts.secondment.__doc__
