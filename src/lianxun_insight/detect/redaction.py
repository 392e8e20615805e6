"""Redaction: what identifies a person is replaced before a model or another unit sees the text.

Same text, same result: placeholders are numbered by first appearance, the same name gets the same
number, so that who-did-what stays readable. The map back is offsets only and stays with the caller.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace

from lianxun_insight.detect.finder import IDENTIFIERS, find_spans
from lianxun_insight.detect.spans import Span

LABELS = {
    "person": "人员", "org": "单位", "place": "地点", "address": "住址", "phone": "电话",
    "id_card": "证件号", "passport": "证件号", "officer_no": "证件号", "bank_card": "账号",
    "account": "账号", "plate": "车牌", "email": "邮箱", "credit_code": "信用代码",
}  # fmt: skip
PERSONAL = IDENTIFIERS - {"credit_code"} | {"person", "address"}

# The part of a letter that says who wrote it. Each pattern names one line or one sentence.
_REPORTER = (
    re.compile(r"(?m)^[ \t　]*(?:举报人|反映人|信访人|来信人|控告人|申诉人|投诉人|署名|落款|联系人|联系方式|联系电话|"
               r"通讯地址|通信地址|家庭住址|身份证号码?|电话|手机|地址|住址)[ \t　]*[:：][^\n]*$"),
    re.compile(r"(?:我叫|我是|本人(?:是|叫|系|姓名)|举报人(?:是|系|为)?[:：]?)[^。；\n]{2,60}?"
               r"(?:身份证|电话|手机|联系方式|家住|住址)[^。；\n]{0,80}[。；\n]?"),
    re.compile(r"(?m)^[ \t　]*(?:此致|敬礼)[^\n]*\n+(?:[^\n]{1,40}\n?){1,6}\Z"),
    re.compile(r"(?:我的|本人|请(?:联系|致电)|可联系|联系我)[^。；\n]{0,12}(?:电话|手机|微信|QQ|邮箱|地址|住址)"
               r"[^。；\n]{2,60}[。；\n]?"),
)  # fmt: skip
_NOT_REPORTER = re.compile(r"^[ \t　]*(?:被|遭)")


@dataclass(frozen=True)
class Redacted:
    """The text with placeholders, and which part of it stands for which part of the original."""

    text: str
    pieces: tuple[tuple[int, int, int], ...]  # (start in redacted, start in original, length 0|n)
    removed: tuple[Span, ...]  # spans of the original that were replaced

    def original_offset(self, offset: int) -> int:
        """The place in the original of a place in the redacted text.

        Inside a placeholder it is the beginning of what was replaced.
        """
        starts = [piece[0] for piece in self.pieces]
        redacted, original, length = self.pieces[bisect_right(starts, offset) - 1]
        return original + min(offset - redacted, length)

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the original behind a stretch of the redacted text."""
        first = self.original_offset(start)
        last = self.original_offset(end) if end < len(self.text) else self._length()
        return first, max(first, last)

    def _length(self) -> int:
        _, original, length = self.pieces[-1]
        return original + length


@dataclass(frozen=True)
class SplitLetter:
    """``body`` has the reporter's lines blanked out (same length); ``reporter`` are those lines."""

    body: str
    reporter: tuple[tuple[int, int, str], ...]


def split_reporter_block(text: str) -> SplitLetter:
    """Take the lines and sentences in which the writer names himself out of a letter.

    They are replaced by blanks of the same length: every offset into the body stays true. The
    caller puts them into the vault; they are never given to a model.
    """
    taken: list[tuple[int, int]] = []
    for pattern in _REPORTER:
        for match in pattern.finditer(text):
            if not _NOT_REPORTER.match(match.group()) and not _before_is_accused(
                text, match.start()
            ):
                taken.append((match.start(), match.end()))
    blocks = _merged(taken)
    body = list(text)
    for start, end in blocks:
        body[start:end] = ["\n" if c == "\n" else " " for c in text[start:end]]
    return SplitLetter("".join(body), tuple((s, e, text[s:e]) for s, e in blocks))


def _before_is_accused(text: str, start: int) -> bool:
    return start > 0 and text[start - 1] == "被"


def _merged(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    out: list[tuple[int, int]] = []
    for start, end in sorted(stretches):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def redact(
    text: str, types: frozenset[str] = PERSONAL, spans: list[Span] | None = None
) -> Redacted:
    """Replace spans of the given types by 〔人员1〕, 〔电话1〕 …

    ``spans`` are spans somebody has already found or marked by hand; without them they are found.
    """
    # Only the wanted types are looked for: a unit's name must not swallow the person before it.
    found = spans if spans is not None else find_spans(text, types=types)
    chosen = _merge_same_type([s for s in found if s.type in types])
    numbers: dict[tuple[str, str], int] = {}
    counters: dict[str, int] = {}
    parts: list[str] = []
    pieces: list[tuple[int, int, int]] = []
    position = length = 0
    for span in chosen:
        parts.append(text[position : span.start])
        pieces.append((length, position, span.start - position))
        length += span.start - position
        label = LABELS[span.type]
        key = (label, span.norm)
        if key not in numbers:
            counters[label] = counters.get(label, 0) + 1
            numbers[key] = counters[label]
        placeholder = f"〔{label}{numbers[key]}〕"
        pieces.append((length, span.start, 0))
        parts.append(placeholder)
        length += len(placeholder)
        position = span.end
    parts.append(text[position:])
    pieces.append((length, position, len(text) - position))
    return Redacted("".join(parts), tuple(pieces), tuple(chosen))


def _merge_same_type(spans: list[Span]) -> list[Span]:
    out: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if out and span.start < out[-1].end:
            out[-1] = replace(out[-1], end=max(out[-1].end, span.end))
        else:
            out.append(span)
    return out
