"""The front door for reading: units, people, bodies, the pool, 回避：是/否."""

from lianxun.organisation.queries.acting import appointment, fact, pool_entry, post, room
from lianxun.organisation.queries.choices import body_above
from lianxun.organisation.queries.network import network
from lianxun.organisation.queries.people import people, person, pool, pool_page, training
from lianxun.organisation.queries.recusal import recusal, recusal_codes
from lianxun.organisation.queries.standing import pool_standing
from lianxun.organisation.queries.tree import tree
from lianxun.organisation.queries.units import (
    directory,
    find_unit,
    find_units,
    gaps,
    unit,
    unit_on,
    units,
    units_of_kind,
)

__all__ = [
    "appointment",
    "body_above",
    "directory",
    "fact",
    "find_unit",
    "find_units",
    "gaps",
    "network",
    "people",
    "person",
    "pool",
    "pool_entry",
    "pool_page",
    "pool_standing",
    "post",
    "recusal",
    "recusal_codes",
    "room",
    "training",
    "tree",
    "unit",
    "unit_on",
    "units",
    "units_of_kind",
]
