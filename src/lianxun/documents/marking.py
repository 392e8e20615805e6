"""Put a mark on every page: of a PDF over the text, faint, with the copy's number at the foot; of an editable
document at its head and foot.

The pages of a PDF are embedded as they are (typst), so that text stays text. The mark is data, never source.
Who edits a document can take a mark off it: it tells where a copy came from to whoever finds it, no more.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import BadZipFile

import typst
from django.conf import settings

from lianxun.kernel.problems import Invalid

MOST_PAGES = 2000  # of all copies of one print together: about a minute
_TEMPLATE = Path(__file__).with_name("marked.typ")


def page_sizes(pdf: bytes) -> list[tuple[float, float]]:
    """Width and height of each page in points. Raises ``Invalid`` for what cannot be opened."""
    import pypdfium2  # here, not above: few acts mark a paper, every start would load it

    try:
        found = pypdfium2.PdfDocument(pdf)
        try:
            return [found.get_page_size(i) for i in range(len(found))]
        finally:
            found.close()
    except pypdfium2.PdfiumError as broken:
        raise Invalid.at(
            "file", "该 PDF 已损坏或有口令，不能加水印，请重新生成后再试。"
        ) from broken


def marked_copies(pdf: bytes, marks: Sequence[str]) -> bytes:
    """One PDF with a copy of ``pdf`` for each mark. Raises ``Invalid`` at ``copies`` or ``file``."""
    sizes = page_sizes(pdf)
    if len(sizes) * len(marks) > MOST_PAGES:
        most = max(1, MOST_PAGES // max(1, len(sizes)))
        raise Invalid.at("copies", f"共 {len(sizes)} 页，一次最多打印 {most} 份，请分次申请。")
    with TemporaryDirectory() as place:
        Path(place, "paper.pdf").write_bytes(pdf)
        Path(place, "marked.typ").write_text(_TEMPLATE.read_text("utf-8"), "utf-8")
        fonts = getattr(settings, "LIANXUN_FONTS", "")
        try:
            made: bytes = typst.compile(
                str(Path(place, "marked.typ")),
                root=place,
                font_paths=[fonts] if fonts else [],
                sys_inputs={
                    "data": json.dumps({"marks": list(marks), "sizes": sizes}, ensure_ascii=False)
                },
            )
        except typst.TypstError as broken:
            raise Invalid.at("file", "该 PDF 的格式不支持加水印，请重新生成后再试。") from broken
    return made


def marked_docx(document: bytes, mark: str) -> bytes:
    """The same document with ``mark`` at the head and foot of every page. Raises ``Invalid`` at ``file``."""
    from docx import Document  # here, not above: few acts mark a document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.opc.exceptions import PackageNotFoundError
    from docx.shared import Pt, RGBColor

    try:
        paper = Document(BytesIO(document))
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError) as broken:
        raise Invalid.at(
            "file", "该 Word 文档已损坏，不能加水印，请改取 PDF 版或重新生成。"
        ) from broken
    for place in _heads_and_feet(paper):
        paragraph = place.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = paragraph.add_run(mark)
        run.font.size, run.font.color.rgb = Pt(8), RGBColor(0x6E, 0x6E, 0x6E)
    out = BytesIO()
    paper.save(out)
    return out.getvalue()


def _heads_and_feet(paper: Any) -> Iterator[Any]:
    """Every head and foot that a page of the document may show; those of a later section that repeat the
    former one's are the same part."""
    for number, section in enumerate(paper.sections):
        places = [section.header, section.footer]
        if section.different_first_page_header_footer:
            places += [section.first_page_header, section.first_page_footer]
        if paper.settings.odd_and_even_pages_header_footer:
            places += [section.even_page_header, section.even_page_footer]
        for place in places:
            if number == 0 or not place.is_linked_to_previous:
                yield place
