"""What was planted, so that a scan can be judged: one line per scheme or confounder instance."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from lianxun_insight.read.plain import json_value, own_text


@dataclass(frozen=True, slots=True)
class Planted:
    """One instance of a scheme (`kind` "scheme") or of an innocent look-alike ("confounder").

    `records` are addresses `table#key`, the rows in which it shows; `needs` those of them without
    which it cannot be seen (relations); `lost` the needed rows that the chosen data gaps took
    away, so `lost == ()` means fully visible. `departments` is who holds the rows.
    """

    instance: str
    scheme: str
    title_zh: str
    kind: str
    unit: str
    firms: tuple[str, ...]
    records: tuple[str, ...]
    departments: tuple[str, ...]
    needs: tuple[str, ...] = ()
    lost: tuple[str, ...] = field(default=())

    @property
    def visible(self) -> bool:
        """True when all rows it needs were delivered."""
        return not self.lost

    @property
    def cross(self) -> bool:
        """True when only several departments together can see it."""
        return len(self.departments) > 1


def write_truth(path: Path, planted: Iterable[Planted]) -> None:
    """Write the truth file (JSON lines)."""
    path.write_text(
        "".join(json.dumps(asdict(p), ensure_ascii=False) + "\n" for p in planted), encoding="utf-8"
    )


def read_truth(path: Path) -> Iterator[Planted]:
    """Read a truth file; raises ValueError naming the line that is not one."""
    for number, line in enumerate(own_text(path, "真值文件").splitlines(), start=1):
        try:
            data = json_value(line)
            lists = ("firms", "records", "departments", "needs", "lost")
            fields: dict[str, Any] = {k: tuple(v) if k in lists else v for k, v in data.items()}
            yield Planted(**fields)
        except (TypeError, ValueError, AttributeError) as error:
            raise ValueError(f"真值文件 {path.name} 第 {number} 行不是一条真值记录。") from error
