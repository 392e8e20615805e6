"""Upper rooms hear lower rooms inside the same transaction (settled.md 17c).

A lower room calls ``announce("approvals.decided", …)``; an upper room registers its handler in
``AppConfig.ready``. A handler that raises rolls the whole act back. News after commit is something else:
``fabric.outbox``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

Handler = Callable[..., None]

_handlers: dict[str, list[Handler]] = defaultdict(list)


def handles(event: str) -> Callable[[Handler], Handler]:
    """Register a keyword-only function for ``event`` (``room.what_happened``), once."""

    def register(handler: Handler) -> Handler:
        if handler not in _handlers[event]:
            _handlers[event].append(handler)
        return handler

    return register


def announce(event: str, **facts: Any) -> None:
    """Call every handler of ``event``, in the order of registration, in the running transaction."""
    for handler in _handlers[event]:
        handler(**facts)
