"""The main job, end to end: one inspection over public HTTP, with strangers at every address."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_one_whole_inspection_is_played_and_every_invariant_holds(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["rehearse", "--data", str(tmp_path / "排练 数据"), "--port", str(port)]
    played = subprocess.run(
        [sys.executable, "-P", "-m", "lianxun.config.launch", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=1500,
        check=False,
    )
    assert played.returncode == 0, played.stdout[-4000:] + played.stderr[-2000:]
    assert "全部不变量成立" in played.stdout
