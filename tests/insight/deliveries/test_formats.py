"""Every format gives the same rows; the limits of spreadsheets hold before loading."""

import json
import zipfile
from datetime import date

import openpyxl
import pytest

from lianxun_insight.deliveries.validate import check_delivery
from tests.insight.deliveries.conftest import HEAD, TODAY, UNIT, org, payments

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

NAMES = HEAD.split(",")
ROWS = [line.split(",") for line in payments(12)[1:]]


@pytest.fixture
def check(catalogue):
    return lambda path: check_delivery(path, catalogue, TODAY)


def sheet(tmp_path, rows, title="支付", headings=NAMES, blank=0):
    book = openpyxl.Workbook()
    page = book.active
    page.title = title
    for _ in range(blank):
        page.append([])
    page.append(headings)
    for row in rows:
        page.append(row)
    path = tmp_path / "made.xlsx"
    book.save(path)
    return path.read_bytes()


def report_of(findings):
    assert findings.problems == []
    return findings.reports[0]


def test_spreadsheet_rows_keep_their_numbers(check, deliver, tmp_path):
    rows = [[*row[:3], float(row[3]), date(2025, 3, 5), row[5]] for row in ROWS]
    rows[3][3] = "坏"
    data = sheet(tmp_path, rows, blank=2)
    report = report_of(check(deliver({"a.xlsx": ("D13.payment", data, 12)})))
    assert (report["used"], report["quarantined"]) == (11, 1)
    assert "工作表「支付」 第 7 行 「支付金额」列" in report["issues"][0]["examples"][0]


def test_long_numbers_lost_by_a_spreadsheet_are_named(check, deliver, tmp_path):
    headings = ["人员标识", "单位代码", "发放月份", "实发金额"]
    data = sheet(tmp_path, [[370203198001010010, UNIT, "2025-01", 1]], headings=headings)
    report = report_of(check(deliver({"a.xlsx": ("D15", data, 1)}, "D15")))
    assert report["quarantined"] == 1
    assert "末几位已丢失" in report["issues"][0]["examples"][0]


def test_a_missing_sheet_and_a_file_that_is_no_spreadsheet(check, deliver, tmp_path):
    data = sheet(tmp_path, ROWS)
    files = {"a.xlsx": ("D13.payment", data, 12, {"sheet": "没有"})}
    assert "没有工作表「没有」" in check(deliver(files)).problems[0]
    files = {"a.xlsx": ("D13.payment", b"not a book", 12)}
    assert "不是可读的电子表格" in check(deliver(files, name="b")).problems[0]


def long_sheet(path, rows, dimension):
    row = "<row><c t='inlineStr'><is><t>x</t></is></c></row>"
    body = f'<worksheet><dimension ref="A1:F{dimension}"/><sheetData>{row * rows}</sheetData></worksheet>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", body)
    return path.read_bytes()


@pytest.mark.parametrize("declared", [200_010, 5, 1_048_576])
def test_a_spreadsheet_above_the_limit_is_refused_unopened(
    check, deliver, tmp_path, monkeypatch, declared
):
    import python_calamine

    def never(path):
        raise AssertionError("opened")

    monkeypatch.setattr(python_calamine.CalamineWorkbook, "from_path", never)
    data = long_sheet(tmp_path / "l.xlsx", 200_010, declared)
    problem = check(deliver({"a.xlsx": ("D13.payment", data, 1)})).problems[0]
    assert "超过 200,000 行" in problem
    assert "CSV 或 Parquet" in problem


def test_json_forms_give_the_same_rows(check, deliver):
    objects = [dict(zip(NAMES, row, strict=True)) for row in ROWS]
    forms = {
        "a.json": json.dumps(objects, ensure_ascii=False).encode(),
        "b.json": json.dumps({"rows": objects}).encode(),
        "c.jsonl": "\n".join(json.dumps(o, ensure_ascii=False) for o in objects).encode("gbk"),
    }
    for n, (path, data) in enumerate(forms.items()):
        report = report_of(check(deliver({path: ("D13.payment", data, 12)}, name=f"d{n}")))
        assert report["used"] == 12


