"""Files for the tests, made here: OFD by hand, PDF and pictures by Typst."""

import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def ofd(
    path: Path, pages: Sequence[Sequence[tuple[float, float, str]]], template: str = ""
) -> Path:
    """An OFD whose pages hold (x mm, y mm, text) objects of 4 mm type."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "OFD.xml",
            f'<?xml version="1.0"?><ofd:OFD {NAMESPACE}><ofd:DocBody>'
            "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        )
        listed = "".join(
            f'<ofd:Page ID="{i}" BaseLoc="Pages/Page_{i}/Content.xml"/>' for i in range(len(pages))
        )
        master = '<ofd:TemplatePage ID="90" BaseLoc="Tpls/Tpl_0/Content.xml"/>' if template else ""
        archive.writestr(
            "Doc_0/Document.xml",
            f"<ofd:Document {NAMESPACE}><ofd:CommonData><ofd:PageArea>"
            f"<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>{master}</ofd:CommonData>"
            f"<ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        )
        if template:
            archive.writestr("Doc_0/Tpls/Tpl_0/Content.xml", _content([(10, 5, template)]))
        for number, items in enumerate(pages):
            use = '<ofd:Template TemplateID="90"/>' if template else ""
            archive.writestr(f"Doc_0/Pages/Page_{number}/Content.xml", _content(items, use))
    return path


def _content(items: Sequence[tuple[float, float, str]], before: str = "") -> str:
    objects = "".join(
        f'<ofd:TextObject Boundary="{x} {y} {4 * len(t)} 4" Size="4">'
        f'<ofd:TextCode X="0" Y="3.5" DeltaX="g {len(t) - 1} 4">{escape(t)}</ofd:TextCode>'
        "</ofd:TextObject>"
        for x, y, t in items
    )
    return (
        f"<ofd:Page {NAMESPACE}>{before}<ofd:Content><ofd:Layer>{objects}"
        "</ofd:Layer></ofd:Content></ofd:Page>"
    )


def typeset(path: Path, paragraphs: Sequence[str], *, size: float = 12) -> Path:
    """A PDF or PNG (by suffix) of the paragraphs on A4 in an installed Song face."""
    import typst

    body = "\n\n".join(paragraphs)
    source = path.with_suffix(".typ")
    source.write_text(
        '#set page(paper: "a4", margin: 28mm)\n'
        f'#set text(font: "Noto Serif CJK SC", lang: "zh", size: {size}pt)\n' + body,
        "utf-8",
    )
    if path.suffix == ".png":
        typst.compile(str(source), output=str(path), format="png", ppi=200)
    else:
        typst.compile(str(source), output=str(path))
    return path
