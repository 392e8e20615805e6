"""Small tables for tests of rules: rows as dictionaries, typed by the catalogue."""

import datetime as dt

import ibis
import pyarrow as pa

from lianxun_insight.rules.data import Data
from lianxun_insight.rules.engine import parameters_of, run_rule
from lianxun_insight.rules.model import load_rules
from lianxun_insight.schemas import load_catalogue

ARROW = {
    "text": pa.string(),
    "int": pa.int64(),
    "money": pa.int64(),
    "date": pa.date32(),
    "month": pa.date32(),
    "datetime": pa.timestamp("us"),
    "bool": pa.bool_(),
    "id_token": pa.string(),
    "org_code": pa.string(),
    "share": pa.float64(),
}


def day(text):
    return dt.date.fromisoformat(text)


def at(text):
    return dt.datetime.fromisoformat(text)


def arrow(table_id, rows):
    fields = load_catalogue().table(table_id).fields
    return pa.table(
        {
            field.name: pa.array([row.get(field.name) for row in rows], ARROW[field.type])
            for field in fields
        }
    )


def data(**tables):
    """Data of a fresh DuckDB; table ids are written `D14_contract`."""
    backend = ibis.duckdb.connect()
    made = {}
    for name, rows in tables.items():
        schema = load_catalogue().table(name)
        backend.con.register(schema.sql_name, arrow(schema.id, rows))
        made[schema.id] = backend.table(schema.sql_name)
    return Data(made)


def hits(rule_id, tables, **changed):
    """Hits of one rule; the rule must be computable on these tables."""
    record = load_rules()[rule_id]
    assert tables.missing(record) == []
    return run_rule(tables, record, parameters_of(record, changed=changed))
