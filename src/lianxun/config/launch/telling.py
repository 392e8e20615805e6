"""The sample province's story, told by a process of its own behind the first pages.

It only adds what people could have done, through the same operations, so everybody may work meanwhile.
A note in the data directory remembers that it was begun: it is told once, never into later work.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from lianxun.config.launch.processes import end, spawn
from lianxun.config.launch.stopping import WISH

FOLDER_NOTE = "story-begun.txt"


class Telling:
    """``begin`` starts it where it is due; ``tend`` reports its end once; ``stop`` ends it early."""

    def __init__(self, folder: Path, say: Callable[[str], None]) -> None:
        self.folder, self.say = folder, say
        self._process: subprocess.Popen[str] | None = None

    def begin(self) -> None:
        note = self.folder / FOLDER_NOTE
        if note.exists():
            return
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "lianxun.config.settings",
            "LIANXUN_INSTANCE": str(self.folder),
        }
        self.say("正在后台补充示范省近八个月的办理情况，约需半分钟，可先登录查看 …")
        with WISH.held(), (self.folder / "story.log").open("w", encoding="utf-8") as log:
            self._process = spawn(
                [sys.executable, "-P", "-m", "django", "story"],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
            note.write_text(
                "示范故事已开始讲述。删除本文件不会重讲：已有巡视任务的目录保持原样。\n", "utf-8"
            )

    def tend(self) -> None:
        """Say how it ended, once."""
        process = self._process
        if process is None or process.poll() is None:
            return
        self._process = None
        words = (process.stdout.read() if process.stdout else "").strip()
        if process.returncode:
            self.say(f"示范情况没有补充完整，不影响使用；原因见 {self.folder / 'story.log'}。")
        elif words:
            self.say(words)

    def stop(self) -> None:
        """Ends between two acts at the latest when the database goes; waits for it."""
        if self._process is not None:
            end(self._process)
        self._process = None
