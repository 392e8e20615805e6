"""Reports: self-contained, person-free, faithful to the flags, and safe to open."""

import os
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianxun_insight.flags import (
    Flag,
    Indicator,
    PathEdge,
    RecordRef,
    Reference,
    Subject,
    digest,
    make_flag,
)
from lianxun_insight.profile import (
    IndicatorRun,
    Organisation,
    Review,
    Scan,
    Verdict,
    build_profiles,
)
from lianxun_insight.reports import (
    Callings,
    ReportInputs,
    Unmasking,
    log_unmasking,
    organisation_page,
    read_names,
    unmask,
    workbook,
    write_workbook,
)
from lianxun_insight.reports.charts import one_in
from lianxun_insight.reports.page import field_text, path_view
from lianxun_insight.reports.relations import draw
from lianxun_insight.schemas import load_catalogue

GOLDEN = Path(__file__).parent / "golden" / "organisation.html"
UNIT = "11503001010000036A"
FIRM = "91503001010777775B"
OFFICIAL, RELATIVE = "p_" + "a" * 26, "p_" + "b" * 26
NAMES = {UNIT: "青禾县水务局", FIRM: "青禾恒瑞达建设工程有限公司"}


def record(table: str, department: str, key: str, **fields: object) -> RecordRef:
    return RecordRef(table, department, key, fields, "2025-12-31", digest(fields))  # type: ignore[arg-type]


def kin_flag(**changes: object) -> Flag:
    parts: dict[str, object] = {
        "indicator": Indicator(
            "X01", "1", "{subject}的供应商{firm}由在任干部的亲属持股{share:percent}，合同{total:money}。",
            ("公务员法第七十四条", "政府采购法第十二条"), "亲属企业承接本单位业务", "ownership",
        ),
        "subject": Subject(UNIT, NAMES[UNIT]),
        "period": ("2024-01-01", "2025-12-31"),
        "value": {"firm": FIRM, "share": 0.7, "total": 1_270_000},
        "reference": Reference("县·机关", 20, 0.98, 1e-5),
        "records": (
            record("D25", "公安", "HY1", person_a_token=OFFICIAL, person_b_token=RELATIVE, relation="配偶"),
            record("D30.holder", "市场监管", f"{FIRM}|1|2015-01-01", firm_code=FIRM, holder_token=RELATIVE, share=0.7),
            record("D14.contract", "财政", "HT1", buyer_code=UNIT, supplier_code=FIRM, amount=127_000_000, sign_date="2024-06-03"),
            record("D04.post", "组织", "q", person_token=OFFICIAL, unit_code=UNIT, post="局长"),
        ),
        "path": (PathEdge("配偶", "D25#HY1", OFFICIAL, RELATIVE),),
        "settings_hash": "0" * 64,
        "innocent_explanations": ("已申报并回避",),
        **changes,
    }  # fmt: skip
    return make_flag(**parts)  # type: ignore[arg-type]


def payment_flag() -> Flag:
    return make_flag(
        indicator=Indicator("F01", "1", "{subject}拆分付款{n:count}笔。", (), "拆分付款", "payment"),
        subject=Subject(UNIT, NAMES[UNIT]),
        period=("2024-01-01", "2025-12-31"),
        value={"n": 3},
        reference=Reference("县·机关", 20, None, 1e-4),
        records=tuple(
            record("D13.payment", "财政", f"ZF{n}|{UNIT}", unit_code=UNIT, payee_code=FIRM,
                   amount=45_000_000, pay_date=f"2025-03-0{n}", purpose="=cmd|'/c calc'!A1")
            for n in (1, 2, 3)
        ),
        settings_hash="0" * 64,
    )  # fmt: skip


def scan() -> Scan:
    return Scan(
        organisations=(
            Organisation(UNIT, NAMES[UNIT], "机关", "县", "503001", 30, {"D14": 40}),
            *(Organisation(f"U{i}", f"第{i}局", "机关", "县", "503002", 20, {"D14": 30}) for i in range(19)),
        ),
        indicators=(
            IndicatorRun("X01", "1", "亲属企业", "ownership", True, hits=1),
            IndicatorRun("F01", "1", "拆分付款", "payment", True, hits=1),
            IndicatorRun("P17", "1", "单价异常", "price", False, "缺字段 spec(规格型号)"),
        ),
        settings_hash="ab" * 32,
        as_of="2025-12-31",
        rows={},
    )  # fmt: skip


def inputs(
    callings: Callings | None = None, reviews: dict[str, Review] | None = None
) -> ReportInputs:
    flags = [kin_flag(), payment_flag()]
    return ReportInputs(
        profiles=build_profiles(flags, scan(), budget=5),
        flags={f.flag_id: f for f in flags},
        scan=scan(),
        callings=callings or Callings(NAMES),
        reviews=reviews or {},
        now="2026-01-12T09:30:00+08:00",
        precision={},
    )


