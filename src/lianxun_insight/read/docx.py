"""Text of a DOCX in document order: paragraphs, tables, footnotes."""

from pathlib import Path
from typing import Any

from lianxun_insight.read.model import Document, Writer
from lianxun_insight.read.safe import Limits


def read_docx(path: Path, limits: Limits) -> Document:
    """One page without layout; labels say 第 n 段 or 表 n 第 r 行第 c 列."""
    import docx
    from docx.table import Table

    del limits
    source = docx.Document(str(path))
    writer = Writer("docx")
    writer.begin_page(label="正文")
    paragraphs = tables = 0
    for block in source.iter_inner_content():
        if isinstance(block, Table):
            tables += 1
            _table(writer, block, f"表{tables}")
        else:
            paragraphs += 1
            writer.line(block.text, label=f"第{paragraphs}段")
    _notes(writer, source)
    return writer.document()


def _table(writer: Writer, table: Any, name: str) -> None:
    for row_number, row in enumerate(table.rows, 1):
        # A merged cell appears once for every column it spans.
        cells = list({id(c._tc): c for c in row.cells}.values())
        for column, cell in enumerate(cells, 1):
            last = column == len(cells)
            label = f"{name}第{row_number}行第{column}列"
            writer.line(cell.text.replace("\n", " "), label=label, end="\n" if last else "\t")


def _notes(writer: Writer, source: Any) -> None:
    """Footnotes stand in a part of their own that python-docx does not open."""
    from docx.oxml.ns import qn
    from lxml import etree

    for relation in source.part.rels.values():
        if not relation.reltype.endswith("/footnotes"):
            continue
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        root = etree.fromstring(relation.target_part.blob, parser)
        for number, note in enumerate(root.iter(qn("w:footnote")), 1):
            text = "".join(t.text or "" for t in note.iter(qn("w:t")))
            writer.line(text, label=f"脚注{number}")
