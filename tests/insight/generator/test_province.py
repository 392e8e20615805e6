"""The province is what its documentation says: seeded, well-formed, invented, with a true answer key."""

import hashlib
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from lianxun_insight.generator import Gaps, make_province, read_truth, write_province
from lianxun_insight.generator.deliver import record_keys
from lianxun_insight.generator.names import SURNAMES, person_names
from lianxun_insight.generator.numbers import credit_codes, resident_numbers
from lianxun_insight.generator.stories import CONFOUNDERS, SCHEMES
from lianxun_insight.schemas import load_catalogue

SMALL = 0.1


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("province")
    write_province(make_province(SMALL, seed=3), target)
    return target


def rows(folder: Path, table_id: str) -> list[dict[str, object]]:
    path = folder / f"{load_catalogue().table(table_id).sql_name}.parquet"
    return pq.read_table(path).to_pylist()


def tables(folder: Path) -> list[tuple[str, Path]]:
    catalogue = load_catalogue()
    names = {table.sql_name: table.id for table in catalogue.tables}
    return [(names[path.stem], path) for path in sorted(folder.glob("*.parquet"))]


class TestSeed:
    def test_same_seed_same_bytes(self, folder: Path, tmp_path: Path) -> None:
        write_province(make_province(SMALL, seed=3), tmp_path)
        for path in sorted(folder.iterdir()):
            again = (tmp_path / path.name).read_bytes()
            assert hashlib.sha256(again).digest() == hashlib.sha256(path.read_bytes()).digest()

    def test_another_seed_another_province(self, folder: Path, tmp_path: Path) -> None:
        write_province(make_province(SMALL, seed=4), tmp_path)
        assert (tmp_path / "d30_firm.parquet").read_bytes() != (
            folder / "d30_firm.parquet"
        ).read_bytes()


class TestSize:
    def test_too_many_instances_for_the_size_are_refused(self) -> None:
        with pytest.raises(ValueError, match="最多可为每种情形安排"):
            make_province(SMALL, instances=50)


class TestTables:
    def test_fit_the_catalogue_in_name_and_type(self, folder: Path) -> None:
        arrow = {"text": "string", "int": "int64", "money": "int64", "date": "date32[day]",
                 "month": "date32[day]", "datetime": "timestamp[us]", "bool": "bool",
                 "id_token": "string", "org_code": "string", "share": "double"}  # fmt: skip
        for table_id, path in tables(folder):
            schema = pq.read_schema(path)
            expected = {f.name: arrow[f.type] for f in load_catalogue().table(table_id).fields}
            assert {n: str(t) for n, t in zip(schema.names, schema.types, strict=True)} == expected

    def test_keys_are_unique_and_required_fields_filled(self, folder: Path) -> None:
        for table_id, path in tables(folder):
            schema = load_catalogue().table(table_id)
            table = pq.read_table(path)
            keys = record_keys(schema, table)
            repeated = [key for key, count in Counter(keys).items() if count > 1]
            assert not repeated, (table_id, repeated[:3])
            for field in schema.fields:
                if field.key or field.required:
                    assert table[field.name].null_count == 0, (table_id, field.name)

    def test_choices_are_kept(self, folder: Path) -> None:
        for table_id, path in tables(folder):
            table = pq.read_table(path)
            for field in load_catalogue().table(table_id).fields:
                if field.choices:
                    values = set(table[field.name].to_pylist()) - {None}
                    assert values <= set(field.choices), (table_id, field.name, values)

    def test_at_least_twelve_departments_deliver(self, folder: Path) -> None:
        catalogue = load_catalogue()
        providers = {catalogue.data_class(t.split(".")[0]).provider for t, _ in tables(folder)}
        assert len(providers) >= 12

    def test_contracts_name_existing_projects_and_known_firms(self, folder: Path) -> None:
        projects = {row["project_id"] for row in rows(folder, "D14.project")}
        firms = {row["firm_code"] for row in rows(folder, "D30.firm")}
        for row in rows(folder, "D14.contract"):
            assert row["project_id"] in projects
            assert row["supplier_code"] in firms

    def test_every_firm_has_holders_that_sum_to_one_at_most(self, folder: Path) -> None:
        firms = {row["firm_code"] for row in rows(folder, "D30.firm") if not row["is_state_owned"]}
        share: Counter[str] = Counter()
        for row in rows(folder, "D30.holder"):
            if row["to_date"] is None:
                share[str(row["firm_code"])] += row["share"]  # type: ignore[operator]
        assert firms <= set(share)
        assert max(share.values()) <= 1.0001


