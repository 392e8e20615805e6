"""The public collection of 1,517 files through the room's own command, when it is there."""

from __future__ import annotations

import json
import os
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from lianxun.regulations import queries
from lianxun.regulations.management.commands.import_laws import import_folder
from tests.regulations import support
from tests.support.cast import Cast

DATA = Path(os.environ.get("LIANXUN_DATA", Path(__file__).parents[3] / "shared" / "data"))
LAWS = DATA / "laws"


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not LAWS.is_dir(), reason="the public statutes are not in ../shared/data/laws")
def test_every_article_of_the_public_statutes_is_accounted_for() -> None:
    cast = Cast()
    report = import_folder(LAWS, actor=cast["coordinator"], accept=True)
    data = report.as_json()
    assert data["files"] == 1517
    assert data["counts"] == {"new_work": 1504, "no_rule": 13}
    assert data["written"] >= 66_000
    assert data["unaccounted"] == []
    for row in data["rows"]:
        assert row["written"] == row["articles"] or row["message"], row["name"]
    assert report.seconds < 180
    with support.reading(cast["audit"]):
        (exact,) = queries.lookup(
            actor=cast["audit"], now=cast.now, text="公务员法第五十九条", as_of=support.TODAY
        )
    assert exact.ok


# -- the command -----------------------------------------------------------------------------------


def run(*words: str) -> str:
    out = StringIO()
    call_command("import_laws", *words, stdout=out)
    return out.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "法律").mkdir()
    (tmp_path / "法律" / "水井保护法.md").write_text(support.LAW, "utf-8")
    (tmp_path / "水井管理条例.md").write_text(support.WELL, "utf-8")
    (tmp_path / "说明.exe").write_bytes(b"MZ\x00")
    return tmp_path


def test_the_command_reads_and_reports(cast: Cast, folder: Path, tmp_path: Path) -> None:
    report = tmp_path / "报告.json"
    said = run(str(folder), "--as", "coordinator", "--report", str(report))
    assert "3 个文件" in said
    assert "新法规 2" in said
    assert "入库 0" in said
    assert "说明.exe：" in said
    data = json.loads(report.read_text("utf-8"))
    assert data["articles"] == 9
    with support.reading(cast["coordinator"]):
        rows = queries.works(actor=cast["coordinator"], now=cast.now, as_of=support.TODAY).rows
    assert rows == []


def test_the_command_accepts_when_told(cast: Cast, folder: Path) -> None:
    said = run(str(folder), "--as", "coordinator", "--accept")
    assert "入库 9" in said
    with support.reading(cast["audit"]):
        rows = queries.works(actor=cast["audit"], now=cast.now, as_of=support.TODAY).rows
    assert {r.kind for r in rows} == {"法律", "地方性法规"} or len(rows) == 2


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("nowhere", "--as", "coordinator"), "不是文件夹"),
        ((".", "--as", "nobody"), "没有启用的账号"),
    ],
)
def test_the_command_says_what_is_wrong(cast: Cast, words: tuple[str, ...], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        run(*words)


def test_the_command_imports_for_keepers_only(cast: Cast, folder: Path) -> None:
    with pytest.raises(CommandError, match="法规入库和更正由"):
        run(str(folder), "--as", "audit")
