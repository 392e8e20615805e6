"""Suggestions of leaves: cues, a linear model and definitions, stacked, calibrated, abstaining."""

from lianxun_insight.triage.classifier.records import (
    Evidence,
    LabelledLead,
    Prediction,
    Suggestion,
)

__all__ = ["Evidence", "LabelledLead", "Prediction", "Suggestion"]
