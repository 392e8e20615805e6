"""Names alone never make a flag: the province with every identifier cut at the class boundary.

Each department's persons and organisations keep their identifiers inside one data class, so that
nothing but names, dates and document numbers is left to join two departments' data, and everybody
bears one name. What then still flags over two classes must rest on a document number that both sides wrote.
"""

import ibis
import pytest

from lianxun_insight.generator import make_province, write_province
from lianxun_insight.rules.data import Data
from lianxun_insight.rules.engine import run_rules
from lianxun_insight.schemas import load_catalogue

BY_DOCUMENT_NUMBER = {"F05", "K10"}
"""Payments meet contracts by the contract number that stands on the voucher."""


def classes(tables):
    return {table.split(".")[0] for table in tables}


@pytest.fixture(scope="module")
def separated(tmp_path_factory):
    """Runs of the rules on the province: as delivered, and with identifiers cut and names equal."""
    folder = tmp_path_factory.mktemp("names")
    write_province(make_province(0.04, seed=11, instances=3), folder)
    runs = []
    for cut in (False, True):
        backend = ibis.duckdb.connect()
        for table in load_catalogue().tables:
            file = folder / f"{table.sql_name}.parquet"
            if not file.exists():
                continue
            source = f"select * from '{file}'"
            present = {row[0] for row in backend.con.execute(f"describe {source}").fetchall()}
            changed = []
            for field in table.fields if cut else ():
                if field.name not in present:
                    continue
                if field.type in ("id_token", "org_code"):
                    department = table.id.split(".")[0]
                    changed.append(f"{field.name} || '~{department}' as {field.name}")
                elif field.type == "text" and field.name.endswith("name"):
                    changed.append(f"'王伟' as {field.name}")
            columns = f"replace ({', '.join(changed)})" if changed else ""
            backend.raw_sql(
                f"create view {table.sql_name} as select * {columns} from '{file}'"
            ).fetchall()
        runs.append(run_rules(Data.of_backend(backend)))
    return runs


def test_names_alone_join_no_two_departments(separated):
    whole, cut = separated
    joined = {hit.rule_id for hit in whole.hits if len(classes(hit.records)) > 1}
    assert len(joined) >= 15  # the province has what the cut takes away
    left = {hit.rule_id for hit in cut.hits if len(classes(hit.records)) > 1}
    assert left <= BY_DOCUMENT_NUMBER


def test_no_relation_to_a_person_rests_on_a_name(separated):
    whole, cut = separated
    persons = {"X01", "X02", "X03", "X07", "K12", "K13", "K14"}
    assert {hit.rule_id for hit in whole.hits} & persons
    assert not {hit.rule_id for hit in cut.hits} & persons
    assert all(len(classes(hit.records)) == 1 for hit in cut.hits if hit.path)
