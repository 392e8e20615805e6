"""Canonical JSON and digests: one content, one text, one identifier.

The form follows RFC 8785 (JSON Canonicalization Scheme) for the values flags hold: keys sorted,
no blanks, UTF-8 without escapes, shortest round-trip numbers, no NaN and no infinity. Dates are
ISO 8601 texts and sums of money are numbers in yuan, rounded to the fen before they come here.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias

Scalar: TypeAlias = str | int | float | bool | None
Plain: TypeAlias = "Scalar | list[Plain] | dict[str, Plain]"


def plain(value: object) -> Plain:
    """Give `value` as plain JSON data: dates as ISO text, tuples as lists, mappings with text keys.

    Raises ValueError for numbers that JSON cannot hold and TypeError for any other type: a flag
    that cannot be written down exactly must not exist.
    """
    if value is None or isinstance(value, bool | str | int):
        return value
    if isinstance(value, float | Decimal):
        return _number(float(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Sequence | frozenset | set):
        items = sorted(value) if isinstance(value, frozenset | set) else value
        return [plain(item) for item in items]
    item = getattr(value, "item", None)  # numpy scalars
    if callable(item):
        return plain(item())
    raise TypeError(f"疑点记录里不能存放 {type(value).__name__} 类型的值。")


def _number(value: float) -> int | float:
    """Write whole floats as integers, as RFC 8785 does, so 3.0 and 3 are one content."""
    if not math.isfinite(value):
        raise ValueError("疑点记录里的数值必须是有限数，不能是 NaN 或无穷大。")
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def canonical(value: object) -> str:
    """Return the one canonical JSON text of `value`."""
    return json.dumps(
        plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def digest(value: object) -> str:
    """SHA-256 over the canonical text, 64 hex digits."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def frozen(value: object) -> object:
    """Return `value` read-only all the way down: mapping proxies and tuples."""
    if isinstance(value, Mapping):
        return MappingProxyType({str(key): frozen(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return tuple(frozen(item) for item in value)
    return value
