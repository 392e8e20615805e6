"""A scan finds the planted, says what it could not compute, and every flag can be replayed."""

import json
from collections import defaultdict
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from lianxun_insight.flags import Flag, Scalar, digest, read_flags, unfounded_parts
from lianxun_insight.generator import Gaps, make_province, read_truth, write_province
from lianxun_insight.profile import Precision, Scan, read_scan
from lianxun_insight.profile.facts import scan_path
from lianxun_insight.rules.data import Data
from lianxun_insight.rules.model import load_rules
from lianxun_insight.scan import SourceError, open_source, replay_flag, run_scan
from lianxun_insight.scan.replaying import rerun_with
from lianxun_insight.scan.run import exposure_table, owner_column
from lianxun_insight.scan.source import data_of, rows_by_key

RULES = (
    "F01", "F02", "F04", "F05", "X02", "X03", "K01", "K10", "K15", "K17", "K19", "K23", "K24",
    "K25", "P11",
)  # fmt: skip
QUICK = ("F01", "F04", "K01", "X03")  # the other replays belong to the long run
#: Which scheme a rule must find all instances of.
MUST_FIND = {
    "F01": "S07", "F02": "S08", "F04": "S12", "F05": "S13", "X02": "S20", "X03": "S10",
    "K01": "S24", "K10": "S21", "K15": "S23", "K19": "S18", "K23": "S29", "K24": "S15", "K25": "S26",
}  # fmt: skip


