"""Working space leaves nothing behind: not after use, not after a failure, not after `kill -9`."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from lianxun_insight import scratch


@pytest.fixture(autouse=True)
def private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(scratch.ENVIRONMENT_VARIABLE, str(tmp_path / "scratch"))
    return tmp_path / "scratch"


def test_the_folder_is_ours_alone(private: Path) -> None:
    assert scratch.home() == private
    assert stat.S_IMODE(private.stat().st_mode) == 0o700


def test_a_folder_that_was_opened_to_others_is_closed_again(private: Path) -> None:
    private.mkdir(mode=0o777)
    private.chmod(0o777)
    scratch.home()
    assert stat.S_IMODE(private.stat().st_mode) == 0o700


def test_a_link_in_its_place_is_refused(private: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    private.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PermissionError, match="不属于当前用户"):
        scratch.home()


def test_without_the_variable_it_lies_under_the_temp_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(scratch.ENVIRONMENT_VARIABLE)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert scratch.home() == tmp_path / f"lianxun-{os.getuid()}"


def test_an_anonymous_file_has_no_name_even_when_it_is_big(
    private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scratch, "IN_MEMORY", 10)
    with scratch.anonymous() as file:
        file.write(b"x" * 1000)
        file.seek(0)
        assert file.read() == b"x" * 1000
        assert list(private.iterdir()) == []


def test_spill_folders_of_dead_processes_go_and_those_of_the_living_stay(private: Path) -> None:
    own = scratch.spill_folder()
    assert not own.exists()
    own.mkdir()
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    left = private / f"{gone.pid}-abc"
    left.mkdir()
    (left / "part").write_text("clear")
    (private / "not-ours").mkdir()
    assert scratch.clear() == 1
    assert own.exists()
    assert (private / "not-ours").exists()
    assert not left.exists()


KILLED = """
import sys, time, os
from pathlib import Path
from datetime import date
from lianxun_insight.deliveries.package import open_package
from lianxun_insight.deliveries.source import batches
from lianxun_insight.schemas import load_catalogue
package = open_package(Path(sys.argv[1]), load_catalogue())
with batches(package, package.manifest.files[0]) as rows:
    first = next(iter(rows))
    print("reading", flush=True)
    time.sleep(60)
"""


def _package(folder: Path) -> Path:
    import json
    from io import BytesIO

    import xlsxwriter

    from lianxun_insight.schemas import load_catalogue

    catalogue = load_catalogue()
    out = BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for at, field in enumerate(catalogue.data_class("D14").tables[0].fields):
            sheet.write_string(0, at, field.label_zh)
    manifest = {
        "class": "D14",
        "version": catalogue.version,
        "period": "2026-01",
        "department": "财政",
        "files": [{"path": "d14.xlsx", "table": catalogue.data_class("D14").tables[0].id}],
    }
    path = folder / "package.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", json.dumps(manifest, ensure_ascii=False))
        archive.writestr("d14.xlsx", out.getvalue())
    return path


def test_a_reader_killed_in_the_middle_of_a_package_leaves_nothing(
    private: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "tmp"
    elsewhere.mkdir()
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(_package(tmp_path))],
        stdout=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(elsewhere)},
    )
    assert child.stdout is not None
    assert child.stdout.readline().strip() == b"reading"
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert list(elsewhere.iterdir()) == []
    assert not private.exists() or list(private.iterdir()) == []
