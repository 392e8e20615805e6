"""The stories of the province: planted schemes and innocent look-alikes.

ownership.py  kin, holdings, shells, assets          bidding.py  rings, cover bids, experts
paying.py     splitting, invoices, overpayment       people.py   payroll, benefits, fuel, posts
innocent.py   confounders: a rule that fires there is wrong
"""

from lianxun_insight.generator.stories import bidding, innocent, ownership, paying, people
from lianxun_insight.generator.stories.base import CONFOUNDERS, SCHEMES, Story, Trace

__all__ = [
    "CONFOUNDERS",
    "SCHEMES",
    "Story",
    "Trace",
    "bidding",
    "innocent",
    "ownership",
    "paying",
    "people",
]
