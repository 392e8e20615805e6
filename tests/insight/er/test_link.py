"""Linking generated records: quality, repeatability, increments, explanations, caps, commands."""

import json
import subprocess
import sys

import pytest

pa = pytest.importorskip("pyarrow")
pytest.importorskip("splink")
import pyarrow.csv as pacsv  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402
from benchmarks.person_records import make  # noqa: E402

from lianxun_insight.cli import main  # noqa: E402
from lianxun_insight.er.explain import field_weights, prior_bits, sentence  # noqa: E402
from lianxun_insight.er.link import link  # noqa: E402
from lianxun_insight.er.model import PERSON  # noqa: E402
from lianxun_insight.er.prepare import NoUsableColumnError, prepare, recognise  # noqa: E402
from lianxun_insight.identifiers.org_code import make_org_code  # noqa: E402
from lianxun_insight.identifiers.resident_id import check_character  # noqa: E402
from lianxun_insight.identifiers.tokens import Tokeniser, TokenKey  # noqa: E402

KEY = Tokeniser(TokenKey(b"k" * 32))


@pytest.fixture(scope="module")
def records():
    return make(12_000, seed=7)


@pytest.fixture(scope="module")
def linked(records):
    return link("person", {"r": records.drop(["person"])}, KEY)


def true_pairs(records):
    groups = {}
    for record, person in zip(
        records["record_id"].to_pylist(), records["person"].to_pylist(), strict=True
    ):
        groups.setdefault(person, []).append(f"r:{record}")
    return {(a, b) for g in groups.values() for a in g for b in g if a < b}


def found(linked, condition):
    rows = linked.connection.execute(
        f"SELECT record_id_l, record_id_r FROM decisions WHERE {condition}"
    )
    return {tuple(sorted(row)) for row in rows.fetchall()}


def joined(linked):
    groups = linked.clusters.members().values()
    return {(a, b) for group in groups for a in group for b in group if a < b}


def test_quality_on_generated_persons(records, linked):
    truth, entities = true_pairs(records), joined(linked)
    assert linked.summary["trained"]
    assert len(entities & truth) / len(entities) >= 0.998
    assert len(entities & truth) / len(truth) >= 0.9
    likely = entities | found(linked, "match_probability >= 0.5")
    assert len(likely & truth) / len(truth) >= 0.985
    assert len(likely & truth) / len(likely) >= 0.985


def test_the_same_records_in_another_order_give_the_same_decisions(records, linked):
    import numpy as np

    order = np.random.default_rng(3).permutation(records.num_rows)
    again = link(
        "person", {"r": records.drop(["person"]).take(order)}, KEY, parameters=linked.parameters
    )
    assert again.clusters.members() == linked.clusters.members()
    assert again.summary["pairs"] == linked.summary["pairs"]


def test_a_new_delivery_against_what_is_there_gives_the_pairs_of_the_whole_run(records, linked):
    plain = records.drop(["person"])
    old, new = plain.slice(0, 10_000), plain.slice(10_000)
    tables = {"old": old, "new": new}
    whole = link("person", tables, KEY, parameters=linked.parameters)
    part = link("person", tables, KEY, parameters=linked.parameters, new=["new"])
    touching = "(record_id_l LIKE 'new:%' OR record_id_r LIKE 'new:%')"
    assert found(part, "TRUE") == found(whole, touching)
    assert part.summary["pairs"]["linked"] < whole.summary["pairs"]["linked"]


def test_the_explanation_adds_up_to_the_weight(linked):
    rows = linked.rows(["linked", "review"], limit=200)
    assert rows
    for row in rows:
        weights = field_weights(row, PERSON)
        total = prior_bits(row, PERSON) + sum(item.bits for item in weights)
        assert total == pytest.approx(row["match_weight"], abs=0.05)
        words = sentence(row, PERSON)
        assert all(item.level in words for item in weights if item.bits)
        assert prior_bits(row, PERSON) < 0


