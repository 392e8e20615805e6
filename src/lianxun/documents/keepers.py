"""Who keeps what, and how it is destroyed: a room registers a ``Keeper`` for each kind it keeps.

The rooms above this one say what ran out and how to empty it; two people, holds, the record and the
removal from the disk are the same for all and live here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from django.db.models import Q

from lianxun.fabric.labels import Labels
from lianxun.kernel.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One thing that is kept. ``object_kind`` names the room whose duty opens it."""

    object_id: UUID
    object_kind: str
    number: str
    labels: Labels


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired(Kept):
    """… whose time is over on ``expired_on``; ``basis`` is the rule that says so."""

    retention: str
    expired_on: date
    basis: str


@dataclass(frozen=True, slots=True)
class Gone:
    """What is left of a destroyed thing: a digest that nobody can guess from, and how many files went."""

    digest: str
    files: int


class Destroy(Protocol):
    def __call__(self, *, actor: Actor, now: datetime, object_id: UUID) -> Gone:
        """Empty the rows of one object inside the running act; queue bytes and keys for removal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """``find`` and ``expired`` read under the running identity: what it may not see does not exist.

    ``expired`` gets the day and a condition on ids that names what is decided already.
    """

    name: str
    noun: str
    expired: Callable[[date, Q], list[Expired]]
    find: Callable[[UUID], Kept | None]
    destroy: Destroy


_KEEPERS: dict[str, Keeper] = {}
_REMOVERS: dict[str, Callable[[str], None]] = {}


def register(keeper: Keeper) -> None:
    _KEEPERS[keeper.name] = keeper


def keeper(name: str) -> Keeper | None:
    return _KEEPERS.get(name)


def keepers() -> list[Keeper]:
    """Every registered keeper, in the order of names."""
    return [_KEEPERS[name] for name in sorted(_KEEPERS)]


def removes(name: str) -> Callable[[Callable[[str], None]], Callable[[str], None]]:
    """Register what takes one thing off the disk for ever. It must bear being called twice."""

    def add(function: Callable[[str], None]) -> Callable[[str], None]:
        _REMOVERS[name] = function
        return function

    return add


def remover(name: str) -> Callable[[str], None]:
    return _REMOVERS[name]
