"""What an appointment that ran out by date leaves behind: a sign-in to close.

The permission itself needs nothing of this: from the day after the last appointment ``lx.enter`` lets nobody
in. Closing the account says so where people look, and ends its tokens.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from lianxun.access import handlers
from lianxun.kernel.actor import Actor, Denied
from lianxun.kernel.problems import Refused
from lianxun.trace.door import noting, operation


@operation("access.close_lapsed", kind="safety")
def close_lapsed(*, actor: Actor, now: datetime) -> int:
    """Close the accounts of people whose appointments have all ended; returns how many.

    Each hour, and when one of them is still signed in.
    """
    if not actor.service:
        raise Refused(Denied("由平台定时办理。", "ACC-P6"))
    with connection.cursor() as cursor:
        cursor.execute("select lx.lapsed_people()")
        people = [row[0] for row in cursor.fetchall()]
    handlers.closed_by_date(people=people)
    noting().about("access.account", actor.account_id, count=len(people))
    return len(people)
