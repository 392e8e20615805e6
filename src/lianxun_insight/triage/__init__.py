"""Triage of leads: suggestions with reasons, never decisions (needs the extra ``insight``).

Everything here takes plain data and returns plain records. Nothing is imported at package level,
so that ``lianxun_insight.triage.taxonomy`` works on a machine without scikit-learn.
"""
