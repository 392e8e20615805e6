"""A process of its own with its own search index: reads commands, one JSON line each, answers likewise.

    python -m tests.regulations.index_child DATABASE HOST FOLDER

``["ask", words]`` → titles of the hits; ``["shelve", text]`` → null; ``["refresh"]`` → number of the
snapshot; ``["die_while", "saving" | "writing"]`` waits half-way, to be killed there.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any


def _set_up(database: str, host: str, folder: str) -> None:
    os.environ["LIANXUN_TEST_DB"], os.environ["LIANXUN_TEST_PG_HOST"] = database, host
    os.environ["DJANGO_SETTINGS_MODULE"] = "lianxun.config.settings_test"
    import django

    django.setup()
    from django.conf import settings

    settings.LIANXUN_INSTANCE = Path(folder)


def _ask(words: str) -> list[str]:
    from lianxun.regulations import queries
    from tests.regulations.support import TODAY, reading
    from tests.support.cast import Cast

    cast = Cast()
    with reading(cast["audit"]):
        found = queries.search(
            actor=cast["audit"],
            now=cast.now,
            today=TODAY,
            text=words,
            wanted=queries.Wanted(as_of=TODAY),
        )
    return [h.title for h in found.hits]


def _shelve(text: str) -> None:
    from tests.regulations import support
    from tests.support.cast import Cast

    cast = Cast()
    support.shelve(cast["coordinator"], cast.now, text)


def _wait(*_: Any, **__: Any) -> Any:
    print(json.dumps("half-way"), flush=True)
    time.sleep(600)


def _die_while(what: str) -> None:
    """Half-way through: the arrays are written and the rest is not; or the rows are and not committed."""
    from lianxun.regulations import index, writing
    from lianxun_insight.rank import stored
    from tests.regulations.support import LAW

    if what == "saving":
        stored.write = _wait
        index.AT_ONCE = 0
        index.refresh()
    writing.note_changes = _wait
    _shelve(LAW.replace("水井", "水闸"))


def main() -> None:
    _set_up(*sys.argv[1:4])
    from lianxun.regulations import index

    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        name, *words = json.loads(line)
        act: Any = {
            "ask": _ask,
            "shelve": _shelve,
            "refresh": index.refresh,
            "die_while": _die_while,
        }[name]
        print(json.dumps(act(*words), ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
