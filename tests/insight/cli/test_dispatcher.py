"""The dispatcher: exit codes, Chinese one-line errors, a missing part."""

import sys
import types

import pytest

from lianxun_insight import cli
from lianxun_insight.cli.common import CommandError, Progress, print_json


@pytest.fixture
def command(monkeypatch):
    """Register a command `probe` whose `run` the test sets."""
    module = types.ModuleType("lianxun_insight.cli.probe")
    module.add_parser = lambda subparsers: subparsers.add_parser("probe")
    module.run = lambda args: 0
    monkeypatch.setitem(sys.modules, "lianxun_insight.cli.probe", module)
    original = cli.build_parser
    monkeypatch.setattr(cli, "build_parser", lambda: original(("probe",)))
    return module


def raising(error):
    def run(args):
        raise error

    return run


def test_a_command_runs_and_gives_its_code(command):
    command.run = lambda args: 1
    assert cli.main(["probe"]) == 1


def test_an_unknown_command_is_wrong_usage_in_chinese(command, capsys):
    assert cli.main(["nothing"]) == 2
    assert "参数错误" in capsys.readouterr().err


def test_help_is_no_error(command, capsys):
    assert cli.main(["--help"]) == 0
    assert "退出码" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (ModuleNotFoundError("x", name="duckdb"), 3, "此命令需要安装 insight 扩展"),
        (CommandError("清单缺失", 1), 1, "清单缺失"),
        (FileNotFoundError(2, "x", "a.csv"), 2, "a.csv"),
        (PermissionError(13, "x", "b.csv"), 2, "b.csv"),
        (IsADirectoryError(21, "x", "c"), 2, "文件夹"),
        (KeyboardInterrupt(), 130, "已中断"),
    ],
)
def test_errors_are_one_chinese_line_without_traceback(command, capsys, error, code, words):
    command.run = raising(error)
    assert cli.main(["probe"]) == code
    err = capsys.readouterr().err
    assert words in err
    assert "Traceback" not in err
    assert err.count("\n") == 1


def test_a_missing_module_of_our_own_is_a_bug_and_stays_loud(command):
    command.run = raising(ModuleNotFoundError("x", name="lianxun_insight.nope"))
    with pytest.raises(ModuleNotFoundError):
        cli.main(["probe"])


def test_json_keeps_chinese_readable(capsys):
    print_json({"名称": "示例"})
    assert "示例" in capsys.readouterr().out


def test_progress_is_silent_off_a_terminal_unless_asked(capsys):
    with Progress("读取", 10) as bar:
        bar.advance(10)
    assert capsys.readouterr().err == ""
    with Progress("读取", 10, force=True) as bar:
        bar.advance(10)
    assert "100.0%" in capsys.readouterr().err
