"""The 11 procurement indicators over OCDS compiled releases, one JSON value per line.

Meaning and corner cases follow the published behaviour of Cardinal (Open Contracting Partnership);
`docs/insight/ocds.md` states where this implementation decides for itself. The usual calls:

>>> from lianxun_insight.rules.ocds import parse_settings, run_file
>>> outcome = run_file("releases.jsonl", parse_settings({}, only=["R024"]))   # doctest: +SKIP
>>> outcome.as_json(meta=True)                                                # doctest: +SKIP
"""

from lianxun_insight.rules.ocds.run import Outcome, run_file, run_values
from lianxun_insight.rules.ocds.settings import CODES, Settings, SettingsError, parse_settings

__all__ = [
    "CODES",
    "Outcome",
    "Settings",
    "SettingsError",
    "parse_settings",
    "run_file",
    "run_values",
]
