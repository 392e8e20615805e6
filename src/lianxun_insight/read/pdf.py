"""Text of a PDF with the place of every character; pages without text go to OCR."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from lianxun_insight.read.model import Document, UnreadableError, Writer
from lianxun_insight.read.safe import Limits

#: A page with fewer characters and a picture on it counts as scanned.
SCANNED_BELOW: Final = 12
OCR_DPI: Final = 200
_IMAGE_OBJECT: Final = 3

Recogniser = Callable[[Any, Writer, float], None]


def read_pdf(
    path: Path,
    limits: Limits,
    recognise: Recogniser | None = None,
    follow: Callable[[int, int], None] | None = None,
) -> Document:
    """Lines from top to bottom as pdfium orders them; scanned pages through `recognise`."""
    import pypdfium2

    try:
        source = pypdfium2.PdfDocument(str(path))
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableError("PDF 文件已加密，请去除密码后再读。") from error
        raise UnreadableError("PDF 文件已损坏或不是有效的 PDF，请重新导出。") from error
    writer = Writer("pdf")
    try:
        if len(source) > limits.pages:
            raise UnreadableError(
                f"PDF 有 {len(source)} 页，超过 {limits.pages} 页，请拆分后再读。"
            )
        for number in range(len(source)):
            _page(source[number], number + 1, writer, recognise)
            if follow is not None:
                follow(number + 1, len(source))
    finally:
        source.close()
    return writer.document()


def _page(page: Any, number: int, writer: Writer, recognise: Recogniser | None) -> None:
    width, height = page.get_size()
    text_page = page.get_textpage()
    count = text_page.count_chars()
    characters = text_page.get_text_range() if count else ""
    scanned = len(characters.strip()) < SCANNED_BELOW and _has_picture(page)
    writer.begin_page(width, height, recognised=scanned and recognise is not None)
    if scanned and recognise is not None:
        picture = page.render(scale=OCR_DPI / 72).to_numpy()
        recognise(picture, writer, 72 / OCR_DPI)
        return
    if scanned:
        writer.warnings.append(f"第 {number} 页是扫描图像，未安装文字识别组件，未读出文字。")
    for text, box, edges in _lines(text_page, count, height):
        writer.line(text, box=box, edges=edges)


def _has_picture(page: Any) -> bool:
    return any(o.type == _IMAGE_OBJECT for o in page.get_objects(max_depth=3))


def _lines(text_page: Any, count: int, height: float) -> Any:
    """(text, box, edges) of each line; pdfium puts \\r\\n between lines."""
    text: list[str] = []
    boxes: list[tuple[float, float, float, float]] = []
    for index in range(count):
        char = text_page.get_text_range(index, 1)
        if char in ("\r", "\n", "\r\n", "\ufffe"):
            if text and char != "\ufffe":
                yield _line(text, boxes, height)
                text, boxes = [], []
            continue
        if not char or (char == " " and _between_ideographs(text_page, index, count)):
            continue
        text.append(char[0])
        boxes.append(text_page.get_charbox(index))
    if text:
        yield _line(text, boxes, height)


def _between_ideographs(text_page: Any, index: int, count: int) -> bool:
    """A blank beside an ideograph: pdfium makes it up where type setting widened the gap."""
    beside = [i for i in (index - 1, index + 1) if 0 <= i < count]
    return any("\u2e80" <= c <= "\u9fff" for i in beside for c in text_page.get_text_range(i, 1))


def _line(
    text: list[str], boxes: list[tuple[float, float, float, float]], height: float
) -> tuple[str, tuple[float, float, float, float], list[float]]:
    left = min(b[0] for b in boxes)
    right = max(b[2] for b in boxes)
    bottom = min(b[1] for b in boxes)
    top = max(b[3] for b in boxes)
    edges = [b[0] for b in boxes] + [boxes[-1][2]]
    box = (round(left, 2), round(height - top, 2), round(right, 2), round(height - bottom, 2))
    return "".join(text), box, edges
