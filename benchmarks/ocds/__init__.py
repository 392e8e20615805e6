"""The 11 OCDS indicators on generated compiled releases (`python -m benchmarks.ocds`)."""

SEED = 20260101
