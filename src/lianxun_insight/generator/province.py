"""Make a province and write it down: tables, truth, manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from lianxun_insight.generator.book import Book
from lianxun_insight.generator.cast import Cast, Serials
from lianxun_insight.generator.deliver import Token, Writer
from lianxun_insight.generator.gaps import Gaps
from lianxun_insight.generator.others import make_others
from lianxun_insight.generator.payments import make_payments
from lianxun_insight.generator.procurement import make_market
from lianxun_insight.generator.registry import make_registry
from lianxun_insight.generator.staff import make_staff
from lianxun_insight.generator.stories import CONFOUNDERS, SCHEMES, Story, Trace
from lianxun_insight.generator.stories.base import Row
from lianxun_insight.generator.truth import Planted, write_truth
from lianxun_insight.generator.world import RESERVED_SHARE, Size, World, build_world
from lianxun_insight.identifiers.tokens import Tokeniser, TokenKey
from lianxun_insight.schemas import load_catalogue

INSTANCES = 12  # of every story at size 1
FIRMS_PER_ROUND = 70  # all stories once need about 60 firms


@dataclass(slots=True)
class Province:
    """A made province, not yet written."""

    world: World
    book: Book
    told: list[tuple[Story, int, Trace]]
    seed: int
    factor: float


def make_province(factor: float = 1.0, seed: int = 7, *, instances: int | None = None) -> Province:
    """Make the province of `factor` times the pilot size. Same arguments, same province.

    `instances` is how often each scheme and confounder is planted (default 12 at size 1); raises
    ValueError when the province has too few firms for so many.
    """
    most = int(Size.times(factor).firms * RESERVED_SHARE / FIRMS_PER_ROUND)
    if instances and instances > most:
        raise ValueError(f"这个规模的省最多可为每种情形安排 {most} 例，请减少例数或加大规模。")
    world = build_world(Size.times(factor), seed)
    book, serials = Book(), Serials()
    cast = Cast(world, book, serials)
    count = instances or max(2, round(INSTANCES * factor))
    told = [
        (story, number, story.tell(cast))
        for story in (*SCHEMES, *CONFOUNDERS)
        for number in range(1, count + 1)
    ]
    contracts = make_market(world, book, serials)
    make_payments(world, book, serials, contracts)
    make_registry(world, book, cast)
    make_staff(world, book, cast)
    make_others(world, book, serials)
    return Province(world, book, told, seed, factor)


def demo_key() -> TokenKey:
    """The published key of generated data: its tokens protect nobody, since nobody exists."""
    return TokenKey(hashlib.sha256(b"lianxun generated province").digest())


def tokens_under(key: TokenKey) -> Token:
    """The token function the acceptance of a delivery uses, under this key."""
    tokeniser = Tokeniser(key)
    return lambda kind, clear: tokeniser.token(kind, clear).value


def write_province(
    province: Province,
    folder: Path,
    *,
    gaps: Gaps | None = None,
    key: TokenKey | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> dict[str, int]:
    """Write one Parquet file per table in engine form, plus `truth.jsonl` and `manifest.json`.

    Returns the row counts by table. Providers in `gaps.absent` deliver nothing.
    """
    gaps = gaps or Gaps()
    folder.mkdir(parents=True, exist_ok=True)
    writer = Writer(province.world, tokens_under(key or demo_key()), gaps)
    catalogue = load_catalogue()
    counts: dict[str, int] = {}
    for table_id in province.book.tables():
        data_class = catalogue.data_class(table_id.split(".")[0])
        if data_class.provider in gaps.absent:
            continue
        progress(table_id)
        path = folder / f"{catalogue.table(table_id).sql_name}.parquet"
        counts[table_id] = _write_table(writer, province.book, table_id, path)
    write_truth(folder / "truth.jsonl", truth(province, writer))
    manifest = {
        "generator": "lianxun-province/1",
        "seed": province.seed,
        "factor": province.factor,
        "catalogue": catalogue.version,
        "gaps": {"relations": gaps.relations, "ids": gaps.ids, "absent": list(gaps.absent)},
        "rows": counts,
    }
    (folder / "manifest.json").write_text(
        json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8"
    )
    return counts


def _write_table(writer: Writer, book: Book, table_id: str, path: Path) -> int:
    out: pq.ParquetWriter | None = None
    count = 0
    try:
        for table in writer.tables(book, table_id):
            out = out or pq.ParquetWriter(path, table.schema, compression="zstd")
            out.write_table(table.cast(out.schema))
            count += table.num_rows
    finally:
        if out is not None:
            out.close()
    return count


def truth(province: Province, writer: Writer) -> Iterable[Planted]:
    """The planted instances with addresses as the delivered tables spell them."""
    catalogue = load_catalogue()
    for story, number, trace in province.told:
        rows = tuple(_address(writer, row) for row in trace.rows)
        needs = tuple(_address(writer, row) for row in trace.needs)
        tables = {address.split("#")[0] for address in rows + needs}
        holders = {catalogue.data_class(t.split(".")[0]).provider for t in tables}
        lost = tuple(address for address in needs + rows if _is_lost(writer.gaps, address))
        world = province.world
        yield Planted(
            instance=f"{story.id}-{number:03d}",
            scheme=story.id,
            title_zh=story.title_zh,
            kind=story.kind,
            unit=str(world.org_codes[trace.unit]),
            firms=tuple(str(world.org_codes[firm]) for firm in trace.firms),
            records=rows,
            departments=tuple(sorted(holders)),
            needs=needs,
            lost=lost,
        )


def _is_lost(gaps: Gaps, address: str) -> bool:
    table_id, key = address.split("#", 1)
    provider = load_catalogue().data_class(table_id.split(".")[0]).provider
    return provider in gaps.absent or gaps.loses_row(table_id, key)


def _address(writer: Writer, row: Row) -> str:
    table_id, key = row
    schema = load_catalogue().table(table_id)
    return f"{table_id}#" + "|".join(_spelled(writer, schema.field(k), key[k]) for k in schema.key)


def _spelled(writer: Writer, spec: Any, value: Any) -> str:
    if spec.type == "org_code":
        return str(writer.world.org_codes[value])
    if spec.type == "id_token":
        return writer.token(spec.kind, str(writer.world.person_ids[value]))
    if isinstance(value, np.datetime64):
        return str(value).replace("T", " ")
    return str(value)
