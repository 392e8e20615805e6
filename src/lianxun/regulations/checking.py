"""Reading the file of a citation check, as the job does it: short acts around a confined child process."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from lianxun.documents import storage
from lianxun.fabric.identity import acting_as
from lianxun.kernel.actor import Actor
from lianxun.regulations.enums import CheckState
from lianxun.regulations.models import CitationCheck
from lianxun.regulations.operations import checks
from lianxun_insight.read import UnreadableError, safe_open

MAX_PAGES_READ = 200  # scales the time limit of a scan
_EVERY = 2.0  # seconds between two signs of progress


def read(*, actor: Actor, check_id: UUID, clock: Callable[[], datetime]) -> None:
    """Read the stored file, scans included, and resolve what it cites. ``actor`` is who sent it."""
    source = checks.begin(actor=actor, now=clock(), check_id=check_id)
    if source is None:
        return
    try:
        document = safe_open(
            storage.path_of(source.digest),
            name=source.name,
            ocr_pages=MAX_PAGES_READ,
            follow=_Progress(actor, check_id),
        )
    except UnreadableError as bad:
        checks.fail(actor=actor, now=clock(), check_id=check_id, message=str(bad))
        return
    checks.finish(actor=actor, now=clock(), check_id=check_id, document=document)


class _Progress:
    """Pages read, written at most every two seconds. No record of its own: the acts have theirs."""

    def __init__(self, actor: Actor, check_id: UUID) -> None:
        self._actor, self._check, self._last = actor, check_id, 0.0

    def __call__(self, page: int, of: int) -> None:
        if time.monotonic() - self._last < _EVERY:
            return
        self._last = time.monotonic()
        with acting_as(self._actor.account_id, service=self._actor.service), transaction.atomic():
            rows = CitationCheck.objects.filter(id=self._check, state=CheckState.READING)
            rows.update(read=page, pages=of)