def test_no_clear_identifier_is_in_the_prepared_columns(records):
    prepared = prepare("person", records.drop(["person"]), KEY)
    numbers = {n for n in records["id_number"].to_pylist()[:500] if n}
    phones = {n for n in records["phone"].to_pylist()[:500] if n}
    text = json.dumps(prepared.slice(0, 500).to_pylist(), ensure_ascii=False)
    assert not any(secret in text for secret in numbers | phones)


def test_a_block_of_everybody_is_skipped_and_reported():
    rows = 400
    table = pa.table(
        {
            "record_id": [str(n) for n in range(rows)],
            "name": [f"示例{n}商贸有限公司" for n in range(rows)],
            "address": ["青岛市市南区示范路88号1室"] * rows,
            "code": [make_org_code("91370203", f"MA{n:06d}") for n in range(rows)],
        }
    )
    linked = link("org", {"f": table}, KEY)
    skipped = {item["key"]: item for item in linked.summary["skipped_blocks"]}
    assert skipped["address"]["records"] == rows
    assert linked.summary["pairs"]["linked"] == 0


def orgs(*rows):
    names = ("record_id", "name", "code", "legal_rep", "address", "phone")
    return pa.table({n: pa.array([row.get(n) for row in rows], pa.string()) for n in names})


@pytest.mark.parametrize(
    ("one", "other", "linked_pairs"),
    [
        (
            {"name": "甲乙建设有限公司", "code": make_org_code("91370203", "MA000001")},
            {"name": "甲乙建设有限责任公司", "code": make_org_code("91370203", "MA000001")},
            1,
        ),
        (
            {"name": "甲乙第六工程局有限公司", "phone": "0532-88880000", "legal_rep": "示例甲"},
            {"name": "甲乙第八工程局有限公司", "phone": "0532-88880000", "legal_rep": "示例甲"},
            0,
        ),
        (
            {"name": "甲乙建设有限公司", "phone": "0532-88880000"},
            {"name": "甲乙建设有限公司青岛分公司", "phone": "0532-88880000"},
            0,
        ),
        ({"name": "甲乙建设有限公司"}, {"name": "甲乙建设有限公司"}, 0),
        (  # a slip of the pen under one code
            {"name": "甲乙建设有限公司", "code": make_org_code("91370203", "MA000001")},
            {"name": "甲丙建设有限公司", "code": make_org_code("91370203", "MA000001")},
            1,
        ),
        (  # the same without the code: sister firms
            {"name": "甲乙建设有限公司", "phone": "0532-88880000", "legal_rep": "示例甲"},
            {"name": "甲丙建设有限公司", "phone": "0532-88880000", "legal_rep": "示例甲"},
            0,
        ),
        (  # another name under one code: a person looks at it
            {"name": "甲乙建设有限公司", "code": make_org_code("91370203", "MA000001")},
            {"name": "丁戊商贸有限公司", "code": make_org_code("91370203", "MA000001")},
            0,
        ),
    ],
)
def test_organisations(one, other, linked_pairs):
    tables = {"a": orgs(one | {"record_id": "1"}), "b": orgs(other | {"record_id": "1"})}
    assert link("org", tables, KEY).summary["pairs"]["linked"] == linked_pairs


def test_headings_are_recognised_and_a_missing_name_is_said():
    assert recognise("person", ["姓 名", "身份证号码", "工作单位"]) == {
        "name": "姓 名",
        "id_number": "身份证号码",
        "employer": "工作单位",
    }
    with pytest.raises(NoUsableColumnError, match="没有名称列"):
        recognise("person", ["a", "b"])
    with pytest.raises(NoUsableColumnError, match="没有名称列"):
        recognise("person", ["surname", "dob"])


