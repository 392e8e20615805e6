"""Measuring the text engines: search, citations, triage, reading."""
