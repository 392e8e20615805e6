"""Processes that the crash trial kills: ``python -m tests.trace.crash_child prepare|write|sequence``.

The database is named by the environment; Django is configured with the trace alone.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

PASSWORD = "only-for-tests"


def configure() -> None:
    import django
    from django.conf import settings

    def alias(role: str) -> dict[str, Any]:
        return {
            "ENGINE": "lianxun.fabric.db",
            "HOST": os.environ["CRASH_HOST"],
            "PORT": "5432",
            "NAME": "lianxun",
            "USER": role,
            "PASSWORD": PASSWORD,
            "OPTIONS": {"connect_timeout": 5},
        }

    settings.configure(
        INSTALLED_APPS=["lianxun.trace"],
        DATABASES={"default": alias("lx_app"), "owner": alias("lx_owner"), "seq": alias("lx_seq")},
        USE_TZ=True,
        LIANXUN_CONTEXT_KEY="11" * 32,
        LIANXUN_TRACE_HEARTBEAT_SECONDS=0.3,
        LOGGING_CONFIG=None,
    )
    django.setup()


def prepare() -> None:
    from django.core.management import call_command
    from django.db import connections

    call_command("migrate", "trace", database="owner", verbosity=0)
    with connections["owner"].cursor() as cursor:
        cursor.execute("create table public.business (id uuid primary key)")


def write(told: Path) -> None:
    """Acts without end: a business row and its record in one transaction; tell what was acknowledged."""
    from django.db import Error, connection, transaction

    from lianxun.kernel.ids import new_id
    from lianxun.kernel.problems import Unavailable
    from lianxun.trace import writer

    with told.open("a") as stream:
        while True:
            act = new_id()
            try:
                with transaction.atomic():
                    with connection.cursor() as cursor:
                        cursor.execute("insert into public.business values (%s)", [act])
                    writer.append({"act": "business.add", "obj_id": str(act), "detail": {}})
            except (Error, Unavailable):
                connection.close()
                time.sleep(0.05)
            else:
                stream.write(f"{act}\n")
                stream.flush()
                time.sleep(0.002)


def sequence(key: Path) -> None:
    from lianxun.trace import places, pusher, sequencer
    from lianxun.trace.notes import NOTE_KEY
    from lianxun.trace.witness import load_or_make_key

    where = places.conninfo("seq")
    worker = sequencer.Sequencer(where, load_or_make_key(key, "lianxun/log/crash", NOTE_KEY))
    push = threading.Thread(
        target=pusher.run,
        args=(pusher.Pusher(where),),
        kwargs={"stopped": lambda: False, "every": 0.1},
        daemon=True,
    )
    push.start()
    sequencer.STANDBY_SECONDS = 0.1
    sequencer.run(worker, stopped=lambda: False, poll=0.02)


if __name__ == "__main__":
    configure()
    match sys.argv[1:]:
        case ["prepare"]:
            prepare()
        case ["write", told]:
            write(Path(told))
        case ["sequence", key]:
            sequence(Path(key))
        case _:
            sys.exit(2)
