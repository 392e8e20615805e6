"""Periodic work of the platform itself. Each task is one operation; running it twice does nothing more."""

from __future__ import annotations

from uuid import UUID

import structlog
from django.db import transaction
from django.utils.timezone import localdate
from procrastinate import exceptions
from procrastinate.contrib.django import app
from procrastinate.jobs import Job, Status

from lianxun.access import breakglass, lapse
from lianxun.access.queries import actor_for, database_now, service_actor
from lianxun.advice import operations as advice
from lianxun.advice import work
from lianxun.advice.enums import SERVICE as ADVICE
from lianxun.advice.training import train
from lianxun.documents import operations as documents
from lianxun.documents import removal
from lianxun.duties import operations as duties
from lianxun.duties import queries as duty_queries
from lianxun.exchange import checking as exchange
from lianxun.exchange.operations import incoming
from lianxun.fabric.identity import acting_as
from lianxun.leads import operations as leads
from lianxun.regulations import checking, index
from lianxun.regulations import operations as regulations

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


@app.task(name="regulations.read")
def regulations_read(intake: str, account: str) -> None:
    """Split the files of an import, step by step, as the person who sent them."""
    actor = actor_for(account_id=UUID(account))
    while regulations.read_next(actor=actor, now=database_now(), intake_id=UUID(intake)):
        actor = actor_for(account_id=UUID(account))


@app.task(name="regulations.write")
def regulations_write(intake: str, account: str) -> None:
    """Write an accepted import, then save the search index for every process."""
    actor = actor_for(account_id=UUID(account))
    while regulations.write_next(actor=actor, now=database_now(), intake_id=UUID(intake)):
        actor = actor_for(account_id=UUID(account))
    log.info("regulations.index", number=index.refresh())


@app.task(name="regulations.check")
def regulations_check(check: str, account: str) -> None:
    """Read the file of a citation check, scans included, as the person who sent it."""
    actor = actor_for(account_id=UUID(account))
    checking.read(actor=actor, check_id=UUID(check), clock=database_now)


@app.task(name=incoming.TASK)
def exchange_take_in(incoming: str, account: str) -> None:
    """Check a large file that was handed in and provide it, as the person who sent it."""
    exchange.take_in(
        actor=actor_for(account_id=UUID(account)), incoming_id=UUID(incoming), clock=database_now
    )


@app.periodic(cron="2-59/5 * * * *")
@app.task(name="duties.print_letters", queueing_lock="duties.print_letters")
def duties_print_letters(timestamp: int) -> None:
    """Print the warning letters that have no document yet; ``timestamp`` (seconds) is the planned moment."""
    printed = duties.print_letters(actor=service_actor(service="duties"), now=database_now())
    log.info("duties.print_letters", planned=timestamp, printed=printed)


@app.periodic(cron="17 * * * *")
@app.task(name="duties.standing", queueing_lock="duties.standing")
def duties_standing(timestamp: int) -> None:
    """Open the standing duties of the year, from December on the next one's; ``timestamp`` in seconds."""
    opened = duties.open_standing_years(actor=service_actor(service="duties"), now=database_now())
    log.info("duties.standing", planned=timestamp, opened=opened)


@app.periodic(cron="41 3 * * *")
@app.task(name="documents.draw_lists", queueing_lock="documents.draw_lists")
def documents_draw_lists(timestamp: int) -> None:
    """Each night: put what ran out on lists for two people to judge; ``timestamp`` in seconds."""
    drawn = documents.draw_lists(actor=service_actor(service=removal.SERVICE), now=database_now())
    log.info("documents.draw_lists", planned=timestamp, lists=len(drawn))


@app.periodic(cron="11 4 * * *")
@app.task(name="leads.copy_keys", queueing_lock="leads.copy_keys")
def leads_copy_keys(timestamp: int) -> None:
    """Each night: a copy of the key store, compared; ``timestamp`` (seconds) is the planned moment."""
    made = leads.copy_keys(actor=service_actor(service=removal.SERVICE), now=database_now())
    log.info("leads.copy_keys", planned=timestamp, files=len(list(made.glob("*.json"))))


@app.periodic(cron="23 * * * *")
@app.task(name=removal.SWEEP, queueing_lock=removal.SWEEP)
def documents_sweep(timestamp: int) -> None:
    """Take off the disk what lost its row: started by the act, and hourly for what a killed one left."""
    removed = documents.sweep(actor=service_actor(service=removal.SERVICE), now=database_now())
    log.info("documents.sweep", planned=timestamp, removed=removed)


@app.periodic(cron="7 * * * *")
@app.task(name="access.unreviewed", queueing_lock="access.unreviewed")
def close_unreviewed(timestamp: int) -> None:
    """Close accounts whose emergency opening nobody reviewed for three working days (settled.md 5)."""
    now = database_now()
    who = service_actor(service="duties")
    with acting_as(who.account_id, service=who.service), transaction.atomic():
        before = breakglass.working_days_ago(
            now, duty_queries.amount_of("DT-AC-BLOCK", on=localdate(now)), duty_queries.calendar()
        )
    closed = breakglass.block_unreviewed(actor=who, now=now, before=before)
    log.info("access.unreviewed", planned=timestamp, closed=closed)


@app.periodic(cron="13 * * * *")
@app.task(name="access.lapsed", queueing_lock="access.lapsed")
def close_lapsed(timestamp: int) -> None:
    """Each hour, so soon after midnight: close the sign-ins of people whose last appointment ended."""
    closed = lapse.close_lapsed(actor=service_actor(service="duties"), now=database_now())
    log.info("access.lapsed", planned=timestamp, closed=closed)


# A living worker reports every 10 seconds; three missed reports mean that it was killed.
STALLED_SECONDS = 30


@app.periodic(cron="* * * * *")
@app.task(name="jobs.recover", queueing_lock="jobs.recover")
async def recover_jobs(timestamp: int) -> None:
    """Run the jobs of killed workers again: without this they would stay "doing" for ever.

    ``timestamp`` (seconds) is the planned moment. Tasks are idempotent, so a job that had done its work
    before its worker died does nothing more.
    """
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        again = await _retry(job)
        log.warning("jobs.recover", task=job.task_name, job=job.id, again=again, planned=timestamp)


async def _retry(job: Job) -> bool:
    """Queue the job again; False when its next run waits already (same queueing lock)."""
    try:
        await app.job_manager.retry_job(job)
    except (exceptions.AlreadyEnqueued, exceptions.UniqueViolation):
        await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=False)
        return False
    return True


@app.task(name=work.PREPARE)
def advice_prepare(lead_id: str) -> None:
    """Read a registered lead and store what is suggested about it (``advice.operations.prepare``)."""
    result = advice.prepare(
        actor=service_actor(service=ADVICE), now=database_now(), lead_id=UUID(lead_id)
    )
    log.info("advice.prepare", done=result.done, milliseconds=result.milliseconds)


@app.periodic(cron="*/10 * * * *")
@app.task(name="advice.sweep", queueing_lock="advice.sweep")
def advice_sweep(timestamp: int) -> None:
    """Read the leads that nobody read; take out of the index what has left search.

    Also loads the model into this worker, so that no clerk waits for that.
    """
    result = advice.sweep(actor=service_actor(service=ADVICE), now=database_now())
    log.info("advice.sweep", planned=timestamp, queued=result.queued, forgotten=result.forgotten)


@app.task(name=work.TRAIN)
def advice_train(training_id: str) -> None:
    """Retrain in the sandbox (``advice.training``)."""
    train(actor=service_actor(service=ADVICE), training_id=UUID(training_id), clock=database_now)
