"""Time-ordered identifiers (UUIDv7, RFC 9562 §5.7): no counter that would tell how many exist."""

from __future__ import annotations

import os
import time
from uuid import UUID


def new_id() -> UUID:
    """A UUIDv7: 48 bits of Unix milliseconds, the rest random."""
    return shaped(time.time_ns() // 1_000_000, os.urandom(10))


def shaped(milliseconds: int, rest: bytes) -> UUID:
    """The UUIDv7 of a moment (Unix milliseconds) and ten more bytes."""
    value = (milliseconds & ((1 << 48) - 1)) << 80 | int.from_bytes(rest, "big")
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    return UUID(int=value)
