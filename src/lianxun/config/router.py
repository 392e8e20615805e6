"""Which database role does what: only the owner migrates, everything else is the application's."""

from __future__ import annotations

from typing import Any


class OwnerMigrates:
    """`owner`, `seq` and `audit` are the same database as `default`, entered as other roles."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Tables are made by `migrate --database owner` alone, so that the application owns none."""
        return db == "owner"

    def allow_relation(self, first: object, second: object, **hints: Any) -> bool:
        """All aliases show one database."""
        return True
