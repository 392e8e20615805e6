"""The flag (疑点): an immutable, replayable record of one explained doubt.

record.py     the record, its identifier, its Chinese sentence
canonical.py  canonical JSON and digests
contracts.py  the four promises (a)-(d) as functions
store.py      flags files (JSON lines)
"""

from lianxun_insight.flags.canonical import Scalar, canonical, digest
from lianxun_insight.flags.contracts import (
    HIDDEN,
    Outcome,
    ReplayReport,
    replay,
    unfounded_parts,
    view_for,
)
from lianxun_insight.flags.record import (
    FAMILIES,
    FAMILY_ZH,
    DataQuality,
    ErEvidence,
    Flag,
    HumanDecision,
    Indicator,
    PathEdge,
    RecordRef,
    Reference,
    Status,
    Subject,
    SubjectKind,
    from_json,
    make_flag,
    money_zh,
)
from lianxun_insight.flags.store import FlagFileError, find_flag, read_flags, write_flags

__all__ = [
    "FAMILIES",
    "FAMILY_ZH",
    "HIDDEN",
    "DataQuality",
    "ErEvidence",
    "Flag",
    "FlagFileError",
    "HumanDecision",
    "Indicator",
    "Outcome",
    "PathEdge",
    "RecordRef",
    "Reference",
    "ReplayReport",
    "Scalar",
    "Status",
    "Subject",
    "SubjectKind",
    "canonical",
    "digest",
    "find_flag",
    "from_json",
    "make_flag",
    "money_zh",
    "read_flags",
    "replay",
    "unfounded_parts",
    "view_for",
    "write_flags",
]
