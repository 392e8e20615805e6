"""Reading, settings, currency over several processes, maps, packages, coverage, command line."""

import gzip
import io
import json
import math
import os
import threading

import pytest

from lianxun_insight.cli import main
from lianxun_insight.rules.ocds import SettingsError, parse_settings, run_file, run_values
from lianxun_insight.rules.ocds.coverage import coverage_of
from lianxun_insight.rules.ocds.packages import merge, releases_in
from lianxun_insight.rules.ocds.reading import BLANK, LineError, decode, instant, whole_days
from lianxun_insight.rules.ocds.statistics import lower_fence, quantile, rounded, upper_fence


def release(ocid, prices, currency="CNY", winner="W"):
    """A process won by `winner`: prices by tenderer."""
    return {
        "ocid": ocid,
        "bids": {
            "details": [
                {
                    "status": "valid",
                    "tenderers": [{"id": tenderer}],
                    "value": {"amount": amount, "currency": currency},
                }
                for tenderer, amount in prices.items()
            ]
        },
        "awards": [{"status": "active", "suppliers": [{"id": winner}]}],
    }


def write(path, values):
    path.write_text("".join(json.dumps(value) + "\n" for value in values))
    return path


def test_quantiles_and_fences_of_the_description():
    assert quantile([1, 1, 1, 1, 2], 0.25) == 1
    assert quantile([1, 1, 1, 1, 2], 0.75) == pytest.approx(4 / 3)
    assert quantile([0, 0] + [100] * 7, 0.25) == pytest.approx(66.667, abs=1e-3)
    assert quantile([7], 0.25) == quantile([7], 0.75) == 7
    assert math.isnan(quantile([], 0.25))
    assert math.isnan(quantile([1], 1.01))
    assert lower_fence(2, 4) == -1
    assert upper_fence(2, 4) == 7
    assert math.isnan(lower_fence(math.nan, math.nan))


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.00005, 0.0001), (-0.00005, -0.0001), (66.66666, 66.6667), (math.inf, None), (1e305, 1e305)],
)
def test_rounding_half_away_from_zero(value, expected):
    assert rounded(value) == expected


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"NaN",
        b"[Infinity]",
        b"\xef\xbb\xbf{}",
        b"{}{}",
        b'"\x01"',
        b'"\\ud800"',
        b"[1,]",
        b"[" * 5000,
        b"'a'",
    ],
)
def test_lines_that_are_not_strict_json(line):
    with pytest.raises(LineError) as caught:
        decode(line)
    assert caught.value.kind == "json"


def test_lines_that_are_odd_but_right():
    assert decode(b"  \r\n") is BLANK
    assert decode("\u3000".encode()) is BLANK
    assert decode(b'{"a": 1, "a": 2}\r\n') == {"a": 2}
    assert decode(b'{"a": 1e400}') == {"a": math.inf}
    assert decode(b'{"a": ' + b"9" * 5000 + b"}") == {"a": math.inf}
    with pytest.raises(LineError) as caught:
        decode(b'"\xff"')
    assert caught.value.kind == "utf8"


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-01",
        "2024-01-01T00:00Z",
        "2024-01-01T00:00:00",
        "2024-01-01T00:00:00+0800",
        "2024-01-01T00:00:00+24:00",
        "2023-02-29T00:00:00Z",
        "2024-01-01T24:00:00Z",
        "2024-01-01T00:00:00.Z",
        "24-01-01T00:00:00Z",
        "2024-01-01T00:00:00Z ",
        "2024-01-01_00:00:00Z",
        "２024-01-01T00:00:00Z",
    ],
)
def test_dates_that_do_not_parse(text):
    assert instant(text) is None


