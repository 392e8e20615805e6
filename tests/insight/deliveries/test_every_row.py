"""Every row of every format is used, quarantined with a reason, or a duplicate: once, and named.

The same rows - good, unreadable, repeated, contradicting, of a wrong shape - go through CSV in three
encodings, a spreadsheet, JSON, JSON lines, Parquet and XML. What the report counts must be what lies on
the disk, row by row.
"""

import csv
import hashlib
import io
import json
from xml.sax.saxutils import escape

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

from lianxun_insight.deliveries.ingest import ingest  # noqa: E402
from lianxun_insight.deliveries.store import Store  # noqa: E402
from lianxun_insight.deliveries.validate import check_delivery  # noqa: E402
from lianxun_insight.identifiers.tokens import Tokeniser, TokenKey  # noqa: E402
from lianxun_insight.schemas import load_catalogue  # noqa: E402
from tests.insight.deliveries.conftest import HEAD, TODAY, payment  # noqa: E402

NAMES = HEAD.split(",")
TOKENISER = Tokeniser(TokenKey(b"k" * 32))
BAD = (
    {"day": "2025-02-30"},
    {"amount": "一万"},
    {"unit": "123"},
    {"voucher": ""},
    {"day": "03/04/2025"},
)
ODD = (
    {"payee": '引号"与,逗号'},
    {"payee": "换\n行"},
    {"payee": "𠮷　全角"},
    {"amount": "-3.00"},
    {"payee": ""},
)


@st.composite
def tables(draw):
    """Rows as cells; a repeat copies an earlier row, a contradiction changes its sum."""
    rows: list[list[str]] = []
    for number in range(1, draw(st.integers(1, 12)) + 1):
        kind = draw(st.sampled_from(["good", "good", "bad", "odd", "again", "other"]))
        changes = {"bad": BAD, "odd": ODD}.get(kind)
        cells = next(iter(csv.reader([payment(number)])))
        if changes:
            for name, value in draw(st.sampled_from(changes)).items():
                cells[("voucher", "unit", "payee", "amount", "day", "way").index(name)] = value
        elif kind != "good" and rows:
            cells = list(draw(st.sampled_from(rows)))
            if kind == "other":
                cells[3] = "77.00"
        rows.append(cells)
    return rows


def as_csv(rows, codec):
    text = io.StringIO()
    csv.writer(text).writerows([NAMES, *rows])
    return text.getvalue().encode(codec, errors="replace")


def as_sheet(rows):
    book = openpyxl.Workbook()
    for row in [NAMES, *rows]:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def as_parquet(rows):
    file = io.BytesIO()
    columns = {name: [row[n] for row in rows] for n, name in enumerate(NAMES)}
    pq.write_table(pa.table(columns), file)
    return file.getvalue()


