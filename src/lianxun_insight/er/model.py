"""The comparison models: which fields are compared in which steps, and how pairs are found.

A model is data for Splink. Levels are ordered from strongest agreement to conflict; `agrees` names
the levels (counted from the top, 0 = strongest) that count as an agreeing field in a decision.
Sources: Fellegi & Sunter (1969); Winkler for term-frequency adjustment; design in the docs page
"Linking".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

#: Version of comparisons and blocking; stored with each link.
MODEL_VERSION: Final = "person-3/org-3"


#: Prior for data too small to estimate it.
DEFAULT_PRIOR: Final = 1e-4
#: A conflict is never proof: nothing seen in training does not mean impossible.
SMALLEST_M: Final = 1e-4


@dataclass(frozen=True, slots=True)
class Level:
    """One step of a comparison: SQL over `x_l` and `x_r`.

    `m` is the chance of this level among true pairs: start value of training, and what small data
    are scored with. `u` is the chance among other pairs where nothing can be measured; None = what
    the other levels leave over. `known_u` replaces measuring. A level that `forbids` never links by
    itself, whatever else agrees: a person looks at it.
    """

    label_zh: str
    sql: str
    m: float
    agrees: bool = False
    tf_column: str = ""
    u: float | None = None
    known_u: float | None = None
    forbids: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """A field with its levels; `strong` counts as an identifier, `weak` never counts as evidence.

    `null_sql` decides when the field says nothing.
    """

    field: str
    label_zh: str
    null_sql: str
    levels: tuple[Level, ...]
    strong: bool = False
    weak: bool = False
    #: condition under which the field adds nothing because another one contains it; training
    #: ignores it, or the field could not be learnt from the pairs with equal numbers
    implied_by: str = ""


@dataclass(frozen=True, slots=True)
class Model:
    """Everything that is particular to one kind of entity."""

    kind: str
    comparisons: tuple[Comparison, ...]
    #: name of a blocking key -> SQL over the prepared columns (NULL = not blocked)
    blocking: Mapping[str, str]
    #: training passes: SQL blocking rule, with the fields that it cannot estimate
    training: tuple[str, ...]
    #: rule that finds true pairs almost surely, and the share of true pairs it finds
    sure_rule: str
    sure_recall: float
    #: prepared columns the linker needs
    columns: tuple[str, ...]
    #: column with the valid strong identifier of which an entity has one only
    identifier: str


def _differs(column: str) -> str:
    return f"{column}_l IS NULL OR {column}_r IS NULL"


def _equal(column: str) -> str:
    return f"{column}_l = {column}_r"


#: One wrong character of the given name. DuckDB's edit distances count bytes, three to a Chinese
#: character, so the rule is written out over characters.
_ONE_WRONG: Final = (
    "surname_l = surname_r AND name_length_l = name_length_r AND "
    "(substr(name_l, 2, 1) <> substr(name_r, 2, 1))::INT "
    "+ (substr(name_l, 3) <> substr(name_r, 3))::INT = 1"
)
_ONE_MISSING: Final = (
    "surname_l = surname_r AND abs(name_length_l - name_length_r) = 1 AND "
    "(right(name_l, 1) = right(name_r, 1) OR starts_with(name_l, name_r) "
    "OR starts_with(name_r, name_l))"
)

PERSON: Final = Model(
    kind="person",
    comparisons=(
        Comparison(
            "name",
            "姓名",
            _differs("name"),
            (
                Level("姓名相同", _equal("name"), 0.955, agrees=True, tf_column="name", u=0.0003),
                Level("异体字相同", _equal("name_variant"), 0.012, agrees=True, u=1e-05),
                Level("姓名差一字", _ONE_WRONG, 0.027, u=0.002),
                Level("姓名缺一字", _ONE_MISSING, 0.002, u=0.0005),
                Level("姓名不同", "ELSE", 0.004, forbids=True),
            ),
        ),
        Comparison(
            "id",
            "证件号",
            f"({_differs('id_token')}) OR (id_token_l <> id_token_r AND id_class_l <> id_class_r "
            "AND NOT (id_valid_l AND id_valid_r))",
            (
                Level("证件号相同", _equal("id_token"), 0.965, agrees=True, u=2e-7, known_u=2e-7),
                Level(
                    "证件号相邻两位颠倒",
                    f"{_equal('id_class')} AND NOT (id_valid_l AND id_valid_r)",
                    0.03,
                    agrees=True,
                    u=1e-05,
                ),
                Level("证件号不同", "ELSE", 0.005),
            ),
            strong=True,
        ),
        Comparison(
            "birth",
            "出生日期",
            _differs("birth_date"),
            (
                Level(
                    "出生日期相同",
                    _equal("birth_date"),
                    0.96,
                    agrees=True,
                    tf_column="birth_date",
                    u=6e-05,
                ),
                Level("月日颠倒", "birth_swapped_l = birth_date_r", 0.008, agrees=True, u=2e-05),
                Level(
                    "同月同日或同年同月",
                    "birth_monthday_l = birth_monthday_r OR "
                    "substr(birth_date_l, 1, 7) = substr(birth_date_r, 1, 7)",
                    0.015,
                    u=0.005,
                ),
                Level(
                    "同年", "substr(birth_date_l, 1, 4) = substr(birth_date_r, 1, 4)", 0.004, u=0.02
                ),
                Level("出生日期不同", "ELSE", 0.013),
            ),
            # The number contains the date: where the numbers agree the date adds nothing.
            implied_by="coalesce(id_token_l = id_token_r, FALSE)",
        ),
        Comparison(
            "phone",
            "电话",
            _differs("phone_token"),
            (
                Level(
                    "电话相同",
                    _equal("phone_token"),
                    0.93,
                    agrees=True,
                    tf_column="phone_token",
                    u=2e-06,
                ),
                Level("电话不同", "ELSE", 0.07),
            ),
        ),
        Comparison(
            "employer",
            "单位",
            _differs("employer_key"),
            (
                Level(
                    "单位相同",
                    _equal("employer_key"),
                    0.9,
                    agrees=True,
                    tf_column="employer_key",
                    u=0.002,
                ),
                Level("单位不同", "ELSE", 0.1),
            ),
        ),
        Comparison(
            "county",
            "地区",
            _differs("county"),
            (
                Level("地区相同", _equal("county"), 0.9, agrees=True, tf_column="county", u=0.01),
                Level("地区不同", "ELSE", 0.1),
            ),
            weak=True,
        ),
        Comparison(
            "gender",
            "性别",
            _differs("gender"),
            (
                Level("性别相同", _equal("gender"), 0.995, agrees=True, u=0.5),
                Level("性别不同", "ELSE", 0.005),
            ),
            weak=True,
        ),
    ),
    blocking={
        "id": "CASE WHEN id_valid THEN id_token END",
        "id_class": "id_class",
        "name_birth": "name_variant || '|' || birth_date",
        "phone": "phone_token",
        "name_employer": "name_variant || '|' || employer_key",
        "surname_birth_employer": "surname || '|' || birth_date || '|' || employer_key",
        "surname_employer_county": "surname || '|' || employer_key || '|' || county",
        "birth_county": "surname || '|' || birth_date || '|' || county",
        "name_county": "name_variant || '|' || county",
    },
    training=(
        "l.id_token = r.id_token and l.id_valid and r.id_valid",
        "l.name = r.name and l.birth_date = r.birth_date",
    ),
    sure_rule="l.id_token = r.id_token and l.id_valid and r.id_valid",
    sure_recall=0.6,
    columns=(
        *("name", "name_variant", "surname", "name_length", "id_token", "id_class", "id_valid"),
        *("birth_date", "birth_swapped", "birth_monthday", "phone_token", "employer_key"),
        *("county", "gender"),
    ),
    identifier="id_token",
)

_NEAR: Final = "jaro_winkler_similarity(core_l, core_r) > 0.93"
#: A slip of the pen under one valid code. Without the code near names are those of sisters, 甲乙 and 甲丙
#: at one address and phone: a person looks at them. (DuckDB compares bytes, hence the count by characters.)
_SLIP: Final = (
    f"code_token_l = code_token_r AND code_valid_l AND code_valid_r AND ({_NEAR} "
    "OR (length(core_l) = length(core_r) AND list_sum(list_transform("
    "range(1, length(core_l) + 1), "
    "lambda i: (substr(core_l, i, 1) <> substr(core_r, i, 1))::INT)) = 1))"
)

ORGANISATION: Final = Model(
    kind="org",
    comparisons=(
        Comparison(
            "code",
            "统一社会信用代码",
            f"({_differs('code_token')}) OR (code_token_l <> code_token_r "
            "AND NOT (code_valid_l AND code_valid_r))",
            (
                Level("代码相同", _equal("code_token"), 0.985, agrees=True, u=1e-7, known_u=1e-7),
                Level("代码不同", "ELSE", 0.015),
            ),
            strong=True,
        ),
        Comparison(
            "name",
            "名称",
            _differs("name"),
            (
                Level("规范名称相同", _equal("name"), 0.8, agrees=True, tf_column="name", u=1e-06),
                Level("序号不同", "ordinals_l <> ordinals_r", 1e-5, u=0.05, forbids=True),
                Level("总部与分支", "branch_l <> branch_r", 5e-4, u=0.1, forbids=True),
                Level("字号行业相同", _equal("core"), 0.1, agrees=True, tf_column="core", u=1e-05),
                Level(
                    "字号相同",
                    f"{_equal('brand')} AND (region_l = region_r OR region_l = '' OR region_r = '')",
                    0.05,
                    u=0.0001,
                ),
                Level("代码相同而名称相近", _SLIP, 0.02, u=1e-7, known_u=1e-7),
                Level("名称相近", _NEAR, 0.01, u=0.0001, forbids=True),
                Level("名称不同", "ELSE", 0.014, forbids=True),
            ),
        ),
        Comparison(
            "region",
            "行政区划",
            "region_l IS NULL OR region_r IS NULL OR region_l = '' OR region_r = ''",
            (
                Level(
                    "行政区划相同", _equal("region"), 0.9, agrees=True, tf_column="region", u=0.01
                ),
                Level(
                    "一方包含另一方",
                    "contains(region_l, region_r) OR contains(region_r, region_l)",
                    0.08,
                    u=0.02,
                ),
                Level("行政区划不同", "ELSE", 0.02),
            ),
            weak=True,
        ),
        Comparison(
            "legal_rep",
            "法定代表人",
            _differs("legal_rep_token"),
            (
                Level(
                    "法定代表人相同",
                    _equal("legal_rep_token"),
                    0.85,
                    agrees=True,
                    tf_column="legal_rep_token",
                    u=0.0003,
                ),
                Level("法定代表人不同", "ELSE", 0.15),
            ),
        ),
        Comparison(
            "address",
            "住所",
            _differs("address_key"),
            (
                Level(
                    "住所相同",
                    _equal("address_key"),
                    0.7,
                    agrees=True,
                    tf_column="address_key",
                    u=2e-05,
                ),
                Level("同一门牌", _equal("building_key"), 0.15, tf_column="building_key", u=0.0001),
                Level("住所不同", "ELSE", 0.15),
            ),
        ),
        Comparison(
            "phone",
            "电话",
            _differs("phone_token"),
            (
                Level(
                    "电话相同",
                    _equal("phone_token"),
                    0.8,
                    agrees=True,
                    tf_column="phone_token",
                    u=2e-06,
                ),
                Level("电话不同", "ELSE", 0.2),
            ),
        ),
    ),
    blocking={
        "code": "CASE WHEN code_valid THEN code_token END",
        "name": "name",
        "core": "core",
        "brand_region": "brand || '|' || left(region, 4)",
        "legal_rep_brand": "legal_rep_token || '|' || left(brand, 2)",
        "phone": "phone_token",
        "address": "address_key",
    },
    training=(
        "l.code_token = r.code_token and l.code_valid and r.code_valid",
        "l.name = r.name",
        "l.phone_token = r.phone_token",
    ),
    sure_rule="l.code_token = r.code_token and l.code_valid and r.code_valid",
    sure_recall=0.7,
    columns=(
        *("name", "core", "brand", "region", "branch", "ordinals", "code_token", "code_valid"),
        *("legal_rep_token", "address_key", "building_key", "phone_token"),
    ),
    identifier="code_token",
)

MODELS: Final[Mapping[str, Model]] = {"person": PERSON, "org": ORGANISATION}
