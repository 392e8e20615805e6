"""Django's PostgreSQL back end with one hook: a transaction begins with its identity."""

from __future__ import annotations

from contextlib import suppress

import psycopg
from django.db import Error
from django.db.backends.postgresql import base

from lianxun.fabric import identity


class DatabaseWrapper(base.DatabaseWrapper):
    """Calls ``lx.enter`` as the first statement of every outermost transaction.

    Only for aliases marked ``LIANXUN_IDENTITY`` in settings: the owner and the sequencer have other
    rights and no person behind them.
    """

    def _set_autocommit(self, autocommit: bool) -> None:
        super()._set_autocommit(autocommit)  # type: ignore[misc] # known to Django, not to its stubs
        if not autocommit and self.settings_dict.get("LIANXUN_IDENTITY"):
            who = identity.current_identity()
            if who is not None:
                try:
                    with self.wrap_database_errors, self.connection.cursor() as cursor:
                        cursor.execute("select lx.enter(%s)", [identity.token_for(who)])
                except BaseException:
                    # Not let in: the connection is as it was before, for whoever comes next. One that
                    # broke is beyond that, and what broke it is the answer.
                    with suppress(psycopg.Error, Error):
                        self.connection.rollback()
                        super()._set_autocommit(True)  # type: ignore[misc]
                    raise
