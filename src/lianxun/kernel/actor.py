"""Who acts, and what a rule answers.

An ``Actor`` is the subject of every permission rule (security.md §2.3): it is loaded once per
request or job and handed to operations and queries by name. It never comes from a thread-local.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

NO_REGION = (1, 0)  # an empty range: lo > hi, so no region lies in it


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A person at a post, or a named service identity.

    ``duties`` names the libraries (room names such as ``leads``) the person works in for the own
    unit; ``region`` is the inclusive range of GB/T 2260 codes overseen (empty = none);
    ``clearance`` is 0 公开 · 1 内部 · 2 敏感 · 3 核心, -1 of the three administrators. ``engagements`` holds the memberships that
    are open today. The database loads the same facts again by itself: nothing here is trusted there.
    """

    account_id: UUID
    person_id: UUID | None
    name: str
    unit_id: UUID
    unit_name: str
    unit_path: str
    clearance: int
    duties: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    region: tuple[int, int] = NO_REGION
    compartments: frozenset[str] = frozenset()
    recused_orgs: frozenset[UUID] = frozenset()
    engagements: frozenset[UUID] = frozenset()
    session: str = ""
    purpose: str = ""
    service: str = ""

    def has_role(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)

    def in_own_unit(self, path: str | None) -> bool:
        """True if ``path`` is the actor's unit or lies below it."""
        return bool(path) and str(path).startswith(self.unit_path)


@dataclass(frozen=True, slots=True)
class Allowed:
    """A permission with the rule that gave it."""

    rule: str

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Denied:
    """A refusal that says why, in a sentence for the person."""

    reason: str
    rule: str = field(default="ACC-DEFAULT")

    def __bool__(self) -> bool:
        return False


Decision = Allowed | Denied
