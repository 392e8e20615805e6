"""What a web process does before and after its first requests, so that none of them pays for it."""

from __future__ import annotations

import gc
import threading


def prepare() -> None:
    """Load the pages, open the search index ahead, and take both out of the collector's sight.

    A started process holds half a million objects that live as long as it does. A full collection
    looks at each of them: 200 to 300 ms, in the middle of one request in twenty-five. Frozen, they are
    not looked at again. See https://docs.python.org/3/library/gc.html#gc.freeze.
    """
    import lianxun.config.urls  # noqa: F401 - every page, its forms and its rules

    _freeze()
    threading.Thread(target=_open_index, name="regulations-index", daemon=True).start()


def _open_index() -> None:
    # The first question of a process must not wait for the index of the regulation library.
    from lianxun.regulations import index

    index.warm()
    _freeze()


def _freeze() -> None:
    gc.collect()
    gc.freeze()
