"""The departments write down what they know: numbers become codes, tokens and names.

`Engine` form is what the analysis reads (the types of the store: tokens, money in 分).
`Delivery` form is what a department hands over before acceptance: Chinese headings, clear
identifiers of invented people, money in 元 - the input of `ingest`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from lianxun_insight.generator import numbers
from lianxun_insight.generator.book import NULL, Book, Columns
from lianxun_insight.generator.cast import PERSON_ACCOUNTS
from lianxun_insight.generator.gaps import Gaps
from lianxun_insight.generator.world import Texts, World
from lianxun_insight.schemas import Field, Table, load_catalogue

#: Name columns and the code column whose organisation they spell out.
NAMED_BY = {
    "unit_name": "unit_code",
    "buyer_name": "buyer_code",
    "agency_name": "agency_code",
    "payee_name": "payee_code",
    "account_holder": "payee_code",
    "winner_name": "winner_code",
    "supplier_name": "supplier_code",
    "owner_name": "owner_code",
    "tenderer_name": "tenderer_code",
    "bidder_name": "bidder_code",
    "firm_name": "firm_code",
    "parent_name": "parent_code",
    "holder_name": "holder_code",
    "seller_name": "seller_code",
    "employer_name": "employer_code",
    "tenant_name": "tenant_code",
    "counterparty_name": "counterparty_code",
    "party_name": "party_code",
    "contractor_name": "contractor_code",
}
#: One name in thirty is written short, as people do in ledgers.
SHORT_NAMES = 30
#: Names that registers and banks spell in full.
EXACT_NAMES = ("firm_name", "payee_name", "account_holder")
_TAILS = ("有限责任公司", "股份有限公司", "有限公司")

Token = Callable[[str, str], str]


@dataclass(slots=True)
class Writer:
    """Turns columns of the book into Arrow tables of the catalogue.

    `token(kind, clear)` makes the keyed token of a clear value; `clear=True` writes the clear
    value instead (delivery form).
    """

    world: World
    token: Token
    gaps: Gaps = field(default_factory=Gaps)
    clear: bool = False
    _pools: dict[str, tuple[Any, Any]] = field(default_factory=dict)

    def tables(self, book: Book, table_id: str, *, single: bool = False) -> Iterator[pa.Table]:
        """Arrow tables of one catalogue table, chunk by chunk, all columns in schema order."""
        schema = load_catalogue().table(table_id)
        for columns in book.chunks(table_id, single=single):
            count = len(next(iter(columns.values())))
            arrays = {f.name: self._array(f, columns, count) for f in schema.fields}
            result = pa.table(arrays)
            yield self._with_gaps(schema, result)

    def _array(self, spec: Field, columns: Columns, count: int) -> pa.Array:
        values = columns.get(spec.name)
        if values is None:
            source = columns.get(NAMED_BY.get(spec.name, ""))
            if source is None:
                return pa.nulls(count, _arrow_type(spec, clear=self.clear))
            return self._names(spec.name, source)
        if spec.type == "org_code":
            return self._take("org", self.world.org_codes, values)
        if spec.type == "id_token":
            return self._tokens(spec.kind, values)
        return self._scalar(spec, values)

    def _scalar(self, spec: Field, values: Any) -> pa.Array:
        target = _arrow_type(spec, clear=self.clear)
        if spec.type == "text":
            return pa.array(values, target)
        if spec.type in ("money", "int"):
            empty = values == NULL
            if spec.type == "money" and self.clear:
                values = np.char.mod("%.2f", np.where(empty, 0, values) / 100).astype(object)
        elif spec.type == "bool":
            empty = values < 0
            words = np.array(["否", "是"], dtype=object) if self.clear else np.array([False, True])
            values = words[np.where(empty, 0, values)]
        elif spec.type == "share":
            empty = np.isnan(values)
        else:
            empty = np.isnat(values)
            values = values.astype("datetime64[us]" if spec.type == "datetime" else "datetime64[D]")
        return pa.array(values, target, mask=empty)

    def _names(self, name: str, source: Any) -> pa.Array:
        spelled = self._take("names", self.world.org_names, source)
        if name in EXACT_NAMES:
            return spelled
        short = (source % SHORT_NAMES) == 7
        if not short.any():
            return spelled
        names = np.array(spelled.to_pylist(), dtype=object)
        names[short] = [_shortened(n) if n else n for n in names[short]]
        return pa.array(names, pa.string())

    def _take(self, pool: str, texts: Texts, index: Any) -> pa.Array:
        if pool not in self._pools:
            self._pools[pool] = (pa.array(texts, pa.string()), None)
        mask = index == NULL
        return self._pools[pool][0].take(pa.array(np.where(mask, 0, index), mask=mask))

    def _tokens(self, kind: str, values: Any) -> pa.Array:
        if kind == "resident_id":
            return self._take("ids", self._pool_texts("ids", kind, self.world.person_ids), values)
        if kind == "person_name":
            return self._take(
                "people", self._pool_texts("people", kind, self.world.person_names), values
            )
        mask = values == NULL
        known = np.unique(values[~mask])
        texts = _account_numbers(known) if kind == "account" else numbers.phones(known)
        if kind == "email":
            texts = "u" + texts + "@mail.example"
        if not self.clear:
            texts = np.array([self.token(kind, text) for text in texts], dtype=object)
        spot = np.searchsorted(known, np.where(mask, known[0] if len(known) else 0, values))
        return (
            pa.array(texts, pa.string()).take(pa.array(spot, mask=mask))
            if len(known)
            else pa.nulls(len(values), pa.string())
        )

    def _pool_texts(self, pool: str, kind: str, clear: Texts) -> Texts:
        if pool in self._pools or self.clear:
            return clear
        if kind == "person_name":
            unique, inverse = np.unique(clear.astype(str), return_inverse=True)
            tokens = np.array([self.token(kind, str(text)) for text in unique], dtype=object)
            return np.asarray(tokens[inverse])
        return np.array([self.token(kind, text) for text in clear], dtype=object)

    def _with_gaps(self, schema: Table, table: pa.Table) -> pa.Table:
        gaps = self.gaps
        if not gaps.relations and not gaps.ids:
            return table
        keys = record_keys(schema, table)
        if gaps.ids:
            for spec in schema.fields:
                if spec.kind == "resident_id" and not spec.key and not spec.required:
                    lost = np.array([gaps.loses_id(schema.id, key, spec.name) for key in keys])
                    column = np.array(table[spec.name].to_pylist(), dtype=object)
                    column[lost] = None
                    table = table.set_column(
                        table.schema.get_field_index(spec.name),
                        spec.name,
                        pa.array(column, pa.string()),
                    )
        lost = np.array([gaps.loses_row(schema.id, key) for key in keys], dtype=bool)
        return table.filter(pa.array(~lost)) if lost.any() else table


def record_keys(schema: Table, table: pa.Table) -> list[str]:
    """The key of each row: its key fields, joined by `|`, dates in ISO form."""
    parts = [table[name].to_pylist() for name in schema.key]
    return ["|".join("" if v is None else str(v) for v in row) for row in zip(*parts, strict=True)]


def _account_numbers(known: Any) -> Texts:
    person = known >= PERSON_ACCOUNTS
    serial = np.where(person, known - PERSON_ACCOUNTS, known)
    return np.where(
        person, numbers.coded("6299", serial, 15), numbers.coded("9900", serial, 13)
    ).astype(object)


def _shortened(name: str) -> str:
    for tail in _TAILS:
        if name.endswith(tail):
            return name[: -len(tail)]
    return name


def _arrow_type(spec: Field, *, clear: bool) -> pa.DataType:
    if spec.type in ("money", "bool") and clear:
        return pa.string()
    return {
        "money": pa.int64(),
        "int": pa.int64(),
        "bool": pa.bool_(),
        "date": pa.date32(),
        "month": pa.date32(),
        "datetime": pa.timestamp("us"),
        "share": pa.float64(),
    }.get(spec.type, pa.string())
