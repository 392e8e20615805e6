"""Our side of the benchmark: number of flags per indicator."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

from lianxun_insight.rules.ocds import Outcome, parse_settings, run_file

COUNTED = {
    "R025": ("Tenderer",),
    "R048": ("Tenderer",),
    "R038": ("Buyer", "ProcuringEntity", "Tenderer"),
}
"""Groups that count for an indicator; all others are counted by process."""


def counts(outcome: Outcome) -> dict[str, int]:
    """Flagged processes, or organisations where the indicator is about those."""
    found: Counter[str] = Counter()
    for group, entries in outcome.findings.groups.items():
        for codes in entries.values():
            for code in codes:
                found[code] += group in COUNTED.get(code, ("OCID",))
    return dict(found)


if __name__ == "__main__":
    print(json.dumps(counts(run_file(Path(sys.argv[1]), parse_settings({})))))
