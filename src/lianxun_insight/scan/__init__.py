"""A scan of delivered tables: open them, run the rules, write flags, replay a flag.

source.py    open a store, a Parquet folder or DuckDB     run.py       the scan
flagging.py  from hits to flags                           replaying.py one flag again
"""

from lianxun_insight.scan.replaying import Replay, replay_flag
from lianxun_insight.scan.run import ScanResult, run_scan
from lianxun_insight.scan.source import SourceError, open_source

__all__ = [
    "Replay",
    "ScanResult",
    "SourceError",
    "open_source",
    "replay_flag",
    "run_scan",
]
