"""Printed text from pictures, by rapidocr with the models inside its package (extra `ocr`).

No download: the models of PP-OCRv6 (small) lie in the wheel. One thread; deterministic.
"""

from functools import cache
from typing import Any, Final

from lianxun_insight.read.model import UnreadableError, Writer

MISSING: Final = "没有安装文字识别组件（ocr），请安装后再读图片和扫描件。"
LOW_CONFIDENCE: Final = 0.8
UPSIDE_DOWN_BELOW: Final = 0.75


def available() -> bool:
    """Whether the extra `ocr` is installed."""
    from importlib.util import find_spec

    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


@cache
def engine() -> Any:
    """The recogniser, loaded once per process."""
    if not available():
        raise UnreadableError(MISSING)
    import logging

    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return RapidOCR(
        params={
            "Global.log_level": "error",
            # The classifier of line direction flips long lines of bad copies (measured: 45 of 1,237
            # characters lost); whole pages upside down are caught by their confidence instead.
            "Global.use_cls": False,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def recognise(picture: Any, writer: Writer, scale: float) -> None:
    """Adds the lines of a picture (height × width × 3, uint8) in reading order.

    `scale` turns pixels into points. Lines below `LOW_CONFIDENCE` are kept and warned about.
    """
    result = engine()(picture)
    if _confidence(result) < UPSIDE_DOWN_BELOW:
        turned = engine()(picture[::-1, ::-1].copy())
        if _confidence(turned) > _confidence(result):
            writer.warnings.append("页面上下颠倒，已转正识别，位置以转正后的页面为准。")
            result = turned
    if result is None or result.boxes is None:
        writer.warnings.append("页面上没有识别出文字。")
        return
    unsure = 0
    rows = zip(result.boxes.tolist(), result.txts, result.scores, strict=True)
    for box, text, score in in_reading_order(rows):
        left, right = min(p[0] for p in box) * scale, max(p[0] for p in box) * scale
        top, bottom = min(p[1] for p in box) * scale, max(p[1] for p in box) * scale
        edges = [left + (right - left) * i / len(text) for i in range(len(text) + 1)]
        unsure += score < LOW_CONFIDENCE
        writer.line(
            text,
            box=(round(left, 1), round(top, 1), round(right, 1), round(bottom, 1)),
            edges=edges,
            confidence=round(float(score), 4),
        )
    if unsure:
        writer.warnings.append(f"有 {unsure} 行识别把握不足，请对照原件核对。")


def _confidence(result: Any) -> float:
    """Mean confidence weighted by length; 0 when nothing was read."""
    if result is None or result.boxes is None or not len(result.txts):
        return 0.0
    lengths = [max(len(t), 1) for t in result.txts]
    total = sum(s * n for s, n in zip(result.scores, lengths, strict=True))
    return float(total / sum(lengths))


def in_reading_order(rows: Any) -> list[Any]:
    """Top to bottom, and left to right inside a line (boxes whose heights overlap by half)."""
    boxes = sorted(rows, key=lambda r: min(p[1] for p in r[0]))
    lines: list[list[Any]] = []
    for row in boxes:
        top, bottom = min(p[1] for p in row[0]), max(p[1] for p in row[0])
        if lines:
            last_top = min(p[1] for p in lines[-1][0][0])
            last_bottom = max(p[1] for p in lines[-1][0][0])
            overlap = min(bottom, last_bottom) - max(top, last_top)
            if overlap > 0.5 * min(bottom - top, last_bottom - last_top):
                lines[-1].append(row)
                continue
        lines.append([row])
    return [r for line in lines for r in sorted(line, key=lambda r: min(p[0] for p in r[0]))]