def test_dates_count_with_their_offset():
    start = instant("2024-01-01t00:00:00z")
    assert instant("2024-01-01 08:00:00+08:00") == start
    assert instant("2023-12-31T16:00:00.000-08:00") == start
    assert whole_days(start, instant("2024-01-15T23:59:59.999Z")) == 14
    assert whole_days(start, instant("2023-12-31T00:00:01Z")) == 0
    assert whole_days(instant("0000-02-29T00:00:00Z"), instant("0001-01-01T00:00:00Z")) == 307


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ([], "应为 JSON 对象"),
        ({"R024": {"treshold": 1}}, "不认识的设置项“R024.treshold”"),
        ({"R999": {}}, "不认识的设置项“R999”"),
        ({"R024": {"threshold": "1"}}, "“R024.threshold”应为数字"),
        ({"R003": {"threshold": True}}, "“R003.threshold”应为整数，收到的是真假值"),
        ({"R003": {"threshold": 1.0}}, "“R003.threshold”应为整数"),
        ({"R003": {"procurement_method_details": {"x": "5"}}}, "procurement_method_details.x"),
        ({"R003": {"procurement_method_details": "x"}}, "应为对象"),
        ({"R018": {"procurement_methods": ["open"]}}, "应为文字"),
        ({"R048": {"digits": -1}}, "不能是负数"),
        ({"R058": {"threshold": 10**400}}, "超出可表示"),
        ({"exclusions": "EXC"}, "“exclusions”应为对象"),
        ({"exclusions": True}, "“exclusions”应为对象"),
        ({"currency": 1}, "“currency”应为文字"),
        ({"R024": 3}, "“R024”应为对象"),
    ],
)
def test_wrong_settings_are_named(document, words):
    with pytest.raises(SettingsError) as caught:
        parse_settings(document)
    assert words in str(caught.value)


def test_settings_switches():
    checked = parse_settings({"R024": False, "R025": None, "R035": {"threshold": 0}, "R036": True})
    assert "R024" not in checked.on
    assert {"R025", "R036"} <= checked.on
    assert checked.r035_threshold == 1
    with pytest.raises(SettingsError, match="R099"):
        parse_settings({}, only=["R099"])


def test_empty_file(tmp_path):
    file = tmp_path / "empty.jsonl"
    file.write_bytes(b"")
    nothing = {"q1": None, "q3": None}
    assert run_file(file, parse_settings({})).as_json() == {
        "Meta": {
            "R024": nothing | {"lower_fence": None},
            "R025": nothing | {"lower_fence": None, "upper_fence": None},
            "R048": nothing | {"upper_fence": None},
            "R058": nothing | {"upper_fence": None},
        }
    }


def test_main_currency_is_the_first_in_file_order_on_any_number_of_processes(tmp_path):
    values = [{"ocid": f"blank{n}"} for n in range(40)]
    values += [release(f"u{n}", {"W": 100, "L": 100 + n}, "USD") for n in range(1, 20)]
    values += [release(f"c{n}", {"W": 100, "L": 100 + n}, "CNY") for n in range(1, 200)]
    file = write(tmp_path / "file.jsonl", values)
    settings = parse_settings({"R058": {"threshold": 0.05}}, only=["R058"])
    one = run_file(file, settings, processes=1)
    many = run_file(file, settings, processes=2, stretch_bytes=1500)
    assert one.currency == many.currency == "USD"
    assert one.as_json() == many.as_json()
    assert set(one.as_json()["OCID"]) == {f"u{n}" for n in range(5, 20)}
    assert one.warnings == many.warnings
    assert one.warnings["currency"] == list(range(60, 259))
    given = parse_settings({"R058": {"threshold": 0.05}, "currency": "CNY"}, only=["R058"])
    assert len(run_file(file, given, processes=2, stretch_bytes=1500).as_json()["OCID"]) == 195


def test_warnings_name_the_line_whatever_the_stretch(tmp_path):
    file = tmp_path / "file.jsonl"
    file.write_bytes(b'{"ocid":"a"}\r\n\r\n{bad\n"\xff"\n[]\n{"ocid":"b"}')
    for stretch in (1, 5, 10**6):
        outcome = run_file(file, parse_settings({}), processes=1, stretch_bytes=stretch)
        assert outcome.warnings == {"json": [3], "utf8": [4]}
        assert outcome.lines == {
            "read": 6,
            "blank": 1,
            "ignored": 1,
            "out": 0,
            "broken": 2,
            "used": 2,
        }


