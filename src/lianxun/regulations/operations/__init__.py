"""Writes of the regulations room."""

from lianxun.regulations.operations.acceptance import accept, write_next
from lianxun.regulations.operations.adoption import bring
from lianxun.regulations.operations.checks import check
from lianxun.regulations.operations.institutions import draft, edit, publish, return_, submit
from lianxun.regulations.operations.intake import Upload, discard, read_next, receive
from lianxun.regulations.operations.keeping import (
    collect,
    correct,
    drop_item,
    erase_note,
    name,
    note,
    repeal,
)
from lianxun.regulations.operations.revisions import abolish, keep, review, revise

__all__ = [
    "Upload",
    "abolish",
    "accept",
    "bring",
    "check",
    "collect",
    "correct",
    "discard",
    "draft",
    "drop_item",
    "edit",
    "erase_note",
    "keep",
    "name",
    "note",
    "publish",
    "read_next",
    "receive",
    "repeal",
    "return_",
    "review",
    "revise",
    "submit",
    "write_next",
]
