"""Which column of a table may show itself where: the field policy, said apart from the product.

``PAGE``: screens of whoever may read the row. ``LIST``: what a list and its export may carry.
``JSON``: what a unit's own system is given. ``SEARCH``: what a hit may say. A text column that stands in
none of them never leaves the database, to nobody. What shows is then still bound to the row: whoever may
not read the row sees none of its fields (need-to-know is per row, security.md §2.3).

``NAMES``: who is named in a lead, and what was said about it in confidence; never in a list, an export,
a search or an answer to a machine, whatever the role and the level.

The ledger of rectification is the four lists in one (domain.md W18: issue, responsibility, measures,
institution): it carries the leading person whom the inspected unit itself made responsible and the head who
signed its plan. They hold an office in it; nobody reported them. ``approvals_matter.code`` names the kind of
decision (``inspection.round``), which a machine needs to know what it was asked.
"""

from __future__ import annotations

from collections.abc import Mapping

NAMES = frozenset(
    {
        ("leads_lead", "object_name"),
        ("leads_lead", "object_post"),
        ("leads_lead", "study_minutes"),
        ("exchange_statement", "name"),
    }
)

Columns = Mapping[str, frozenset[str]]


def _of(**tables: str) -> Columns:
    return {table: frozenset(columns.split()) for table, columns in tables.items()}


LIST = _of(
    leads_lead="number title",
    rectification_item="number title lead_unit lead_person measures standard institution signed_by",
    exchange_inforequest="number purpose",
    inspection_engagement="number focus",
    duties_duty="title object_title responsible_unit_name responsible_name clause node",
    documents_storedfile="title number",
    approvals_matter="title summary body_name object_title",
    inspection_round="name focus number",
)
JSON = _of(
    leads_lead="number title summary",
    rectification_item="number title measures standard",
    exchange_inforequest="number purpose basis",
    inspection_engagement="number",
    duties_duty="title clause object_title responsible_unit_name responsible_name",
    documents_storedfile="title number",
    approvals_matter="code title summary body_name proposed_by_name",
    inspection_round="name",
)
SEARCH = _of(
    leads_lead="number title",
    rectification_item="number title",
    exchange_inforequest="number purpose",
    inspection_engagement="number focus",
    inspection_round="name",
)
# Columns that no screen shows: what the engine keeps for itself.
NEVER = frozenset(
    {
        ("documents_storedfile", "sha256"),
        ("documents_storedfile", "sealed_key"),
        ("exchange_delivery", "wrapped_key"),
    }
)
