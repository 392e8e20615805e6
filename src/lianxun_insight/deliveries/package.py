"""Open a delivery: a folder or a zip, without trusting either.

Nothing is inflated before the sizes are known to be sane: a zip bomb is refused by its directory.
While inflating, the real size is watched too, because the directory may lie.
"""

from __future__ import annotations

import hashlib
import io
import json
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO, Final, cast

from lianxun_insight.deliveries.issues import DeliveryError
from lianxun_insight.deliveries.manifest import NAMES, FileEntry, Manifest, parse_manifest
from lianxun_insight.read.encoding import EncodingError, decode
from lianxun_insight.schemas import Catalogue
from lianxun_insight.scratch import anonymous

#: Limits of a package.
MAX_FILES: Final = 2_000
MAX_INFLATED: Final = 64 << 30
MAX_RATIO: Final = 200
#: Below this size the ratio does not matter (an empty table compresses well).
RATIO_FROM: Final = 10 << 20
MAX_MANIFEST: Final = 4 << 20


@dataclass(frozen=True)
class Package:
    """An opened delivery; `open` gives the bytes of one file."""

    path: Path
    manifest: Manifest
    names: frozenset[str]

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """Open one file of the package for reading bytes."""
        if self.path.is_dir():
            with (self.path / name).open("rb") as file:
                yield file
            return
        with zipfile.ZipFile(self.path) as archive, archive.open(_member(archive, name)) as member:
            yield cast(
                "BinaryIO",
                io.BufferedReader(_Watched(member, archive.getinfo(member.name).file_size)),
            )

    def size(self, name: str) -> int:
        """Bytes of one file, inflated."""
        if self.path.is_dir():
            return (self.path / name).stat().st_size
        with zipfile.ZipFile(self.path) as archive:
            return archive.getinfo(_member(archive, name)).file_size

    @contextmanager
    def seekable(self, name: str) -> Iterator[BinaryIO]:
        """Open one file for readers that jump about in it.

        A member of a zip is inflated into a file without a name: nothing of it stays on the machine,
        even when the process is killed.
        """
        if self.path.is_dir():
            with (self.path / name).open("rb") as file:
                yield file
            return
        with self.open(name) as source, anonymous() as copy:
            while block := source.read(1 << 20):
                copy.write(block)
            copy.seek(0)
            yield cast("BinaryIO", copy)

    def problems(self) -> list[str]:
        """Files missing from the package, files the manifest does not name, wrong hashes."""
        listed = {entry.path for entry in self.manifest.files}
        found = [
            f"清单中的文件 {name} 不在包中(可能只收到一半)，请重新报送"
            for name in sorted(listed - self.names)
        ]
        extra = sorted(self.names - listed - set(NAMES))
        found += [f"包中的文件 {name} 未列入清单，不予接收" for name in extra]
        for entry in self.manifest.files:
            if (
                entry.path in self.names
                and entry.hash_value
                and self.digest(entry) != entry.hash_value
            ):
                name = entry.hash_name.upper()
                found.append(
                    f"文件 {entry.path} 的 {name} 与清单不符(传输损坏或已被改动)，请重新报送"
                )
        return found

    def delivery_id(self) -> str:
        """Same manifest and same bytes, same id: a delivery sent twice is taken in once.

        Files whose hash the manifest does not give are hashed here.
        """
        text = json.dumps(self.manifest.raw, ensure_ascii=False, sort_keys=True)
        digest = hashlib.sha256(text.encode())
        for entry in self.manifest.files:
            if entry.path in self.names and not entry.hash_value:
                digest.update(self.digest(entry).encode())
        return f"{self.manifest.class_id}-{digest.hexdigest()[:16]}"

    def digest(self, entry: FileEntry) -> str:
        """Hash of a file under the algorithm its entry names."""
        digest = hashlib.new(entry.hash_name or "sha256")
        with self.open(entry.path) as file:
            while block := file.read(1 << 20):
                digest.update(block)
        return digest.hexdigest()


class _Watched(io.RawIOBase):
    """Stops when more bytes come out than the directory of the zip declared."""

    def __init__(self, member: IO[bytes], declared: int) -> None:
        super().__init__()
        self._member, self._left = member, declared

    def readable(self) -> bool:
        """Readable."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer, watching the declared size and the checksum."""
        try:
            data = self._member.read(len(buffer))
        except (zipfile.BadZipFile, EOFError, OSError) as error:
            raise DeliveryError(f"压缩包内的文件损坏或不完整({error})，请重新报送") from None
        self._left -= len(data)
        if self._left < 0:
            raise DeliveryError("压缩包声明的大小与实际不符，疑似压缩炸弹，已停止展开")
        buffer[: len(data)] = data
        return len(data)


