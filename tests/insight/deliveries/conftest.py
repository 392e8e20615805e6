"""Small deliveries with invented units, firms and persons."""

import hashlib
import json
from datetime import date
from pathlib import Path

import pytest

from lianxun_insight.identifiers.org_code import check_org_code, make_org_code
from lianxun_insight.identifiers.resident_id import check_character
from lianxun_insight.identifiers.tokens import Tokeniser, TokenKey
from lianxun_insight.schemas import load_catalogue

TODAY = date(2026, 1, 15)


def org(number: int) -> str:
    """A valid invented code."""
    code = make_org_code("91370203", f"MA{number:06d}")
    assert check_org_code(code).valid
    return code


def person(number: int) -> str:
    """A valid invented resident number."""
    body = f"370203198001{number % 28 + 1:02d}{number % 1000:03d}"
    return body + check_character(body)


UNIT = org(1)
HEAD = "支付凭证号,预算单位代码,收款人名称,支付金额,支付日期,支付方式"


def payment(number: int, **changes: str) -> str:
    """One line of D13.payment."""
    cells = {
        "voucher": f"PZ{number:06d}",
        "unit": UNIT,
        "payee": f"示例{number % 7}商行",
        "amount": f"{number}.50",
        "day": "2025-03-05",
        "way": "直接支付",
    } | changes
    return ",".join(cells.values())


def payments(count: int) -> list[str]:
    """Heading and `count` good lines."""
    return [HEAD, *(payment(n) for n in range(1, count + 1))]


@pytest.fixture
def catalogue():
    return load_catalogue()


@pytest.fixture
def tokeniser():
    return Tokeniser(TokenKey(b"k" * 32))


@pytest.fixture
def deliver(tmp_path):
    """Make a delivery folder: `deliver({"a.csv": (table, bytes, rows)}, **manifest)`."""

    def make(files, class_id="D13", name="delivery", **manifest) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        entries = []
        for path, (table, data, rows, *more) in files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            entry = {"path": path, "table": table, "rows": rows}
            entry["sha256"] = hashlib.sha256(data).hexdigest()
            entries.append(entry | (more[0] if more else {}))
        content = {
            "class": class_id,
            "version": load_catalogue().version,
            "period": "2025-03",
            "department": "示例市财政局",
            "files": entries,
        } | manifest
        text = json.dumps(content, ensure_ascii=False)
        (folder / "manifest.json").write_text(text, encoding="utf-8")
        return folder

    return make


@pytest.fixture
def one_file(deliver):
    """A delivery of payment lines as one CSV file."""

    def make(lines, rows=None, codec="utf-8", path="支付.csv", **manifest):
        data = "\n".join(lines).encode(codec)
        return deliver(
            {path: ("D13.payment", data, len(lines) - 1 if rows is None else rows)}, **manifest
        )

    return make
