"""Recall at a budget counts what a team would have met, not what stands somewhere in a long list."""

import pytest

from lianxun_insight.evaluation import evaluate, settings_of, single_source, two_rounds
from lianxun_insight.evaluation.measure import budget_of
from lianxun_insight.evaluation.rounds import checked
from lianxun_insight.flags import Flag, Indicator, RecordRef, Reference, Subject, make_flag
from lianxun_insight.generator import Planted
from lianxun_insight.profile import IndicatorRun, Scan
from lianxun_insight.profile.leads import counterparties, rank_leads

DEPARTMENT = {"D13.payment": "财政", "D14.contract": "财政", "D20.bid": "发改", "D25": "公安"}


def scan(rows: int = 10_000) -> Scan:
    return Scan(
        organisations=(),
        indicators=(
            IndicatorRun("F01", "1", "拆分", "payment", True, exposure="D13.payment"),
            IndicatorRun("P02", "1", "单一投标", "process", True, exposure="D13.payment"),
            IndicatorRun("X01", "1", "亲属", "ownership", True, exposure="D13.payment"),
        ),
        settings_hash="",
        as_of="2025-12-31",
        rows={"D13.payment": rows},
        pairs=1_000,
    )


FAMILY = {"F01": "payment", "P02": "process", "X01": "ownership"}


def flag(rule: str, org: str, firm: str, *addresses: str, baseline_p: float | None = None) -> Flag:
    records = tuple(
        RecordRef(t, DEPARTMENT[t], k, {"supplier_code": firm}, "2025", "h")
        for t, k in (address.split("#") for address in addresses)
    )
    return make_flag(
        indicator=Indicator(rule, "1", "{subject}。", (), rule, FAMILY[rule]),
        subject=Subject(org, org),
        period=("2025-01-01", "2025-12-31"),
        value={},
        reference=Reference("", 0, None, baseline_p),
        records=records,
        settings_hash="",
    )


def planted(instance: str, *addresses: str, lost: tuple[str, ...] = ()) -> Planted:
    kind = "scheme" if instance[0] == "S" else "confounder"
    return Planted(
        instance, instance[:3], "题目", kind, "U1", ("A",), addresses, ("财政",), lost=lost
    )


class TestLeads:
    def test_flags_on_one_pair_are_one_lead(self) -> None:
        flags = [flag("F01", "U1", "A", "D13.payment#1"), flag("X01", "U1", "A", "D25#1")]
        leads = rank_leads(flags, scan())
        assert len(leads) == 1
        assert leads[0].families == ("ownership", "payment")

    def test_two_families_beat_one_stronger_one(self) -> None:
        strong = [flag("X01", "U1", "A", "D25#1", baseline_p=1e-4)]
        two = [
            flag("X01", "U2", "B", "D25#2", baseline_p=1e-3),
            flag("F01", "U2", "B", "D13.payment#2", baseline_p=1e-3),
        ]
        assert rank_leads(strong + two, scan())[0].org == "U2"

    def test_repeats_of_one_rule_do_not_add_up(self) -> None:
        many = [flag("F01", "U1", "A", f"D13.payment#{n}", baseline_p=0.01) for n in range(9)]
        one = [flag("F01", "U2", "B", "D13.payment#x", baseline_p=0.001)]
        assert rank_leads(many + one, scan())[0].org == "U2"

    def test_a_rule_that_hits_everywhere_stands_behind(self) -> None:
        common = [flag("P02", "U1", f"A{n}", f"D20.bid#{n}") for n in range(900)]
        rare = [flag("F01", "U9", "Z", "D13.payment#z")]
        assert rank_leads(common + rare, scan())[0].org == "U9"

    def test_the_body_itself_is_no_counterparty(self) -> None:
        record = RecordRef("D14.contract", "财政", "1", {"buyer_code": "U1"}, "", "")
        own = make_flag(
            indicator=Indicator("F01", "1", "{subject}。", (), "x", "payment"),
            subject=Subject("U1", "U1"), period=("", ""), value={},
            reference=Reference("", 0, None, None), records=(record,), settings_hash="",
        )  # fmt: skip
        assert counterparties(own) == []


