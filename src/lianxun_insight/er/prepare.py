"""From records as delivered to comparable columns: normalised names, tokens, check flags.

Each distinct value is normalised once. Clear identifiers do not leave this module: what goes on is a
token, its swap class and whether the check digit held (settled point 27).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from lianxun_insight.identifiers import ValueFormatError, parse_date
from lianxun_insight.identifiers.org_code import check_org_code
from lianxun_insight.identifiers.tokens import Tokeniser, is_mobile, is_token
from lianxun_insight.names import fold, parse_address, parse_organisation, parse_person

#: Fields a person record may carry, with the headings they are recognised by, best first. Headings are
#: compared as `_bare` does: without case, spaces, underlines and what stands in brackets.
PERSON_FIELDS: Final = {
    "record_id": (
        *("recordid", "id", "recid", "uniqueid", "uid", "rowid", "recordkey", "key"),
        *("编号", "记录号", "记录编号", "序号", "人员编号", "工号", "主键"),
    ),
    "dataset": ("dataset", "source", "department", "来源", "数据来源", "部门", "单位来源"),
    "name": (
        *("name", "xm", "fullname", "personname", "chinesename", "nametoken"),
        *("姓名", "人员姓名", "职工姓名", "员工姓名", "领取人姓名", "户主姓名", "中文姓名"),
    ),
    "surname": ("surname", "lastname", "familyname", "姓", "姓氏"),
    "given_name": ("givenname", "firstname", "forename", "名", "名字"),
    "id_number": (
        *("idnumber", "idcard", "idno", "idcardno", "idcardnumber", "identitynumber", "sfzh"),
        *(
            "身份证号",
            "身份证号码",
            "身份证",
            "证件号码",
            "公民身份号码",
            "公民身份证号码",
            "证件号",
        ),
        *("居民身份证号码", "居民身份证号", "身份证件号码", "社会保障号码", "社会保障号"),
        *("nationalid", "socsecid", "ssn", "persontoken"),
    ),
    "birth_date": (
        *("birthdate", "dob", "birthday", "dateofbirth", "birth", "csrq"),
        *("出生日期", "出生年月日", "出生年月", "生日"),
    ),
    "gender": ("gender", "sex", "xb", "性别"),
    "phone": (
        *("phone", "mobile", "tel", "phonenumber", "mobilephone", "telephone", "cellphone"),
        *("电话", "手机", "手机号", "手机号码", "联系电话", "电话号码", "移动电话", "联系方式"),
        "phonetoken",
    ),
    "employer": (
        *("employer", "unit", "org", "employername", "unitname", "company", "workunit"),
        *("单位", "工作单位", "单位名称", "工作单位名称", "所在单位", "任职单位", "用人单位"),
        *("缴费单位名称", "参保单位", "参保单位名称"),
    ),
    "county": (
        *("county", "region", "regioncode", "district", "area"),
        *("地区", "区县", "县区", "所在地区", "行政区划", "行政区划代码"),
    ),
}
ORG_FIELDS: Final = {
    "record_id": (
        *("recordid", "id", "recid", "uniqueid", "uid", "rowid", "recordkey", "key"),
        *("编号", "记录号", "记录编号", "序号", "主键"),
    ),
    "dataset": ("dataset", "source", "department", "来源", "数据来源", "部门"),
    "name": (
        *("name", "firmname", "companyname", "company", "suppliername", "biddername"),
        *("payeename", "orgname", "entname", "legalname", "fullname"),
        *("名称", "企业名称", "单位名称", "机构名称", "公司名称", "全称", "企业全称", "单位全称"),
        *(
            "公司全称",
            "供应商名称",
            "供应商",
            "投标人",
            "投标人名称",
            "收款人名称",
            "收款人",
            "户名",
        ),
    ),
    "code": (
        *("code", "uscc", "creditcode", "socialcreditcode", "unifiedsocialcreditcode"),
        *("firmcode", "suppliercode", "biddercode", "payeecode", "unitcode", "orgcode"),
        *("统一社会信用代码", "社会信用代码", "信用代码", "单位代码", "企业代码", "机构代码"),
        *("组织机构代码", "纳税人识别号", "税号"),
    ),
    "legal_rep": (
        *("legalrep", "legalrepresentative", "legalperson", "legalreptoken"),
        *("法定代表人", "法定代表人姓名", "法人", "法人代表", "负责人", "负责人姓名"),
    ),
    "address": (
        *("address", "registeredaddress", "addr"),
        *("住所", "地址", "注册地址", "登记住所", "经营场所", "联系地址"),
    ),
    "phone": (
        *("phone", "tel", "mobile", "phonenumber", "telephone", "phonetoken"),
        *("电话", "联系电话", "电话号码", "手机", "手机号", "手机号码", "联系方式"),
    ),
}
FIELDS: Final = {"person": PERSON_FIELDS, "org": ORG_FIELDS}


_S: Final = pa.string()


class NoUsableColumnError(ValueError):
    """A table lacks the columns linking needs; the text is a Chinese sentence."""


def _bare(heading: str) -> str:
    """A heading as headings are compared: `Rec_ID` is `recid`, 姓名(必填) is 姓名."""
    return re.sub(r"[\W_]+", "", re.sub(r"\([^)]*\)", "", fold(heading)).lower())


def recognise(kind: str, headings: list[str]) -> dict[str, str]:
    """Map our field names to the headings of a file; raises when no name column is there."""
    by_bare = {_bare(heading): heading for heading in reversed(headings)}
    found = {
        field: next(by_bare[key] for key in known if key in by_bare)
        for field, known in FIELDS[kind].items()
        if any(key in by_bare for key in known)
    }
    if "name" not in found and not {"surname", "given_name"} <= set(found):
        wanted = "、".join(key for key in FIELDS[kind]["name"] if not key.isascii())
        raise NoUsableColumnError(
            f"表头中没有名称列(可用：{wanted})；现有列：{'、'.join(headings)}"
        )
    return found


def prepare(kind: str, table: pa.Table, tokeniser: Tokeniser, dataset: str = "") -> pa.Table:
    """Return the comparable columns of a table of records (one row each, same order)."""
    columns = recognise(kind, table.column_names)
    source = {field: _text(table[heading]) for field, heading in columns.items()}
    rows = table.num_rows
    if "name" not in source:
        source["name"] = _whole_name(source["surname"], source["given_name"])
    source.setdefault("record_id", pa.array([f"{n + 1}" for n in range(rows)]))
    source.setdefault("dataset", pa.array([dataset] * rows, pa.string()))
    build = _person_columns if kind == "person" else _org_columns
    out = {
        "record_id": source["record_id"],
        "dataset": source["dataset"],
        **build(source, tokeniser, rows),
    }
    return pa.table(out)


def _whole_name(surname: pa.Array, given: pa.Array) -> pa.Array:
    """Surname and given name in one; Chinese names without a space between."""
    names = [
        " ".join(filter(None, parts)) if "".join(filter(None, parts)).isascii() else "".join(parts)
        for parts in zip(
            pc.fill_null(surname, "").to_pylist(), pc.fill_null(given, "").to_pylist(), strict=True
        )
    ]
    return pa.array([name or None for name in names], _S)


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