@pytest.mark.parametrize(
    ("kind", "headings", "fields"),
    [
        (
            "person",
            ["Rec_ID", "Full Name", "ID Card No.", "Date of Birth", "Mobile-Phone", "Sex"],
            ["record_id", "name", "id_number", "birth_date", "phone", "gender"],
        ),
        (
            "person",
            ["人員編號", "姓名(必填)", "居民身份证号码", "出生年月", "手机号码", "参保单位"],
            ["record_id", "name", "id_number", "birth_date", "phone", "employer"],
        ),
        (
            "org",
            ["序号", "供应商名称", "统一社会信用代码", "法人代表", "注册地址", "联系方式"],
            ["record_id", "name", "code", "legal_rep", "address", "phone"],
        ),
        ("org", ["companyName", "credit_code", "Registered Address"], ["name", "code", "address"]),
    ],
)
def test_headings_of_other_offices_are_recognised(kind, headings, fields):
    assert recognise(kind, headings) == dict(zip(fields, headings, strict=True))


def test_surname_and_given_name_make_a_name(tmp_path, capsys):
    (tmp_path / "a.csv").write_text(
        "rec_id,given_name,surname,date_of_birth,soc_sec_id\nr1,mary,lee,19800101,5304218\n"
    )
    (tmp_path / "b.csv").write_text(
        "rec_id,given_name,surname,date_of_birth,soc_sec_id\nr2,mary,lee,19800101,5304218\n"
    )
    assert main(["pairs", str(tmp_path / "a.csv"), str(tmp_path / "b.csv"), "--json"]) == 0
    row = json.loads(capsys.readouterr().out)
    assert (row["left"], row["right"]) == ("r1", "r2")
    assert "姓名相同" in row["why"]
    chinese = pa.table({"姓": ["示例"], "名": ["明"]})
    assert prepare("person", chinese, KEY)["name"].to_pylist() == ["示例明"]


@pytest.fixture
def two_files(tmp_path, records):
    plain = records.drop(["person"])
    pacsv.write_csv(plain.slice(0, 300), tmp_path / "甲.csv")
    pq.write_table(plain.slice(300, 300), tmp_path / "乙.parquet")
    return tmp_path


def test_the_pairs_command(tmp_path, capsys):
    (tmp_path / "a.csv").write_text("姓名,出生日期,电话\n示例明,1980-01-01,13800000001\n", "gbk")
    (tmp_path / "b.csv").write_text(
        "姓名,出生日期,手机\n示例明,1980年1月1日,138 0000 0001\n", "utf-8"
    )
    assert main(["pairs", str(tmp_path / "a.csv"), str(tmp_path / "b.csv"), "--json"]) == 0
    row = json.loads(capsys.readouterr().out)
    assert row["band"] == "linked"
    assert row["weight"] > 12
    assert {"field": "姓名", "level": "姓名相同", "bits": row["fields"][0]["bits"]} == row[
        "fields"
    ][0]
    assert main(["pairs", str(tmp_path / "a.csv"), str(tmp_path / "b.csv")]) == 0
    assert "姓名相同" in capsys.readouterr().out
    (tmp_path / "c.csv").write_text("甲,乙\n1,2\n", "utf-8")
    assert main(["pairs", str(tmp_path / "a.csv"), str(tmp_path / "c.csv")]) == 2
    assert "没有名称列" in capsys.readouterr().err


