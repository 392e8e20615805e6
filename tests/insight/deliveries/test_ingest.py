"""Taking in: typed Parquet without clear identifiers, once, and after any interruption."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

from lianxun_insight.cli import main  # noqa: E402
from lianxun_insight.deliveries import readers  # noqa: E402
from lianxun_insight.deliveries.ingest import ingest  # noqa: E402
from lianxun_insight.deliveries.issues import DeliveryError  # noqa: E402
from lianxun_insight.deliveries.store import Store  # noqa: E402
from lianxun_insight.deliveries.validate import check_delivery  # noqa: E402
from tests.insight.deliveries.conftest import TODAY, UNIT, payment, payments, person  # noqa: E402


@pytest.fixture
def store(tmp_path):
    return Store.open(tmp_path / "store", "abc")


@pytest.fixture
def take(store, catalogue, tokeniser):
    return lambda path: ingest(path, store, catalogue, tokeniser, today=TODAY)


def rows_of(store, name):
    return pa.concat_tables([pq.read_table(path) for path in store.table_files(name)]).to_pylist()


def test_rows_are_typed_and_keep_their_line(take, store, one_file):
    result = take(one_file([*payments(5), payment(7, day="坏")]))
    assert result.reports[0]["used"] == 5
    row = rows_of(store, "d13_payment")[0]
    assert row["amount"] == 150
    assert row["pay_date"].isoformat() == "2025-03-05"
    assert row["source_row"] == 2
    quarantine = (result.folder / "quarantine" / "d13_payment-000.jsonl").read_text()
    line = json.loads(quarantine)
    assert line["row"] == 7
    assert "不是可识别的日期" in line["reasons"][0]
    assert line["cells"]["voucher_no"] == "PZ000007"


def test_no_clear_identifier_reaches_the_disk(take, store, deliver):
    wrong = person(3)[:-1] + ("0" if person(3)[-1] != "0" else "1")
    lines = ["人员标识,单位代码,发放月份,实发金额,姓名"]
    lines += [
        f"{number},{UNIT},2025-01,{pay},示例甲"
        for number, pay in ((person(1), 5000), (wrong, 5000), (person(5), "坏"))
    ]
    result = take(deliver({"a.csv": ("D15", "\n".join(lines).encode(), 3)}, "D15"))
    good, bad = rows_of(store, "d15")
    assert good["person_token"].startswith("p_")
    assert good["person_token_valid"]
    assert good["person_token_class"].startswith("c_")
    assert good["name_token"].startswith("n_")
    assert not bad["person_token_valid"]
    everything = b"".join(p.read_bytes() for p in result.folder.rglob("*") if p.is_file())
    for secret in (person(1), wrong, person(5), "示例甲"):
        assert secret.encode() not in everything


def test_repeated_rows_are_taken_out_and_listed(take, store, one_file):
    lines = [*payments(5), payment(2), payment(3, amount="999.00")]
    result = take(one_file(lines))
    report = result.reports[0]
    assert (report["used"], report["duplicate"], report["quarantined"]) == (5, 1, 1)
    assert len(rows_of(store, "d13_payment")) == 5
    listed = (result.folder / "duplicates" / "d13_payment-000.csv").read_text("utf-8-sig")
    assert "7,第 3 行,完全重复" in listed
    conflicts = (result.folder / "quarantine" / "d13_payment-000-conflicts.jsonl").read_text()
    assert json.loads(conflicts)["row"] == 8
    assert "主键" in conflicts


def test_a_row_repeated_in_another_file_of_the_table_counts_once(take, store, deliver, catalogue):
    first = "\n".join(payments(5)).encode()
    second = "\n".join([*payments(2), payment(3, amount="9.00"), payment(8)]).encode()
    folder = deliver({"一.csv": ("D13.payment", first, 5), "二.csv": ("D13.payment", second, 4)})
    checked = check_delivery(folder, catalogue, TODAY).reports
    taken = take(folder).reports
    for reports in (checked, taken):
        counts = [(r["used"], r["duplicate"], r["quarantined"]) for r in reports]
        assert counts == [(5, 0, 0), (1, 2, 1)]
    assert "与文件 一.csv 第 4 行相同" in str(checked[1]["issues"])
    assert len(rows_of(store, "d13_payment")) == 6


def test_the_same_delivery_is_taken_in_once(take, store, one_file):
    folder = one_file(payments(5))
    first = take(folder)
    again = take(folder)
    assert again.repeated
    assert again.reports == first.reports
    assert len(rows_of(store, "d13_payment")) == 5


def test_a_stop_while_repeated_rows_are_taken_out_loses_none(take, store, one_file, monkeypatch):
    from lianxun_insight.deliveries import ingest as module

    monkeypatch.setattr(readers, "BATCH_ROWS", 4)
    folder = one_file(
        [*payments(8), payment(2), payment(3, amount="999.00"), payment(4, amount="1.00")]
    )
    original = module._replace

    def replace_once(table, part):
        original(table, part)
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "_replace", replace_once)
    with pytest.raises(KeyboardInterrupt):
        take(folder)
    monkeypatch.setattr(module, "_replace", original)
    result = take(folder)
    report = result.reports[0]
    assert (report["rows"], report["used"], report["duplicate"], report["quarantined"]) == (
        11,
        8,
        1,
        2,
    )
    assert len(rows_of(store, "d13_payment")) == 8
    conflicts = (result.folder / "quarantine" / "d13_payment-000-conflicts.jsonl").read_text()
    assert [json.loads(line)["row"] for line in conflicts.splitlines()] == [11, 12]


def test_other_bytes_under_an_unhashed_manifest_are_another_delivery(take, store, one_file):
    folder = one_file(payments(5))
    manifest = json.loads((folder / "manifest.json").read_text())
    del manifest["files"][0]["sha256"]
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    take(folder)
    lines = [payments(0)[0], *(payment(n, amount="7.00") for n in range(1, 6))]
    (folder / "支付.csv").write_text("\n".join(lines), encoding="utf-8")
    assert not take(folder).repeated
    assert len(store.table_files("d13_payment")) == 2


def test_a_refused_delivery_leaves_nothing(take, store, one_file):
    with pytest.raises(DeliveryError, match="可能只收到一半"):
        take(one_file(payments(5), rows=9))
    assert store.tables() == {}
    assert not any(store.path.joinpath("staging").iterdir())


def test_another_key_and_another_folder_are_refused(store, tmp_path):
    with pytest.raises(DeliveryError, match="密钥"):
        Store.open(store.path, "other")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("x")
    with pytest.raises(DeliveryError, match="不是空目录"):
        Store.open(tmp_path / "full", "abc")


def test_an_interrupted_run_goes_on_after_the_last_whole_part(
    take, store, one_file, catalogue, tokeniser, monkeypatch
):
    monkeypatch.setattr(readers, "BATCH_ROWS", 10)
    lines = [*payments(95), payment(4), payment(200, amount="坏")]
    folder = one_file(lines)
    seen = []

    def stop(count):
        seen.append(count)
        if len(seen) == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest(folder, store, catalogue, tokeniser, today=TODAY, on_rows=stop)
    assert store.tables() == {}
    again = []
    result = ingest(folder, store, catalogue, tokeniser, today=TODAY, on_rows=again.append)
    report = result.reports[0]
    assert again[0] == 40
    assert (report["rows"], report["used"], report["duplicate"], report["quarantined"]) == (
        97,
        95,
        1,
        1,
    )
    rows = rows_of(store, "d13_payment")
    assert sorted(row["source_row"] for row in rows) == list(range(2, 97))


SCRIPT = """
import sys
from lianxun_insight.deliveries import readers
readers.BATCH_ROWS = 500
from lianxun_insight.cli import main
sys.exit(main(sys.argv[1:]))
"""


def test_kill_minus_nine_at_any_moment_loses_nothing(tmp_path, one_file):
    folder = one_file([*payments(30_000), payment(9, amount="5.00")])
    key = tmp_path / "round.key"
    argv = [
        sys.executable,
        "-c",
        SCRIPT,
        "ingest",
        str(folder),
        "--store",
        str(tmp_path / "s"),
        "--key",
        str(key),
        "--today",
        "2026-01-15",
        "--json",
    ]
    start = [*argv, "--new-key"]
    for parts in (1, 5, 20):
        process = subprocess.Popen(start, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while len(list((tmp_path / "s").glob("staging/*/tables/*/*.parquet"))) < parts:
            assert process.poll() is None, "finished before it could be killed"
            time.sleep(0.001)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        start = argv
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    report = json.loads(done.stdout)["tables"][0]
    assert (report["rows"], report["used"], report["quarantined"]) == (30_001, 30_000, 1)
    parts = sorted((tmp_path / "s" / "deliveries").glob("*/tables/*/*.parquet"))
    stored = sorted(row for part in parts for row in pq.read_table(part)["source_row"].to_pylist())
    assert stored == list(range(2, 30_002))


def test_the_command_says_what_became_of_every_row(one_file, tmp_path, capsys):
    folder = one_file([*payments(3), payment(9, day="坏")])
    argv = [
        "ingest",
        str(folder),
        "--store",
        str(tmp_path / "s"),
        "--key",
        str(tmp_path / "k"),
        "--today",
        "2026-01-15",
    ]
    assert main([*argv, "--new-key"]) == 1
    assert "可用 3，隔离 1，重复 0" in capsys.readouterr().out
    assert main([*argv, "--new-key"]) == 2
    assert "不会覆盖" in capsys.readouterr().err
    assert main(argv) == 1
    assert "此前已接收" in capsys.readouterr().out
    folder2 = one_file(payments(3), rows=4, name="half")
    argv[1] = str(folder2)
    assert main(argv) == 1
    assert "可能只收到一半" in capsys.readouterr().err
