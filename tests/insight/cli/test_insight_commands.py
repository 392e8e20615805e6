"""generate, profile, verdict, explain and evaluate from the command line, end to end on prepared flags."""

import json
from pathlib import Path

import openpyxl
import pytest
from tests.insight.reports.test_reports import UNIT, kin_flag, payment_flag, scan

from lianxun_insight.cli import main
from lianxun_insight.flags import write_flags
from lianxun_insight.generator import Planted
from lianxun_insight.generator.truth import write_truth
from lianxun_insight.profile import VerdictStore
from lianxun_insight.profile.facts import scan_path


@pytest.fixture
def flags(tmp_path: Path) -> Path:
    path = tmp_path / "flags.jsonl"
    write_flags(path, [kin_flag(), payment_flag()])
    scan().write(scan_path(path))
    return path


def profile(flags: Path, *more: str) -> int:
    return main(["profile", str(flags), "--out", str(flags.parent / "out"), "--budget", "5", *more])


def fill(workbook: Path, **cells: str) -> None:
    book = openpyxl.load_workbook(workbook)
    sheet = book["疑点清单"]
    names = {cell.value: cell.column for cell in sheet[3]}
    for name, value in cells.items():
        sheet.cell(4, names[name]).value = value
    book.save(workbook)


FILLED = {"核实结论": "属实", "核实人": "核查二组", "核实日期": "2026-03-01", "理由": "凭证一致"}


class TestProfile:
    def test_writes_pages_and_list(self, flags: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert profile(flags) == 0
        assert (flags.parent / "out" / f"{UNIT}.html").exists()
        assert (flags.parent / "out" / "核查清单.xlsx").exists()
        assert "3 项指标中可计算 2 项" in capsys.readouterr().out

    def test_json_names_the_audit_sample(
        self, flags: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert profile(flags, "--json", "--round", "2026-1") == 0
        result = json.loads(capsys.readouterr().out)
        assert len(result["audit_sample"]) == 1
        assert UNIT not in result["audit_sample"]

    def test_names_need_reason_and_two_approvals(
        self, flags: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        names = tmp_path / "names.csv"
        names.write_text("token,name\np_" + "b" * 26 + ",钱样本\n", encoding="utf-8")
        assert profile(flags, "--unmasked", str(names), "--reason", "核查") == 2
        assert "两人" in capsys.readouterr().err
        allowed = ("--reason", "核查", "--approved-by", "甲", "--approved-by", "乙")
        assert profile(flags, "--unmasked", str(names), *allowed) == 0
        assert "含真实姓名" in (flags.parent / "out" / f"{UNIT}.html").read_text(encoding="utf-8")
        assert (flags.parent / "out" / "还原姓名记录.jsonl").exists()

    def test_unknown_body_and_missing_summary_are_named(
        self, flags: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert profile(flags, "--org", "X") == 2
        assert "没有代码为 X 的单位" in capsys.readouterr().err
        scan_path(flags).unlink()
        assert profile(flags) == 2
        assert "scan 命令" in capsys.readouterr().err


class TestVerdict:
    def test_returned_list_is_registered_once(
        self, flags: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        profile(flags)
        workbook, store = flags.parent / "out" / "核查清单.xlsx", flags.parent / "v.jsonl"
        fill(workbook, **FILLED)
        command = ["verdict", str(workbook), "--flags", str(flags), "--verdicts", str(store)]
        assert main(command) == 0
        assert "已核实 1 条" in capsys.readouterr().out
        assert main(command) == 0
        assert "登记结论 0 条，此前已登记 1 条" in capsys.readouterr().out
        assert len(VerdictStore(store).latest()) == 1

    @pytest.mark.parametrize(
        ("cells", "words"),
        [
            ({"核实结论": "大概属实"}, "第 4 行"),
            ({"核实日期": "三月一日"}, "应写成 2026-03-01"),
            ({"核实人": ""}, "核实人"),
            ({"疑点编号": "F-0"}, "不在疑点文件中"),
        ],
    )
    def test_a_bad_row_stops_the_whole_list(
        self, flags: Path, capsys: pytest.CaptureFixture[str], cells: dict[str, str], words: str
    ) -> None:
        profile(flags)
        workbook, store = flags.parent / "out" / "核查清单.xlsx", flags.parent / "v.jsonl"
        fill(workbook, **{**FILLED, **cells})
        assert (
            main(["verdict", str(workbook), "--flags", str(flags), "--verdicts", str(store)]) == 1
        )
        assert words in capsys.readouterr().err
        assert not store.exists()

    def test_another_workbook_is_refused(
        self, flags: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        book = openpyxl.Workbook()
        book.save(tmp_path / "other.xlsx")
        command = ["verdict", str(tmp_path / "other.xlsx"), "--flags", str(flags)]
        assert main([*command, "--verdicts", str(tmp_path / "v")]) == 1
        assert "疑点清单" in capsys.readouterr().err


class TestExplain:
    def test_in_words_with_names_of_firms(
        self, flags: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["explain", kin_flag().flag_id[:10], "--flags", str(flags)]) == 0
        text = capsys.readouterr().out
        assert "亲属持股70%" in text
        assert "请先排除：已申报并回避" in text
        assert "公安 · 亲属关系核验" in text

    def test_without_a_right_the_row_stays_hidden(
        self, flags: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        command = ["explain", kin_flag().flag_id, "--flags", str(flags), "--without", "公安"]
        assert main(command) == 0
        text = capsys.readouterr().out
        assert "公安：有记录，无权查看" in text
        assert "HY1" not in text

    def test_unknown_flag(self, flags: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["explain", "F-zz", "--flags", str(flags)]) == 2
        assert "没有编号以" in capsys.readouterr().err


class TestEvaluate:
    def test_prints_recall_per_scheme(
        self, flags: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        truth = tmp_path / "truth.jsonl"
        planted = Planted(
            "S01-001", "S01", "亲属企业", "scheme", UNIT, (), ("D14.contract#HT1",), ("财政",)
        )
        write_truth(truth, [planted])
        assert main(["evaluate", str(truth), str(flags), "--budget", "5"]) == 0
        text = capsys.readouterr().out
        assert "S01 亲属企业（情形）：1/1　X01" in text
        truth.write_text("nonsense\n", encoding="utf-8")
        assert main(["evaluate", str(truth), str(flags)]) == 2
        assert "第 1 行" in capsys.readouterr().err


class TestGenerate:
    @pytest.mark.parametrize(
        ("more", "words"),
        [
            (["--missing-relations", "2"], "应在 0 与 1 之间"),
            (["--size", "0"], "--size"),
            (["--absent", "气象"], "没有名为“气象”的部门"),
            (["--size", "0.1", "--instances", "99"], "最多可为每种情形安排"),
        ],
    )
    def test_wrong_wishes_are_named(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], words: str
    ) -> None:
        assert main(["generate", str(tmp_path / "p"), *more]) == 2
        assert words in capsys.readouterr().err

    def test_does_not_mix_with_what_is_there(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "x").write_text("", encoding="utf-8")
        assert main(["generate", str(tmp_path)]) == 2
        assert "不是空的" in capsys.readouterr().err
