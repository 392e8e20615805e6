"""Every command against files that are not what they should be: one Chinese line, never a traceback.

Each file argument of each command gets each kind of rubbish in turn, the other arguments being right
in form. A command may find that a file holds nothing (exit 0) or say what is wrong (1, 2); it may not
crash, and it may not answer in English.
"""

import json
import re
from pathlib import Path

import pytest

from lianxun_insight.cli import main

JUNK = {
    "missing": None,
    "folder": "folder",
    "empty": b"",
    "bytes": bytes(range(256)) * 8,
    "gbk": "姓名,证件号\n张样,五〇三\n".encode("gb18030"),
    "truncated.json": b'{"a": [1, 2, {"b": ',
    "number.json": b"7\n",
    "list.json": b"[1, null, {}]\n",
    "lines.jsonl": b'{"a": 1}\n[]\n"x"\n',
    "null.jsonl": b"null\n",
    "deep.json": b"[" * 100_000,
    "surrogate.json": b'{"name": "\\ud800", "ocid": "\\ud800"}\n',
    "broken.zip": b"PK\x03\x04" + b"\x00" * 60,
    "broken.xlsx": b"PK\x05\x06" + b"\x00" * 18,
    "broken.parquet": b"PAR1" + b"\x00" * 40 + b"PAR1",
    "x.csv": "表头\n\x00\n".encode(),
}
#: Arguments of each command; `@` is the place of the rubbish, `{x}` a right file or a new path.
COMMANDS = {
    "validate": [["@"]],
    "ingest": [
        ["@", "--store", "{new}", "--key", "{key}", "--new-key"],
        ["{folder}", "--store", "{new}", "--key", "@"],
        ["{folder}", "--store", "@", "--key", "{key}", "--new-key"],
    ],
    "link": [
        ["@", "--out", "{new}"],
        ["{people}", "--out", "{new}", "--model", "@"],
        ["{people}", "--out", "{new}", "--key", "@"],
        ["{people}", "--out", "{new}", "--judgements", "@"],
        ["--store", "@", "--tables", "d15", "--out", "{new}"],
    ],
    "judge": [
        ["a:1", "b:2", "--verdict", "unsure", "--who", "甲", "--why", "核", "--judgements", "@"]
    ],
    "pairs": [["@", "{people}"], ["{people}", "@"]],
    "names": [
        ["--queries", "@", "--candidates", "{names}"],
        ["--queries", "{names}", "--candidates", "@"],
    ],
    "scan": [
        ["@", "--out", "{new}"],
        ["{tables}", "--out", "{new}", "--only", "F04", "--limits", "@"],
        ["{tables}", "--out", "{new}", "--only", "F04", "--verdicts", "@"],
    ],
    "ask": [
        ["@", "--class", "D25"],
        ["{tables}", "--class", "D27", "--log", "@"],
    ],
    "profile": [["@", "--out", "{new}"], ["{flags}", "--out", "{new}", "--verdicts", "@"]],
    "verdict": [
        ["@", "--flags", "{flags}", "--verdicts", "{new}"],
        ["{people}", "--flags", "@", "--verdicts", "{new}"],
    ],
    "explain": [["F-0", "--flags", "@"]],
    "replay": [["F-0", "--data", "{folder}", "--flags", "@"]],
    "evaluate": [["@", "{flags}"], ["{truth}", "@"]],
    "ocds": [["@"], ["{ocds}", "--settings", "@"], ["@", "--coverage"]],
}
CASES = [
    pytest.param(command, arguments, junk, id=f"{command}-{place}-{junk}")
    for command, several in COMMANDS.items()
    for place, arguments in enumerate(several)
    for junk in JUNK
]


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Files that are right in form, for the other arguments."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    from tests.insight.reports.test_reports import kin_flag, scan

    from lianxun_insight.flags import write_flags
    from lianxun_insight.generator import Planted
    from lianxun_insight.generator.truth import write_truth
    from lianxun_insight.profile.facts import scan_path

    folder = tmp_path_factory.mktemp("right")
    (folder / "empty").mkdir()
    (folder / "people.csv").write_text("id,姓名,身份证号\n1,张样,\n2,李样,\n", encoding="utf-8")
    (folder / "names.txt").write_text("青禾商贸有限公司\n白杨贸易有限公司\n", encoding="utf-8")
    (folder / "ocds.jsonl").write_text('{"ocid": "o1"}\n', encoding="utf-8")
    write_flags(folder / "flags.jsonl", [kin_flag()])
    scan().write(scan_path(folder / "flags.jsonl"))
    planted = Planted(
        "S01-001", "S01", "亲属企业", "scheme", "U", (), ("D14.contract#1",), ("财政",)
    )
    write_truth(folder / "truth.jsonl", [planted])
    (folder / "tables").mkdir()
    payment = {"voucher_no": ["1"], "unit_code": ["U"], "invoice_no": ["P"], "amount": [1]}
    pq.write_table(pa.table(payment), folder / "tables" / "d13_payment.parquet")
    return {
        "folder": folder / "empty",
        "people": folder / "people.csv",
        "names": folder / "names.txt",
        "ocds": folder / "ocds.jsonl",
        "flags": folder / "flags.jsonl",
        "truth": folder / "truth.jsonl",
        "tables": folder / "tables",
    }


