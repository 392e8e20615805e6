"""A database that fell is started again, as often as it takes: a full disk must not end the platform."""

from __future__ import annotations

import time
from collections.abc import Callable

from lianxun.config.launch.binaries import PostgresError
from lianxun.config.launch.cluster import Cluster

LONGEST_PAUSE = 8.0  # seconds between two attempts; who frees the disk does not wait long for us


class DatabaseWatch:
    """``tend`` looks once; between failing attempts it pauses, each time longer."""

    def __init__(self, cluster: Cluster, say: Callable[[str], None]) -> None:
        self._cluster, self._say = cluster, say
        self._failures, self._due = 0, 0.0

    def tend(self) -> None:
        """Start the server again when it does not run; say what happened, a repeated failure once."""
        if time.monotonic() < self._due:
            return
        try:
            again = self._cluster.tend()
        except (PostgresError, OSError) as error:
            self._failures += 1
            self._due = time.monotonic() + min(LONGEST_PAUSE, 2.0 ** (self._failures - 1))
            if self._failures == 1:
                why = str(error).strip().splitlines()[-1]
                self._say(
                    f"数据库意外结束，还不能重新启动（{why}）。会一直重试；请检查磁盘空间，"
                    f"日志：{self._cluster.log}"
                )
            return
        if again:
            self._say(f"数据库意外结束，已重新启动；日志：{self._cluster.log}")
        self._failures = 0
