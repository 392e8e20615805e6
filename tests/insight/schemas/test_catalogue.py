"""The catalogue file is whole, consistent and says what the catalogue document says."""

import re
from pathlib import Path

import pytest
import yaml

from lianxun_insight.schemas import FIELD_TYPES, UnknownClassError, load_catalogue
from lianxun_insight.schemas.catalogue import TOKEN_KINDS, parse_catalogue

CATALOGUE = load_catalogue()

PRESET_8 = {"D01", "D04", "D08", "D11", "D13", "D14", "D23", "D30"}
QUERY_ONLY = {"D02", "D06", "D25", "D26", "D27", "D29", "D33", "D39", "D41"}


def test_forty_classes_and_the_optional_one_in_order():
    assert [item.id for item in CATALOGUE] == [f"D{n:02d}" for n in range(1, 42)]


def test_presets_hold_the_number_of_classes_in_their_name_and_grow():
    sizes = {preset.id: len(preset.classes) for preset in CATALOGUE.presets}
    assert sizes == {"8": 8, "23": 23, "32": 32, "40": 40}
    assert set(CATALOGUE.preset("8").classes) == PRESET_8
    for small, big in (("8", "23"), ("23", "32"), ("32", "40")):
        assert set(CATALOGUE.preset(small).classes) < set(CATALOGUE.preset(big).classes)
    assert CATALOGUE.data_class("D41").presets == ()


def test_presets_name_the_number_of_departments_they_need():
    for preset in CATALOGUE.presets:
        providers = {
            CATALOGUE.data_class(item).provider.replace("(编办)", "") for item in preset.classes
        }
        assert len(providers) == preset.departments, preset.id


def test_question_only_classes_are_exactly_the_q_classes_and_ask_in_questions():
    assert {item.id for item in CATALOGUE if item.query_only} == QUERY_ONLY
    assert {item.id for item in CATALOGUE if item.sharing == "Q"} == QUERY_ONLY
    for item in CATALOGUE:
        if item.query_only and item.id != "D41":
            assert item.tables[0].key == ("query_id",), item.id
            assert item.tables[0].field("answer").type == "bool"


def test_negative_list_has_the_twelve_kinds():
    assert [item.id for item in CATALOGUE.negative_list] == [f"NEG-{n:02d}" for n in range(1, 13)]


@pytest.mark.parametrize("table", CATALOGUE.tables, ids=lambda table: table.id)
def test_every_table_is_well_formed(table):
    assert table.id == table.class_id or table.id.startswith(table.class_id + ".")
    assert table.key, "a table needs a key"
    names = [field.name for field in table.fields]
    assert len(set(names)) == len(names)
    headings = [h for field in table.fields for h in field.headings]
    assert len(set(headings)) == len(headings), "two fields answer to one heading"
    for field in table.fields:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", field.name)
        assert field.type in FIELD_TYPES
        assert 0 <= field.level <= 3
        assert field.required or not field.key
        assert re.search(r"[一-鿿]", field.label_zh)
        if field.type in ("money", "int", "share", "date", "month", "datetime"):
            assert field.unit


def test_a_person_column_is_a_keyed_token_and_only_a_token_is_named_so():
    for table in CATALOGUE.tables:
        for field in table.fields:
            assert field.name.endswith("_token") == (field.type == "id_token"), field.name
            assert (field.kind in TOKEN_KINDS) == (field.type == "id_token")
            if field.type == "id_token":
                assert field.level >= 2 or table.id.startswith(("D04", "D15")), (table.id, field)


def test_lookups_by_id_sql_name_and_unknown_names():
    assert CATALOGUE.table("D20.bid").sql_name == "d20_bid"
    assert CATALOGUE.table("d20_bid") is CATALOGUE.table("D20.bid")
    assert CATALOGUE.table("D21").key == ("firm_code", "list_name", "listed_on")
    with pytest.raises(UnknownClassError, match="D99"):
        CATALOGUE.table("D99")
    with pytest.raises(UnknownClassError):
        CATALOGUE.data_class("D42")
    with pytest.raises(UnknownClassError, match="8、23"):
        CATALOGUE.preset("9")


SMALL = """
version: t
source: t
type_units: {}
presets: {"8": {zh: 八, departments: 1}}
negative_list: []
classes:
  - {id: D01, provider: 甲, zh: 乙, rhythm: monthly, level: 1, sharing: B, mode: bulk, preset: "8",
     tables: [{id: D01, zh: 乙, fields: [{name: a, zh: 甲, type: text, key: true}]}]}
"""


def test_how_often_a_class_is_renewed_is_said_in_words():
    assert parse_catalogue(SMALL).data_class("D01").rhythm_zh == "每月"


@pytest.mark.parametrize(
    ("right", "wrong", "named"),
    [("type: text", "type: number", r"D01\.a"), ("rhythm: monthly", "rhythm: often", "D01.*often")],
)
def test_a_wrong_word_in_the_file_is_named(right, wrong, named):
    with pytest.raises(ValueError, match=named):
        parse_catalogue(SMALL.replace(right, wrong))


NEEDED = {
    "D20.bid": "section_id bidder_code bid_price received_at status deposit_account_token "
    "machine_code file_code lock_no mac_address cpu_no disk_no contact_phone_token manager_token",
    "D20.section": "tenderer_code agency_code opened_at ceiling_price price_only winner_code",
    "D13.payment": "unit_code payee_code amount pay_date budget_item payee_account_token "
    "account_holder account_changed_on invoice_no contract_id",
    "D30.firm": "legal_rep_token founded_on paid_in_capital address_key phone_token",
    "D30.holder": "holder_token holder_code share from_date to_date",
    "D18.fuel": "volume_ml filled_at region_code card_no",
    "D27": "person_token state from_date",
}


@pytest.mark.parametrize("table_id", NEEDED)
def test_fields_that_rules_need_are_there(table_id):
    names = {field.name for field in CATALOGUE.table(table_id).fields}
    assert set(NEEDED[table_id].split()) <= names


def test_no_text_of_a_data_file_is_cut_by_a_comma():
    """`{source: 甲,乙}` without quotes is YAML for a source 甲 and a key 乙 with nothing."""

    def cut(value, place):
        if isinstance(value, dict):
            for key, inner in value.items():
                if inner is None and not str(key).isascii():
                    yield f"{place}: {key}"
                yield from cut(inner, f"{place}/{key}")
        elif isinstance(value, list):
            for inner in value:
                yield from cut(inner, place)

    source = Path(__file__).parents[3] / "src"
    files = sorted(source.rglob("*.yaml"))
    assert len(files) > 5
    found = [
        line
        for file in files
        for line in cut(list(yaml.safe_load_all(file.read_text("utf-8"))), file.name)
    ]
    assert found == []
