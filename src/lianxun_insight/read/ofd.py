"""Text of an OFD file (GB/T 33190-2016): zip, XML, positioned text codes. Own reader.

Reads `OFD.xml` → `Document.xml` → pages and their templates → `TextObject`/`TextCode`. Lengths in
the file are millimetres; boxes are converted to points. Drawings, seals and annotations are not read.
"""

import posixpath
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from lianxun_insight.read.model import Document, UnreadableError, Writer
from lianxun_insight.read.safe import Limits

_POINTS: Final = 72 / 25.4
_PART_BYTES: Final = 64 * 1024 * 1024
_DEFAULT_SIZE: Final = (210.0, 297.0)


def read_ofd(path: Path, limits: Limits) -> Document:
    """All pages of all documents in the package, each text object one piece."""
    writer = Writer("ofd")
    with zipfile.ZipFile(path) as archive:
        package = _Package(archive)
        root = package.xml("OFD.xml")
        for body in _all(root, "DocBody"):
            location = _text_of(body, "DocRoot")
            if location:
                _document(package, package.resolve("", location), writer, limits)
    document = writer.document()
    if not document.pages:
        raise UnreadableError("OFD 文件中没有页面，请用版式软件打开核对。")
    if not document.text:
        writer.warnings.append("OFD 文件中没有文字（可能只有图片），请导出为图片后识别。")
    return writer.document()


class _Package:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = {n.lstrip("/"): n for n in archive.namelist()}

    def resolve(self, folder: str, location: str) -> str:
        """A location of the file: absolute from the package root, else relative to `folder`."""
        joined = location if location.startswith("/") else posixpath.join(folder, location)
        return posixpath.normpath(joined).lstrip("/")

    def xml(self, name: str) -> Element:
        stored = self._names.get(name)
        if stored is None:
            raise UnreadableError(f"OFD 文件缺少部件 {name}，可能已损坏，请重新导出。")
        if self._archive.getinfo(stored).file_size > _PART_BYTES:
            raise UnreadableError(f"OFD 部件 {name} 过大，未予打开。")
        element: Element = fromstring(self._archive.read(stored), forbid_dtd=True)
        return element


def _local(element: Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def _all(element: Element, name: str) -> Iterator[Element]:
    """Descendants by local name: files in use carry http and https namespaces, or none."""
    return (e for e in element.iter() if _local(e) == name)


def _text_of(element: Element, name: str) -> str:
    return next(((e.text or "").strip() for e in _all(element, name)), "")


def _numbers(text: str | None) -> list[float]:
    try:
        return [float(part) for part in (text or "").split()]
    except ValueError:
        return []


def _size(element: Element) -> tuple[float, float] | None:
    for area in _all(element, "PageArea"):
        box = _numbers(_text_of(area, "PhysicalBox"))
        if len(box) == 4:
            return box[2], box[3]
    return None


def _document(package: _Package, name: str, writer: Writer, limits: Limits) -> None:
    root = package.xml(name)
    folder = posixpath.dirname(name)
    common = next(_all(root, "CommonData"), root)
    default = _size(common) or _DEFAULT_SIZE
    templates = {
        t.get("ID", ""): package.resolve(folder, t.get("BaseLoc", ""))
        for t in _all(root, "TemplatePage")
    }
    pages = [p for group in _all(root, "Pages") for p in group if _local(p) == "Page"]
    if len(pages) > limits.pages:
        raise UnreadableError(f"OFD 文件有 {len(pages)} 页，超过 {limits.pages} 页，请拆分后再读。")
    for page in pages:
        content = package.xml(package.resolve(folder, page.get("BaseLoc", "")))
        width, height = _size(content) or default
        writer.begin_page(width * _POINTS, height * _POINTS)
        for used in _all(content, "Template"):
            template = templates.get(used.get("TemplateID", ""))
            if template:
                _text_objects(package.xml(template), writer)
        _text_objects(content, writer)


def _text_objects(content: Element, writer: Writer) -> None:
    for item in _all(content, "TextObject"):
        boundary = _numbers(item.get("Boundary"))
        left, top, width, height = boundary if len(boundary) == 4 else (0.0, 0.0, 0.0, 0.0)
        size = (_numbers(item.get("Size")) or [height or 4.0])[0]
        for code in _all(item, "TextCode"):
            text = (code.text or "").strip("\n")
            x = left + (_numbers(code.get("X")) or [0.0])[0]
            steps = _deltas(code.get("DeltaX"), max(len(text) - 1, 0), size)
            edges = [x]
            for step in steps:
                edges.append(edges[-1] + step)
            edges.append(edges[-1] + size)
            edges = [e * _POINTS for e in edges[: len(text) + 1]]
            box = (
                edges[0],
                top * _POINTS,
                max(edges[-1], (left + width) * _POINTS if not steps else edges[-1]),
                (top + height) * _POINTS,
            )
            writer.line(text, box=box, edges=edges)


def _deltas(text: str | None, count: int, size: float) -> list[float]:
    """Advances between characters; `g 5 4.2` repeats 4.2 five times (§11.3 of the standard)."""
    out: list[float] = []
    parts = (text or "").split()
    at = 0
    while at < len(parts) and len(out) < count:
        try:
            if parts[at] == "g" and at + 2 < len(parts):
                out.extend([float(parts[at + 2])] * min(int(float(parts[at + 1])), count))
                at += 3
            else:
                out.append(float(parts[at]))
                at += 1
        except ValueError:
            break
    out = out[:count]
    return out + [size] * (count - len(out))
