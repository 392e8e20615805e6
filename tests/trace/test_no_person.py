"""Personal data never enters a record: nothing that names a person, and no word that people typed."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.db import connection

from tests.support import cluster

CHINESE = re.compile(r"[\u4e00-\u9fff]")
NUMBER = re.compile(
    r"[\u4e00-\u9fff\w-]+〔\d{4}〕\d+号(-[\u4e00-\u9fff]\d+)?"
)  # of an official paper
LEAST = 4  # characters: what is shorter stands in codes and numbers by chance


@pytest.mark.django_db(transaction=True)
def test_no_record_of_half_a_year_repeats_what_was_typed(story: Any) -> None:
    """Every text of every business table against every record: names, titles, reasons, opinions, numbers of
    telephones. Records are codes, ids, counts and salted commitments; they have no word of Chinese."""
    with cluster.superuser(str(connection.settings_dict["NAME"])) as server:
        rows = server.execute(
            "select body from trace.entry union all select body from trace.inbox"
        ).fetchall()
        records = [bytes(body).decode() for (body,) in rows]  # type: ignore[call-overload]
        columns = server.execute(
            "select table_name, column_name from information_schema.columns where table_schema = 'public'"
            " and data_type in ('character varying', 'text') order by 1, 2"
        ).fetchall()
        said: dict[str, str] = {}
        for table, column in columns:
            texts = server.execute(
                f'select distinct "{column}" from "{table}" where length("{column}") >= {LEAST}'  # type: ignore[arg-type]
            ).fetchall()
            said |= {str(t): f"{table}.{column}" for (t,) in texts if CHINESE.search(str(t))}
    assert len(records) > 300
    assert len(said) > 1000
    acts = {json.loads(r)["act"] for r in records}
    assert {"leads.register", "inspection.advance"} <= acts
    whole = "\n".join(NUMBER.sub("", r) for r in records)
    assert re.findall(r".{0,40}[\u4e00-\u9fff].{0,40}", whole) == []
    assert {text: where for text, where in said.items() if text in whole} == {}
