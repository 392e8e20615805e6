"""Names of organisations, persons and places, brought to one comparable form.

`NORMALISER_VERSION` is stored beside every normalised value: it changes with the rules or the words.
"""

from lianxun_insight.names.address import Address, parse_address
from lianxun_insight.names.organisation import OrgName, parse_organisation
from lianxun_insight.names.person import PersonName, parse_person
from lianxun_insight.names.text import NORMALISER_VERSION, fold

__all__ = [
    "NORMALISER_VERSION",
    "Address",
    "OrgName",
    "PersonName",
    "fold",
    "parse_address",
    "parse_organisation",
    "parse_person",
]
