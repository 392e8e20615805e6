"""A flag is one finding: immutable, replayable, and it says only what its fields say."""

import json
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxun_insight.flags import (
    DataQuality,
    ErEvidence,
    Flag,
    FlagFileError,
    HumanDecision,
    Indicator,
    Outcome,
    PathEdge,
    RecordRef,
    Reference,
    Status,
    Subject,
    canonical,
    digest,
    find_flag,
    from_json,
    make_flag,
    read_flags,
    replay,
    unfounded_parts,
    view_for,
    write_flags,
)
from lianxun_insight.flags.record import _ChineseFormatter

LIMIT = 100_000


def payment(key: str, amount: float, department: str = "财政") -> RecordRef:
    fields = {"amount": amount, "payee": "青禾商贸"}
    return RecordRef("D13", department, key, fields, "2025-12-31", digest(fields))


def split_payments(*records: RecordRef, **changes: object) -> Flag:
    parts: dict[str, object] = {
        "indicator": Indicator(
            id="F01",
            version="1",
            text_zh="{subject}向同一收款方分{n:count}笔付款，合计{total:money}。",
            legal_basis=("政府采购法第二十八条",),
            title_zh="拆分付款",
            family="payment",
        ),
        "subject": Subject("U-017", "云溪县水务局"),
        "period": ("2025-01-01", "2025-12-31"),
        "value": {
            "n": len(records),
            "total": sum(float(r.fields.get("amount") or 0) for r in records),
        },
        "reference": Reference("县级/行政/2025", 48, 0.98, 0.02),
        "records": records,
        "settings_hash": "0" * 64,
        "innocent_explanations": ("分期履行的合同",),
        **changes,
    }
    return make_flag(**parts)  # type: ignore[arg-type]


def rerun(records: object) -> Outcome:
    """The rule itself: at least two payments, each under the limit, together above it."""
    rows = list(records)  # type: ignore[call-overload]
    total = sum(row.fields["amount"] for row in rows)
    if len(rows) < 2 or total <= LIMIT:
        return Outcome(None)
    return Outcome({"n": len(rows), "total": total})


THREE = (payment("P1", 60_000), payment("P2", 55_000), payment("P3", 70_000))


class TestIdentity:
    def test_same_finding_has_the_same_identifier_whatever_the_order(self) -> None:
        assert split_payments(*THREE).flag_id == split_payments(*reversed(THREE)).flag_id

    @pytest.mark.parametrize(
        "change",
        [
            {"period": ("2024-01-01", "2024-12-31")},
            {"settings_hash": "1" * 64},
            {"subject": Subject("U-018", "云溪县水务局")},
            {"innocent_explanations": ()},
            {"data_quality": (DataQuality("合同号缺 3 条", "按金额与日期匹配"),)},
        ],
    )
    def test_any_change_of_content_changes_the_identifier(self, change: dict[str, object]) -> None:
        assert split_payments(*THREE, **change).flag_id != split_payments(*THREE).flag_id

    def test_a_decision_stands_beside_the_finding(self) -> None:
        flag = split_payments(*THREE)
        decided = flag.decided(Status.CONFIRMED, HumanDecision("核查组", "2026-01-05", "合同一份"))
        assert decided.flag_id == flag.flag_id
        assert from_json(decided.to_json()).human_decision == decided.human_decision
        assert decided.status.zh == "属实"

    def test_nothing_in_it_can_be_changed(self) -> None:
        flag = split_payments(*THREE)
        with pytest.raises(FrozenInstanceError):
            flag.status = Status.CONFIRMED  # type: ignore[misc]
        with pytest.raises(TypeError):
            flag.value["n"] = 9  # type: ignore[index]
        with pytest.raises(TypeError):
            flag.records[0].fields["amount"] = 1  # type: ignore[index]

    def test_changed_text_is_refused(self) -> None:
        data = split_payments(*THREE).to_json()
        data["value"]["total"] = 1
        with pytest.raises(ValueError, match="内容与编号不符"):
            from_json(data)

    def test_needs_records_and_each_once(self) -> None:
        with pytest.raises(ValueError, match="没有列出任何记录"):
            split_payments()
        with pytest.raises(ValueError, match="重复列出"):
            split_payments(THREE[0], THREE[0])


class TestCanonicalText:
    scalars = st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False)
    trees = st.recursive(
        scalars.filter(lambda x: x not in (float("inf"), float("-inf"))),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=12,
    )

    @given(trees)
    def test_reading_back_gives_the_same_text(self, tree: object) -> None:
        assert canonical(json.loads(canonical(tree))) == canonical(tree)

    @given(st.dictionaries(st.text(), st.integers(), min_size=2))
    def test_order_of_keys_does_not_matter(self, tree: dict[str, int]) -> None:
        assert digest(dict(reversed(tree.items()))) == digest(tree)

    def test_whole_floats_and_integers_are_one(self) -> None:
        assert canonical({"a": 3.0}) == canonical({"a": 3}) == '{"a":3}'

    @pytest.mark.parametrize("bad", [float("nan"), float("inf")])
    def test_refuses_what_json_cannot_hold(self, bad: float) -> None:
        with pytest.raises(ValueError, match="有限数"):
            canonical(bad)
        with pytest.raises(TypeError):
            canonical(object())