def page(callings: Callings | None = None, reviews: dict[str, Review] | None = None) -> str:
    given_inputs = inputs(callings, reviews)
    return organisation_page(given_inputs.profiles[0], given_inputs)


class TestPage:
    def test_golden(self) -> None:
        """Compare with the page somebody looked at; GOLDEN=1 writes it anew after a wanted change."""
        if os.environ.get("GOLDEN"):
            GOLDEN.write_text(page(), encoding="utf-8")
        assert page() == GOLDEN.read_text(encoding="utf-8")

    def test_needs_nothing_from_outside_and_no_script(self) -> None:
        text = page()
        assert not re.search(r"https?://|<script|<link|<img|<iframe|@import|url\(|\son\w+=", text)
        assert "default-src 'none'" in text

    def test_shows_every_flag_with_sentence_records_and_a_way_to_replay(self) -> None:
        text = page()
        for flag in (kin_flag(), payment_flag()):
            assert flag.flag_id in text
            assert f"replay {flag.flag_id}" in text
        assert "青禾恒瑞达建设工程有限公司由在任干部的亲属持股70%，合同127万元。" in text
        assert "已申报并回避" in text
        assert "公务员法第七十四条" in text

    def test_says_what_could_not_be_computed(self) -> None:
        assert "P17 单价异常：缺字段 spec(规格型号)" in page()

    def test_persons_are_short_tokens(self) -> None:
        text = page()
        assert "人员 aaaaaa" in text
        assert OFFICIAL not in text

    def test_no_word_of_guilt(self) -> None:
        text = page()
        for word in ("犯罪", "腐败", "违法嫌疑", "嫌疑人", "作案"):
            assert word not in text

    def test_hostile_names_stay_text(self) -> None:
        hostile = Callings({**NAMES, FIRM: "<script>alert(1)</script>"})
        text = page(hostile)
        assert "<script" not in text
        assert "&lt;script&gt;" in text

    def test_shows_the_verdict_of_the_reviewer(self) -> None:
        flag = kin_flag()
        review = Review(flag.flag_id, "X01", "1", UNIT, Verdict.UNFOUNDED, "核查二组",
                        "2026-02-01T10:00:00+08:00", "已于任前转让")  # fmt: skip
        text = page(reviews={flag.flag_id: review})
        assert "核实结论：不实" in text
        assert "已于任前转让" in text

    def test_money_is_in_yuan(self) -> None:
        amount = load_catalogue().table("D14.contract").field("amount")
        assert field_text(amount, 127_000_000, Callings()) == "127万元"

    @pytest.mark.parametrize(
        ("p", "words"), [(0.02, "约1/50"), (1e-9, "低于百万分之一"), (0.0004, "约1/2,500")]
    )
    def test_chances_in_words(self, p: float, words: str) -> None:
        assert one_in(p) == words


class TestNames:
    people = {OFFICIAL: "赵试验", RELATIVE: "钱样本"}  # noqa: RUF012

    def test_names_alone_do_not_unmask(self) -> None:
        assert "赵试验" not in page(Callings(NAMES, self.people))

    def test_unmasked_page_bears_the_watermark(self) -> None:
        unmasking = Unmasking("zhang", "2026-01-12T09:30:00+08:00", "核查", ("甲", "乙"))
        text = page(Callings(NAMES, self.people, unmasking))
        assert "赵试验" in text
        assert text.count("含真实姓名 严格保密 · zhang · 2026-01-12 09:30") == 12
        assert "含真实姓名" not in page()

    @pytest.mark.parametrize(
        ("reason", "approvals", "words"),
        [("", ("甲", "乙"), "事由"), ("核查", ("甲",), "两人"), ("核查", ("甲", "甲 "), "两人")],
    )
    def test_needs_a_reason_and_two_people(
        self, reason: str, approvals: tuple[str, ...], words: str
    ) -> None:
        with pytest.raises(ValueError, match=words):
            unmask(reason, approvals, datetime(2026, 1, 1, tzinfo=UTC))

    def test_is_logged(self, tmp_path: Path) -> None:
        unmasking = unmask("核查", ("甲", "乙"), datetime(2026, 1, 1, tzinfo=UTC))
        for _ in range(2):
            log_unmasking(tmp_path / "log.jsonl", unmasking, 2)
        lines = (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()
        assert len(lines) == 2
        assert '"reason": "核查"' in lines[0]

    def test_names_file_is_checked(self, tmp_path: Path) -> None:
        path = tmp_path / "names.csv"
        path.write_text(f"token,name\n{OFFICIAL},赵试验\n", encoding="utf-8")
        assert read_names(path) == {OFFICIAL: "赵试验"}
        path.write_text("赵试验\n", encoding="utf-8")
        with pytest.raises(ValueError, match="第 1 行"):
            read_names(path)


class TestGraph:
    def test_body_stands_in_the_middle_and_ties_carry_words(self) -> None:
        drawing = draw(UNIT, [kin_flag()])
        body = next(n for n in drawing.nodes if n.kind == "body")
        assert (body.id, body.x, body.y) == (UNIT, 0, 0)
        words = {frozenset((e.source, e.target)): e.label for e in drawing.edges}
        assert words[frozenset((OFFICIAL, RELATIVE))] == "配偶"
        assert words[frozenset((FIRM, RELATIVE))] == "持股"

    def test_several_rows_make_one_line_with_a_count(self) -> None:
        edges = draw(UNIT, [payment_flag()]).edges
        assert [e.label for e in edges] == ["付款×3"]

    def test_is_the_same_every_time(self) -> None:
        assert draw(UNIT, [kin_flag(), payment_flag()]) == draw(UNIT, [kin_flag(), payment_flag()])

    def test_keeps_to_the_limit_and_says_how_many_are_left_out(self) -> None:
        many = kin_flag(
            records=tuple(
                record("D13.payment", "财政", f"ZF{n}", unit_code=UNIT, payee_code=f"F{n:05d}")
                for n in range(500)
            ),
            path=(),
        )
        drawing = draw(UNIT, [many])
        assert len(drawing.nodes) == 300
        assert drawing.left_out == 201

    @settings(max_examples=30, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=60))
    def test_no_two_actors_share_a_place(self, pairs: list[tuple[int, int]]) -> None:
        rows = [
            record("D22.holding", "国资", f"{n}", firm_code=f"F{a}", parent_code=f"F{b}")
            for n, (a, b) in enumerate(pairs)
        ]
        rows.append(record("D13.payment", "财政", "p", unit_code=UNIT, payee_code="F0"))
        drawing = draw(UNIT, [kin_flag(records=tuple(rows), path=())])
        places = [(round(n.x), round(n.y)) for n in drawing.nodes]
        assert len(set(places)) == len(places)


