"""Identifiers and values as departments write them: checked, normalised, and turned into tokens."""

from lianxun_insight.identifiers.org_code import OrgCodeCheck, check_org_code
from lianxun_insight.identifiers.resident_id import ResidentIdCheck, check_resident_id
from lianxun_insight.identifiers.tokens import Tokeniser, TokenKey
from lianxun_insight.identifiers.values import (
    ValueFormatError,
    parse_bool,
    parse_date,
    parse_datetime,
    parse_int,
    parse_money,
    parse_month,
    parse_share,
)

__all__ = [
    "OrgCodeCheck",
    "ResidentIdCheck",
    "TokenKey",
    "Tokeniser",
    "ValueFormatError",
    "check_org_code",
    "check_resident_id",
    "parse_bool",
    "parse_date",
    "parse_datetime",
    "parse_int",
    "parse_money",
    "parse_month",
    "parse_share",
]
