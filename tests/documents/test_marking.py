"""The mark of who took a sensitive document, on its Word form as on its PDF."""

from __future__ import annotations

import re
from datetime import date
from hashlib import sha256
from io import BytesIO
from zipfile import ZipFile

import pytest
from docx import Document

from lianxun.documents import operations as do
from lianxun.documents.marking import marked_docx
from lianxun.documents.official import to_docx
from lianxun.documents.records import Form, Official, Paragraph
from lianxun.fabric.safefiles import DOCX
from lianxun.kernel.problems import Invalid
from tests.documents.support import Store
from tests.support.recorded import Recorded
from tests.web.test_pages import client_of


def heads_and_feet(data: bytes) -> list[str]:
    """The text of every head and foot part of a Word document, as it lies in the package."""
    with ZipFile(BytesIO(data)) as package:
        return [
            "".join(re.findall(r"<w:t[^>]*>([^<]*)</w:t>", package.read(name).decode("utf-8")))
            for name in sorted(package.namelist())
            if re.fullmatch(r"word/(header|footer)\d*\.xml", name)
        ]


def word(form: Form = Form.DOCUMENT, text: str = "正文。") -> bytes:
    return to_docx(
        Official(
            issuer="联络员办公室",
            number="联函〔2026〕2号",
            title="关于示范事项的函",
            addressee="省审计厅",
            blocks=(Paragraph(text),),
            signed_by="联络办",
            signed_on=date(2026, 1, 5),
            form=form,
        )
    )


@pytest.mark.parametrize(("form", "parts"), [(Form.DOCUMENT, 2), (Form.LETTER, 4)])
def test_a_sensitive_official_word_document_leaves_with_the_same_mark(
    shelf: Store, trace: Recorded, form: Form, parts: int
) -> None:
    """Head and foot of every page, the first page of a letter, which has its own, among them."""
    content = word(form)
    file = shelf.file(content=content, level=2, form=DOCX)
    given = {"actor": shelf.cast["coordinator"], "now": shelf.cast.now, "file_id": file}
    record, stream = do.handed_out(**given, marked=True)
    with stream:
        taken = stream.read()
    mark = f"{given['actor'].unit_name} 许若溪 {given['now']:%Y-%m-%d %H:%M} 在线取阅"
    found = heads_and_feet(taken)
    assert len(found) == parts
    assert all(mark in text for text in found)
    assert "正文。" in [p.text for p in Document(BytesIO(taken)).paragraphs]
    detail = trace.of("documents.export_file")[0]["detail"]
    assert (detail["sha256"], detail["marked"]) == (
        sha256(content).hexdigest(),
        sha256(taken).hexdigest(),
    )
    _, stream = do.handed_out(**given)
    with stream:
        assert stream.read() == content, "a system takes the bytes as they are"
    assert record.file_name.endswith(".docx")


def test_the_page_of_a_file_hands_the_marked_word_document_out(shelf: Store) -> None:
    file = shelf.file(content=word(), level=2, form=DOCX)
    answer = client_of("coordinator").get(f"/documents/{file}/")
    assert answer.status_code == 200
    assert all("在线取阅" in text for text in heads_and_feet(b"".join(answer)))


def test_a_word_document_of_several_sections_is_marked_throughout() -> None:
    paper = Document(BytesIO(word()))
    paper.add_section().footer.is_linked_to_previous = False
    paper.add_section()
    paper.settings.odd_and_even_pages_header_footer = True
    out = BytesIO()
    paper.save(out)
    marked = marked_docx(out.getvalue(), "某单位 某人 <&>")
    found = heads_and_feet(marked)
    assert len(found) >= 5
    assert all("某单位 某人 &lt;&amp;&gt;" in text for text in found)


@pytest.mark.parametrize("data", [b"", b"no package", b"PK\x03\x04" + b"x" * 40])
def test_a_broken_word_document_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        marked_docx(data, "某人")
    assert [e.place for e in refused.value.errors] == ["file"]
    assert "Word 文档已损坏" in refused.value.errors[0].message
