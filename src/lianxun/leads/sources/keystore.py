"""Data keys on disk, outside of the database, its dumps and its write-ahead log (settled.md 22).

One small file for each sealed item. Copies of the store are made and thrown away by themselves
(``copy``, ``prune``): 35 days after a key was erased no copy of it exists any more, whatever backups of
the database are kept. The list of what was erased goes with every copy, so that a restored copy does not
bring it back.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

MOST_DAYS = 35  # settled.md 22; a site may keep copies for less
ERASED = "erased.txt"
SUMS = "SHA256SUMS"
_COPY = re.compile(r"^keys-(\d{8}T\d{6})$")
_ITEM = re.compile(r"^([0-9a-f-]{36})(\.[0-9a-f-]{36}\.[0-9a-f-]{36})?\.json$")


def folder() -> Path:
    return Path(settings.LIANXUN_KEYSTORE)


def write(item: UUID, content: dict[str, Any], *, part: str = "") -> None:
    """Replace the file of an item at once and for good; ``part`` names a release beside it."""
    _write(folder() / f"{item}{part}.json", json.dumps(content))


def _write(target: Path, text: str) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.part")
    with temporary.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.chmod(0o600)
    temporary.replace(target)


def read(item: UUID, *, part: str = "", place: Path | None = None) -> dict[str, Any] | None:
    """What lies under an item, here or in a copy; ``None`` when nothing is readable, or it was erased."""
    if str(item) in erased():
        return None
    try:
        found: dict[str, Any] = json.loads(((place or folder()) / f"{item}{part}.json").read_text())
    except (OSError, ValueError):
        return None
    return found


def releases(item: UUID, recovery: UUID) -> list[dict[str, Any]]:
    """What holders of escrow pieces released for one recovery."""
    found = []
    for path in sorted(folder().glob(f"{item}.{recovery}.*.json")):
        found.append(json.loads(path.read_text()))
    return found


def drop_releases(item: UUID) -> None:
    for path in folder().glob(f"{item}.*.json"):
        path.unlink(missing_ok=True)


def erase(items: list[UUID]) -> None:
    """Forget data keys for ever. First the list, then the files: a crash between them erases again."""
    if not items:
        return
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder() / ERASED).open("a") as file:
        file.writelines(f"{item}\n" for item in items)
        file.flush()
        os.fsync(file.fileno())
    for item in items:
        for path in folder().glob(f"{item}*.json"):
            path.unlink(missing_ok=True)


def erased(place: Path | None = None) -> frozenset[str]:
    """Ids that may never come back."""
    try:
        return frozenset(((place or folder()) / ERASED).read_text().split())
    except OSError:
        return frozenset()


def copy(to: Path, *, now: datetime) -> Path:
    """A dated copy of the store below ``to``, read again and compared; copies older than 35 days go.

    Raises ``OSError`` when what was written is not what was there: a copy that cannot be trusted is
    removed and never counts as one.
    """
    target = to / f"keys-{now:%Y%m%dT%H%M%S}"
    partial = to / f".{target.name}.part"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(mode=0o700, parents=True)
    sums = []
    for path in sorted(folder().glob("*.json")):
        try:
            content = path.read_bytes()
        except FileNotFoundError:  # erased while we copy
            continue
        _write(partial / path.name, content.decode())
        sums.append(f"{sha256(content).hexdigest()}  {path.name}\n")
    _write(partial / ERASED, "".join(f"{item}\n" for item in sorted(erased())))
    _write(partial / SUMS, "".join(sums))
    if damaged(partial):
        shutil.rmtree(partial)
        raise OSError(f"the copy at {target} is not what was written")
    partial.rename(target)
    prune(to, now=now)
    return target


def copies(to: Path) -> list[Path]:
    """Copies below ``to``, the newest first."""
    found = [p for p in to.iterdir() if _COPY.match(p.name)] if to.is_dir() else []
    return sorted(found, reverse=True)


def damaged(place: Path) -> list[str]:
    """Names in a copy that are missing or not what was written; all of it when it has no list of sums."""
    try:
        lines = (place / SUMS).read_text().splitlines()
    except OSError:
        return [SUMS]
    wrong = []
    for line in lines:
        wanted, _, name = line.partition("  ")
        try:
            found = sha256((place / name).read_bytes()).hexdigest()
        except OSError:
            found = ""
        if found != wanted:
            wrong.append(name)
    return wrong


def prune(to: Path, *, now: datetime, days: int = MOST_DAYS) -> int:
    """Remove copies older than ``days`` (at most 35); returns how many went."""
    limit = now - timedelta(days=min(days, MOST_DAYS))
    gone = 0
    for place in sorted(to.iterdir()) if to.is_dir() else []:
        found = _COPY.match(place.name)
        if (
            found
            and datetime.strptime(found[1], "%Y%m%dT%H%M%S").replace(tzinfo=now.tzinfo) < limit
        ):
            shutil.rmtree(place)
            gone += 1
    return gone


def restore(source: Path) -> tuple[int, int]:
    """Bring back missing keys from a copy, except those that were erased here or by the copy's time.

    Returns (brought back, kept out).
    """
    never = erased() | erased(source)
    back = out = 0
    for path in sorted(source.glob("*.json")):
        found = _ITEM.match(path.name)
        if found is None:
            continue
        if found[1] in never:
            out += 1
        elif not (folder() / path.name).exists():
            _write(folder() / path.name, path.read_text())
            back += 1
    missing = [UUID(x) for x in sorted(never - erased())]
    erase(missing)
    return back, out
