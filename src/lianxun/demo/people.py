"""The invented province 云岭省 as data: units, people, accounts. Codes 97xxxx are assigned to nobody
(GB/T 2260 ends at 82)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import NAMESPACE_DNS, UUID, uuid5

from lianxun.access.enums import NO_LEVEL

PROVINCE = 970000
RIVER_CITY = 970100
GREEN_CITY = 970200
BRIDGE_COUNTY = 970121

WHOLE_PROVINCE = (970000, 979999)
WHOLE_CITY = (970100, 970199)
WHOLE_COUNTY = (970121, 970121)


@dataclass(frozen=True, slots=True)
class UnitSpec:
    code: str
    name: str
    short: str
    kind: str
    parent: str = ""
    tier: str = "province"
    region: int = PROVINCE


@dataclass(frozen=True, slots=True)
class AccountSpec:
    """``key`` is also the sign-in name of the sample."""

    key: str
    name: str
    unit: str
    post: str
    roles: tuple[str, ...]
    duties: tuple[str, ...] = ()
    clearance: int = 2
    region: tuple[int, int] | None = None
    compartments: tuple[str, ...] = ()


UNITS = (
    UnitSpec("YL", "中共云岭省委", "省委", "government"),
    UnitSpec("YL-LG", "省委巡视工作领导小组", "领导小组", "leading_group", "YL"),
    UnitSpec("YL-CC", "省巡视协调对接委员会", "协调委员会", "coordination_committee", "YL"),
    UnitSpec("YL-IO", "省委巡视工作领导小组办公室", "省委巡视办", "inspection_office", "YL"),
    UnitSpec("YL-LO", "联络员办公室", "联络办", "liaison_office", "YL-IO"),
    UnitSpec("YL-T1", "省委第一巡视组", "第一巡视组", "task_group", "YL-IO"),
    UnitSpec("YL-T2", "省委第二巡视组", "第二巡视组", "task_group", "YL-IO"),
    UnitSpec("YL-RG", "整改督导组", "督导组", "rectification_guidance_group", "YL-IO"),
    UnitSpec("YL-JW", "省纪委监委", "省纪委监委", "member_unit", "YL"),
    UnitSpec("YL-ZZ", "省委组织部", "省委组织部", "member_unit", "YL"),
    UnitSpec("YL-SJ", "省审计厅", "省审计厅", "member_unit", "YL"),
    UnitSpec("YL-XF", "省信访局", "省信访局", "member_unit", "YL"),
    UnitSpec("YL-CZ", "省财政厅", "省财政厅", "member_unit", "YL"),
    UnitSpec("YL-FG", "省发展改革委", "省发改委", "member_unit", "YL"),
    UnitSpec("YL-GZ", "省国资委", "省国资委", "member_unit", "YL"),
    UnitSpec("YL-GA", "省公安厅", "省公安厅", "member_unit", "YL"),
    UnitSpec("YL-SW", "省税务局", "省税务局", "member_unit", "YL"),
    UnitSpec("YL-SC", "省市场监管局", "省市场监管局", "member_unit", "YL"),
    UnitSpec("YL-ZR", "省自然资源厅", "省自然资源厅", "member_unit", "YL"),
    UnitSpec("YL-RS", "省人力资源社会保障厅", "省人社厅", "member_unit", "YL"),
    UnitSpec("YL-XC", "省委宣传部", "省委宣传部", "member_unit", "YL"),
    UnitSpec("YL-JT", "云岭示范投资集团", "示范投资集团", "inspected_unit", "YL"),
    UnitSpec("YL-JT-1", "云岭示范投资集团置业公司", "示范置业", "inspected_unit", "YL-JT"),
    UnitSpec("YL-DX", "云岭青松大学", "青松大学", "inspected_unit", "YL"),
    UnitSpec("LJ", "中共临江市委", "临江市委", "government", "", "city", RIVER_CITY),
    UnitSpec(
        "LJ-IO", "临江市委巡察办", "临江巡察办", "inspection_office", "LJ", "city", RIVER_CITY
    ),
    UnitSpec("LJ-SJ", "临江市审计局", "临江审计局", "member_unit", "LJ", "city", RIVER_CITY),
    UnitSpec("LJ-ZJ", "临江市住房建设局", "临江住建局", "inspected_unit", "LJ", "city", RIVER_CITY),
    UnitSpec("QC", "中共青川市委", "青川市委", "government", "", "city", GREEN_CITY),
    UnitSpec(
        "QC-IO", "青川市委巡察办", "青川巡察办", "inspection_office", "QC", "city", GREEN_CITY
    ),
    UnitSpec("SQ", "中共石桥县委", "石桥县委", "government", "LJ", "county", BRIDGE_COUNTY),
    UnitSpec(
        "SQ-IO", "石桥县委巡察办", "石桥巡察办", "inspection_office", "SQ", "county", BRIDGE_COUNTY
    ),
    UnitSpec("YL-CG", "综合协调组", "综合协调组", "coordination_group", "YL-IO"),
    UnitSpec("YL-VG", "线索核查组", "线索核查组", "lead_verification_group", "YL-IO"),
)

CASE = (
    "inspection",
    "coordination",
    "exchange",
    "leads",
    "rectification",
    "appraisal",
    "approvals",
    "duties",
    "documents",
    "regulations",
    "advice",
)
MEMBER = (
    "coordination",
    "exchange",
    "leads",
    "rectification",
    "appraisal",
    "duties",
    "documents",
    "regulations",
    "approvals",
)

ACCOUNTS = (
    AccountSpec("leader", "沈明远", "YL-LG", "组长", ("leader",), CASE, 3, WHOLE_PROVINCE),
    AccountSpec("deputy_leader", "鲁清和", "YL-LG", "副组长", ("leader",), CASE, 3, WHOLE_PROVINCE),
    AccountSpec("chair", "戴云舟", "YL-CC", "主任", ("leader",), CASE, 3, WHOLE_PROVINCE),
    AccountSpec(
        "coordinator",
        "许若溪",
        "YL-LO",
        "协调专员",
        ("coordinator",),
        (*CASE, "organisation", "access"),
        3,
        WHOLE_PROVINCE,
    ),
    AccountSpec(
        "clerk",
        "何晓棠",
        "YL-LO",
        "登记员",
        ("clerk",),
        ("leads", "duties", "documents", "regulations"),
        2,
    ),
    AccountSpec(
        "team_head",
        "顾长青",
        "YL-T1",
        "组长",
        ("team_leader",),
        ("appraisal", "duties", "documents", "regulations"),
        2,
    ),
    AccountSpec(
        "team_deputy",
        "罗知秋",
        "YL-T1",
        "副组长",
        ("inspector",),
        ("duties", "documents", "regulations"),
        2,
    ),
    AccountSpec(
        "inspector",
        "方一鸣",
        "YL-T1",
        "巡视专员",
        ("inspector",),
        ("duties", "documents", "regulations"),
        2,
    ),
    AccountSpec(
        "neighbour",
        "姜听雨",
        "YL-T2",
        "巡视专员",
        ("inspector",),
        ("duties", "documents", "regulations"),
        2,
    ),
    AccountSpec(
        "neighbour_head",
        "温如海",
        "YL-T2",
        "组长",
        ("team_leader",),
        ("appraisal", "duties", "documents", "regulations"),
        2,
    ),
    AccountSpec(
        "guide",
        "阮南星",
        "YL-RG",
        "督导专员",
        ("inspector",),
        ("duties", "documents", "rectification", "regulations"),
        2,
    ),
    AccountSpec("discipline", "彭砚之", "YL-JW", "联络员", ("liaison_officer",), MEMBER, 3),
    AccountSpec("discipline_head", "严守正", "YL-JW", "分管领导", ("leader",), MEMBER, 3),
    AccountSpec("personnel", "秦书宁", "YL-ZZ", "联络员", ("liaison_officer",), MEMBER, 2),
    AccountSpec("audit", "贺文渊", "YL-SJ", "联络员", ("liaison_officer",), MEMBER, 2),
    AccountSpec(
        "auditor_expert", "卓越然", "YL-SJ", "高级审计师", ("expert",), ("duties", "documents"), 2
    ),
    AccountSpec("petitions", "孟小满", "YL-XF", "联络员", ("liaison_officer",), MEMBER, 2),
    AccountSpec("finance", "梁思齐", "YL-CZ", "联络员", ("liaison_officer",), MEMBER, 2),
    AccountSpec("development", "陶景行", "YL-FG", "联络员", ("liaison_officer",), MEMBER, 2),
    AccountSpec("assets", "韦国栋", "YL-GZ", "联络员", ("liaison_officer",), MEMBER, 2),
    AccountSpec("police", "石敬之", "YL-GA", "联络员", ("liaison_officer",), MEMBER, 2),
    AccountSpec("tax", "白清扬", "YL-SW", "联络员", ("liaison_officer",), MEMBER, 2),
    AccountSpec("market", "邵一帆", "YL-SC", "联络员", ("liaison_officer",), MEMBER, 2),
    AccountSpec("land", "江牧之", "YL-ZR", "联络员", ("liaison_officer",), MEMBER, 2),
    AccountSpec("labour", "颜静姝", "YL-RS", "联络员", ("liaison_officer",), MEMBER, 2),
    AccountSpec("propaganda", "于思远", "YL-XC", "联络员", ("liaison_officer",), MEMBER, 2),
    AccountSpec(
        "contact",
        "钱立本",
        "YL-JT",
        "联系人",
        ("contact",),
        ("rectification", "exchange", "documents"),
        1,
    ),
    AccountSpec(
        "other_contact",
        "章怀谷",
        "YL-DX",
        "联系人",
        ("contact",),
        ("rectification", "exchange", "documents"),
        1,
    ),
    AccountSpec("city_overseer", "傅临江", "LJ-IO", "主任", ("coordinator",), CASE, 2, WHOLE_CITY),
    AccountSpec(
        "other_city", "段青川", "QC-IO", "主任", ("coordinator",), CASE, 2, (970200, 970299)
    ),
    AccountSpec(
        "county_overseer", "柏石桥", "SQ-IO", "主任", ("coordinator",), CASE, 2, WHOLE_COUNTY
    ),
    AccountSpec("custodian_1", "汤守一", "YL-XF", "身份保管员", ("custodian",), ("leads",), 3),
    AccountSpec("custodian_2", "闻慎之", "YL-JW", "身份保管员", ("custodian",), ("leads",), 3),
    AccountSpec("escrow_1", "郑三省", "YL-ZZ", "密钥托管人", ("escrow",), (), 1),
    AccountSpec("escrow_2", "邹知白", "YL-SJ", "密钥托管人", ("escrow",), (), 1),
    AccountSpec("escrow_3", "祁慎言", "YL-GZ", "密钥托管人", ("escrow",), (), 1),
    AccountSpec(
        "expired", "季往来", "YL-T1", "原借调人员", ("inspector",), ("duties", "documents"), 2
    ),
    AccountSpec(
        "idle", "蓝闲", "YL-T1", "未参加任务人员", ("inspector",), ("duties", "documents"), 2
    ),
    AccountSpec(
        "system_admin", "系统管理员", "YL-IO", "系统管理员", ("system_admin",), (), NO_LEVEL
    ),
    AccountSpec(
        "security_admin", "安全管理员", "YL-IO", "安全管理员", ("security_admin",), (), NO_LEVEL
    ),
    AccountSpec("audit_admin", "审计管理员", "YL-IO", "审计管理员", ("audit_admin",), (), NO_LEVEL),
)


# Who has to step aside, and why: (account, kind, unit).
TIES = (
    ("idle", "kin", "YL-JT"),
    ("tax", "worked", "YL-DX"),
    ("neighbour", "studied", "YL-DX"),
)

# The pool teams are suggested from: (account, kind, skills, senior title, years).
POOL = (
    ("team_head", "full_time", ("party_building", "discipline"), "", 16),
    ("team_deputy", "full_time", ("discipline", "writing"), "", 9),
    ("inspector", "full_time", ("finance", "procurement"), "", 6),
    ("neighbour_head", "full_time", ("party_building", "personnel"), "", 14),
    ("neighbour", "full_time", ("law", "writing"), "", 5),
    ("idle", "full_time", ("audit", "finance"), "", 8),
    ("guide", "full_time", ("discipline", "engineering"), "", 7),
    ("auditor_expert", "expert", ("audit", "finance"), "高级审计师", 18),
    ("finance", "part_time", ("finance",), "", 10),
    ("assets", "part_time", ("procurement", "finance"), "", 7),
    ("land", "part_time", ("land",), "", 11),
)

SAMPLE_PASSWORD = "联巡-演示-2026"  # noqa: S105 - printed at start; only a demo directory has it
_SPACE = uuid5(NAMESPACE_DNS, "sample.lianxun.example")


def unit_id(code: str) -> UUID:
    """The same id in every sample, so that guides and tests can name a unit."""
    return uuid5(_SPACE, f"unit {code}")


def account_id(key: str) -> UUID:
    return uuid5(_SPACE, f"account {key}")


def person_id(key: str) -> UUID:
    return uuid5(_SPACE, f"person {key}")
