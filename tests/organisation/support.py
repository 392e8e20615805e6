"""Moments and days of these tests."""

from __future__ import annotations

from datetime import UTC, date, datetime

TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
