"""The taxonomy of leads as screens show it: groups, leaves, the values of an element."""

from __future__ import annotations

from lianxun_insight.triage.taxonomy import Leaf, Taxonomy
from lianxun_insight.triage.taxonomy import load as load_taxonomy

__all__ = ["Leaf", "Taxonomy", "load_taxonomy"]
