"""The whole suite gives identical hits on DuckDB and on PySpark 4.0, unchanged."""

import shutil
from collections import Counter

import ibis
import pyarrow.parquet as pq
import pytest

from lianxun_insight.generator import make_province, write_province
from lianxun_insight.rules.data import Data
from lianxun_insight.rules.engine import parameters_of, run_rule
from lianxun_insight.rules.model import load_rules
from lianxun_insight.schemas import load_catalogue
from tests.insight.rules.tables import arrow, data
from tests.insight.rules.test_rules_few_rows import loan_rows, one_item

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def session():
    if shutil.which("java") is None:
        pytest.skip("没有 java,不能启动 PySpark")
    pyspark = pytest.importorskip("pyspark.sql", reason="没有安装 pyspark")
    found = (
        pyspark.SparkSession.builder.master("local[2]")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "Asia/Shanghai")
        .getOrCreate()
    )
    yield found
    found.stop()


@pytest.fixture(scope="module")
def both(session, tmp_path_factory):
    folder = tmp_path_factory.mktemp("province")
    write_province(make_province(0.03, seed=5, instances=1), folder)
    duck = ibis.duckdb.connect()
    spark = ibis.pyspark.connect(session)
    for file in sorted(folder.glob("*.parquet")):
        duck.raw_sql(f"create view {file.stem} as select * from '{file}'").fetchall()
        session.read.parquet(str(file)).createOrReplaceTempView(file.stem)
    return Data.of_backend(duck), Data.of_backend(spark)


def counted(data, rule_id):
    """Hits of one rule as organisation and records, in no order."""
    record = load_rules()[rule_id]
    found = run_rule(data, record, parameters_of(record), judged=False)
    return Counter((hit.org, str(hit.records)) for hit in found)


@pytest.mark.parametrize("rule_id", [each for each in load_rules() if each != "C01"])
def test_identical_hits(both, rule_id):
    duck, spark = both
    record = load_rules()[rule_id]
    assert duck.missing(record) == spark.missing(record)
    if duck.missing(record):
        pytest.skip("样本省没有这一规则所需的数据")
    assert counted(duck, rule_id) == counted(spark, rule_id)


# What the province has no rows for.
ROWS = {
    "K11": {"D14_contract": one_item(120_000_000, 110_000_000)},
    "K17": loan_rows(),
    "K18": loan_rows(),
}


@pytest.mark.parametrize("rule_id", ROWS)
def test_identical_hits_on_rows_of_their_own(session, tmp_path, rule_id):
    own = session.newSession()  # its views are its own, beside those of the province
    for table_id, rows in ROWS[rule_id].items():
        table = load_catalogue().table(table_id)
        path = str(tmp_path / f"{table.sql_name}.parquet")
        pq.write_table(arrow(table.id, rows), path)
        own.read.parquet(path).createOrReplaceTempView(table.sql_name)
    expected = counted(data(**ROWS[rule_id]), rule_id)
    assert expected
    assert counted(Data.of_backend(ibis.pyspark.connect(own)), rule_id) == expected
