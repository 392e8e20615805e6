"""What officers decide flows back: corrections, retraining in a sandbox, promotion, rollback, audit.

Plain records and folders; who may do what, and the trace of it, are the caller's.
"""

from lianxun_insight.triage.learning.audit import BiasReport, Shown, automation_bias, held_back
from lianxun_insight.triage.learning.corrections import (
    BadCorrectionError,
    Correction,
    CorrectionReason,
    decided_leads,
)
from lianxun_insight.triage.learning.promotion import (
    Approval,
    Candidate,
    GateVerdict,
    ModelRegistry,
    RefusedError,
    compare,
    retrain,
)

__all__ = [
    "Approval",
    "BadCorrectionError",
    "BiasReport",
    "Candidate",
    "Correction",
    "CorrectionReason",
    "GateVerdict",
    "ModelRegistry",
    "RefusedError",
    "Shown",
    "automation_bias",
    "compare",
    "decided_leads",
    "held_back",
    "retrain",
]
