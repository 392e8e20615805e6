"""Find the encoding of a text file: UTF-8 (with or without mark), UTF-16, GB 18030 (GBK, GB 2312)."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8(带 BOM)"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_SAMPLE: Final = 1 << 20


class EncodingError(ValueError):
    """No known encoding fits; the text is a Chinese sentence."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text with the codec it was read with and its everyday name."""

    text: str
    codec: str
    name: str


def decode(data: bytes) -> Decoded:
    """Decode a whole file; raises `EncodingError` naming the byte that fits nothing."""
    codec, name = detect(data[:_SAMPLE])
    try:
        return Decoded(data.decode(codec), codec, name)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise EncodingError(f"第 {line} 行的编码不是 {name}，请另存为 UTF-8 后重新提交") from None


def detect_file(path: Path) -> tuple[str, str]:
    """Codec and everyday name from the first megabyte of a file."""
    with path.open("rb") as file:
        return detect(file.read(_SAMPLE))


def detect(sample: bytes) -> tuple[str, str]:
    """Codec and everyday name for the start of a file.

    UTF-8 is strict enough that Chinese text in GBK practically never passes for it; what is neither
    is tried as GB 18030, which contains GBK and GB 2312. UTF-16 without a mark shows its zero bytes.
    """
    for mark, codec, name in _MARKS:
        if sample.startswith(mark):
            return codec, name
    if b"\x00" in sample[:4096]:
        zeros = sample[:4096]
        codec = "utf-16-le" if zeros[1::2].count(0) > zeros[::2].count(0) else "utf-16-be"
        return codec, "UTF-16(无 BOM)"
    if _fits(sample, "utf-8"):
        return "utf-8", "UTF-8"
    if _fits(sample, "gb18030"):
        return "gb18030", "GBK/GB18030"
    return "utf-8", "UTF-8"


def _fits(sample: bytes, codec: str) -> bool:
    """True when the sample decodes, allowing a character cut off at its end."""
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        decoder.decode(sample, final=len(sample) < _SAMPLE)
    except UnicodeDecodeError:
        return False
    return True
