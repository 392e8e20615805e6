"""Bad input of every kind: a Chinese sentence with the place, no crash, every row accounted for."""

import io
import json
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lianxun_insight.cli import main
from lianxun_insight.deliveries import package as package_module
from lianxun_insight.deliveries.validate import check_delivery
from tests.insight.deliveries.conftest import HEAD, TODAY, UNIT, org, payment, payments, person


@pytest.fixture
def check(catalogue):
    return lambda path: check_delivery(path, catalogue, TODAY)


def only(findings):
    assert len(findings.reports) == 1
    report = findings.reports[0]
    assert report["used"] + report["quarantined"] + report["duplicate"] == report["rows"]
    return report


def issue(report, code):
    return next(item for item in report["issues"] if item["code"] == code)


def test_a_good_delivery_is_clean(check, one_file):
    findings = check(one_file(payments(30)))
    assert findings.clean
    report = only(findings)
    assert (report["rows"], report["used"]) == (30, 30)
    assert report["completeness"]["amount"] == 1.0
    assert report["completeness"]["contract_id"] == 0.0


@pytest.mark.parametrize("codec", ["utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le"])
def test_encodings_are_recognised(check, one_file, codec):
    assert check(one_file(payments(30), codec=codec)).clean


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"day": "2025-02-30"}, "bad-date", "「2025-02-30」是不存在的日期"),
        ({"day": "03/04/2025"}, "bad-date", "不是可识别的日期"),
        ({"amount": "-5"}, "negative", "须填写冲销原凭证号"),
        ({"amount": "十块"}, "bad-money", "不是可识别的金额"),
        ({"amount": ""}, "missing", "必填项为空"),
        ({"unit": UNIT[:-1] + ("A" if UNIT[-1] != "A" else "B")}, "bad-org-code", "校验码"),
        ({"payee": "x" * 5000}, "too-long", "超过 4000 字"),
        ({"payee": "a,b"}, "broken-row", "有 7 列，表头为 6 列"),
    ],
)
def test_a_bad_cell_quarantines_its_row_and_names_the_place(check, one_file, change, code, words):
    lines = payments(10)
    lines[4] = payment(4, **change)
    findings = check(one_file(lines))
    report = only(findings)
    assert report["quarantined"] == 1
    found = issue(report, code)
    assert words in found["examples"][0]
    assert "文件 支付.csv 第 5 行" in found["examples"][0]
    assert not findings.clean


def test_a_bad_choice_is_a_warning_and_the_row_stays(check, one_file):
    lines = payments(3)
    lines[1] = payment(1, way="微信")
    findings = check(one_file(lines))
    assert findings.clean
    assert "不在可选值中" in issue(only(findings), "bad-choice")["examples"][0]


def test_duplicates_are_counted_and_contradictions_quarantined(check, one_file):
    lines = [*payments(5), payment(2), payment(3, amount="999.00")]
    report = only(check(one_file(lines)))
    assert (report["rows"], report["used"], report["duplicate"], report["quarantined"]) == (
        7,
        5,
        1,
        1,
    )
    assert "与第 4 行相同而内容不同" in issue(report, "key-conflict")["examples"][0]
    assert "与第 3 行完全重复" in issue(report, "duplicate")["examples"][0]


def test_half_a_delivery_is_noticed(check, one_file):
    findings = check(one_file(payments(5), rows=10))
    assert "实有 5 行，清单为 10 行(可能只收到一半)" in findings.problems[0]


def test_a_cut_file_fails_its_hash(check, one_file):
    folder = one_file(payments(50))
    path = folder / "支付.csv"
    path.write_bytes(path.read_bytes()[:-40])
    findings = check(folder)
    assert any("SHA256 与清单不符" in problem for problem in findings.problems)


def test_the_wrong_class_is_guessed(check, deliver):
    head = "合同编号,采购人代码,供应商代码,合同金额,签订日期"
    row = f"HT1,{UNIT},{org(2)},100,2025-01-01"
    data = f"{head}\n{row}\n".encode()
    findings = check(deliver({"a.csv": ("D13.payment", data, 1)}))
    assert "缺少 D13.payment" in findings.problems[0]
    assert "更像 D14.contract" in findings.problems[0]


def test_an_empty_table_is_legal_but_noticed(check, one_file):
    findings = check(one_file([HEAD]))
    assert findings.clean
    assert "没有数据" in issue(only(findings), "empty")["examples"][0]


def test_an_empty_file_and_an_empty_folder(check, one_file, tmp_path):
    assert "是空的" in check(one_file([""], rows=0)).problems[0]
    (tmp_path / "nothing").mkdir()
    assert "是空的" in check(tmp_path / "nothing").problems[0]
    assert "找不到" in check(tmp_path / "absent").problems[0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"class": "D99"}, "不在目录中"),
        ({"version": "1999"}, "目录版本"),
        ({"period": "去年"}, "数据期间不可识别"),
        ({"period": {"from": "2025-05", "to": "2025-01"}}, "起始晚于终止"),
        ({"department": ""}, "缺少：报送部门"),
        ({"files": "x"}, "应为列表"),
        ({"level": 0}, "低于目录规定"),
        ({"level": "高"}, "应为 0 到 3"),
        ({"expiry": "2025-12-31"}, "使用期限 2025-12-31 已过"),
        ({"files": [{"path": "没有.csv", "table": "D13.payment"}]}, "不在包中"),
        ({"files": [{"path": "支付.csv", "table": "D14.contract"}]}, "不属于 D13"),
        ({"files": [{"path": "支付.csv"}]}, "没有写明数据表"),
        ({"files": [{}]}, "写明 path"),
    ],
)
def test_bad_manifests_are_named(check, one_file, change, words):
    folder = one_file(payments(2))
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | change), encoding="utf-8")
    assert any(words in problem for problem in check(folder).problems)


