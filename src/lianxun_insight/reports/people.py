"""How persons and organisations are called in a report: persons as tokens, never as names.

Names appear only when the tool was started with `--unmasked` and a names file (settled.md 26):
then every page bears a watermark with user, time and reason, and the act is logged.
"""

from __future__ import annotations

import csv
import getpass
import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from lianxun_insight.flags import Scalar

PERSON_TOKEN = re.compile(r"p_[a-z2-7]{26}")
_ANY_TOKEN = re.compile(r"[pcntae]_[a-z2-7]{26}")
_ORG_CODE = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{18}(?![0-9A-Z])")
_KIND_ZH = {"p": "人员", "c": "人员", "n": "姓名", "t": "电话", "a": "账户", "e": "邮箱"}
SHORT = 6


@dataclass(frozen=True, slots=True)
class Unmasking:
    """Who asked for names, when and why. Both approvals are recorded beside it."""

    user: str
    when: str
    reason: str
    approved_by: tuple[str, ...]

    @property
    def watermark(self) -> str:
        """Text across every page with names."""
        return f"含真实姓名 严格保密 · {self.user} · {self.when[:16].replace('T', ' ')}"


@dataclass(frozen=True, slots=True)
class Callings:
    """What codes and tokens are called: `orgs` by code, `people` by token (empty = masked)."""

    orgs: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    unmasking: Unmasking | None = None

    def call(self, value: Scalar) -> str:
        """A value as a report shows it; tokens inside a text are shortened too."""
        if value is None:
            return "—"
        if isinstance(value, bool):
            return "是" if value else "否"
        text = _ORG_CODE.sub(lambda match: self.orgs.get(match.group(), match.group()), str(value))
        return _ANY_TOKEN.sub(lambda match: self.token(match.group()), text)

    def token(self, token: str) -> str:
        """「人员 3f9k2m」, or the name when unmasked."""
        if self.unmasking is not None and token in self.people:
            return self.people[token]
        return f"{_KIND_ZH[token[0]]} {token[2 : 2 + SHORT]}"


def read_names(path: Path) -> dict[str, str]:
    """Read a names file (CSV with columns token,name); raises ValueError naming a bad line."""
    names: dict[str, str] = {}
    with path.open(encoding="utf-8-sig", newline="") as source:
        for number, row in enumerate(csv.reader(source), start=1):
            if number == 1 and row[:1] == ["token"]:
                continue
            if len(row) != 2 or not _ANY_TOKEN.fullmatch(row[0]):
                raise ValueError(
                    f"姓名对照文件 {path.name} 第 {number} 行应为“人员标识，姓名”两列。"
                )
            names[row[0]] = row[1]
    return names


def unmask(reason: str, approved_by: tuple[str, ...], now: datetime) -> Unmasking:
    """Record the wish to see names; raises ValueError without a reason and two approvals."""
    if not reason.strip():
        raise ValueError("显示姓名必须写明事由（--reason）。")
    if len({name.strip() for name in approved_by if name.strip()}) < 2:
        raise ValueError("显示姓名须经两人批准（--approved-by 写两次，且不为同一人）。")
    return Unmasking(getpass.getuser(), now.isoformat(timespec="seconds"), reason, approved_by)


def log_unmasking(path: Path, unmasking: Unmasking, shown: int) -> None:
    """Append the act to the log before anything is written; the log is forced to disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as out:
        out.write(json.dumps({**asdict(unmasking), "names": shown}, ensure_ascii=False) + "\n")
        out.flush()
        os.fsync(out.fileno())
