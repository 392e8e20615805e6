"""Writes of the regulations room."""

from lianxun.regulations.operations.intake import (
    Upload,
    accept,
    discard,
    read_next,
    receive,
    write_next,
)

__all__ = ["Upload", "accept", "discard", "read_next", "receive", "write_next"]
