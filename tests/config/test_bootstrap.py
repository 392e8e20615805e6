"""The launcher before there is an environment: command table, which lock, wrong usage."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from lianxun.config.launch import bootstrap
from lianxun.config.launch.bootstrap import LOCKS, Environment, parse
from lianxun.config.launch.commands import COMMANDS, Lock, UsageError, find, overview

ROOT = Path(__file__).resolve().parents[2]


def test_help_lists_every_subcommand_once_with_a_chinese_line() -> None:
    text = overview()
    for command in COMMANDS:
        assert len(re.findall(rf"^  {command.name} +\S", text, re.MULTILINE)) == 1
        assert re.search("[\u4e00-\u9fff]", command.summary)
    assert len({command.name for command in COMMANDS}) == len(COMMANDS)


def test_every_row_runs_something_that_exists() -> None:
    for command in COMMANDS:
        kind, _, name = command.runs.partition(":")
        if kind == "django":
            found = list((ROOT / "src").glob(f"**/management/commands/{name}.py"))
            assert found, command.name
        else:
            module = __import__(kind, fromlist=[name])
            assert callable(getattr(module, name)), command.name


@pytest.mark.parametrize(
    ("line", "needs"),
    [
        ("up", "base"),
        ("up --light", "light"),
        ("up --port 9000 --light", "light"),
        ("test", "dev"),
        ("test --light", "dev"),
        ("test --long", "long"),
        ("check", "dev"),
        ("manage migrate", "base"),
    ],
)
def test_which_environment_a_line_needs(line: str, needs: Lock) -> None:
    assert parse(line.split()).needs == needs


def test_own_options_are_taken_out_and_the_rest_is_handed_on(tmp_path: Path) -> None:
    request = parse(["up", "--wheelhouse", str(tmp_path), "--port", "1", "--light"])
    assert request.wheelhouse == tmp_path
    assert request.rest == ("--port", "1")
    assert parse(["up", f"--wheelhouse={tmp_path}"]).wheelhouse == tmp_path
    assert parse(["manage", "--", "--light"]).rest == ("--", "--light")


@pytest.mark.parametrize("line", ["up --wheelhouse", "up --wheelhouse /nonexistent/folder", "upp"])
def test_wrong_usage_is_an_error_of_usage(line: str) -> None:
    with pytest.raises(UsageError):
        parse(line.split())


def test_unknown_subcommand_points_to_the_help() -> None:
    with pytest.raises(UsageError, match="--help"):
        find("rehears")


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "lianxun"), *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


def test_root_script_without_an_environment(tmp_path: Path) -> None:
    venv = str(tmp_path / "venv")
    shown = run("--help", LIANXUN_VENV=venv)
    assert shown.returncode == 0
    assert "wheelhouse" in shown.stdout
    wrong = run("nonsense", LIANXUN_VENV=venv)
    assert wrong.returncode == 2
    assert len(wrong.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "venv").exists()


def test_old_python_gets_a_sentence_instead_of_a_traceback() -> None:
    source = (ROOT / "lianxun").read_text("utf-8")
    compile(source, "lianxun", "exec", dont_inherit=True)
    assert "需要 Python 3.11" in source
    # no syntax newer than Python 3.5 before the check
    head = source.partition("sys.version_info")[0]
    assert not re.search(r"\bf['\"]|:=|match ", head.partition('"""')[2].partition('"""')[2])


class TestEnvironment:
    """Which lock an environment has, and when it is left alone."""

    @pytest.fixture
    def environment(self, tmp_path: Path) -> Environment:
        for name in ("requirements-bootstrap.lock", "pyproject.toml", *LOCKS.values()):
            (tmp_path / name).write_text(name)
        made = Environment(root=tmp_path, folder=tmp_path / "venv")
        made.python.parent.mkdir(parents=True)
        made.python.touch()
        return made

    def stamp(self, environment: Environment, lock: Lock) -> None:
        environment.stamp.write_text(json.dumps({"lock": lock, "digest": environment.digest(lock)}))

    @pytest.fixture
    def built(self, monkeypatch: pytest.MonkeyPatch) -> list[Lock]:
        seen: list[Lock] = []
        monkeypatch.setattr(Environment, "_build", lambda self, lock, house: seen.append(lock))
        return seen

    @pytest.mark.parametrize(
        ("have", "needs", "expected"),
        [
            ("base", "base", []),
            ("dev", "base", []),
            ("long", "light", []),
            ("base", "dev", ["dev"]),
            ("light", "base", ["base"]),
        ],
    )
    def test_it_grows_and_never_shrinks(
        self,
        environment: Environment,
        built: list[Lock],
        have: Lock,
        needs: Lock,
        expected: list[Lock],
    ) -> None:
        self.stamp(environment, have)
        environment.ensure(needs, None)
        assert built == expected

    @pytest.mark.parametrize("file", ["requirements-dev.lock", "pyproject.toml"])
    def test_a_changed_lock_is_installed_at_the_level_it_had(
        self, environment: Environment, built: list[Lock], file: str
    ) -> None:
        self.stamp(environment, "dev")
        (environment.root / file).write_text("changed")
        environment.ensure("base", None)
        assert built == ["dev"]

    def test_an_environment_made_by_another_tool_keeps_what_it_has(
        self, environment: Environment, built: list[Lock]
    ) -> None:
        packages = environment.folder / "lib" / "python3.11" / "site-packages"
        (packages / "pyspark-4.0.1.dist-info").mkdir(parents=True)
        environment.ensure("base", None)
        assert built == ["long"]

    def test_a_damaged_stamp_means_install_again(
        self, environment: Environment, built: list[Lock]
    ) -> None:
        environment.stamp.write_text("{")
        environment.ensure("base", None)
        assert built == ["base"]


def test_the_installer_trusts_whom_the_machine_trusts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind an office's proxy pip works with the system's certificates; uv must be told to."""
    for name in ("UV_SYSTEM_CERTS", "UV_DEFAULT_INDEX", "UV_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(
        bootstrap.subprocess,
        "run",
        lambda words, **_: subprocess.CompletedProcess(
            words, 0 if words[-1] == "global.index-url" else 1, "https://mirror.example/simple\n"
        ),
    )
    found = bootstrap._reach_of_pip(Path("python"))
    assert found == {
        "UV_SYSTEM_CERTS": "1",
        "UV_DEFAULT_INDEX": "https://mirror.example/simple",
    }
    monkeypatch.setenv("UV_SYSTEM_CERTS", "0")
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://own.example/simple")
    assert bootstrap._reach_of_pip(Path("python")) == {"UV_SYSTEM_CERTS": "0"}


