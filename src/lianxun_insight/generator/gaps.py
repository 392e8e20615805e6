"""What does not arrive: missing relations, missing identifiers, an absent department.

Whether a row is lost depends on its key alone (a keyed hash), not on the order of writing, so the
truth file can say of every planted instance which of the rows it needs were lost.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

RELATION_TABLES = ("D06", "D25", "D30.holder", "D30.person", "D22.holding")
CORRELATED = "lianxun-gap"


@dataclass(frozen=True, slots=True)
class Gaps:
    """Shares between 0 and 1; `absent` names providers that deliver nothing.

    `relations` is the share of rows missing from kin and ownership tables; `ids` the share of
    person identifiers left empty where a table does not need them as key.
    """

    relations: float = 0.0
    ids: float = 0.0
    absent: tuple[str, ...] = ()
    seed: int = 0

    def loses_row(self, table_id: str, key: str) -> bool:
        """True when this relation row was never delivered."""
        return (
            table_id in RELATION_TABLES
            and self.relations > 0
            and self._chance(table_id, key) < self.relations
        )

    def loses_id(self, table_id: str, key: str, name: str) -> bool:
        """True when the identifier in field `name` of this row is empty."""
        return self.ids > 0 and self._chance(f"{table_id}.{name}", key) < self.ids

    def _chance(self, salt: str, key: str) -> float:
        text = f"{CORRELATED}/{self.seed}/{salt}/{key}".encode()
        return int.from_bytes(hashlib.blake2b(text, digest_size=7).digest()) / 2**56