def rows_of(flag: Flag, data: Data) -> dict[str, dict[str, Scalar]]:
    """The rows of a flag by address."""
    keys: dict[str, set[str]] = defaultdict(set)
    for record in flag.records:
        keys[record.dataset].add(record.record_key)
    return {
        f"{table}#{key}": row
        for table, wanted in keys.items()
        for key, row in rows_by_key(data, table, wanted).items()
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("scan") / "data"
    write_province(make_province(0.1, seed=11, instances=2), target)
    return target


@pytest.fixture(scope="module")
def scanned(folder: Path) -> tuple[list[Flag], Scan]:
    out = folder.parent / "flags.jsonl"
    run_scan(open_source(folder), out, as_of="2025-12-31", only=RULES)
    return list(read_flags(out)), read_scan(scan_path(out))


class TestFinding:
    @pytest.mark.parametrize(("rule", "scheme"), sorted(MUST_FIND.items()))
    def test_rule_finds_its_scheme(
        self, folder: Path, scanned: tuple[list[Flag], Scan], rule: str, scheme: str
    ) -> None:
        seen = {r.address for f in scanned[0] if f.indicator.id == rule for r in f.records}
        planted = [p for p in read_truth(folder / "truth.jsonl") if p.scheme == scheme]
        assert planted
        for p in planted:
            assert seen & set(p.records + p.needs), p.instance

    def test_homonyms_approved_moves_and_rents_are_left_alone(
        self, folder: Path, scanned: tuple[list[Flag], Scan]
    ) -> None:
        innocent = {
            a: p.instance
            for p in read_truth(folder / "truth.jsonl")
            if p.scheme in ("C01", "C03", "C14", "C15")
            for a in p.records
        }
        for f in scanned[0]:
            if f.indicator.id in ("F01", "X02", "X03"):
                assert not {r.address for r in f.records} & set(innocent), f.sentence()

    def test_flags_stand_by_their_records(
        self, folder: Path, scanned: tuple[list[Flag], Scan]
    ) -> None:
        data = data_of(open_source(folder))
        keys: dict[str, set[str]] = defaultdict(set)
        for f in scanned[0]:
            for r in f.records:
                keys[r.dataset].add(r.record_key)
        for table_id, wanted in keys.items():
            rows = rows_by_key(data, table_id, wanted)
            assert set(rows) == wanted
            for f in scanned[0]:
                for r in f.records:
                    if r.dataset == table_id:
                        assert digest(rows[r.record_key]) == r.hash

    def test_same_data_same_flags(self, folder: Path, scanned: tuple[list[Flag], Scan]) -> None:
        again = folder.parent / "again.jsonl"
        run_scan(open_source(folder), again, as_of="2025-12-31", only=RULES)
        assert [f.flag_id for f in read_flags(again)] == [f.flag_id for f in scanned[0]]

    def test_a_store_and_a_database_give_the_same_flags(self, folder: Path, tmp_path: Path) -> None:
        base = tmp_path / "store" / "deliveries" / "d1" / "tables"
        (tmp_path / "store").mkdir()
        (tmp_path / "store" / "store.json").write_text("{}", encoding="utf-8")
        with duckdb.connect(str(tmp_path / "data.duckdb")) as database:
            for path in folder.glob("*.parquet"):
                part = base / path.stem / "part-00001.parquet"
                part.parent.mkdir(parents=True)
                part.write_bytes(path.read_bytes())
                database.execute(f"CREATE TABLE {path.stem} AS SELECT * FROM '{path}'")
        found = []
        for source in (folder, tmp_path / "store", tmp_path / "data.duckdb"):
            out = tmp_path / f"{source.name}.jsonl"
            run_scan(open_source(source), out, as_of="2025-12-31", only=["F01", "F04"])
            found.append([f.flag_id for f in read_flags(out)])
        assert found[0]
        assert found[0] == found[1] == found[2]


class TestSaying:
    def test_what_could_not_be_computed_and_why(self, scanned: tuple[list[Flag], Scan]) -> None:
        missing = {r.id: r.reason for r in scanned[1].indicators if not r.computed}
        assert set(missing) == {"K17"}
        assert "D41.loan" in missing["K17"]
        assert (
            scanned[1].coverage_sentence() == f"{len(RULES)} 项指标中可计算 {len(RULES) - 1} 项。"
        )

    def test_an_absent_department_takes_its_rules_with_it(self, tmp_path: Path) -> None:
        province = make_province(0.1, seed=11, instances=2)
        write_province(province, tmp_path / "d", gaps=Gaps(absent=("人社", "组织")))
        out = tmp_path / "f.jsonl"
        result = run_scan(open_source(tmp_path / "d"), out, as_of="2025-12-31", only=["K25", "F01"])
        missing = {r.id: r.reason for r in result.scan.indicators if not r.computed}
        assert "D04.post" in missing["K25"]
        assert result.flags > 0

    def test_a_rule_sent_back_to_design_does_not_run(self, folder: Path, tmp_path: Path) -> None:
        version = load_rules()["F01"].version
        bad = {("F01", version): Precision("F01", version, 60, 1, 0, 0, 1 / 60, 0.0, 0.08)}
        out = tmp_path / "f.jsonl"
        result = run_scan(
            open_source(folder), out, as_of="2025-12-31", only=["F01", "F04"], precision=bad
        )
        reasons = {r.id: r.reason for r in result.scan.indicators if not r.computed}
        assert "退回重新设计" in reasons["F01"]
        assert {f.indicator.id for f in read_flags(out)} == {"F04"}

    def test_every_sentence_is_filled_from_fields(self, scanned: tuple[list[Flag], Scan]) -> None:
        for f in scanned[0]:
            assert unfounded_parts(f) == []
            assert "{" not in f.sentence()

    def test_bodies_have_peers_names_and_opportunities(
        self, scanned: tuple[list[Flag], Scan]
    ) -> None:
        assert len(scanned[1].organisations) == 36
        assert all(o.exposure for o in scanned[1].organisations)
        flagged = {f.subject.org for f in scanned[0]}
        assert flagged <= set(scanned[1].names)
        assert scanned[1].pairs > 1_000

    def test_no_clear_identifier_in_the_flags(self, folder: Path) -> None:
        text = (folder.parent / "flags.jsonl").read_text(encoding="utf-8")
        ids = pq.read_table(folder / "d25.parquet")["person_a_token"].to_pylist()
        assert all(token.startswith("p_") for token in ids)
        assert '"5030' not in text  # resident numbers of the province begin so

    def test_every_rule_that_counts_rows_knows_whose_they_are(self) -> None:
        for rule in load_rules().values():
            table = exposure_table(rule)
            assert not table or owner_column(table)


class TestReplay:
    """Contract (a) and (b) on one flag of every rule."""

    @pytest.mark.parametrize(
        "rule",
        [
            pytest.param(r, marks=() if r in QUICK else pytest.mark.long)
            for r in RULES
            if r not in ("K17", "P11")
        ],
    )
    def test_records_alone_reproduce_the_value_and_each_matters(
        self, folder: Path, scanned: tuple[list[Flag], Scan], rule: str
    ) -> None:
        own = [f for f in scanned[0] if f.indicator.id == rule]
        smallest = min(own, key=lambda f: (len(f.records), f.flag_id))
        result = replay_flag(smallest, data_of(open_source(folder)))
        assert result.gone == ()
        assert result.changed == ()
        assert result.report.reproduced, result.report.outcome
        assert result.report.idle == ()

    @pytest.mark.long
    def test_every_rule_that_flags_keeps_both_promises(self, folder: Path, tmp_path: Path) -> None:
        """The smallest flag of each rule of a whole scan; of very many rows every tenth is left out."""
        out = tmp_path / "all.jsonl"
        run_scan(open_source(folder), out, as_of="2025-12-31")
        data = data_of(open_source(folder))
        smallest: dict[str, Flag] = {}
        for f in read_flags(out):
            known = smallest.get(f.indicator.id)
            if known is None or (len(f.records), f.flag_id) < (len(known.records), known.flag_id):
                smallest[f.indicator.id] = f
        assert {"C01", "F11", "K08", "K09", "K20", "P10", "P11", "P14", "X01"} <= set(smallest)
        broken = {}
        for rule, f in smallest.items():
            if len(f.records) <= 20:
                report = replay_flag(f, data).report
                if not report.reproduced or report.idle:
                    broken[rule] = (report.outcome, report.idle)
                continue
            rerun = rerun_with(f, rows_of(f, data))
            if not rerun(f.records).same_as(f.value):
                broken[rule] = ("not reproduced", ())
            for gone in f.records[:: max(1, len(f.records) // 10)]:
                if rerun([r for r in f.records if r is not gone]).same_as(f.value):
                    broken[rule] = ("idle", (gone.address,))
        assert broken == {}

    def test_changed_data_is_noticed(
        self, folder: Path, scanned: tuple[list[Flag], Scan], tmp_path: Path
    ) -> None:
        flag = next(f for f in scanned[0] if f.indicator.id == "F01")
        table = pq.read_table(folder / "d13_payment.parquet")
        with duckdb.connect() as database:
            database.register("payments", table)
            changed = database.execute(
                "SELECT * REPLACE (CASE WHEN voucher_no = ? THEN amount + 100 ELSE amount END AS amount)"
                " FROM payments",
                [flag.records[0].record_key.split("|")[0]],
            ).to_arrow_table()
        pq.write_table(changed, tmp_path / "d13_payment.parquet")
        result = replay_flag(flag, data_of(open_source(tmp_path)))
        assert result.changed == (flag.records[0].address,)
        assert not result.report.reproduced

    def test_another_version_of_the_rule_is_refused(
        self, folder: Path, scanned: tuple[list[Flag], Scan]
    ) -> None:
        data = scanned[0][0].to_json()
        data["indicator"]["version"] = "0"
        content = {
            k: v for k, v in data.items() if k not in ("flag_id", "status", "human_decision")
        }
        data["flag_id"] = f"F-{digest(content)[:32]}"
        path = folder.parent / "old.jsonl"
        path.write_text(json.dumps(data, ensure_ascii=False) + "\n", encoding="utf-8")
        with pytest.raises(ValueError, match="第 0 版"):
            replay_flag(next(read_flags(path)), data_of(open_source(folder)))


class TestSource:
    def test_missing_and_foreign_data_are_named(self, tmp_path: Path) -> None:
        with pytest.raises(SourceError, match="找不到数据"):
            open_source(tmp_path / "nothing")
        with pytest.raises(SourceError, match="没有目录所列的数据表"):
            open_source(tmp_path)
        (tmp_path / "x.duckdb").write_text("no database", encoding="utf-8")
        with pytest.raises(SourceError, match="不是可读的 DuckDB"):
            open_source(tmp_path / "x.duckdb")