def rubbish(tmp_path: Path, junk: str) -> Path:
    path = tmp_path / junk
    content = JUNK[junk]
    if content == "folder":
        path.mkdir()
    elif isinstance(content, bytes):
        path.write_bytes(content)
    return path


@pytest.mark.parametrize(("command", "arguments", "junk"), CASES)
def test_rubbish_is_answered_in_chinese(
    right: dict[str, Path],
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    command: str,
    arguments: list[str],
    junk: str,
) -> None:
    path = rubbish(tmp_path, junk)
    known = {name: str(value) for name, value in right.items()}
    known |= {"new": str(tmp_path / "new"), "key": str(tmp_path / "key")}
    code = main([command, *(str(path) if a == "@" else a.format(**known) for a in arguments)])
    out, err = capfd.readouterr()
    assert code in (0, 1, 2)
    assert "Traceback" not in out + err
    if code == 2:
        last = err.strip().splitlines()[-1]
        assert re.search(r"[一-鿿]{4}", last), err
    if code:
        assert re.search(r"[一-鿿]{4}", out + err), (out, err)


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_help_is_chinese_and_json_and_progress_are_offered(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "--help"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("用法:")
    assert not re.search(r"\b(positional|options|optional|show this)\b", text)
    assert "--json" in text
    assert "--progress" in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["pairs"], "缺少必需的参数：甲文件"),
        (["link", "--kind", "x", "--out", "o"], "--kind 不能是 'x'"),
        (["validate", "x", "--today", "2024-13-01"], "应为日期，写成 2025-12-31 的形式"),
        (["evaluate", "t", "f", "--budget", "many"], "--budget 应为整数"),
        (["ocds", "f", "--settings"], "后面缺少一个值"),
        (["ocds", "f", "--nothing"], "不认识的参数：--nothing"),
        (["nothing"], "不能是 'nothing'"),
    ],
)
def test_wrong_usage_is_explained_in_chinese(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert words in capsys.readouterr().err


def test_json_output_is_json_for_every_command_that_finds_nothing(
    right: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in (
        ["scan", str(right["tables"]), "--out", str(tmp_path / "f.jsonl"), "--only", "F04"],
        ["evaluate", str(right["truth"]), str(right["flags"])],
        ["profile", str(right["flags"]), "--out", str(tmp_path / "out")],
        ["explain", "F-", "--flags", str(right["flags"])],
        ["ocds", str(right["ocds"])],
    ):
        assert main([*arguments, "--json"]) == 0, arguments
        json.loads(capsys.readouterr().out)


def _folder(tmp_path: Path, table: str, columns: dict[str, list[object]]) -> str:
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder = tmp_path / "data"
    folder.mkdir()
    pq.write_table(pa.table(columns), folder / f"{table}.parquet")
    return str(folder)


def test_scan_names_what_it_cannot_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = ["--out", str(tmp_path / "f.jsonl"), "--only", "F01"]

    def refused(words: str, *arguments: str) -> None:
        assert main(["scan", *arguments, *out]) == 2
        assert words in capsys.readouterr().err

    typed = _folder(tmp_path, "d13_payment", {"unit_code": ["a"], "amount": ["12.5"]})
    refused("D13.payment 国库集中支付 的字段 amount（支付金额）类型为 VARCHAR", typed)
    refused("内存上限“much”不能识别", typed, "--memory", "much")
    cut = Path(typed) / "d13_payment.parquet"
    cut.write_bytes(cut.read_bytes()[:60])
    refused("d13_payment.parquet 不是完整的 Parquet 文件", typed)
    cut.unlink()
    refused("data 中没有目录所列的数据表", typed)
    import duckdb

    other = tmp_path / "other.duckdb"
    with duckdb.connect(str(other)) as base:
        base.execute("create table t as select 1 as x").fetchall()
    refused("other.duckdb 中没有目录所列的数据表", str(other))


def test_commands_say_where_to_get_a_missing_file_of_flags(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in (["explain", "F-1"], ["replay", "F-1", "--data", str(tmp_path)]):
        assert main([*arguments, "--flags", str(tmp_path / "none.jsonl")]) == 2
        err = capsys.readouterr().err
        assert "找不到疑点文件" in err
        assert "No such" not in err


def test_one_file_is_no_delivery(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "表.csv"
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    assert main(["validate", str(file)]) == 1
    assert "是单个文件，不是报送" in capsys.readouterr().out


def test_pairs_wants_a_number_of_pairs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pairs", "a.csv", "b.csv", "--limit", "0"]) == 2
    assert "--limit 应为正整数" in capsys.readouterr().err
