"""The light installation, really installed: a venv from requirements-light.lock, and what works in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a venv that holds what the light lock names, hashes checked, nothing else."""
    folder = tmp_path_factory.mktemp("light") / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    found = folder / "bin" / "python"
    lock = ROOT / "requirements-light.lock"
    done = subprocess.run(
        [str(found), "-m", "pip", "install", "-q", "--require-hashes", "-r", str(lock)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode and "hash" not in done.stderr.lower():
        pytest.skip(f"the packages of the light lock cannot be fetched here: {done.stderr[-200:]}")
    assert done.returncode == 0, done.stderr[-2000:]
    return found


def test_the_light_installation_works_and_says_what_it_lacks(python: Path, tmp_path: Path) -> None:
    settings = connections["default"].settings_dict
    words = (str(settings["NAME"]), str(settings["HOST"]), str(tmp_path))
    done = subprocess.run(
        [str(python), "-m", "tests.config.light_child", *words],
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    said: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    assert said["there"] == [], "none of the analysis packages is installed"
    assert said["loaded"] == []
    assert {page: code for page, code in said["pages"].items() if code != 200} == {}
    assert "本机未安装智能分析组件（insight）" in said["panel"]
    assert "类别由人工认定" in said["panel"]
    # Rules need no extra: what the lead says and lacks, and how soon somebody should look.
    assert "要素" in said["panel"]
    assert "三十万元" in said["panel"]
    assert "本机未安装智能分析组件（insight）" in said["models"]