def test_winner_at_price_zero_is_left_out_and_counted():
    outcome = run_values([release("a", {"W": 0, "L": 5})], parse_settings({}, only=["R058"]))
    assert outcome.as_json(meta=False) == {}
    assert outcome.warnings == {"price": [1]}


def test_later_difference_of_one_ocid_replaces_the_earlier():
    values = [release("a", {"W": 100, "L": 900}), release("a", {"W": 100, "L": 101})]
    outcome = run_values(values, parse_settings({"R058": {"threshold": 1}}, only=["R058"]))
    assert outcome.as_json(meta=False) == {}


def test_maps_say_who_stands_behind_a_flag():
    values = [release("a", {"W": 100, "L": 100}), release("b", {"W": 100, "X": 100})]
    values[0]["buyer"] = {"id": "B"}
    values[0]["bids"]["details"].append({"status": "disqualified", "tenderers": [{"id": "D"}]})
    outcome = run_values(values, parse_settings({}, only=["R028", "R035", "R038"], maps=True))
    assert outcome.as_json()["Maps"] == {
        "ocid_buyer_r038": {"a": "B"},
        "ocid_tenderer": {"a": ["D", "L", "W"], "b": ["W", "X"]},
        "ocid_tenderer_r028": {"a": ["L", "W"], "b": ["W", "X"]},
    }


def test_merging_releases():
    old = {"ocid": "o", "tender": {"id": 1, "status": "active"}, "awards": [{"id": 1, "x": 1}]}
    new = {"tender": {"status": None}, "awards": [{"id": "1", "y": 2}, {"id": 2}], "tag": ["a"]}
    merged = merge(old, new)
    assert merged["tender"] == {"id": 1}
    assert merged["awards"] == [{"id": "1", "x": 1, "y": 2}, {"id": 2}]
    assert old["awards"] == [{"id": 1, "x": 1}]


def test_packages_give_compiled_releases():
    first = {"ocid": "a", "date": "2024-01-01", "tender": {"status": "active"}}
    second = {"ocid": "a", "date": "2024-02-01", "tender": {"status": "complete"}}
    assert list(releases_in({"releases": [second, first, 3]})) == [second]
    records = {"records": [{"ocid": "a", "compiledRelease": {"x": 1}}, {"releases": [first]}, 7]}
    assert list(releases_in(records)) == [{"x": 1, "ocid": "a"}, first]
    assert list(releases_in([first, {"releases": [{"ocid": "b"}]}])) == [first, {"ocid": "b"}]
    assert list(releases_in("text")) == []


def test_coverage_gives_the_reason_for_every_process():
    values = [release("a", {"W": 1, "L": 2}), {"ocid": "b"}, {"ocid": 3}]
    report = coverage_of(values, parse_settings({}))
    assert report["processes"] == 2
    assert report["left_out"] == 1
    for entry in report["indicators"].values():
        assert entry["computable"] + sum(entry["missing"].values()) == 2
    assert report["indicators"]["R024"]["missing"] == {"缺投标明细 bids/details": 1}