def test_a_broken_json_line_is_quarantined_and_a_cut_document_refused(check, deliver):
    objects = [json.dumps(dict(zip(NAMES, row, strict=True))) for row in ROWS]
    objects[2] = objects[2][:-5]
    data = "\n".join(objects).encode()
    report = report_of(check(deliver({"a.jsonl": ("D13.payment", data, 12)})))
    assert (report["used"], report["quarantined"]) == (11, 1)
    cut = {"a.json": ("D13.payment", b'[{"a": 1}', 1)}
    assert "不是完整的 JSON" in check(deliver(cut, name="b")).problems[0]


def test_parquet_with_typed_columns(check, deliver, tmp_path):
    table = pa.table(
        {
            "voucher_no": [row[0] for row in ROWS],
            "unit_code": [row[1] for row in ROWS],
            "payee_name": [row[2] for row in ROWS],
            "amount": [float(row[3]) for row in ROWS],
            "pay_date": [date(2025, 3, 5)] * 12,
        }
    )
    pq.write_table(table, tmp_path / "x.parquet")
    data = (tmp_path / "x.parquet").read_bytes()
    assert report_of(check(deliver({"a.parquet": ("D13.payment", data, 12)})))["used"] == 12
    bad = {"a.parquet": ("D13.payment", data[:-20], 12)}
    assert "Parquet 文件损坏" in check(deliver(bad, name="b")).problems[0]


def test_an_unknown_format_is_refused(check, deliver):
    assert "格式不支持" in check(deliver({"a.docx": ("D13.payment", b"x", 1)})).problems[0]


RELEASE = {
    "ocid": "ocds-示例-1",
    "date": "2025-03-01T00:00:00Z",
    "buyer": {"id": "b"},
    "parties": [
        {"id": "b", "name": "示例局", "identifier": {"scheme": "CN-USCC", "id": UNIT}},
        {"id": "s", "name": "示例一公司", "identifier": {"scheme": "CN-USCC", "id": org(2)}},
        {"id": "t", "name": "外国公司", "identifier": {"scheme": "XX-REG", "id": "7"}},
    ],
    "tender": {"title": "办公设备", "procurementMethod": "open", "status": "complete"},
    "bids": {
        "details": [
            {
                "id": "1",
                "status": "valid",
                "tenderers": [{"id": "s"}],
                "value": {"amount": 100, "currency": "CNY"},
            },
            {
                "id": "2",
                "status": "disqualified",
                "tenderers": [{"id": "t"}],
                "value": {"amount": 90.5},
            },
        ]
    },
    "awards": [
        {"id": "a", "status": "active", "suppliers": [{"id": "s"}], "value": {"amount": 100}}
    ],
    "contracts": [
        {"id": "c1", "awardID": "a", "value": {"amount": 100}, "dateSigned": "2025-04-01T00:00:00Z"}
    ],
}


@pytest.mark.parametrize(
    ("table", "class_id", "rows"),
    [
        ("D14.project", "D14", 1),
        ("D14.contract", "D14", 1),
        ("D20.section", "D20", 1),
        ("D20.bid", "D20", 2),
    ],
)
@pytest.mark.parametrize(
    ("path", "document"),
    [
        ("a.json", {"releases": [RELEASE]}),
        ("a.json", {"records": [{"ocid": RELEASE["ocid"], "compiledRelease": RELEASE}]}),
        ("a.jsonl", RELEASE),
    ],
)
def test_ocds_fills_our_tables(check, deliver, table, class_id, rows, path, document):
    data = json.dumps(document).encode()
    files = {path: (table, data, rows, {"format": "ocds"})}
    report = report_of(check(deliver(files, class_id)))
    assert report["used"] == rows, report["issues"]