def open_package(path: Path, catalogue: Catalogue) -> Package:
    """Open a folder or a zip and its manifest; raises `DeliveryError`."""
    if path.is_dir():
        names = _folder_names(path)
        manifest_name = _manifest_name(names)
        data = (path / manifest_name).read_bytes()
    elif path.is_file():
        names = _zip_names(path)
        manifest_name = _manifest_name(names)
        with zipfile.ZipFile(path) as archive:
            data = archive.read(_member(archive, manifest_name))
    else:
        raise DeliveryError(f"找不到 {path.name}，请给出报送文件夹或 zip 包")
    return Package(path, _read_manifest(data, manifest_name, catalogue), frozenset(names))


def _manifest_name(names: set[str]) -> str:
    for name in NAMES:
        if name in names:
            return name
    raise DeliveryError(f"包中没有清单({NAMES[0]})，请随数据附上清单")


def _read_manifest(data: bytes, name: str, catalogue: Catalogue) -> Manifest:
    if len(data) > MAX_MANIFEST:
        raise DeliveryError(f"清单 {name} 过大")
    try:
        raw = json.loads(decode(data).text)
    except json.JSONDecodeError as error:
        raise DeliveryError(f"清单 {name} 第 {error.lineno} 行不是正确的 JSON") from None
    except EncodingError as error:
        raise DeliveryError(f"清单 {name} {error}") from None
    return parse_manifest(raw, catalogue)


def _folder_names(path: Path) -> set[str]:
    names = set()
    for item in sorted(path.rglob("*")):
        if item.is_symlink():
            raise DeliveryError(f"包中的 {item.name} 是链接，不予接收")
        if item.is_file() and not item.name.startswith("."):
            names.add(item.relative_to(path).as_posix())
        if len(names) > MAX_FILES:
            raise DeliveryError(f"包中文件超过 {MAX_FILES} 个")
    if not names:
        raise DeliveryError(f"文件夹 {path.name} 是空的：没有清单也没有数据")
    return names


def _zip_names(path: Path) -> set[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile:
        with path.open("rb") as file:
            begun = file.read(2) == b"PK"
        if begun or path.suffix.lower() == ".zip":
            words = "不是完整的 zip 包(可能只收到一半)，请重新报送"
        else:
            words = "是单个文件，不是报送：请给出内含 manifest.json 与数据文件的文件夹或 zip 包"
        raise DeliveryError(f"{path.name} {words}") from None
    files = [entry for entry in entries if not entry.is_dir()]
    if len(files) > MAX_FILES:
        raise DeliveryError(f"压缩包中文件超过 {MAX_FILES} 个")
    total = sum(entry.file_size for entry in files)
    packed = max(1, path.stat().st_size)
    if total > MAX_INFLATED or (total > RATIO_FROM and total / packed > MAX_RATIO):
        raise DeliveryError(
            f"压缩包展开后将达 {total / (1 << 20):,.0f} MB(压缩比 {total / packed:,.0f}),"
            "疑似压缩炸弹，未展开；确有需要请改用文件夹报送"
        )
    return {_safe_name(entry) for entry in files}


def _safe_name(entry: zipfile.ZipInfo) -> str:
    name = _decoded_name(entry)
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or ":" in parts[0]:
        raise DeliveryError(f"压缩包中的路径「{name}」越界，不予接收")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise DeliveryError(f"压缩包中的「{name}」是链接，不予接收")
    if entry.flag_bits & 0x1:
        raise DeliveryError(f"压缩包中的「{name}」已加密，请提供未加密的包(传输加密由平台负责)")
    return name


def _decoded_name(entry: zipfile.ZipInfo) -> str:
    """Old Windows tools write names in GBK without saying so; zipfile then shows them as cp437."""
    name = entry.filename.replace("\\", "/")
    if entry.flag_bits & 0x800 or name.isascii():
        return name
    try:
        return name.encode("cp437").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return name


def _member(archive: zipfile.ZipFile, name: str) -> str:
    for entry in archive.infolist():
        if _decoded_name(entry) == name:
            return entry.filename
    raise DeliveryError(f"清单中的文件 {name} 不在包中(可能只收到一半)，请重新报送")