def as_xml(rows):
    elements = ("支付凭证号", "预算单位代码", "收款人名称", "支付金额", "支付日期", "支付方式名称")
    body = "".join(
        "<支付凭证>"
        + "".join(f"<{e}>{escape(c)}</{e}>" for e, c in zip(elements, row, strict=True))
        + "</支付凭证>"
        for row in rows
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><数据>{body}</数据>'.encode()


def objects(rows):
    return [dict(zip(NAMES, row, strict=True)) for row in rows]


FORMATS = {
    "a.csv": lambda rows: as_csv(rows, "utf-8-sig"),
    "b.csv": lambda rows: as_csv(rows, "gb18030"),
    "c.csv": lambda rows: as_csv(rows, "utf-16"),
    "d.xlsx": as_sheet,
    "e.json": lambda rows: json.dumps(objects(rows), ensure_ascii=False).encode(),
    "f.jsonl": lambda rows: "\n".join(map(json.dumps, objects(rows))).encode(),
    "g.parquet": as_parquet,
    "h.xml": as_xml,
}


def delivery(folder, path, data, rows, table="D13.payment", **more):
    folder.mkdir(parents=True)
    (folder / path).write_bytes(data)
    entry = {"path": path, "table": table, "rows": rows} | more
    entry["sha256"] = hashlib.sha256(data).hexdigest()
    manifest = {"class": table.split(".")[0], "version": load_catalogue().version}
    manifest |= {"period": "2025-03", "department": "示例市财政局", "files": [entry]}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def taken(base, folder):
    """The report and where each row number went: used, quarantined, duplicate."""
    store = Store.open(base / "store", "abc")
    result = ingest(folder, store, load_catalogue(), TOKENISER, today=TODAY)
    used = [
        row
        for part in result.folder.glob("tables/*/*.parquet")
        for row in pq.read_table(part)["source_row"].to_pylist()
    ]
    quarantined = []
    for path in result.folder.glob("quarantine/*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            assert entry["reasons"]
            assert all(entry["reasons"])
            quarantined.append(entry["row"])
    repeated = [
        int(line.split(",")[0])
        for path in result.folder.glob("duplicates/*.csv")
        for line in path.read_text(encoding="utf-8-sig").splitlines()[1:]
        if "完全重复" in line
    ]
    return result.reports[0], used, quarantined, repeated


@settings(max_examples=8, deadline=None)
@given(rows=tables())
def test_all_formats_account_for_every_row_alike(rows, tmp_path_factory):
    base = tmp_path_factory.mktemp("rows")
    answers = {}
    for path, make in FORMATS.items():
        folder = delivery(base / path.replace(".", "-"), path, make(rows), len(rows))
        checked = check_delivery(folder, load_catalogue(), TODAY)
        report, used, quarantined, repeated = taken(base / f"s-{path}", folder)
        assert checked.problems == []
        counts = [report[name] for name in ("rows", "used", "quarantined", "duplicate")]
        assert counts == [len(rows), len(used), len(quarantined), len(repeated)]
        assert counts == [
            checked.reports[0][n] for n in ("rows", "used", "quarantined", "duplicate")
        ]
        numbers = [*used, *quarantined, *repeated]
        assert len(set(numbers)) == len(numbers) == len(rows)
        answers[path] = counts
    assert len({tuple(counts) for counts in answers.values()}) == 1, answers


@settings(max_examples=25, deadline=None)
@given(data=st.data(), rows=tables(), path=st.sampled_from([*FORMATS]))
def test_a_file_cut_anywhere_is_refused_or_every_row_found_is_named(
    data, rows, path, tmp_path_factory
):
    """Half a delivery: without hash and row count of the manifest nothing else protects."""
    base = tmp_path_factory.mktemp("cut")
    whole = FORMATS[path](rows)
    cut = whole[: data.draw(st.integers(1, len(whole) - 1))]
    folder = delivery(base / "d", path, cut, None)
    findings = check_delivery(folder, load_catalogue(), TODAY)
    for report in findings.reports:
        assert report["rows"] == report["used"] + report["quarantined"] + report["duplicate"]
    if not findings.problems:
        report, used, quarantined, repeated = taken(base, folder)
        assert report["rows"] == len(used) + len(quarantined) + len(repeated) <= len(rows)
    named = delivery(base / "n", path, cut, len(rows))
    said = check_delivery(named, load_catalogue(), TODAY)
    if said.reports and said.reports[0]["rows"] < len(rows):
        assert any("可能只收到一半" in problem for problem in said.problems)


BIDS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from([100, 90.5, -1, None, "x", 1e20]),
        st.sampled_from(["CNY", "USD", None]),
    ),
    max_size=4,
)


@settings(max_examples=25, deadline=None)
@given(releases=st.lists(BIDS, min_size=1, max_size=4))
def test_ocds_accounts_for_every_bid(releases, tmp_path_factory):
    base = tmp_path_factory.mktemp("ocds")
    lines = [
        json.dumps(
            {
                "ocid": f"o{n}",
                "date": "2025-03-01T00:00:00Z",
                "buyer": {"id": "k"},
                "tender": {"status": "complete", "procurementMethod": "open"},
                "bids": {
                    "details": [
                        {
                            "status": "valid",
                            "tenderers": [{"id": who}],
                            "value": {"amount": a, "currency": c},
                        }
                        for who, a, c in bids
                    ]
                },
            }
        )
        for n, bids in enumerate(releases)
    ]
    total = sum(map(len, releases))
    data = "\n".join(lines).encode()
    folder = delivery(base / "d", "a.jsonl", data, total, "D20.bid", format="ocds")
    findings = check_delivery(folder, load_catalogue(), TODAY)
    if findings.problems:
        assert total == 0
        return
    report, used, quarantined, repeated = taken(base, folder)
    assert report["rows"] == total == len(used) + len(quarantined) + len(repeated)