class TestRealism:
    def test_names_repeat_as_often_as_in_real_registers(self) -> None:
        names = person_names(np.random.default_rng(1), 90_000)
        assert 2.2 < len(names) / len(set(names)) < 4.2

    def test_a_third_of_open_tenders_has_one_bid(self, folder: Path) -> None:
        bids = Counter(row["section_id"] for row in rows(folder, "D20.bid"))
        single = sum(1 for n in bids.values() if n == 1) / len(bids)
        assert 0.28 < single < 0.42
        assert 2.2 < sum(bids.values()) / len(bids) < 3.2

    def test_names_are_built_from_the_lists(self) -> None:
        assert all(n[0] in SURNAMES for n in person_names(np.random.default_rng(2), 500))


class TestNumbers:
    """Check digits computed here by hand from the standards, apart from the generator's code."""

    def test_credit_codes_have_both_check_digits(self) -> None:
        alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
        weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
        inner = [3, 7, 9, 10, 5, 8, 4, 2]
        serials = np.arange(500) * 7919 + 11
        for code in credit_codes(serials, np.arange(500) % 90, "91"):
            total = sum(alphabet.index(c) * w for c, w in zip(code, weights, strict=False))
            assert alphabet[(31 - total % 31) % 31] == code[17]
            rest = 11 - sum(int(c) * w for c, w in zip(code[8:16], inner, strict=True)) % 11
            assert {10: "X", 11: "0"}.get(rest, str(rest)) == code[16]

    def test_resident_numbers_have_the_check_digit_and_no_real_region(self) -> None:
        births = np.datetime64("1950-01-01") + np.arange(500) * 37
        weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
        for number in resident_numbers(np.arange(500), np.arange(500) % 90, births):
            total = sum(int(c) * w for c, w in zip(number, weights, strict=False))
            assert "10X98765432"[total % 11] == number[17]
            assert 3001 <= int(number[2:6]) < 9999
            assert number.startswith("50")


class TestTruth:
    def test_at_least_twelve_schemes_and_twelve_confounders(self) -> None:
        assert len(SCHEMES) >= 12
        assert len(CONFOUNDERS) >= 12
        ids = [story.id for story in (*SCHEMES, *CONFOUNDERS)]
        assert len(set(ids)) == len(ids)

    def test_every_address_stands_in_the_tables(self, folder: Path) -> None:
        keys: dict[str, set[str]] = {}
        for table_id, path in tables(folder):
            schema = load_catalogue().table(table_id)
            keys[table_id] = set(record_keys(schema, pq.read_table(path)))
        for planted in read_truth(folder / "truth.jsonl"):
            assert planted.visible
            for address in planted.records + planted.needs:
                table_id, key = address.split("#", 1)
                assert key in keys[table_id], (planted.instance, address)

    def test_kin_schemes_need_several_departments(self, folder: Path) -> None:
        kin = [p for p in read_truth(folder / "truth.jsonl") if p.scheme in ("S01", "S02", "S03")]
        assert kin
        assert all(p.cross and p.needs for p in kin)


class TestGaps:
    def test_truth_says_what_was_lost(self, tmp_path: Path) -> None:
        province = make_province(SMALL, seed=3, instances=4)
        gaps = Gaps(relations=0.4, seed=1)
        write_province(province, tmp_path, gaps=gaps)
        left = {row["query_id"] for row in rows(tmp_path, "D25")}
        planted = [p for p in read_truth(tmp_path / "truth.jsonl") if p.scheme == "S01"]
        for p in planted:
            gone = [a for a in p.needs if a.startswith("D25#") and a[4:] not in left]
            assert set(gone) == {a for a in p.lost if a.startswith("D25#")}
        full = province.book.count("D25")
        assert 0.5 < len(left) / full < 0.7

    def test_an_absent_department_leaves_no_file(self, tmp_path: Path) -> None:
        province = make_province(SMALL, seed=3)
        write_province(province, tmp_path, gaps=Gaps(absent=("公安",)))
        assert not (tmp_path / "d25.parquet").exists()
        kin = [p for p in read_truth(tmp_path / "truth.jsonl") if p.scheme == "S01"]
        assert kin
        assert not any(p.visible for p in kin)

    def test_lost_identifiers_leave_the_name(self, tmp_path: Path) -> None:
        write_province(make_province(SMALL, seed=3), tmp_path, gaps=Gaps(ids=0.35))
        holders = [r for r in rows(tmp_path, "D30.holder") if r["holder_kind"] == "自然人"]
        empty = [r for r in holders if r["holder_token"] is None]
        assert 0.3 < len(empty) / len(holders) < 0.4
        assert any(r["holder_name_token"] for r in empty)