def test_ocds_in_another_currency_is_named_not_converted(check, deliver):
    release = RELEASE | {
        "contracts": [RELEASE["contracts"][0] | {"value": {"amount": 9, "currency": "USD"}}]
    }
    files = {"a.jsonl": ("D14.contract", json.dumps(release).encode(), 1, {"format": "ocds"})}
    report = report_of(check(deliver(files, "D14")))
    assert report["quarantined"] == 1
    assert "「9 USD」" in report["issues"][0]["examples"][0]


@pytest.mark.parametrize(
    ("party", "code"),
    [
        ({"id": "p", "identifier": {"scheme": "CN-USCC", "id": UNIT}}, UNIT),
        ({"id": "p", "identifier": {"id": UNIT}}, UNIT),
        ({"id": "p", "identifier": {"scheme": "UA-EDR", "id": "7"}}, "UA-EDR-7"),
        ({"id": "p", "identifier": {"scheme": "UA-EDR", "id": "UA-EDR-7"}}, "UA-EDR-7"),
        ({"id": "p", "identifier": {"scheme": "Registro Único", "id": "7"}}, "OC-Registro_Único-7"),
        ({"id": "GOB-3"}, "OC-ID-GOB-3"),
        ({}, None),
    ],
)
def test_organisations_of_other_registers_keep_their_register(party, code):
    from lianxun_insight.deliveries.ocds import _code

    assert _code(party) == code


def test_ocds_cannot_fill_other_tables(check, deliver):
    files = {"a.jsonl": ("D13.payment", b"{}", 1, {"format": "ocds"})}
    assert "OCDS 数据只能报送到" in check(deliver(files)).problems[0]


XML = f"""<?xml version="1.0" encoding="UTF-8"?>
<会计核算数据><电子账簿><组织机构代码>{UNIT}</组织机构代码><会计年度>2025</会计年度></电子账簿>
<记账凭证列表>
<记账凭证><记账凭证编号>1</记账凭证编号><记账凭证行号>1</记账凭证行号><记账凭证日期>20250105</记账凭证日期>
<科目编号>5001</科目编号><借方金额>100.00</借方金额></记账凭证>
<记账凭证><记账凭证编号>1</记账凭证编号><记账凭证行号>2</记账凭证行号><记账凭证日期>20250105</记账凭证日期>
<科目编号>1002</科目编号><贷方金额>100.00</贷方金额></记账凭证>
</记账凭证列表></会计核算数据>"""


def test_accounting_xml_by_the_unchecked_mapping(check, deliver):
    files = {"a.xml": ("D17.entry", XML.encode(), 2)}
    report = report_of(check(deliver(files, "D17")))
    assert report["used"] == 2, report["issues"]
    from lianxun_insight.deliveries.accounting_xml import load_mapping

    assert load_mapping()["status"] == "未经标准文本核对"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (XML[:-60].encode(), "不是完整的 XML"),
        (b"<a/>", "没有找到"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "实体"),
    ],
)
def test_bad_xml_is_refused(check, deliver, data, words):
    assert words in check(deliver({"a.xml": ("D17.entry", data, 2)}, "D17")).problems[0]


def test_the_mapping_only_names_fields_that_exist(catalogue):
    from lianxun_insight.deliveries.accounting_xml import load_mapping

    for standard in load_mapping()["standards"].values():
        for table_id, mapping in standard["tables"].items():
            names = {field.name for field in catalogue.table(table_id).fields}
            assert set(mapping["fields"]) <= names


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("大" * (10 << 20), "有单元格超过 1,048,576 字"),
        ('"未"闭合', "引号未成对"),
    ],
)
def test_a_broken_cell_costs_its_row_and_says_why_in_chinese(check, deliver, cell, words):
    lines = payments(6)
    broken = lines[2].split(",")
    broken[2] = cell
    lines[2] = ",".join(broken)
    data = ("\n".join(lines) + "\n").encode()
    report = report_of(check(deliver({"a.csv": ("D13.payment", data, 6)})))
    assert (report["used"], report["quarantined"]) == (5, 1)
    (issue,) = [i for i in report["issues"] if i["code"] == "broken-row"]
    assert words in issue["examples"][0]
    assert "第 3 行" in issue["examples"][0]
