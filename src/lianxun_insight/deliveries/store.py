"""Where deliveries that were taken in live: Parquet parts, reports, quarantine; no clear identifiers.

    STORE/store.json                                     format and key fingerprint
    STORE/deliveries/<id>/manifest.json, report.json
    STORE/deliveries/<id>/tables/<table>/part-00001.parquet
    STORE/deliveries/<id>/quarantine/<table>.jsonl       row number, reasons, masked cells
    STORE/deliveries/<id>/duplicates/<table>.csv         row, first row
    STORE/deliveries/<id>/fingerprints/<table>-000.prints  24 bytes a row: hashes of key and row, row
    STORE/deliveries/<id>/supersedes/<table>.parquet     rows of other deliveries that no longer stand
    STORE/staging/<id>/                                  the same, unfinished

A delivery appears under `deliveries/` by one rename, so it is there whole or not at all.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from lianxun_insight.deliveries.issues import DeliveryError

FORMAT: Final = "lianxun-store/1"


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of deliveries."""

    path: Path

    @classmethod
    def open(cls, path: Path, key_fingerprint: str) -> Store:
        """Open or create a store; refuses a store made under another round key."""
        state = path / "store.json"
        if state.exists():
            saved = json.loads(state.read_text(encoding="utf-8"))
            if saved.get("format") != FORMAT:
                raise DeliveryError(f"{path.name} 不是本工具的数据存放目录")
            if saved.get("key") != key_fingerprint:
                raise DeliveryError(
                    "令牌密钥与该存放目录建立时不同：不同轮次的数据不能混放，请核对密钥或另选目录"
                )
        elif path.exists() and any(path.iterdir()):
            raise DeliveryError(f"{path.name} 不是空目录，也不是本工具的数据存放目录")
        else:
            path.mkdir(parents=True, exist_ok=True)
            write_json(state, {"format": FORMAT, "key": key_fingerprint})
        return cls(path)

    def delivery(self, delivery_id: str) -> Path:
        """Folder of a finished delivery."""
        return self.path / "deliveries" / delivery_id

    def staging(self, delivery_id: str) -> Path:
        """Folder of an unfinished delivery."""
        return self.path / "staging" / delivery_id

    def table_files(self, sql_name: str) -> list[Path]:
        """Parquet parts of one table over all deliveries, oldest name first."""
        return sorted((self.path / "deliveries").glob(f"*/tables/{sql_name}/*.parquet"))

    def tables(self) -> dict[str, list[Path]]:
        """Every table that has rows, with its parts."""
        found: dict[str, list[Path]] = {}
        for part in sorted((self.path / "deliveries").glob("*/tables/*/*.parquet")):
            found.setdefault(part.parent.name, []).append(part)
        return found


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write and flush a JSON file so that a crash leaves the old or the new one, never half."""
    temporary = path.with_suffix(".tmp")
    with temporary.open("w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False, indent=1, default=str)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
