"""A corrected file, next month's register, a late older one: exactly one row of a key stands."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pa = pytest.importorskip("pyarrow")

from lianxun_insight.cli import main  # noqa: E402
from lianxun_insight.deliveries.corrections import last_month, superseded_files  # noqa: E402
from lianxun_insight.deliveries.ingest import ingest  # noqa: E402
from lianxun_insight.deliveries.store import Store  # noqa: E402
from lianxun_insight.er.files import store_tables  # noqa: E402
from lianxun_insight.scan import open_source  # noqa: E402
from lianxun_insight.schemas import load_catalogue  # noqa: E402
from tests.insight.deliveries.conftest import HEAD, TODAY, payment  # noqa: E402


@pytest.fixture
def store(tmp_path):
    return Store.open(tmp_path / "store", "abc")


@pytest.fixture
def take(store, catalogue, tokeniser):
    return lambda path: ingest(path, store, catalogue, tokeniser, today=TODAY)


def lines(**amounts):
    """Payments by number: `lines(p1="5.00")`."""
    return [HEAD, *(payment(int(name[1:]), amount=amount) for name, amount in amounts.items())]


def standing(store):
    """Voucher -> amount (fen) as a scan reads it; one row a voucher or the test fails."""
    rows = open_source(store.path).raw_sql("select voucher_no, amount from d13_payment").fetchall()
    assert len(rows) == len({voucher for voucher, _ in rows})
    linked = store_tables(store.path, ["d13_payment"])["d13_payment"]
    assert sorted(linked["voucher_no"].to_pylist()) == sorted(voucher for voucher, _ in rows)
    return {int(voucher[2:]): amount for voucher, amount in rows}


def test_a_corrected_delivery_replaces_only_its_rows(take, store, one_file):
    first = take(one_file(lines(p1="1.00", p2="2.00", p3="3.00")))
    second = take(one_file(lines(p2="20.00", p3="3.00", p4="4.00"), name="again"))
    assert standing(store) == {1: 100, 2: 2000, 3: 300, 4: 400}
    (count,) = second.superseded
    assert (count["of"], count["rows"], count["changed"]) == (first.delivery_id, 2, 1)
    assert count["by"] == second.delivery_id
    assert first.superseded == []


def test_the_replaced_rows_are_kept(take, store, one_file):
    first = take(one_file(lines(p1="1.00")))
    before = [part.read_bytes() for part in store.table_files("d13_payment")]
    take(one_file(lines(p1="9.00"), name="again"))
    kept = [p for p in store.table_files("d13_payment") if first.delivery_id in str(p)]
    assert [part.read_bytes() for part in kept] == before


def test_a_correction_of_a_correction(take, store, one_file):
    for n, amount in enumerate(("1.00", "2.00", "3.00")):
        take(one_file(lines(p1=amount), name=f"d{n}"))
    assert standing(store) == {1: 300}


def test_the_later_period_stands_whatever_comes_first(take, store, one_file):
    take(one_file(lines(p1="3.00", p2="3.00"), period="2025-03"))
    late = take(one_file(lines(p1="2.00", p9="2.00"), name="late", period="2025-02"))
    assert standing(store) == {1: 300, 2: 300, 9: 200}
    (count,) = late.superseded
    assert count["of"] == late.delivery_id


def test_departments_do_not_replace_each_other(take, store, one_file):
    take(one_file(lines(p1="1.00")))
    other = take(one_file(lines(p2="2.00"), name="other", department="示例县财政局"))
    assert other.superseded == []
    assert standing(store) == {1: 100, 2: 200}


def test_the_same_delivery_again_replaces_nothing(take, store, one_file):
    folder = one_file(lines(p1="1.00"))
    take(folder)
    take(one_file(lines(p1="2.00"), name="b"))
    assert take(folder).repeated
    assert standing(store) == {1: 200}


def test_a_stop_before_the_last_rename_changes_nothing(take, store, one_file, monkeypatch):
    from lianxun_insight.deliveries import ingest as module

    take(one_file(lines(p1="1.00")))
    folder = one_file(lines(p1="5.00"), name="b")
    original = module._next_order

    def stop(_store):
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "_next_order", stop)
    with pytest.raises(KeyboardInterrupt):
        take(folder)
    assert standing(store) == {1: 100}
    assert superseded_files(store.path, "d13_payment") == []
    monkeypatch.setattr(module, "_next_order", original)
    take(folder)
    assert standing(store) == {1: 500}


def test_the_command_says_what_was_replaced(one_file, tmp_path, capsys):
    key = ["--store", str(tmp_path / "s"), "--key", str(tmp_path / "k"), "--today", "2026-01-15"]
    assert main(["ingest", str(one_file(lines(p1="1.00"))), *key, "--new-key"]) == 0
    capsys.readouterr()
    folder = one_file(lines(p1="2.00"), name="b")
    assert main(["ingest", str(folder), *key]) == 0
    text = capsys.readouterr().out
    assert "1 行由" in text
    assert "内容有变 1 行" in text
    assert main(["ingest", str(folder), *key, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["superseded"][0]["rows"] == 1


@pytest.mark.parametrize(
    ("period", "month"),
    [
        ("2025-03", "2025-03"),
        ("2025年3月", "2025-03"),
        ("202503", "2025-03"),
        ("2025", "2025-12"),
        ("2025-01 至 2025-06", "2025-06"),
        ("", ""),
    ],
)
def test_last_month_of_a_period(period, month):
    assert last_month(period) == month


DELIVERIES = st.lists(
    st.tuples(
        st.sampled_from(["2025-01", "2025-02", "2025"]),
        st.dictionaries(st.integers(1, 5), st.integers(1, 9), min_size=1, max_size=5),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=15, deadline=None)
@given(deliveries=DELIVERIES)
def test_any_order_of_deliveries_leaves_the_row_of_the_highest_rank(deliveries, tmp_path_factory):
    import hashlib

    from lianxun_insight.identifiers.tokens import Tokeniser, TokenKey

    base = tmp_path_factory.mktemp("many")
    store = Store.open(base / "store", "abc")
    wanted: dict[int, tuple[tuple[str, int], int]] = {}
    for order, (period, amounts) in enumerate(deliveries):
        folder = base / f"d{order}"
        folder.mkdir()
        text = [HEAD, *(payment(n, amount=f"{a}.00") for n, a in amounts.items())]
        data = "\n".join(text).encode()
        (folder / "a.csv").write_bytes(data)
        entry = {"path": "a.csv", "table": "D13.payment", "rows": len(amounts)}
        entry["sha256"] = hashlib.sha256(data).hexdigest()
        manifest = {"class": "D13", "version": load_catalogue().version, "period": period}
        manifest |= {"department": "示例市财政局", "files": [entry], "purpose": str(order)}
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        ingest(folder, store, load_catalogue(), Tokeniser(TokenKey(b"k" * 32)), today=TODAY)
        for number, amount in amounts.items():
            rank = (last_month(period), order)
            if number not in wanted or rank >= wanted[number][0]:
                wanted[number] = (rank, amount * 100)
    assert standing(store) == {number: amount for number, (_, amount) in wanted.items()}
