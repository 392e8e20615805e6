"""The permission matrix of the addresses without an object: who gets the page at all.

What a list shows is decided row by row (tests/access); here stands who may open it. A new address needs a row.
"""

from __future__ import annotations

PERSONAS = {
    "c": "coordinator",
    "l": "leader",
    "k": "clerk",  # the coordinator's unit, without his grants
    "t": "team_head",
    "g": "guide",
    "a": "audit",  # another unit
    "n": "neighbour",
    "x": "expired",
    "u": "contact",  # of the inspected organisation
    "e": "auditor_expert",
    "o": "custodian_1",
    "s": "system_admin",
    "y": "security_admin",
    "z": "audit_admin",
}
EVERYBODY = "".join(PERSONAS)
BUSINESS = "".join(p for p in PERSONAS if p not in "syz")

_ROWS = """
/ | everybody
/admin3/ | syz
/admin3/new/ | s
/advice/ | everybody
/advice/bias/ | cl
/advice/check/ | nobody
/advice/desk/ | c
/advice/models/ | cl
/advice/models/act/screen/ | nobody
/advice/models/screen/ | nobody
/advice/queue/ | cl
/appraisal/ | everybody
/appraisal/new/ | c
/appraisal/outcomes/ | everybody
/appraisal/outcomes/new/ | c
/appraisal/published/ | everybody
/appraisal/reports/ | everybody
/appraisal/reports/new/ | a
/appraisal/schemes/ | everybody
/appraisal/schemes/new/ | c
/appraisal/sheets/ | everybody
/approvals/ | everybody
/assessments/ | everybody
/boards/ | everybody
/boards/screen/ | nobody
/catalogue/ | everybody
/coordination/ | everybody
/coordination/decisions/ | everybody
/coordination/new/ | cl
/coordination/plans/ | everybody
/coordination/plans/new/ | cl
/corroborations/ | everybody
/coverage/ | everybody
/documents/ | everybody
/documents/disposals/ | everybody
/documents/disposals/draw/ | clta
/documents/holds/ | everybody
/documents/prints/ | everybody
/documents/rules/ | c
/duties/ | everybody
/duties/bulletin/ | c
/duties/calendar/ | everybody
/duties/calendar/import/ | c
/duties/chain/ | everybody
/duties/dispatch/ | everybody
/duties/feed.ics | everybody
/duties/letters/ | everybody
/duties/notices/ | everybody
/duties/templates/ | everybody
/emergency/ | everybody
/emergency/new/ | business
/engagements/ | everybody
/gallery/ | everybody
/help/ | everybody
/help/x/ | nobody
/items/ | everybody
/joint-tasks/ | everybody
/known/ | everybody
/known/recusals/new/ | everybody
/leads/ | everybody
/leads/handover/ | c
/leads/new/ | clkao
/leads/new/form/ | clkao
/leads/openings/ | o
/leads/openings/key/ | o
/look-back-asks/ | everybody
/measures/ | cla
/measures/screen/ | nobody
/obstacles/ | everybody
/organisation/ | everybody
/organisation/me/ | business
/organisation/network/ | everybody
/organisation/new/screen/ | nobody
/organisation/people/ | everybody
/organisation/pool/ | everybody
/organisation/sheets/ | c
/organisation/sheets/x.xlsx | nobody
/organisation/training/ | everybody
/questions/ | everybody
/questions/new/D14/ | nobody
/regulations/ | clktgan
/regulations/checks/ | clktgan
/regulations/checks/new/ | clktgan
/regulations/collections/ | clktgan
/regulations/imports/ | clk
/regulations/imports/new/ | clk
/regulations/institutions/ | clktgan
/regulations/institutions/new/ | cl
/regulations/works/ | clktgan
/requests/ | everybody
/requests/new/D14/ | cla
/requests/pack/ | cla
/requests/receipts/ | everybody
/rounds/ | everybody
/rounds/new/ | c
/search/ | everybody
/sharings/ | everybody
/supervisions/ | everybody
/supervisions/items/ | everybody
/supervisions/suggested/ | everybody
/support-plans/ | everybody
/trace/ | syz
/trace/proof/999999999/ | nobody
/trace/records/ | z
/unit-keys/ | everybody
"""


def rows() -> dict[str, str]:
    """Address → letters of those who get the page."""
    found = {}
    for row in _ROWS.strip().splitlines():
        address, _, letters = row.partition(" | ")
        found[address] = {"everybody": EVERYBODY, "business": BUSINESS, "nobody": ""}.get(
            letters, letters
        )
    return found