class TestPromises:
    def test_a_and_b_hold_for_the_listed_records(self) -> None:
        report = replay(split_payments(*THREE), rerun)
        assert report.ok
        assert report.idle == ()

    def test_a_fails_when_a_needed_record_is_not_listed(self) -> None:
        flag = split_payments(*THREE[:2], value={"n": 3, "total": 185_000})
        assert not replay(flag, rerun).reproduced

    def test_b_names_a_record_that_does_not_matter(self) -> None:
        bystander = RecordRef("D30", "市场监管", "R9", {"amount": 0}, "2025-12-31", "x")

        def ignores_registry(records: object) -> Outcome:
            return rerun([r for r in records if r.dataset == "D13"])  # type: ignore[attr-defined]

        flag = split_payments(*THREE, bystander, value={"n": 3, "total": 185_000})
        report = replay(flag, ignores_registry)
        assert report.reproduced
        assert report.idle == ("D30#R9",)
        assert not report.ok

    def test_c_sentence_is_filled_from_the_fields(self) -> None:
        flag = split_payments(*THREE)
        assert flag.sentence() == "云溪县水务局向同一收款方分3笔付款，合计18.5万元。"
        assert unfounded_parts(flag) == []

    def test_c_a_figure_typed_into_the_template_is_found(self) -> None:
        typed = Indicator("F01", "1", "{subject}超过限额5万元。", (), "拆分付款", "payment")
        assert unfounded_parts(split_payments(*THREE, indicator=typed)) == ["5"]

    def test_c_a_template_with_an_unknown_name_makes_no_flag(self) -> None:
        unknown = Indicator("F01", "1", "{nobody}。", (), "拆分付款", "payment")
        with pytest.raises(KeyError):
            split_payments(*THREE, indicator=unknown)


class TestViewForSomebodyWithoutARight:
    secret = RecordRef("D25", "公安", "K-9917", {"relation": "配偶", "token": "t-abc"}, "2025", "h")

    def flag(self) -> Flag:
        return split_payments(
            *THREE,
            self.secret,
            value={"n": 3, "total": 185_000, "link": "t-abc"},
            path=(
                PathEdge("亲属", self.secret.address, "t-abc", "t-def"),
                PathEdge("付款", THREE[0].address),
            ),
            er_evidence=(ErEvidence(("t-abc", "t-def"), 14.2, ("id",), "auto", "rule"),),
        )

    def test_d_sees_that_there_is_a_record_and_whose(self) -> None:
        shown = view_for(self.flag(), lambda dataset, _department: dataset != "D25")
        assert {"department": "公安", "note": "有记录，无权查看"} in shown["records"]
        assert "公安" in shown["sentence"]

    def test_d_nothing_of_the_row_shines_through(self) -> None:
        shown = view_for(self.flag(), lambda dataset, _department: dataset != "D25")
        text = canonical(shown)
        for trace in ("K-9917", "配偶", "t-abc", "t-def"):
            assert trace not in text

    def test_d_own_rows_stay_visible(self) -> None:
        shown = view_for(self.flag(), lambda dataset, _department: dataset != "D25")
        keys = [row.get("record_key") for row in shown["records"]]
        assert keys.count("P1") == 1
        assert shown["path"][1]["source_record"] == "D13#P1"

    def test_somebody_with_all_rights_sees_all(self) -> None:
        shown = view_for(self.flag(), lambda *_: True)
        assert shown["value"]["total"] == 185_000
        assert len(shown["records"]) == 4


class TestFlagsFile:
    def test_round_trip(self, tmp_path: object) -> None:
        path = tmp_path / "flags.jsonl"  # type: ignore[operator]
        flags = [split_payments(*THREE), split_payments(*THREE[:2])]
        assert write_flags(path, flags) == 2
        assert list(read_flags(path)) == flags

    def test_a_broken_run_leaves_the_old_file(self, tmp_path: object) -> None:
        path = tmp_path / "flags.jsonl"  # type: ignore[operator]
        write_flags(path, [split_payments(*THREE)])
        before = path.read_bytes()

        def breaks() -> object:
            yield split_payments(*THREE[:2])
            raise RuntimeError("power cut")

        with pytest.raises(RuntimeError):
            write_flags(path, breaks())  # type: ignore[arg-type]
        assert path.read_bytes() == before
        assert [p.name for p in path.parent.iterdir()] == ["flags.jsonl"]

    @pytest.mark.parametrize("line", ["{", '{"format": "lianxun-flag/1"}', "[]", '{"format": "x"}'])
    def test_names_the_line_that_cannot_be_read(self, tmp_path: object, line: str) -> None:
        path = tmp_path / "flags.jsonl"  # type: ignore[operator]
        path.write_text(split_payments(*THREE).text() + "\n" + line + "\n", encoding="utf-8")
        with pytest.raises(FlagFileError, match="第 2 行"):
            list(read_flags(path))

    def test_finds_by_the_beginning_of_the_identifier(self, tmp_path: object) -> None:
        path = tmp_path / "flags.jsonl"  # type: ignore[operator]
        flag = split_payments(*THREE)
        write_flags(path, [flag, split_payments(*THREE[:2])])
        assert find_flag(path, flag.flag_id[:12]) == flag
        with pytest.raises(FlagFileError, match="没有"):
            find_flag(path, "F-none")
        with pytest.raises(FlagFileError, match="有 2 个"):
            find_flag(path, "F-")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1.056998, "1.057"),
        (0.92062, "0.921"),
        (12.3456, "12.3"),
        (3.0, "3"),
        (0.0, "0"),
        (1234.56, "1,234.6"),
        (0.0000123, "不到0.001"),
        (-0.00001, "接近0"),
        (-2.5, "-2.5"),
    ],
)
def test_a_fraction_is_written_with_the_digits_people_read(value, words):
    assert _ChineseFormatter().format("差距 {x} 倍", x=value) == f"差距 {words} 倍"
