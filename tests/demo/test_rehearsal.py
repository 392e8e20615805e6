"""The main job, end to end: one inspection over public HTTP, with strangers at every address."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from lianxun.config.launch import rehearse

ROOT = Path(__file__).resolve().parents[2]
INVARIANTS = 8


def rehearsed(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    words = ["rehearse", "--data", str(folder / "排练 数据"), *options]
    return subprocess.run(
        [sys.executable, "-P", "-m", "lianxun.config.launch", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=1500,
        check=False,
    )


def test_one_whole_inspection_is_played_and_every_invariant_holds(tmp_path: Path) -> None:
    played = rehearsed(tmp_path)
    assert played.returncode == 0, played.stdout[-4000:] + played.stderr[-2000:]
    assert "全部不变量成立" in played.stdout
    lines = played.stdout.splitlines()
    assert sum(line.startswith("成立  ") for line in lines) == INVARIANTS


@pytest.mark.parametrize(
    ("demo", "options", "words"),
    [(False, (), "不是演示数据目录"), (True, ("--plant", "leak"), "只能在新目录里进行")],
)
def test_data_that_somebody_works_with_are_neither_moved_nor_spoilt(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    demo: bool,
    options: tuple[str, ...],
    words: str,
) -> None:
    monkeypatch.setattr(rehearse, "exists", lambda _: True)
    monkeypatch.setattr(rehearse, "load", lambda _: SimpleNamespace(demo=demo))
    monkeypatch.setattr(rehearse, "_run", lambda *_: pytest.fail("it was played"))
    with pytest.raises(SystemExit) as stopped:
        rehearse.main(["--data", str(tmp_path), *options])
    assert stopped.value.code == 2
    assert words in capsys.readouterr().err


@pytest.mark.long
def test_planted_faults_are_found_each_by_its_invariant(tmp_path: Path) -> None:
    played = rehearsed(tmp_path, "--plant", "leak", "record", "duty")
    assert played.returncode == 1, played.stdout[-4000:] + played.stderr[-2000:]
    for broken in ("无关人员什么也看不到", "每一件办理都有且只有一条留痕", "每一个时限都已办结"):
        assert f"不成立  {broken}" in played.stdout
