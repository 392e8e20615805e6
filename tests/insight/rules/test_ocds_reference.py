"""The fast one-pass indicators agree with the plain reference on irregular files."""

import json
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from lianxun_insight.rules.ocds import CODES, parse_settings, run_file
from tests.insight.rules.ocds_reference import Reference, parse

JUNK = st.sampled_from([None, True, 1, 1.0, "", "x", [], {}, [None], {"id": 3}, -1, "open"])


def often(strategy):
    """Mostly `strategy`, now and then something of a wrong type, now and then nothing."""
    return st.integers(0, 19).flatmap(lambda n: JUNK if n == 0 else strategy)


def record(**fields):
    return st.fixed_dictionaries({}, optional={k: often(v) for k, v in fields.items()})


def full(**fields):
    return st.fixed_dictionaries({k: often(v) for k, v in fields.items()})


ORG = full(id=st.sampled_from("ABCD"))
AMOUNT = st.sampled_from([0, 1, 1.0, 2, 3, 100, 101.5, -5, 10, 11, 1e308])
MONEY = full(amount=AMOUNT, currency=st.sampled_from(["CNY", "CNY", "CNY", "USD"]))
DATES = st.sampled_from(
    [
        "2024-01-01T00:00:00Z",
        "2024-01-16T00:00:00Z",
        "2024-01-15T23:59:59.5Z",
        "2024-01-10 00:00:00+08:00",
        "2023-12-31T00:00:00-23:59",
        "2024-01-20",
        "2024-02-30T00:00:00Z",
        "2024-01-20T00:00Z",
    ]
)
BID = full(
    status=st.sampled_from(
        ["valid", "valid", "valid", "disqualified", "pending", "invited", "withdrawn", "Valid"]
    ),
    value=MONEY,
    tenderers=st.lists(ORG, min_size=1, max_size=2),
    date=DATES,
)
ITEM = full(classification=full(id=st.sampled_from(["1012", "1050", "2", "3399", ""])))
AWARD = full(
    status=st.sampled_from(["active", "active", "active", "cancelled", "unsuccessful", "pending"]),
    suppliers=st.lists(ORG, min_size=1, max_size=2),
    items=st.lists(ITEM, max_size=3),
)
RELEASE = full(
    ocid=st.sampled_from(["o1", "o2", "o3", "o4", "o5", "o6", ""]),
    buyer=ORG,
    tender=record(
        status=st.sampled_from(["complete", "complete", "cancelled"]),
        procurementMethod=st.sampled_from(["open", "selective", "direct"]),
        procurementMethodDetails=st.sampled_from(["x", "y", "NPC", "EXC"]),
        numberOfTenderers=st.sampled_from([1, 2]),
        tenderPeriod=full(startDate=DATES, endDate=DATES),
        procuringEntity=ORG,
    ),
    bids=full(details=st.lists(often(BID), max_size=6)),
    awards=st.lists(often(AWARD), min_size=1, max_size=2),
)
ODD_LINES = st.sampled_from(
    [
        b"",
        b"  \t",
        b"\r",
        b"[]",
        b"null",
        b"NaN",
        b'{"ocid": NaN}',
        b'{"ocid": "o1"',
        b'\xef\xbb\xbf{"ocid": "o1"}',
        b'{"ocid": "o\xff"}',
        b'{"ocid": 7}',
        b'{"ocid": "o1", "ocid": "o2", "tender": {"procurementMethod": "open",'
        b' "numberOfTenderers": 1}}',
        b'{"ocid": "o9", "tender": null, "bids": {"details": [{"status": "valid", "value":'
        b' {"amount": 1e400, "currency": "CNY"}, "tenderers": [{"id": "A"}]}]}, "awards":'
        b' [{"status": "active", "suppliers": [{"id": "A"}]}]}',
    ]
)
LINE = st.integers(0, 9).flatmap(
    lambda n: ODD_LINES if n == 0 else RELEASE.map(lambda value: json.dumps(value).encode())
)
FILES = st.lists(LINE, max_size=30).map(b"\n".join)
FLAT = st.fixed_dictionaries(
    {},
    optional={
        "currency": st.sampled_from(["CNY", "USD"]),
        "no_price_comparison_procurement_methods": st.sampled_from(["NPC", "NPC|x|", ""]),
        "price_comparison_procurement_methods": st.sampled_from(["", "x|y"]),
        "exclusions.procurement_method_details": st.just("EXC"),
        "R003.threshold": st.sampled_from([10, 16]),
        "R003.procurement_methods": st.just("open"),
        "R003.procurement_method_details": st.just({"x": 3}),
        "R018.procurement_methods": st.sampled_from(["", "direct"]),
        "R024.threshold": st.sampled_from([0.5, 0, 2]),
        "R025.percentile": st.sampled_from([0, 50, 100, 101]),
        "R025.threshold": st.sampled_from([0.5, 1]),
        "R035.threshold": st.sampled_from([0, 2]),
        "R038.threshold": st.sampled_from([0.2, 0]),
        "R038.minimum_submitted_bids": st.sampled_from([0, 3]),
        "R048.digits": st.sampled_from([0, 1, 4]),
        "R048.minimum_contracting_processes": st.sampled_from([1, 2]),
        "R048.threshold": st.sampled_from([0, 2]),
        "R058.threshold": st.sampled_from([0.5, 9]),
    },
)


def nested(flat):
    document = {}
    for name, value in flat.items():
        section, _, inner = name.partition(".")
        if inner:
            document.setdefault(section, {})[inner] = value
        else:
            document[name] = value
    return document


@given(
    data=FILES,
    flat=FLAT,
    on=st.one_of(st.none(), st.sets(st.sampled_from(CODES), min_size=1)),
    stretch=st.sampled_from([40, 700, 1 << 20]),
)
@settings(max_examples=250, deadline=None)
def test_same_answer_as_the_reference(data, flat, on, stretch):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "file.jsonl"
        file.write_bytes(data)
        checked = parse_settings(nested(flat), only=on)
        got = run_file(file, checked, processes=1, stretch_bytes=stretch)
    reference = Reference(parse(data), flat, on)
    assert got.as_json(meta=False) == reference.run()
    assert got.currency == reference.currency
    lines = got.lines
    skipped = sum(len(got.warnings.get(kind, ())) for kind in ("json", "utf8"))
    assert lines["read"] == (
        lines["used"] + lines["blank"] + lines["ignored"] + lines["out"] + skipped
    )
