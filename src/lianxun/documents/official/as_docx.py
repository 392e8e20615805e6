"""The editable form. User text goes in as text runs: nothing in it can become markup."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from lianxun.documents.records import Block, Form, Heading, Official, Paragraph, Table

SONG, FANGSONG, HEI, KAI = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
LINE = Pt(28.95)


def to_docx(doc: Official) -> bytes:
    """Render ``doc`` as a .docx file."""
    paper = Document()
    _page(paper)
    marks = "  ".join(t for t in (doc.level_mark, doc.urgency) if t)
    if doc.form is Form.LETTER:  # §10.1: double line below the issuer, number at the right
        _letter_page(paper)
        _line(paper, doc.issuer, font=SONG, size=30, align="center", colour="C00000")
        _rule(paper, "thickThinSmallGap")
        if marks:
            _line(paper, marks, font=HEI)
        _line(paper, doc.number, align="right")
    else:
        if marks:
            _line(paper, marks, font=HEI)
        _line(paper, doc.issuer, font=SONG, size=30, align="center", colour="C00000")
        _line(paper, doc.number, align="center")
        _rule(paper)
    _line(paper, "", size=10)
    _line(paper, doc.title, font=SONG, size=22, align="center")
    _line(paper, "", size=10)
    if doc.addressee:
        _line(paper, f"{doc.addressee}：")
    for block in doc.blocks:
        _block(paper, block)
    for index, name in enumerate(doc.attachments, start=1):
        _line(paper, f"{'附件：' if index == 1 else '      '}{index}．{name}", indent=True)
    _line(paper, "")
    for place in doc.signatures:
        _line(paper, f"{place}：", indent=True)
    _line(paper, doc.signed_by, align="right")
    day = doc.signed_on
    _line(paper, f"{day.year}年{day.month}月{day.day}日", align="right")
    if doc.copies_to and doc.form is Form.DOCUMENT:
        _line(paper, f"抄送：{doc.copies_to}", size=14)
    if doc.printed_by and doc.form is Form.DOCUMENT:
        _line(paper, f"{doc.printed_by}　{day.year}年{day.month}月{day.day}日印发", size=14)
    out = BytesIO()
    paper.save(out)
    return out.getvalue()


def _page(paper: Any) -> None:
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    grid = OxmlElement("w:docGrid")
    grid.set(qn("w:type"), "lines")  # linesAndChars makes LibreOffice spread characters
    grid.set(qn("w:linePitch"), "579")
    section._sectPr.append(grid)
    style = paper.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(16)
    fonts = style.element.rPr.rFonts
    fonts.set(qn("w:eastAsia"), FANGSONG)
    language = OxmlElement("w:lang")
    language.set(qn("w:eastAsia"), "zh-CN")  # else punctuation is centred
    style.element.rPr.append(language)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(footer, "— ", size=14)
    _page_number(footer)
    _run(footer, " —", size=14)


def _page_number(paragraph: Any) -> None:
    run = paragraph.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)


def _run(
    paragraph: Any, text: str, *, font: str = FANGSONG, size: float = 16, colour: str = ""
) -> None:
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run.font.name = "Times New Roman"
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)
    if colour:
        tone = OxmlElement("w:color")
        tone.set(qn("w:val"), colour)
        run._element.rPr.append(tone)


def _line(
    paper: Any,
    text: str,
    *,
    font: str = FANGSONG,
    size: float = 16,
    align: str = "left",
    indent: bool = False,
    colour: str = "",
) -> None:
    paragraph = paper.add_paragraph()
    form = paragraph.paragraph_format
    form.space_before = form.space_after = Pt(0)
    if size <= 22:
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    paragraph.alignment = {
        "left": WD_ALIGN_PARAGRAPH.JUSTIFY,
        "center": WD_ALIGN_PARAGRAPH.CENTER,
        "right": WD_ALIGN_PARAGRAPH.RIGHT,
    }[align]
    if indent:
        form.first_line_indent = Pt(size * 2)
        properties = paragraph._p.get_or_add_pPr()
        properties.get_or_add_ind().set(qn("w:firstLineChars"), "200")
    _run(paragraph, text, font=font, size=size, colour=colour)


def _letter_page(paper: Any) -> None:
    """The first page of a letter has no number but a red double line at its foot (§10.1)."""
    section = paper.sections[0]
    section.top_margin = Mm(30)
    section.different_first_page_header_footer = True
    _border(section.first_page_footer.paragraphs[0], "thinThickSmallGap")


def _rule(paper: Any, style: str = "single") -> None:
    paragraph = paper.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(0)
    _border(paragraph, style)


def _border(paragraph: Any, style: str) -> None:
    borders = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in (("val", style), ("sz", "13"), ("space", "1"), ("color", "C00000")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    paragraph._p.get_or_add_pPr().append(borders)


def _block(paper: Any, block: Block) -> None:
    match block:
        case Heading(text=text, depth=depth):
            _line(paper, text, font=HEI if depth == 1 else KAI, indent=True)
        case Paragraph(text=text):
            for part in text.splitlines() or [""]:
                _line(paper, part, indent=True)
        case Table():
            _table(paper, block)


def _table(paper: Any, block: Table) -> None:
    table = paper.add_table(rows=1, cols=len(block.header))
    table.style = "Table Grid"
    widths = block.widths or (1,) * len(block.header)
    for row_index, values in enumerate((block.header, *block.rows)):
        cells = table.rows[0].cells if row_index == 0 else table.add_row().cells
        for cell, value, width in zip(cells, values, widths, strict=True):
            cell.width = Mm(156 * width / sum(widths))
            _run(cell.paragraphs[0], value, font=HEI if row_index == 0 else FANGSONG, size=12)
