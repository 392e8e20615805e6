"""Periodic work of the platform itself. Each task is one operation; running it twice does nothing more."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from lianxun.access.queries import database_now, service_actor
from lianxun.duties import operations as duties

log = structlog.get_logger(__name__)


@app.periodic(cron="*/5 * * * *")
@app.task(name="duties.tick", queueing_lock="duties.tick")
def duties_tick(timestamp: int) -> None:
    """Follow a new calendar, write the letters that came due, deliver what waits in the outbox.

    ``timestamp`` (seconds) is the moment procrastinate planned; acts carry the database's own clock,
    which a demonstration may have moved.
    """
    result = duties.tick(actor=service_actor(service="duties"), now=database_now())
    log.info(
        "duties.tick",
        planned=timestamp,
        recalculated=result.recalculated,
        letters=result.letters,
        delivered=result.delivered,
        failed=result.failed,
    )
