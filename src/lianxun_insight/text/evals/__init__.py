"""Evaluations of ``lianxun-insight text eval NAME FILE.jsonl``, one module per name.

Each module has ``evaluate(file, *, train=None, corpus=None, **options) -> dict``: a JSON-able
report of figures, deterministic but for the times. Formats stand in the module's docstring and in
``docs/text/triage.md``. A module is imported only when its evaluation runs: they need the extras.
"""
