"""Every subcommand explains itself in Chinese without a data directory, and answers a wrong line in one."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from lianxun.config.launch import __main__ as launch
from lianxun.config.launch import usage
from lianxun.config.launch.commands import COMMANDS, UsageError


@pytest.fixture(autouse=True)
def argparse_is_given_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The launcher teaches argparse for its own process; this one goes on with the old words."""
    monkeypatch.setattr(argparse, "_", argparse._)  # type: ignore[attr-defined]
    monkeypatch.setattr(argparse.ArgumentParser, "error", argparse.ArgumentParser.error)
    monkeypatch.chdir(tmp_path)


def launched(line: str) -> int:
    try:
        return launch.main(line.split())
    except SystemExit as end:  # argparse ends this way after its help
        return int(end.code or 0)


@pytest.mark.parametrize("name", [c.name for c in COMMANDS])
def test_every_subcommand_has_help_in_chinese(
    name: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert launched(f"{name} --help") == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"用法：./lianxun {name}")
    assert "usage:" not in shown
    assert "show this help" not in shown
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("up --port 99999", "端口应是 1–65535 的整数"),
        ("up --data", "后面要写一个值"),
        ("up --colour", "不认识 --colour"),
        ("rehearse --plant fire", "没有 'fire'"),
        ("wheelhouse", "缺少 文件夹"),
        ("witness", "缺少 --key, --state"),
        ("package-key", "缺少 --out"),
        ("package-open", "缺少"),
        ("check --fastest", "不认识 --fastest"),
        ("manage --data", "--data 后面要写数据目录"),
        ("audit-trace", "不是联巡的数据目录"),
        ("pg psql", "不是联巡的数据目录"),
        ("test --nonsense", "不认识 --nonsense"),
        ("nonsense", "没有“nonsense”这个子命令"),
    ],
)
def test_a_wrong_line_gets_one_line(
    line: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert launched(line) == 2
    shown = capsys.readouterr()
    assert sentence in shown.err
    assert len(shown.err.strip().splitlines()) == 1
    assert shown.out == ""


def test_words_without_a_translation_stay_as_they_are() -> None:
    usage.in_chinese()
    usage.in_chinese()
    assert argparse._("something new") == "something new"  # type: ignore[attr-defined]
    with pytest.raises(UsageError, match="某事"):
        argparse.ArgumentParser(prog="x").error("某事")