class TestWorkbook:
    def test_lists_the_flags_with_room_for_verdicts(self, tmp_path: Path) -> None:
        path = tmp_path / "list.xlsx"
        assert write_workbook(path, inputs()) == 2
        book = openpyxl.load_workbook(path)
        assert book.sheetnames == ["疑点清单", "单位画像", "记录明细", "指标计算情况"]
        sheet = book["疑点清单"]
        assert {sheet.cell(4, 2).value, sheet.cell(5, 2).value} == {"青禾县水务局"}
        rule = sheet.data_validations.dataValidation[0]
        assert rule.formula1 == '"属实,部分属实,不实,无法核实"'

    def test_nothing_becomes_a_formula_or_a_link(self, tmp_path: Path) -> None:
        path = tmp_path / "list.xlsx"
        write_workbook(path, inputs())
        for sheet in openpyxl.load_workbook(path):
            for row in sheet.iter_rows():
                for cell in row:
                    assert cell.data_type != "f", (sheet.title, cell.coordinate)
                    assert cell.hyperlink is None

    def test_no_person_token_in_full(self, tmp_path: Path) -> None:
        path = tmp_path / "list.xlsx"
        write_workbook(path, inputs())
        texts = [
            str(cell.value)
            for sheet in openpyxl.load_workbook(path)
            for row in sheet.iter_rows()
            for cell in row
        ]
        assert not any(OFFICIAL in text or RELATIVE in text for text in texts)


class TestPath:
    def test_a_step_said_by_many_rows_stands_once(self) -> None:
        steps = tuple(PathEdge("评标", f"D20.expert#{n}", OFFICIAL, UNIT) for n in range(10))
        flag = kin_flag(path=(*steps, PathEdge("配偶", "D25#HY1", OFFICIAL, RELATIVE)))
        shown = path_view(flag, Callings({UNIT: "示例局"}))
        assert [(s["edge"], s["target"], s["times"]) for s in shown] == [
            ("评标", "示例局", 10),
            ("配偶", Callings().call(RELATIVE), 1),
        ]

    def test_what_a_corroboration_cites_is_one_step_a_rule(self) -> None:
        steps = tuple(PathEdge("印证 F01", f"D13.payment#{n}") for n in range(4))
        flags = [kin_flag(path=steps), payment_flag()]
        given = replace(
            inputs(),
            profiles=build_profiles(flags, scan(), budget=5),
            flags={f.flag_id: f for f in flags},
        )
        text = organisation_page(given.profiles[0], given)
        assert "<span>印证 F01</span><i>×4 条记录</i>" in text
        assert "印证 F01→" not in text


class TestLimitsOfTheWorkbook:
    def test_too_long_texts_and_too_many_records_are_said(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(workbook, "ROWS", 6)
        monkeypatch.setattr(workbook, "LONGEST", 40)
        workbook.write_workbook(tmp_path / "l.xlsx", inputs())
        book = openpyxl.load_workbook(tmp_path / "l.xlsx")
        records = list(book["记录明细"].iter_rows(min_row=4, values_only=True))
        assert len(records) == 3
        assert "另有 5 条记录放不下" in records[-1][0]
        sentences = [row[5] for row in book["疑点清单"].iter_rows(min_row=4, values_only=True)]
        assert any("已截断" in text for text in sentences)
        assert all(text for text in sentences)