def test_locks_pin_hashes_and_name_no_host() -> None:
    for name in ("requirements-bootstrap.lock", *LOCKS.values()):
        text = (ROOT / name).read_text("utf-8")
        assert "://" not in text, name
        pins = re.findall(r"^[a-z0-9][^\n]*==", text, re.MULTILINE)
        assert pins, name
        assert text.count("--hash=sha256:") >= len(pins), name


def test_locks_agree_with_each_other() -> None:
    def pins(name: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for package, version in re.findall(
            r"^([a-z0-9][a-z0-9._-]*)==([^ ;\\]+)", (ROOT / name).read_text("utf-8"), re.MULTILINE
        ):
            found.setdefault(package, set()).add(version)
        return found

    largest = pins(LOCKS["long"])
    for lock in ("light", "base", "dev"):
        for package, versions in pins(LOCKS[lock]).items():
            assert versions <= largest[package], (lock, package)
    for package, versions in pins("requirements-bootstrap.lock").items():
        assert versions <= largest.get(package, versions), package


@pytest.mark.long
def test_a_machine_without_network_installs_from_a_wheelhouse(tmp_path: Path) -> None:
    house, venv = tmp_path / "house", tmp_path / "venv"
    made = run("wheelhouse", str(house), "--lock", "light")
    assert made.returncode == 0, made.stderr
    offline = {
        "LIANXUN_VENV": str(venv),
        "PIP_INDEX_URL": "http://127.0.0.1:1/none",
        "UV_DEFAULT_INDEX": "http://127.0.0.1:1/none",
        "PIP_CONFIG_FILE": os.devnull,
        "UV_CACHE_DIR": str(tmp_path / "cache"),
        "PIP_FIND_LINKS": "",
    }
    shown = run("up", "--light", "--wheelhouse", str(house), "--help", **offline)
    assert shown.returncode == 0, shown.stderr
    assert "--port" in shown.stdout
    assert (
        json.loads((venv / bootstrap.Environment(folder=venv).stamp.name).read_text())["lock"]
        == "light"
    )
    assert (venv / "bin" / "lianxun-insight").exists()
