"""What officers decide flows back: corrections, retraining in a sandbox, promotion, rollback, audit.

Plain records and folders; who may do what, and the trace of it, are the caller's. Corrections and the
audit sample need the base dependencies only; ``learning.promotion`` trains and needs the extra.
"""

from lianxun_insight.triage.learning.audit import BiasReport, Shown, automation_bias, held_back
from lianxun_insight.triage.learning.corrections import (
    BadCorrectionError,
    Correction,
    CorrectionReason,
    decided_leads,
)

__all__ = [
    "BadCorrectionError",
    "BiasReport",
    "Correction",
    "CorrectionReason",
    "Shown",
    "automation_bias",
    "decided_leads",
    "held_back",
]
