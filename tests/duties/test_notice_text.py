"""Reading the official notice: what it says is checked against itself."""

from __future__ import annotations

from datetime import date

import pytest

from lianxun.duties import notice_text, seed
from lianxun.fabric.excel import writing
from lianxun.kernel.problems import Invalid

# The announced holidays of 2026 in the notice's form; the expected table ships with the product.
OF_2026 = """国务院办公厅关于2026年部分节假日安排的通知
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。"""


def test_the_text_of_2026_gives_the_shipped_days_of_2026() -> None:
    read = {r.date: (r.is_work, r.name) for r in notice_text.from_text(OF_2026)}
    shipped = {d: (r.is_work, r.name) for d, r in seed.announced_days().items() if d.year == 2026}
    assert read == shipped


@pytest.mark.parametrize(
    ("change", "to", "sentence"),
    [
        ("共9天", "共8天", "写明共 8 天，日期却有 9 天"),
        ("1月1日（周四）", "1月1日（周五）", "应为周四"),
        ("至3日（周六）", "至33日（周六）", "不是日历上的日期"),
        ("6月19日（周五）至21日（周日）放假，共3天。", "另行通知。", "没有读到放假日期"),
    ],
)
def test_a_notice_that_contradicts_itself_is_refused_with_its_line(
    change: str, to: str, sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence) as problem:
        notice_text.from_text(OF_2026.replace(change, to))
    assert "行" in problem.value.errors[0].place


def test_text_that_is_no_notice_says_what_is_missing() -> None:
    with pytest.raises(Invalid, match="没有找到年份"):
        notice_text.from_text("一、元旦：1月1日放假")
    with pytest.raises(Invalid, match="粘贴通知全文"):
        notice_text.from_text("2027年放假")


def test_csv_in_both_encodings() -> None:
    text = "日期,上班,名称\n2027-01-01,否,元旦\n2027/01/31,是,春节调休上班\n"
    for encoding in ("utf-8-sig", "gb18030"):
        rows = notice_text.from_csv(text.encode(encoding), "国办发明电")
        assert [(r.date, r.is_work, r.name) for r in rows] == [
            (date(2027, 1, 1), False, "元旦"),
            (date(2027, 1, 31), True, "春节调休上班"),
        ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("日期,名称\n2027-01-01,元旦\n", "缺少列：上班"),
        ("日期,上班,名称\n2027-13-01,否,元旦\n", "第2行“日期”"),
        ("日期,上班,名称\n2027-01-01,可能,元旦\n", "第2行“上班”"),
        ("日期,上班,名称\n2027-01-01,否,元旦\n2027-01-01,是,元旦\n", "重复"),
        ("日期,上班,名称\n", "没有数据行"),
    ],
)
def test_a_bad_csv_names_its_row(text: str, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        notice_text.from_csv(text.encode(), "国办发明电")


def test_a_workbook_from_the_template_and_its_bad_rows() -> None:
    good = [
        {"日期": date(2027, 1, 1), "上班": False, "名称": "元旦"},
        {"日期": date(2027, 1, 31), "上班": True, "名称": "春节调休上班"},
    ]
    rows = notice_text.from_xlsx(writing.export(notice_text.SHEET, good), "国办发明电")
    assert [(r.date, r.is_work, r.source) for r in rows] == [
        (date(2027, 1, 1), False, "国办发明电"),
        (date(2027, 1, 31), True, "国办发明电"),
    ]
    bad = writing.export(notice_text.SHEET, [*good, {"日期": "昨天", "上班": False}])
    with pytest.raises(Invalid, match="第4行") as problem:
        notice_text.from_xlsx(bad, "国办发明电")
    assert problem.value.errors[0].place == "工作日历!第4行·日期"


def test_a_file_that_is_no_text_and_a_table_without_source() -> None:
    with pytest.raises(Invalid, match="编码"):
        notice_text.from_csv(b"\xff\xff\xff\x00", "x")
    with pytest.raises(Invalid, match="文号"):
        notice_text.from_rows([], " ")