def test_the_link_command_and_a_second_run_with_its_model(two_files, capsys):
    files = [str(two_files / "甲.csv"), str(two_files / "乙.parquet")]
    out = two_files / "out"
    assert main(["link", *files, "--out", str(out), "--json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert summary["records"] == 600
    links = pq.read_table(out / "links.parquet").to_pylist()
    assert all(row["why"] for row in links)
    again = [*files, "--out", str(out), "--model", str(out / "model.json"), "--new", "乙"]
    assert main(["link", *again]) == 0
    assert "自动关联" in capsys.readouterr().out
    assert main(["link", "--out", str(out)]) == 2
    assert main(["link", files[0], "--out", str(out), "--new", "没有"]) == 2
    assert "没有名为 没有" in capsys.readouterr().err
    (two_files / "bad.json").write_text("{}")
    assert main(["link", files[0], "--out", str(out), "--model", str(two_files / "bad.json")]) == 2
    assert "不是比对模型文件" in capsys.readouterr().err


def many_organisations(count, seed=5):
    """Firms as two registers write them: other legal-form spelling, missing codes, moved phones."""
    import random

    rng = random.Random(seed)
    brands = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉"
    rows = {"a": [], "b": []}
    for n in range(count):
        name = f"{rng.choice(['青岛', '济南', '烟台', ''])}{rng.choice(brands)}{rng.choice(brands)}{rng.choice(brands)}"
        name += rng.choice(["建设", "商贸", "科技", "物流", "装饰工程"])
        code = make_org_code("91370203", f"MA{n:06d}")
        phone = f"139{rng.randrange(10**8):08d}"
        legal = f"示例{rng.choice(brands)}{rng.choice(brands)}"
        for side, form in (("a", "有限公司"), ("b", "有限责任公司")):
            rows[side].append(
                {
                    "record_id": str(n),
                    "name": name + form,
                    "legal_rep": legal,
                    "code": code if rng.random() < 0.7 else None,
                    "phone": phone if rng.random() < 0.8 else None,
                }
            )
    return {side: orgs(*items) for side, items in rows.items()}


def test_organisations_are_trained_and_linked():
    linked = link("org", many_organisations(3_000), KEY)
    assert linked.summary["trained"]
    rows = linked.connection.execute(
        "SELECT record_id_l, record_id_r FROM decisions WHERE band = 'linked'"
    ).fetchall()
    right = sum(a.split(":")[1] == b.split(":")[1] for a, b in rows)
    assert right / len(rows) >= 0.995
    assert right / 3_000 >= 0.75
    queue = linked.connection.execute(
        "SELECT count(*) FROM decisions WHERE band = 'review'"
    ).fetchall()
    assert (right + queue[0][0]) / 3_000 >= 0.9


BODY = "37020319800101001"
NUMBER = BODY + check_character(BODY)


def test_namesakes_without_a_number_are_not_taken_together():
    table = pa.table(
        {"record_id": ["1", "2"], "name": ["示例明", "示例明"], "county": ["甲", "甲"]}
    )
    linked = link("person", {"m": table}, KEY)
    assert linked.summary["identical"] == 0
    assert linked.clusters.members() == {}


def test_rows_that_say_the_same_are_compared_once_and_share_the_entity():
    row = {"name": "示例明", "id_number": NUMBER, "birth_date": "1980-01-01"}
    table = pa.table(
        {
            "record_id": [str(n) for n in range(200)],
            **{name: [value] * 200 for name, value in row.items()},
        }
    )
    linked = link("person", {"m": table}, KEY)
    assert linked.summary["identical"] == 199
    assert linked.connection.execute("SELECT count(*) FROM decisions").fetchall() == [(0,)]
    assert len(linked.clusters.members()["m:0"]) == 200


MILLION = """
import json, resource
import pyarrow as pa
from lianxun_insight.er.link import link
from lianxun_insight.identifiers.tokens import Tokeniser, TokenKey
rows = 1_000_000
table = pa.table({
    "record_id": [str(n) for n in range(rows)],
    "name": [f"示例{n}商贸有限公司" for n in range(rows)],
    "address": ["青岛市市南区示范路88号1室"] * rows,
    "phone": ["0532-88880000"] * rows,
})
linked = link("org", {"f": table}, Tokeniser(TokenKey(b"k" * 32)))
print(json.dumps({
    "skipped": {item["key"]: item["largest"] for item in linked.summary["skipped_blocks"]},
    "linked": linked.summary["pairs"]["linked"],
    "records": linked.summary["records"],
    "used": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
    "cpu": resource.getrusage(resource.RUSAGE_SELF).ru_utime,
}))
"""


@pytest.mark.long
def test_a_million_suppliers_at_one_address_and_phone():
    """In a process of its own, so that its memory (GiB) and time (s) are those of this task alone."""
    done = subprocess.run([sys.executable, "-c", MILLION], capture_output=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["records"] == 1_000_000
    assert found["skipped"] == {"address": 1_000_000, "phone": 1_000_000}
    assert found["linked"] == 0
    assert found["used"] < 3
    assert found["cpu"] < 240
