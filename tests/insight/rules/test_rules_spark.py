"""The whole suite gives identical hits on DuckDB and on PySpark 4.0, unchanged."""

import shutil
from collections import Counter

import ibis
import pytest

from lianxun_insight.generator import make_province, write_province
from lianxun_insight.rules.data import Data
from lianxun_insight.rules.engine import parameters_of, run_rule
from lianxun_insight.rules.model import load_rules

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    if shutil.which("java") is None:
        pytest.skip("没有 java,不能启动 PySpark")
    pyspark = pytest.importorskip("pyspark.sql", reason="没有安装 pyspark")
    folder = tmp_path_factory.mktemp("province")
    write_province(make_province(0.03, seed=5, instances=1), folder)
    duck = ibis.duckdb.connect()
    session = (
        pyspark.SparkSession.builder.master("local[2]")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "Asia/Shanghai")
        .getOrCreate()
    )
    spark = ibis.pyspark.connect(session)
    for file in sorted(folder.glob("*.parquet")):
        duck.raw_sql(f"create view {file.stem} as select * from '{file}'").fetchall()
        session.read.parquet(str(file)).createOrReplaceTempView(file.stem)
    yield Data.of_backend(duck), Data.of_backend(spark)
    session.stop()


@pytest.mark.parametrize("rule_id", [each for each in load_rules() if each != "C01"])
def test_identical_hits(both, rule_id):
    duck, spark = both
    record = load_rules()[rule_id]
    assert duck.missing(record) == spark.missing(record)
    if duck.missing(record):
        pytest.skip("样本省没有这一规则所需的数据")
    parameters = parameters_of(record)

    def counted(data):
        return Counter(
            (hit.org, str(hit.records)) for hit in run_rule(data, record, parameters, judged=False)
        )

    assert counted(duck) == counted(spark)
