"""The log as static files in C2SP tlog-tiles layout, for mirrors, archives and other people's tools.

``<folder>/checkpoint``, ``tile/<level>/<n>[.p/<w>]``, ``tile/entries/<n>[.p/<w>]``; the SM3 twin below
``sm3/`` with its own checkpoint and tiles. Files are written beside and renamed; the checkpoint last.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg

from lianxun.kernel.digest import Suite
from lianxun.trace.merkle import HASH, TREES, WIDTH, tile_path


class Publisher:
    """Remembers in ``<folder>/published`` up to which size the files are complete."""

    def __init__(self, conninfo: str, folder: Path) -> None:
        self.conninfo, self.folder = conninfo, folder

    def publish(self) -> int:
        """Write what is new; the published size."""
        self.folder.mkdir(parents=True, exist_ok=True)
        done = self._done()
        with psycopg.connect(self.conninfo) as connection:
            connection.execute("set transaction isolation level repeatable read read only")
            row = connection.execute("select size from trace.progress").fetchone()
            size = row[0] if row else 0
            if size > done:
                self._bundles(connection, done, size)
                for tree in TREES:
                    self._tree(connection, tree, done, size)
                _write(self.folder / "published", f"{size}\n".encode())
        return int(size)

    def _done(self) -> int:
        marker = self.folder / "published"
        return int(marker.read_text("ascii")) if marker.exists() else 0

    def _bundles(self, connection: psycopg.Connection[Any], done: int, size: int) -> None:
        for n in range(done // WIDTH, (size - 1) // WIDTH + 1):
            bodies = connection.execute(
                "select body from trace.entry where seq >= %s and seq < %s order by seq",
                [n * WIDTH, min(size, (n + 1) * WIDTH)],
            ).fetchall()
            data = b"".join(len(b).to_bytes(2, "big") + b for (b,) in bodies)
            _write(self.folder / tile_path("entries", n, len(bodies)), data)

    def _tree(self, connection: psycopg.Connection[Any], tree: Suite, done: int, size: int) -> None:
        base = self.folder if tree == "sha256" else self.folder / tree
        level, span = 0, 1
        while size // span:
            for n in range(done // span // WIDTH, (size // span - 1) // WIDTH + 1):
                width = min(WIDTH, size // span - n * WIDTH)
                row = connection.execute(
                    "select data from trace.tile where tree = %s and level = %s and n = %s",
                    [tree, level, n],
                ).fetchone()
                if row:
                    _write(base / tile_path(level, n, width), bytes(row[0])[: width * HASH])
            level, span = level + 1, span * WIDTH
        row = connection.execute(
            "select c.note || coalesce((select string_agg(s.line, '' order by s.witness) "
            "from trace.cosignature s where s.tree = c.tree and s.size = c.size), '') "
            "from trace.checkpoint c where tree = %s and size = %s",
            [tree, size],
        ).fetchone()
        if row:
            _write(base / "checkpoint", row[0].encode())


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".new")
    beside.write_bytes(data)
    beside.replace(path)
