"""A zip with one data file in it: refused by its directory before anything is inflated, else unwrapped.

Units send large tables zipped. What is inside counts: the digests, the manifest and the check are of
the data file. Office workbooks are zips too and are left as they are.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from lianxun.fabric.safefiles import check_entries
from lianxun.kernel.problems import Invalid
from lianxun_insight.scratch import anonymous

WANTED = (".xlsx", ".csv", ".json")
_BLOCK = 1 << 20


@contextmanager
def unwrapped(stream: BinaryIO, name: str) -> Iterator[tuple[BinaryIO, str]]:
    """The data file of a zip and its name, or the stream as it came. Raises ``Invalid`` at ``file``."""
    if PurePosixPath(name).suffix.lower() != ".zip":
        yield stream, name
        return
    with _opened(stream, name) as (archive, entry):
        inner = PurePosixPath(entry.filename.replace("\\", "/")).name
        with anonymous() as out:
            _inflate(archive, entry, out, name)
            yield cast("BinaryIO", out), inner
    stream.seek(0)


@contextmanager
def _opened(stream: BinaryIO, name: str) -> Iterator[tuple[zipfile.ZipFile, zipfile.ZipInfo]]:
    stream.seek(0)
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, OSError, ValueError) as broken:
        raise Invalid.at("file", f"《{name}》已损坏，无法打开，请重新压缩后上传。") from broken
    with archive:
        entries = [e for e in archive.infolist() if not e.is_dir()]
        check_entries(entries, name=name, place="file")
        if len(entries) != 1:
            raise Invalid.at(
                "file",
                f"《{name}》里有 {len(entries)} 个文件；压缩包只能放一个数据文件，请分别上传。",
            )
        if PurePosixPath(entries[0].filename).suffix.lower() not in WANTED:
            raise Invalid.at(
                "file", f"《{name}》里不是数据文件；请放入 Excel（.xlsx）、CSV 或 JSON 后重新压缩。"
            )
        yield archive, entries[0]


def _inflate(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, out: BinaryIO | object, name: str
) -> None:
    """Copy, and stop at the first byte more than the directory declared."""
    target, size = cast("BinaryIO", out), 0
    try:
        with archive.open(entry) as source:
            while part := source.read(_BLOCK):
                size += len(part)
                if size > entry.file_size:
                    raise Invalid.at(
                        "file", f"《{name}》展开后比声明的大，疑似异常压缩文件，未予接收。"
                    )
                target.write(part)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as broken:
        raise Invalid.at(
            "file", f"《{name}》已损坏或压缩方式不受支持，请重新压缩后上传。"
        ) from broken
    target.seek(0)