def test_command_line(tmp_path, capsys):
    file = write(tmp_path / "f.jsonl", [release("a", {"W": 100, "L": 100}), release("b", {"W": 1})])
    assert main(["ocds", str(file), "--only", "R028", "--no-meta"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out) == {
        "OCID": {"a": {"R028": 1.0}},
        "Tenderer": {"W": {"R028": 1.0}, "L": {"R028": 1.0}},
    }
    assert "读入 2 行" in err
    assert main(["ocds", str(file), "--only", "R028", "--maps", "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["Maps"]["ocid_tenderer_r028"] == {"a": ["L", "W"]}
    assert json.loads(err)["lines"]["used"] == 2
    assert main(["ocds", str(file), "--coverage", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["processes"] == 2
    assert main(["ocds", str(file), "--coverage"]) == 0
    assert "R024" in capsys.readouterr().out


def test_command_line_reads_a_package(tmp_path, capsys):
    file = tmp_path / "package.json"
    file.write_text(json.dumps({"releases": [release("a", {"W": 100, "L": 100})]}))
    assert main(["ocds", str(tmp_path), "--only", "R028", "--no-meta"]) == 0
    assert set(json.loads(capsys.readouterr().out)["OCID"]) == {"a"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "不是合格的 JSON"),
        (b"\xff", "不是 UTF-8"),
        (b'{"R003": {"x": 1}}', "不认识的设置项“R003.x”"),
    ],
)
def test_command_line_names_the_fault(tmp_path, capsys, content, words):
    file = write(tmp_path / "f.jsonl", [])
    settings = tmp_path / "settings.json"
    settings.write_bytes(content)
    assert main(["ocds", str(file), "--settings", str(settings)]) == 2
    assert words in capsys.readouterr().err
    assert main(["ocds", str(tmp_path / "none.jsonl")]) == 2
    assert "找不到" in capsys.readouterr().err
    assert main(["ocds", str(file), "--only", "R1"]) == 2
    assert main(["ocds", str(file), "--processes", "0"]) == 2


def three():
    return [release(f"p{n}", {"W": 100, "L": 100}) for n in range(3)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("lines.json", lambda v: "\n".join(map(json.dumps, v))),
        ("pretty.jsonl", lambda v: json.dumps({"releases": v}, indent=1)),
        ("array", json.dumps),
        ("packages.jsonl", lambda v: "\n".join(json.dumps({"releases": [r]}) for r in v)),
        (
            "records.ndjson",
            lambda v: "\n".join(json.dumps({"records": [{"compiledRelease": r}]}) for r in v),
        ),
        ("marked lines.jsonl", lambda v: "\ufeff" + "\n".join(map(json.dumps, v))),
        ("mark.jsonl", lambda v: "\ufeff" + json.dumps({"releases": v})),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_the_content_decides_and_not_the_name(tmp_path, capsys, name, content, packed):
    data = content(three()).encode()
    file = tmp_path / (name + ".gz" if packed else name)
    file.write_bytes(gzip.compress(data) if packed else data)
    assert main(["ocds", str(file), "--only", "r028", "--no-meta"]) == 0
    out, err = capsys.readouterr()
    assert set(json.loads(out)["OCID"]) == {"p0", "p1", "p2"}
    assert "使用 3" in err


def test_every_line_of_a_packed_file_is_accounted_for(tmp_path, capsys):
    file = tmp_path / "f.jsonl.gz"
    lines = [json.dumps(release("a", {"W": 1, "L": 1})).encode(), b"{", b"\xff", b"", b"[]"]
    file.write_bytes(gzip.compress(b"\n".join(lines)))
    assert main(["ocds", str(file)]) == 0
    err = capsys.readouterr().err
    for words in ("第 2 行不是合格的 JSON", "第 3 行不是 UTF-8", "第 5 行没有 OCDS 发布", "使用 1"):
        assert words in err
    file.write_bytes(file.read_bytes()[:-20])
    assert main(["ocds", str(file)]) == 2
    assert "压缩内容不完整" in capsys.readouterr().err


def test_standard_input_and_a_pipe_are_read_once(tmp_path, capsys, monkeypatch):
    data = "\n".join(map(json.dumps, three())).encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert main(["ocds", "-", "--only", "R028", "--no-meta"]) == 0
    first = capsys.readouterr().out
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(data,))
    writer.start()
    assert main(["ocds", str(pipe), "--only", "R028", "--no-meta"]) == 0
    writer.join()
    assert capsys.readouterr().out == first
    assert set(json.loads(first)["OCID"]) == {"p0", "p1", "p2"}


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xff\x00\n", b"[]\n3\n", b'{"a": 1}'])
def test_a_file_without_any_release_is_no_success(tmp_path, capsys, content):
    file = tmp_path / "f.jsonl"
    file.write_bytes(content)
    assert main(["ocds", str(file)]) == 1
    assert "没有一个可用的 OCDS 发布" in capsys.readouterr().err
