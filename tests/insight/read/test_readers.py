"""Each kind of file: the text, and where its words stand."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxun_insight.read import Document, Kind, UnreadableError, inspect, safe_open
from lianxun_insight.read.document import read_in_process
from lianxun_insight.read.model import Writer, normalise
from lianxun_insight.read.ocr import available, in_reading_order
from lianxun_insight.read.xlsx import column_name
from tests.insight.read.makers import ofd, typeset

TEXTS = ["关于临江市某局支出128000.50元的核查报告。", "依据《监察法》第十五条，联系人张某某。"]


def _place(document: Document, words: str) -> tuple[int, str]:
    at = document.text.index(words)
    (place,) = document.locate(at, at + len(words))
    return place.page, place.label


def test_docx_paragraphs_and_tables_in_order(tmp_path: Path) -> None:
    import docx

    source = docx.Document()
    source.add_paragraph(TEXTS[0])
    table = source.add_table(rows=2, cols=2)
    table.cell(0, 0).text = "单位"
    table.cell(0, 1).text = "金额"
    table.cell(1, 0).merge(table.cell(1, 1)).text = "合计"
    source.add_paragraph(TEXTS[1])
    source.save(str(tmp_path / "a.docx"))
    document = safe_open(tmp_path / "a.docx")
    assert document.text == f"{TEXTS[0]}\n单位\t金额\n合计\n{TEXTS[1]}\n"
    assert _place(document, "金额") == (1, "表1第1行第2列")
    assert _place(document, "张某某") == (1, "第2段")


def test_xlsx_cells_keep_their_addresses(tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        first, second = book.add_worksheet("清单"), book.add_worksheet("附表")
        first.write(0, 0, "项目")
        first.write(0, 2, 1200)
        first.write(4, 1, "某工程\n二期")
        second.write(0, 0, 12.5)
    document = safe_open(tmp_path / "a.xlsx")
    assert document.text == "项目\t1200\n某工程 二期\n12.5\n"
    assert _place(document, "某工程") == (1, "清单!B5")
    assert _place(document, "12.5") == (2, "附表!A1")
    assert [p.label for p in document.pages] == ["清单", "附表"]


def test_ofd_text_page_template_and_boxes(tmp_path: Path) -> None:
    path = ofd(
        tmp_path / "a.ofd",
        [[(30, 40, "临江市联络办文件"), (30, 60, "第二行")], [(20, 30, "末页")]],
        template="内部资料",
    )
    document = safe_open(path)
    assert document.text == "内部资料\n临江市联络办文件\n第二行\n内部资料\n末页\n"
    at = document.text.index("联络办")
    (place,) = document.locate(at, at + 3)
    assert place.page == 1
    assert place.box == pytest.approx(
        ((30 + 12) / 25.4 * 72, 40 / 25.4 * 72, (30 + 24) / 25.4 * 72, 44 / 25.4 * 72), abs=0.02
    )
    assert document.pages[1].width == pytest.approx(595.28, abs=0.01)


def test_pdf_words_have_boxes_and_radicals_become_characters(tmp_path: Path) -> None:
    path = typeset(tmp_path / "a.pdf", TEXTS)
    document = safe_open(path)
    assert document.text.replace("\n", "") == "".join(TEXTS)
    at = document.text.index("监察法")
    (place,) = document.locate(at, at + 3)
    assert place.box is not None
    left, top, right, bottom = place.box
    assert right - left == pytest.approx(36, abs=4)
    assert 0 < top < bottom < 842


def test_text_in_gb18030(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("第一行\n第二行".encode("gb18030"))
    document = safe_open(tmp_path / "a.txt")
    assert document.text == "第一行\n第二行\n"
    assert _place(document, "第二") == (1, "第2行")


@pytest.mark.skipif(not available(), reason="未安装 ocr 组件")
@pytest.mark.long
def test_a_picture_is_read_with_places(tmp_path: Path) -> None:
    path = typeset(tmp_path / "a.png", TEXTS, size=14)
    document = safe_open(path)
    assert document.text.replace("\n", "") == "".join(TEXTS)
    assert document.pages[0].recognised
    at = document.text.index("监察法")
    (place,) = document.locate(at, at + 3)
    assert place.box is not None
    assert place.box[2] - place.box[0] == pytest.approx(42, abs=8)


def test_a_picture_without_the_recogniser_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = typeset(tmp_path / "a.png", ["文字"])
    monkeypatch.setattr("lianxun_insight.read.ocr.available", lambda: False)
    assert inspect(path) is Kind.IMAGE
    with pytest.raises(UnreadableError, match="没有安装文字识别组件"):
        read_in_process(path)


def test_reading_order_of_boxes_on_one_line() -> None:
    def box(left: int, top: int, text: str) -> tuple[list[list[int]], str, float]:
        corners = [[left, top], [left + 50, top], [left + 50, top + 20], [left, top + 20]]
        return corners, text, 1.0

    rows = [box(100, 12, "乙"), box(0, 10, "甲"), box(0, 60, "丙")]
    assert [r[1] for r in in_reading_order(rows)] == ["甲", "乙", "丙"]


@pytest.mark.parametrize(
    ("index", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")]
)
def test_column_names(index: int, name: str) -> None:
    assert column_name(index) == name


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("⽅⾔⽂", "方言文"),
        ("Ａ１２", "A12"),
        ("㈠项", "(一)项"),
        ("全角，。（）", "全角，。（）"),
        ("a\u200bb", "ab"),
    ],
)
def test_normalising(raw: str, text: str) -> None:
    assert normalise(raw)[0] == text


@given(st.text("甲乙⽅㈠ａ１\u200b\t，。ﬁ①\x07", max_size=40))
def test_edges_stay_in_step_with_the_characters(raw: str) -> None:
    text, edges = normalise(raw, [float(i) for i in range(len(raw) + 1)])
    if text:
        assert len(edges) == len(text) + 1
        assert list(edges) == sorted(edges)


@given(st.lists(st.text("甲乙丙 ㈠⽅abc", min_size=1, max_size=8), max_size=12))
def test_every_piece_points_at_its_words(lines: list[str]) -> None:
    writer = Writer("text")
    for number, line in enumerate(lines):
        if number % 5 == 0:
            writer.begin_page()
        writer.line(line, label=str(number))
    document = writer.document()
    for piece in document.pieces:
        source = lines[int(piece.label)]
        assert document.text[piece.start : piece.end] == normalise(source)[0]
        page = document.pages[piece.page - 1]
        assert page.start <= piece.start <= piece.end <= page.end
    assert Document.from_json(document.to_json()) == document
