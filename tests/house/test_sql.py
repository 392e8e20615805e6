"""What the database runs stands once (adr/0047); a later ``create or replace`` says that it replaces."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src/lianxun"
DEFINED = re.compile(
    r"^create (function [\w.]+\(.*?\)|trigger \w+|table [\w.]+|(?:unique )?index \w+|"
    r"policy \w+ on [\w.]+|sequence [\w.]+)",
    re.MULTILINE | re.DOTALL,
)


def test_every_definition_stands_once() -> None:
    found = Counter(
        re.sub(r"\s+", " ", name)
        for file in sorted(SOURCE.glob("*/sql/*.sql"))
        for name in DEFINED.findall(file.read_text("utf-8"))
    )
    assert len(found) > 100
    assert [name for name, times in found.items() if times > 1] == []


def test_every_sql_file_is_run_by_its_room() -> None:
    for file in SOURCE.glob("*/sql/*.sql"):
        said = "".join(p.read_text("utf-8") for p in file.parents[1].glob("migrations/*.py"))
        assert f'sql_of(__file__, "{file.stem}")' in said, file
