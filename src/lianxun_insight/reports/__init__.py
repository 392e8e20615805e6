"""Reports people want to look at: one HTML page per organisation and an Excel list for the team.

page.py, templates/  the page       charts.py     families, peers, timeline, graph as SVG
relations.py         graph layout   workbook.py   the list
people.py            persons as tokens, names only unmasked, watermarked and logged
"""

from lianxun_insight.reports.page import ReportInputs, organisation_page
from lianxun_insight.reports.people import (
    Callings,
    Unmasking,
    log_unmasking,
    read_names,
    unmask,
)
from lianxun_insight.reports.workbook import write_workbook

__all__ = [
    "Callings",
    "ReportInputs",
    "Unmasking",
    "log_unmasking",
    "organisation_page",
    "read_names",
    "unmask",
    "write_workbook",
]