class TestRecall:
    truth = [planted("S01-001", "D25#1"), planted("S01-002", "D25#2"), planted("C01-001", "D25#3")]  # noqa: RUF012

    def test_counts_instances_whose_records_a_lead_rests_on(self) -> None:
        result = evaluate(self.truth, [flag("X01", "U1", "A", "D25#1")], scan(), budget=10)
        by_scheme = {s.scheme: s for s in result.schemes}
        assert by_scheme["S01"].found == 1
        assert by_scheme["S01"].rules == ("X01",)
        assert result.mean_recall == 0.5
        assert result.precision == 1.0

    def test_a_lead_beyond_the_budget_does_not_count(self) -> None:
        flags = [
            flag("X01", "U1", "A", "D25#9", baseline_p=1e-6),
            flag("X01", "U2", "B", "D25#1", baseline_p=0.5),
        ]
        result = evaluate(self.truth, flags, scan(), budget=1)
        assert result.mean_recall == 0
        assert result.precision == 0

    def test_confounders_are_false_alarms(self) -> None:
        result = evaluate(self.truth, [flag("X01", "U1", "A", "D25#3")], scan(), budget=10)
        assert result.precision == 0
        assert {s.scheme: s.found for s in result.schemes}["C01"] == 1

    def test_misses_are_counted_among_the_fully_visible(self) -> None:
        truth = [planted("S01-001", "D25#1"), planted("S01-002", "D25#2", lost=("D25#2",))]
        result = evaluate(truth, [flag("X01", "U1", "A", "D25#1")], scan(), budget=10)
        assert result.mean_recall == 0.5
        assert result.visible_missed == 0

    def test_budget_is_two_percent_of_the_pairs(self) -> None:
        assert budget_of(scan()) == 20

    def test_nothing_found_is_no_error(self) -> None:
        result = evaluate(self.truth, [], scan())
        assert (result.precision, result.mean_recall) == (0, 0)


class TestSources:
    @pytest.mark.parametrize(
        ("addresses", "single"),
        [
            (("D13.payment#1",), True),
            (("D14.contract#1", "D20.bid#1"), True),  # two offices, one procurement record
            (("D13.payment#1", "D14.contract#1"), True),  # one office
            (("D13.payment#1", "D20.bid#1"), False),
            (("D14.contract#1", "D25#1"), False),
        ],
    )
    def test_single_source(self, addresses: tuple[str, ...], *, single: bool) -> None:
        assert single_source(flag("F01", "U1", "A", *addresses)) is single

    def test_joined_finds_what_single_sources_cannot(self) -> None:
        truth = [planted("S01-001", "D14.contract#1"), planted("S07-001", "D13.payment#1")]
        flags = [
            flag("X01", "U1", "A", "D14.contract#1", "D25#1"),
            flag("F01", "U1", "B", "D13.payment#1"),
        ]
        results = {e.setting: e.mean_recall for e in settings_of(truth, flags, scan())}
        assert results == {
            "仅财务": 0.5, "单部门规则合计": 0.5, "仅跨部门规则": 0.5, "全部规则": 1.0,
        }  # fmt: skip


class TestRounds:
    def test_verdicts_come_from_the_answer_key(self) -> None:
        flags = [flag("X01", "U1", "A", "D25#1"), flag("F01", "U2", "B", "D13.payment#9")]
        reviews = checked([planted("S01-001", "D25#1")], flags, scan(), budget=10)
        assert {r.org: r.verdict.value for r in reviews} == {"U1": "属实", "U2": "不实"}

    def test_only_leads_within_the_budget_are_checked(self) -> None:
        flags = [flag("X01", f"U{n}", "A", f"D25#{n}") for n in range(9)]
        assert len(checked([], flags, scan(), budget=4)) == 4

    def test_a_list_is_judged_by_the_bodies_of_the_key(self) -> None:
        first, second = two_rounds([planted("S01-001", "D25#1")], [], scan())
        assert (first.listed, second.listed, first.guilty) == (0, 0, 1)
