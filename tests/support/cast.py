"""The people of the tests: the sample province's accounts as actors, named by what differs.

Owner, neighbour (same role, other engagement), other unit, expired member, inspected contact, three
administrators: strangers who own nothing would let weak checks pass.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from lianxun.access import queries
from lianxun.demo.province import account_id, unit_id
from lianxun.fabric.identity import acting_as
from lianxun.fabric.models import Row
from lianxun.kernel.actor import Actor

__all__ = ["Cast", "account_id", "unit_id"]


class Cast:
    """``cast["audit"]`` loads the actor afresh: memberships and recusals as they are now."""

    def __getitem__(self, key: str) -> Actor:
        return queries.actor_for(account_id=account_id(key))

    @property
    def now(self) -> datetime:
        return queries.database_now()  # the clock asks for nobody

    def revision(self, model: type[Row], row: UUID, who: str = "coordinator") -> int:
        """The current revision, in one question: a test that acts need not open the whole object first.
        Of what is not there it is 1, so that the act itself has to refuse."""
        with acting_as(account_id(who)), transaction.atomic():
            found = model._default_manager.filter(id=row).values_list("revision", flat=True)
            return next(iter(found), 1)
