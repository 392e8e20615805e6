"""Reads any supported file in this process. Use `safe_open` for files from outside."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from lianxun_insight.read.encoding import EncodingError, decode
from lianxun_insight.read.model import Document, UnreadableError, Writer
from lianxun_insight.read.safe import DEFAULT_LIMITS, Kind, Limits, inspect


def read_in_process(
    path: Path,
    *,
    limits: Limits = DEFAULT_LIMITS,
    ocr: bool = True,
    follow: Callable[[int, int], None] | None = None,
) -> Document:
    """The text of a file; `follow(page, of)` hears of every page of a PDF. Raises `UnreadableError`; anything else is a defect of a parser."""
    kind = inspect(path, limits=limits)
    if kind is Kind.TEXT:
        return _text(path)
    if kind is Kind.IMAGE:
        return _image(path, limits)
    if kind is Kind.PDF:
        from lianxun_insight.read.ocr import available, recognise
        from lianxun_insight.read.pdf import read_pdf

        return read_pdf(path, limits, recognise if ocr and available() else None, follow)
    return _office(kind, path, limits)


def _office(kind: Kind, path: Path, limits: Limits) -> Document:
    if kind is Kind.DOCX:
        from lianxun_insight.read.docx import read_docx

        return read_docx(path, limits)
    if kind is Kind.XLSX:
        from lianxun_insight.read.xlsx import read_xlsx

        return read_xlsx(path, limits)
    from lianxun_insight.read.ofd import read_ofd

    return read_ofd(path, limits)


def _text(path: Path) -> Document:
    try:
        decoded = decode(path.read_bytes())
    except EncodingError as error:
        raise UnreadableError(f"{error}。") from error
    writer = Writer("text")
    writer.begin_page()
    for number, line in enumerate(decoded.text.splitlines(), 1):
        writer.line(line, label=f"第{number}行")
    return writer.document()


def _image(path: Path, limits: Limits) -> Document:
    from lianxun_insight.read.ocr import MISSING, available, recognise

    if not available():
        raise UnreadableError(MISSING)
    picture, dpi = _pixels(path, limits)
    writer = Writer("image")
    height, width = picture.shape[:2]
    writer.begin_page(width * 72 / dpi, height * 72 / dpi, recognised=True)
    recognise(picture, writer, 72 / dpi)
    return writer.document()


def _pixels(path: Path, limits: Limits) -> tuple[Any, float]:
    """The picture as RGB → BGR array and its resolution; huge pictures are refused by their header."""
    import numpy as np
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as image:
            if image.width * image.height > limits.pixels:
                raise UnreadableError(
                    f"图片有 {image.width}×{image.height} 像素，过大，请缩小到 {limits.pixels // 10_000} 万像素以内。"
                )
            dpi = float(image.info.get("dpi", (200, 200))[0]) or 200.0
            rgb = np.asarray(image.convert("RGB"))
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        raise UnreadableError("图片已损坏或格式不受支持，请另存为 PNG 或 JPEG。") from error
    return rgb[:, :, ::-1].copy(), dpi if dpi >= 50 else 200.0
