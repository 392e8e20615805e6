"""The light parts run on a machine without the analysis extra (duckdb, pyarrow, splink)."""

import subprocess
import sys

CHECK = """
import sys
HEAVY = ("duckdb", "pyarrow", "splink", "ibis", "pandas", "scipy", "sklearn")

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in HEAVY:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name.split(".")[0])

sys.meta_path.insert(0, Refuse())
from lianxun_insight.cli import main
import lianxun_insight.schemas, lianxun_insight.identifiers, lianxun_insight.names
import lianxun_insight.deliveries.validate
sys.exit(main(sys.argv[1:]))
"""


def run(*argv):
    return subprocess.run(
        [sys.executable, "-c", CHECK, *argv], capture_output=True, text=True, check=False
    )


def test_a_delivery_is_checked_without_the_extra(tmp_path):
    done = run("validate", str(tmp_path))
    assert done.returncode == 1
    assert "是空的" in done.stdout
    assert "Traceback" not in done.stderr


def test_names_are_found_without_the_extra(tmp_path):
    (tmp_path / "q").write_text("甲乙建设", "utf-8")
    (tmp_path / "c").write_text("青岛甲乙建设有限公司", "utf-8")
    done = run("names", "--queries", str(tmp_path / "q"), "--candidates", str(tmp_path / "c"))
    assert done.returncode == 0
    assert "青岛甲乙建设有限公司" in done.stdout


def test_taking_in_without_the_extra_says_what_is_missing(tmp_path):
    done = run(
        "ingest", str(tmp_path), "--store", str(tmp_path / "s"), "--key", str(tmp_path / "k")
    )
    assert done.returncode == 3
    assert "此命令需要安装 insight 扩展" in done.stderr
    assert "Traceback" not in done.stderr
