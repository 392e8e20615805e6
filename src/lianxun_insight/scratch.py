"""Working space that nobody else can read and that nobody finds afterwards.

Two kinds, so that clear identifiers never lie about in the system's temp folder:

* :func:`anonymous` — a file without a name (``O_TMPFILE``, else unlinked at once): it is gone with the
  process, however the process ends, ``kill -9`` included. Whatever fits stays in memory.
* :func:`spill_folder` — a name for engines that insist on a folder (DuckDB makes it when it first
  spills and removes it when it closes). Folders of processes that were killed are removed by the next
  one that asks.
"""

from __future__ import annotations

import os
import secrets
import shutil
import stat
import tempfile
from pathlib import Path
from typing import Final

#: Bytes kept in memory before an anonymous file goes to disk.
IN_MEMORY: Final = 128 << 20
ENVIRONMENT_VARIABLE: Final = "LIANXUN_SCRATCH"


def home() -> Path:
    """The private folder (mode 0700, ours): ``LIANXUN_SCRATCH``, else one of this user's under the temp folder.

    Raises ``PermissionError`` when somebody else owns that place: nothing is then written at all.
    """
    named = os.environ.get(ENVIRONMENT_VARIABLE)
    owner = os.getuid() if hasattr(os, "getuid") else 0
    folder = Path(named) if named else Path(tempfile.gettempdir()) / f"lianxun-{owner}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or (hasattr(os, "getuid") and found.st_uid != owner):
        raise PermissionError(
            f"工作目录 {folder} 不属于当前用户，请删除它或设置 {ENVIRONMENT_VARIABLE}"
        )
    if stat.S_IMODE(found.st_mode) != 0o700:
        folder.chmod(0o700)
    return folder


def anonymous() -> tempfile.SpooledTemporaryFile[bytes]:
    """A seekable file for reading and writing, in memory up to ``IN_MEMORY`` bytes, then without a name."""
    return tempfile.SpooledTemporaryFile(max_size=IN_MEMORY, dir=str(home()))


def spill_folder() -> Path:
    """A path that does not exist yet, for this process alone; also clears what killed processes left."""
    clear()
    return home() / f"{os.getpid()}-{secrets.token_hex(6)}"


def clear() -> int:
    """Remove the folders of processes that are no more; returns how many."""
    removed = 0
    for entry in home().iterdir():
        number = entry.name.partition("-")[0]
        if entry.is_dir() and number.isdecimal() and not _alive(int(number)):
            shutil.rmtree(entry, ignore_errors=True)
            removed += 1
    return removed


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
