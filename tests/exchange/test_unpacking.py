"""The two commands on the unit's own machine: a key, a package opened; wrong ones in one clear line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lianxun.exchange import unpacking
from lianxun.kernel import keybox
from tests.exchange.test_sealing import PRIVATE, package


@pytest.fixture
def words(tmp_path: Path) -> Path:
    path = tmp_path / "口令"
    path.write_text("云岭省审计厅的口令2026\n")
    return path


def test_a_key_is_made_once_and_never_overwritten(tmp_path: Path, words: Path, capsys: Any) -> None:
    given = ["--out", str(tmp_path / "私钥"), "--passphrase-file", str(words)]
    assert unpacking.make_key(given) == 0
    told = capsys.readouterr().out
    private = keybox.unlock_private((tmp_path / "私钥").read_bytes(), "云岭省审计厅的口令2026")
    assert private.hex() not in told
    assert "指纹" in told
    assert (tmp_path / "私钥").stat().st_mode & 0o777 == 0o600
    assert unpacking.make_key(given) == 2
    assert "没有覆盖" in capsys.readouterr().err


def test_a_short_passphrase_makes_no_key(tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "短").write_text("短")
    given = ["--out", str(tmp_path / "k"), "--passphrase-file", str(tmp_path / "短")]
    assert unpacking.make_key(given) == 2
    assert "不少于 12" in capsys.readouterr().err
    assert not (tmp_path / "k").exists()


def test_a_package_opens_into_a_folder(tmp_path: Path, words: Path, capsys: Any) -> None:
    (tmp_path / "k").write_bytes(keybox.lock_private(PRIVATE, "云岭省审计厅的口令2026"))
    (tmp_path / "a.lxp").write_bytes(package(b"rows"))
    given = [str(tmp_path / "a.lxp"), "--key", str(tmp_path / "k"), "--out", str(tmp_path / "d")]
    assert unpacking.open_package([*given, "--passphrase-file", str(words)]) == 0
    assert (tmp_path / "d" / "数据.csv").read_bytes() == b"rows"
    words.write_text("另一个口令另一个口令")
    assert unpacking.open_package([*given, "--passphrase-file", str(words)]) == 2
    assert "口令不正确" in capsys.readouterr().err


@pytest.mark.parametrize("data", [b"no package", b""])
def test_what_does_not_open_says_so(tmp_path: Path, words: Path, capsys: Any, data: bytes) -> None:
    (tmp_path / "k").write_bytes(keybox.lock_private(PRIVATE, "云岭省审计厅的口令2026"))
    (tmp_path / "a.lxp").write_bytes(data)
    given = [str(tmp_path / "a.lxp"), "--key", str(tmp_path / "k"), "--out", str(tmp_path / "d")]
    assert unpacking.open_package([*given, "--passphrase-file", str(words)]) == 2
    assert "打不开" in capsys.readouterr().err
