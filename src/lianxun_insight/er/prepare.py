"""From records as delivered to comparable columns: normalised names, tokens, check flags.

Each distinct value is normalised once. Clear identifiers do not leave this module: what goes on is a
token, its swap class and whether the check digit held (settled point 27).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from lianxun_insight.identifiers import ValueFormatError, parse_date
from lianxun_insight.identifiers.org_code import check_org_code
from lianxun_insight.identifiers.tokens import Tokeniser, is_mobile, is_token
from lianxun_insight.names import fold, parse_address, parse_organisation, parse_person

#: Fields a person record may carry, with the headings they are recognised by.
PERSON_FIELDS: Final = {
    "record_id": ("record_id", "id", "rec_id", "unique_id", "编号", "记录号", "序号", "record_key"),
    "dataset": ("dataset", "source", "department", "来源", "部门", "单位来源"),
    "name": ("name", "xm", "姓名", "full_name", "person_name", "name_token"),
    "id_number": (
        "id_number",
        "id_card",
        "id_no",
        "sfzh",
        "身份证号",
        "身份证号码",
        "证件号码",
        "公民身份号码",
        "证件号",
        "soc_sec_id",
        "person_token",
    ),
    "birth_date": (
        "birth_date",
        "dob",
        "birthday",
        "date_of_birth",
        "出生日期",
        "出生年月日",
        "生日",
    ),
    "gender": ("gender", "sex", "性别"),
    "phone": (
        "phone",
        "mobile",
        "tel",
        "phone_number",
        "电话",
        "手机",
        "手机号",
        "联系电话",
        "phone_token",
    ),
    "employer": (
        "employer",
        "unit",
        "org",
        "employer_name",
        "unit_name",
        "单位",
        "工作单位",
        "单位名称",
        "缴费单位名称",
    ),
    "county": (
        "county",
        "region",
        "region_code",
        "地区",
        "区县",
        "县区",
        "行政区划",
        "行政区划代码",
    ),
}
ORG_FIELDS: Final = {
    "record_id": ("record_id", "id", "unique_id", "编号", "记录号", "序号", "record_key"),
    "dataset": ("dataset", "source", "department", "来源", "部门"),
    "name": (
        "name",
        "firm_name",
        "supplier_name",
        "bidder_name",
        "payee_name",
        "org_name",
        "名称",
        "企业名称",
        "单位名称",
        "机构名称",
        "公司名称",
    ),
    "code": (
        "code",
        "uscc",
        "firm_code",
        "supplier_code",
        "bidder_code",
        "payee_code",
        "unit_code",
        "org_code",
        "统一社会信用代码",
        "单位代码",
        "企业代码",
        "信用代码",
    ),
    "legal_rep": (
        "legal_rep",
        "legal_representative",
        "法定代表人",
        "法人",
        "负责人",
        "legal_rep_token",
    ),
    "address": ("address", "住所", "地址", "注册地址"),
    "phone": ("phone", "tel", "mobile", "电话", "联系电话", "phone_token"),
}
FIELDS: Final = {"person": PERSON_FIELDS, "org": ORG_FIELDS}


class NoUsableColumnError(ValueError):
    """A table lacks the columns linking needs; the text is a Chinese sentence."""


def recognise(kind: str, headings: list[str]) -> dict[str, str]:
    """Map our field names to the headings of a file; raises when no name column is there."""
    by_fold = {fold(heading).lower(): heading for heading in reversed(headings)}
    found = {}
    for field, known in FIELDS[kind].items():
        for heading in known:
            key = fold(heading).lower()
            if key in by_fold:
                found[field] = by_fold[key]
                break
    if "name" not in found:
        wanted = "、".join(FIELDS[kind]["name"][:4])
        raise NoUsableColumnError(f"表头中没有名称列(可用:{wanted});现有列:{'、'.join(headings)}")
    return found


def prepare(kind: str, table: pa.Table, tokeniser: Tokeniser, dataset: str = "") -> pa.Table:
    """Return the comparable columns of a table of records (one row each, same order)."""
    columns = recognise(kind, table.column_names)
    source = {field: _text(table[heading]) for field, heading in columns.items()}
    rows = table.num_rows
    source.setdefault("record_id", pa.array([f"{n + 1}" for n in range(rows)]))
    source.setdefault("dataset", pa.array([dataset] * rows, pa.string()))
    build = _person_columns if kind == "person" else _org_columns
    out = {
        "record_id": source["record_id"],
        "dataset": source["dataset"],
        **build(source, tokeniser, rows),
    }
    return pa.table(out)


def _text(column: pa.ChunkedArray) -> pa.Array:
    flat = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if not pa.types.is_string(flat.type):
        flat = pc.cast(flat, pa.string())
    trimmed = pc.utf8_trim_whitespace(flat)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def _mapped(
    column: pa.Array | None,
    rows: int,
    names: dict[str, pa.DataType],
    make: Callable[[str], tuple[Any, ...]],
) -> dict[str, pa.Array]:
    """Apply `make` to each distinct text and spread the results over the rows."""
    if column is None:
        return {name: pa.nulls(rows, kind) for name, kind in names.items()}
    encoded = column.dictionary_encode()
    results = [make(text) for text in encoded.dictionary.to_pylist()]
    out = {}
    for place, (name, kind) in enumerate(names.items()):
        values = pa.array([result[place] for result in results], kind)
        out[name] = values.take(encoded.indices)
    return out


_S: Final = pa.string()


def _person_columns(
    source: dict[str, pa.Array], tokeniser: Tokeniser, rows: int
) -> dict[str, pa.Array]:
    def person(text: str) -> tuple[Any, ...]:
        if is_token(text):  # equal or not is all a token can say
            return text, text, text, 0
        parsed = parse_person(text)
        if not parsed.name:
            return None, None, None, None
        return parsed.name, parsed.variant_key, parsed.surname, len(parsed.name)

    def number(text: str) -> tuple[Any, ...]:
        token = tokeniser.token("resident_id", text)
        birth = token.birth_date.isoformat() if token.valid and token.birth_date else None
        return token.value, token.swap_class or token.value, token.valid, birth

    def birth(text: str) -> tuple[Any, ...]:
        try:
            return (parse_date(text).isoformat(),)
        except ValueFormatError:
            return (None,)

    names = {"name": _S, "name_variant": _S, "surname": _S, "name_length": pa.int8()}
    out = _mapped(source.get("name"), rows, names, person)
    ids = {"id_token": _S, "id_class": _S, "id_valid": pa.bool_(), "id_birth": _S}
    out |= _mapped(source.get("id_number"), rows, ids, number)
    given = _mapped(source.get("birth_date"), rows, {"birth": _S}, birth)["birth"]
    out["birth_date"] = pc.coalesce(given, out.pop("id_birth"))
    swapped = {"birth_swapped": _S, "birth_monthday": _S}
    out |= _mapped(out["birth_date"], rows, swapped, _other_births)
    out |= _phone(source, tokeniser, rows, personal=True)
    out |= _mapped(source.get("employer"), rows, {"employer_key": _S}, _organisation_key)
    out |= _mapped(source.get("county"), rows, {"county": _S}, lambda text: (fold(text) or None,))
    out |= _mapped(source.get("gender"), rows, {"gender": _S}, _gender)
    return out


def _other_births(day: str) -> tuple[str, str]:
    year, month, number = day.split("-")
    return f"{year}-{number}-{month}", f"{month}-{number}"


def _organisation_key(text: str) -> tuple[str | None]:
    return (parse_organisation(text).key if fold(text) else None,)


def _gender(text: str) -> tuple[str | None]:
    return (
        {"男": "男", "女": "女", "M": "男", "F": "女", "1": "男", "2": "女"}.get(fold(text)[:1]),
    )


def _phone(
    source: dict[str, pa.Array], tokeniser: Tokeniser, rows: int, *, personal: bool = False
) -> dict[str, pa.Array]:
    """Tokens of valid numbers. A landline belongs to an office, so it says nothing of a person."""

    def phone(text: str) -> tuple[str | None]:
        token = tokeniser.token("phone", text)
        usable = token.valid and (not personal or is_token(text) or is_mobile(text))
        return (token.value if usable else None,)

    return _mapped(source.get("phone"), rows, {"phone_token": _S}, phone)


def _org_columns(
    source: dict[str, pa.Array], tokeniser: Tokeniser, rows: int
) -> dict[str, pa.Array]:
    def name(text: str) -> tuple[Any, ...]:
        parsed = parse_organisation(text)
        numbers = ",".join(map(str, parsed.ordinals))
        return parsed.key, parsed.core, parsed.brand, parsed.region, parsed.branch, numbers

    def code(text: str) -> tuple[Any, ...]:
        checked = check_org_code(text)
        return checked.code or None, checked.valid

    def address(text: str) -> tuple[Any, ...]:
        parsed = parse_address(text)
        return parsed.key if parsed.building_key else None, parsed.building_key or None

    def representative(text: str) -> tuple[str]:
        return (tokeniser.token("person_name", text).value,)

    parts = dict.fromkeys(("name", "core", "brand", "region", "branch", "ordinals"), _S)
    out = _mapped(source.get("name"), rows, parts, name)
    out |= _mapped(source.get("code"), rows, {"code_token": _S, "code_valid": pa.bool_()}, code)
    out |= _mapped(source.get("legal_rep"), rows, {"legal_rep_token": _S}, representative)
    out |= _mapped(source.get("address"), rows, {"address_key": _S, "building_key": _S}, address)
    out |= _phone(source, tokeniser, rows)
    return out
