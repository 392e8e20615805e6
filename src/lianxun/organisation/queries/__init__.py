"""The front door for reading: units, people, bodies, the pool, 回避：是/否."""

from lianxun.organisation.queries.choices import body_above
from lianxun.organisation.queries.people import people, person, pool, training
from lianxun.organisation.queries.recusal import recusal, recusal_codes
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
    "body_above",
    "directory",
    "find_unit",
    "find_units",
    "gaps",
    "people",
    "person",
    "pool",
    "recusal",
    "recusal_codes",
    "training",
    "unit",
    "unit_on",
    "units",
    "units_of_kind",
]
