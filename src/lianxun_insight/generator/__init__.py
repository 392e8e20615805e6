"""An invented province: departments' tables with planted schemes and innocent look-alikes.

world.py        places, bodies, people, firms, kin      names.py, numbers.py  invented names, ids
procurement.py, payments.py, registry.py, staff.py, others.py   ordinary life
cast.py         actors and events for stories           stories/  schemes and confounders
gaps.py         what does not arrive                    deliver.py, province.py  engine form
truth.py        what was planted                        handover.py  deliveries with faults
"""

from lianxun_insight.generator.gaps import Gaps
from lianxun_insight.generator.handover import write_deliveries
from lianxun_insight.generator.province import (
    Province,
    demo_key,
    make_province,
    write_province,
)
from lianxun_insight.generator.truth import Planted, read_truth

__all__ = [
    "Gaps",
    "Planted",
    "Province",
    "demo_key",
    "make_province",
    "read_truth",
    "write_deliveries",
    "write_province",
]