def test_a_broken_manifest_and_a_missing_one(check, one_file):
    folder = one_file(payments(2))
    (folder / "manifest.json").write_text("{", encoding="utf-8")
    assert "不是正确的 JSON" in check(folder).problems[0]
    (folder / "manifest.json").unlink()
    assert "没有清单" in check(folder).problems[0]


def test_a_file_the_manifest_does_not_name_is_refused(check, one_file):
    folder = one_file(payments(2))
    (folder / "多余.csv").write_text("x")
    assert "未列入清单" in check(folder).problems[0]


def test_question_only_classes_come_as_answers_to_an_approved_question(check, deliver):
    head = "核验编号,甲方标识,乙方标识,是否亲属"
    rows = [f"Q{n},{person(n)},{person(n + 1)},是" for n in range(3)]
    data = "\n".join([head, *rows]).encode()
    files = {"a.csv": ("D25", data, 3)}
    assert "只问不给" in check(deliver(files, "D25")).problems[0]
    assert check(deliver(files, "D25", name="b", answers_to="核〔2026〕1号")).clean
    many = {"a.csv": ("D25", data, 300)}
    problems = check(deliver(many, "D25", name="c", answers_to="核〔2026〕1号")).problems
    assert "不超过 200 条" in problems[0]


def test_rows_that_stay_with_their_provider_are_refused(check, deliver):
    data = f"信访编号,登记日期,反映单位代码,主题\n1,2025-01-01,{UNIT},收费\n".encode()
    assert "留在报送部门" in check(deliver({"a.csv": ("D11.petition", data, 1)}, "D11")).problems[0]


def test_a_person_with_a_wrong_number_is_kept_but_marked(check, deliver):
    good, wrong = person(1), person(2)[:-1] + ("0" if person(2)[-1] != "0" else "1")
    lines = ["人员标识,单位代码,发放月份,实发金额"]
    lines += [f"{number},{UNIT},2025-01,5000" for number in (good, wrong)]
    data = "\n".join(lines).encode()
    findings = check(deliver({"a.csv": ("D15", data, 2)}, "D15"))
    report = only(findings)
    assert report["used"] == 2
    example = issue(report, "bad-identifier")["examples"][0]
    assert "不用作比对依据" in example
    assert wrong not in example


def zipped(folder, target, **kwargs):
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in folder.iterdir():
            archive.write(path, path.name)
        for name, data in kwargs.items():
            archive.writestr(name, data)
    return target


def test_a_zip_is_read_like_a_folder_and_a_cut_zip_is_named(check, one_file, tmp_path):
    target = zipped(one_file(payments(20)), tmp_path / "a.zip")
    assert check(target).clean
    target.write_bytes(target.read_bytes()[:-200])
    assert "不是完整的 zip" in check(target).problems[0]


def test_a_zip_bomb_is_refused_before_inflating(check, one_file, tmp_path):
    target = zipped(one_file(payments(2)), tmp_path / "b.zip", bomb="0" * (30 << 20))
    assert "疑似压缩炸弹" in check(target).problems[0]


def test_a_zip_whose_directory_lies_is_stopped_while_inflating(one_file, tmp_path, monkeypatch):
    member = io.BytesIO(b"x" * 100)
    watched = io.BufferedReader(package_module._Watched(member, 50), 16)
    with pytest.raises(package_module.DeliveryError, match="压缩炸弹"):
        watched.read()


@pytest.mark.parametrize("name", ["../evil.csv", "/etc/evil.csv", "C:evil.csv"])
def test_paths_that_climb_out_are_refused(check, one_file, tmp_path, name):
    target = zipped(one_file(payments(2)), tmp_path / "c.zip", **{name: "x"})
    assert "越界" in check(target).problems[0]


def test_links_are_refused(check, one_file):
    folder = one_file(payments(2))
    (folder / "link.csv").symlink_to("/etc/hostname")
    assert "是链接" in check(folder).problems[0]


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(data=st.binary(max_size=400))
def test_arbitrary_bytes_never_crash(check, deliver, tmp_path_factory, catalogue, data):
    folder = tmp_path_factory.mktemp("fuzz")
    manifest = {
        "class": "D13",
        "version": catalogue.version,
        "period": "2025",
        "department": "局",
        "files": [{"path": "a.csv", "table": "D13.payment"}],
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "a.csv").write_bytes(HEAD.encode() + b"\n" + data)
    findings = check(folder)
    for report in findings.reports:
        assert report["used"] + report["quarantined"] + report["duplicate"] == report["rows"]


def test_the_command(one_file, capsys):
    folder = one_file([*payments(3), payment(9, day="坏")])
    assert main(["validate", str(folder), "--json", "--today", "2026-01-15"]) == 1
    out = json.loads(capsys.readouterr().out)
    assert out["ok"] is False
    assert out["tables"][0]["quarantined"] == 1
    assert main(["validate", str(folder), "--today", "2026-01-15"]) == 1
    assert "隔离 1" in capsys.readouterr().out
