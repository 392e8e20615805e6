"""What a profile needs besides flags: the bodies, their peers, and what could be computed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from lianxun_insight.read.plain import json_value, own_text

FORMAT = "lianxun-scan/1"


@dataclass(frozen=True, slots=True)
class IndicatorRun:
    """One indicator in one scan. `exposure` names the table whose rows are its opportunities.

    `baseline` says what one `baseline_p` of its flags is about: `body` (one body may show such a
    relation by accident, from a permutation of who works where), else the flagged matter itself.
    """

    id: str
    version: str
    title_zh: str
    family: str
    computed: bool
    reason: str = ""
    exposure: str = ""
    departments: tuple[str, ...] = ()
    hits: int = 0
    profile_only: bool = False
    baseline: str = ""


@dataclass(frozen=True, slots=True)
class Organisation:
    """A body with what makes its peers (kind × level) and its number of opportunities by table."""

    org: str
    name: str
    kind: str
    level: str
    region: str = ""
    size: int = 0
    exposure: Mapping[str, int] = field(default_factory=dict)

    @property
    def stratum(self) -> str:
        """Kind and level: the peers it is compared with."""
        return "·".join(part for part in (self.level, self.kind) if part) or "未分类"


@dataclass(frozen=True, slots=True)
class Scan:
    """What stands beside a flags file: who was looked at, with which rules, on which data.

    `pairs` is the number of body-supplier pairs (a review budget is a share of it); `names` calls
    the organisations that flags mention.
    """

    organisations: tuple[Organisation, ...]
    indicators: tuple[IndicatorRun, ...]
    settings_hash: str
    as_of: str
    rows: Mapping[str, int]
    precision: tuple[str, ...] = ()
    pairs: int = 0
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def computed(self) -> tuple[IndicatorRun, ...]:
        """Indicators that ran."""
        return tuple(run for run in self.indicators if run.computed)

    def coverage_sentence(self) -> str:
        """「k of m indicators could be computed」 in words."""
        return f"{len(self.indicators)} 项指标中可计算 {len(self.computed)} 项。"

    def write(self, path: Path) -> None:
        """Write the scan summary as JSON."""
        data = {"format": FORMAT, **asdict(self)}
        path.write_text(json.dumps(data, ensure_ascii=False, indent=1), encoding="utf-8")


def scan_path(flags_path: Path) -> Path:
    """The summary beside a flags file: `x.jsonl` -> `x.scan.json`."""
    return flags_path.with_suffix(".scan.json")


def read_scan(path: Path) -> Scan:
    """Read a scan summary; raises ValueError with what to do when it is not one."""
    try:
        data: dict[str, Any] = json_value(own_text(path, "扫描说明"))
    except OSError as error:
        raise ValueError(
            f"找不到扫描说明 {path.name}：它与疑点文件由 scan 命令一同写出，请放在同一目录。"
        ) from error
    except json.JSONDecodeError as error:
        raise ValueError(f"扫描说明 {path.name} 不是完整的 JSON，请重新运行 scan。") from error
    if not isinstance(data, dict) or data.pop("format", None) != FORMAT:
        raise ValueError(f"扫描说明 {path.name} 的格式不是 {FORMAT}，请用本版本重新运行 scan。")
    return Scan(
        organisations=tuple(Organisation(**o) for o in data["organisations"]),
        indicators=tuple(
            IndicatorRun(**{**run, "departments": tuple(run["departments"])})
            for run in data["indicators"]
        ),
        settings_hash=data["settings_hash"],
        as_of=data["as_of"],
        rows=data["rows"],
        precision=tuple(data["precision"]),
        pairs=data["pairs"],
        names=data["names"],
    )
