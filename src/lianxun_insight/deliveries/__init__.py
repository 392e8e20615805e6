"""Deliveries of departments: opening, checking and taking in, every row accounted for.

Checking (`check_delivery`) is light and streams; taking in (`ingest`) writes Parquet and needs the
analysis extra.
"""

from lianxun_insight.deliveries.issues import DeliveryError, Issue
from lianxun_insight.deliveries.manifest import FileEntry, Manifest
from lianxun_insight.deliveries.package import Package, open_package

__all__ = [
    "DeliveryError",
    "FileEntry",
    "Issue",
    "Manifest",
    "Package",
    "open_package",
]
