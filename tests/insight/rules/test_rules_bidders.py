"""Links between bidders of a section (X04, K02, K03) and staff from a supplier (K14)."""

import pytest

from tests.insight.rules.tables import at, data, day, hits

SECTION = {
    "section_id": "B1",
    "tenderer_code": "U1",
    "method": "公开招标",
    "notice_date": day("2024-01-01"),
    "bid_deadline": at("2024-01-25 09:00:00"),
    "award_date": day("2024-02-01"),
    "winner_code": "F1",
}


def bid(firm, section_id="B1", **fields):
    return {"section_id": section_id, "bidder_code": firm, "status": "有效", **fields}


def firm(code, **fields):
    return {"firm_code": code, "firm_name": f"{code}有限公司", **fields}


def market(bids, **tables):
    sections = [{**SECTION, "section_id": name} for name in {row["section_id"] for row in bids}]
    return data(D20_section=sections, D20_bid=bids, **tables)


@pytest.mark.parametrize(
    ("mark", "kind"),
    [
        ("contact_token", "联系人"),
        ("deposit_account_token", "保证金账户"),
        ("ip_address", "上传网络地址"),
        ("manager_token", "项目经理"),
    ],
)
def test_x04_names_the_mark_in_common(mark, kind):
    (found,) = hits(
        "X04", market([bid("F1", **{mark: "same"}), bid("F2", **{mark: "same"}), bid("F3")])
    )
    assert found.value == {
        "section_id": "B1",
        "bidders": 2,
        "kinds": 1,
        "shared": kind,
        "proofs": 2,
    }
    assert len(found.records["D20.bid"]) == 2


def test_x04_reads_the_registry_and_withdrawn_bids_do_not_count():
    bids = [bid("F1"), bid("F2")]
    firms = [firm("F1", legal_rep_token="甲"), firm("F2", legal_rep_token="甲")]
    (found,) = hits("X04", market(bids, D30_firm=firms))
    assert found.value["shared"] == "法定代表人"
    assert set(found.records["D30.firm"]) == {"F1", "F2"}
    gone = [bid("F1"), bid("F2", status="撤回")]
    assert hits("X04", market(gone, D30_firm=firms)) == []


def test_x04_a_mark_of_very_many_firms_is_an_agent_not_a_link():
    two = [bid("F1", contact_phone_token="t"), bid("F2", contact_phone_token="t")]
    many = [
        bid(f"G{number}", f"B{number % 5 + 2}", contact_phone_token="t") for number in range(12)
    ]
    assert len(hits("X04", market(two))) == 1
    assert hits("X04", market(two + many)) == []


def test_x04_the_same_mark_in_two_sections_links_nobody():
    apart = [bid("F1", email_token="e"), bid("F2", "B2", email_token="e")]
    assert hits("X04", market(apart)) == []


def test_k02_contacts_insured_by_one_employer():
    bids = [bid("F1", contact_token="甲"), bid("F2", contact_token="乙")]

    def insured(person, month="2024-01-01", employer="F9"):
        return {"person_token": person, "employer_code": employer, "pay_month": day(month)}

    both = [insured("甲"), insured("乙")]
    (found,) = hits("K02", market(bids, D34_insured=both))
    assert found.value["shared"] == "经办人参保单位"
    assert found.value["bidders"] == 2
    long_ago = [insured("甲", "2019-01-01"), insured("乙", "2019-01-01")]
    assert hits("K02", market(bids, D34_insured=long_ago)) == []
    apart = [insured("甲"), insured("乙", employer="F8")]
    assert hits("K02", market(bids, D34_insured=apart)) == []


def test_k02_leaves_machines_to_its_own_rule():
    bids = [bid("F1", machine_code="m"), bid("F2", machine_code="m")]
    assert hits("K02", market(bids)) == []
    assert len(hits("K01", market(bids))) == 1


def holding(company, owner, share, number="1"):
    key = "holder_code" if owner.startswith("F") else "holder_token"
    return {
        "firm_code": company,
        "holder_id": number,
        "from_date": day("2015-01-01"),
        key: owner,
        "share": share,
    }


@pytest.mark.parametrize(("share", "found"), [(0.5, 1), (0.2, 1), (0.01, 0)])
def test_k03_common_owner_by_product_of_shares(share, found):
    """F2 belongs to the person through F5: .5 times the share must reach five per cent."""
    holders = [holding("F1", "甲", 0.6), holding("F2", "F5", 0.5), holding("F5", "甲", share)]
    tables = market(
        [bid("F1"), bid("F2")],
        D30_firm=[firm("F1"), firm("F2"), firm("F5")],
        D30_holder=holders,
    )
    result = hits("K03", tables)
    assert len(result) == found
    if found:
        assert result[0].value["shared"] == "股东"


def test_k03_office_without_control_is_no_owner():
    officers = [
        {"firm_code": code, "person_token": "甲", "role": "监事", "from_date": day("2020-01-01")}
        for code in ("F1", "F2")
    ]
    tables = market([bid("F1"), bid("F2")], D30_firm=[firm("F1"), firm("F2")], D30_person=officers)
    assert hits("K03", tables) == []
    controlled = [firm("F1", controller_token="甲"), firm("F2", controller_token="甲")]
    (found,) = hits("K03", market([bid("F1"), bid("F2")], D30_firm=controlled))
    assert found.value["shared"] == "实际控制人"


BUYER = {
    "person_token": "甲",
    "unit_code": "U1",
    "post": "采购科科员",
    "from_date": day("2021-01-01"),
    "power_scope": "采购",
}
SIGNED = {
    "contract_id": "H1",
    "buyer_code": "U1",
    "supplier_code": "F1",
    "amount": 5_000_000,
    "sign_date": day("2023-05-01"),
}


def staffed(post=None, signed=None, month="2021-06-01", **more):
    work = [{"person_token": "甲", "employer_code": "F1", "pay_month": day(month)}]
    return data(
        D04_post=[{**BUYER, **(post or {})}],
        D14_contract=[{**SIGNED, **(signed or {})}],
        D30_firm=[firm("F1")],
        D34_insured=work,
        **more,
    )


def test_k14_buyer_who_came_from_the_seller():
    (found,) = hits("K14", staffed())
    assert found.value["supplier_code"] == "F1"
    assert found.value["total_yuan"] == 50_000
    assert found.records["D34.insured"]
    assert {step.edge for step in found.path} >= {"任职", "参保", "合同"}


@pytest.mark.parametrize(
    "innocent",
    [
        {"post": {"power_scope": "宣传"}},
        {"post": {"to_date": day("2022-01-01")}},
        {"signed": {"sign_date": day("2020-01-01")}},
        {"signed": {"sign_date": day("2029-01-01")}},
        {"signed": {"supplier_code": "F2"}},
    ],
)
def test_k14_guards(innocent):
    assert hits("K14", staffed(**innocent)) == []


def test_k14_a_declared_recusal_is_respected():
    declaration = {
        "declaration_id": "S1",
        "person_token": "甲",
        "kind": "公务回避",
        "unit_code": "U1",
        "declared_on": day("2023-01-01"),
    }
    assert hits("K14", staffed(D04_declaration=[declaration])) == []
    late = {**declaration, "declared_on": day("2023-06-01")}
    assert len(hits("K14", staffed(D04_declaration=[late]))) == 1
