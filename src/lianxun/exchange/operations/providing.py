"""One way in for a file of data, for people and machines: a small one is checked at once, a large one by a job."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, BinaryIO, ParamSpec, TypeVar, cast
from uuid import UUID

from lianxun.exchange.negative import NegativeList
from lianxun.exchange.operations.correcting import correct_delivery
from lianxun.exchange.operations.delivering import deliver
from lianxun.exchange.operations.drafting import issue_receipt
from lianxun.exchange.operations.incoming import hand_in
from lianxun.fabric.once import submission
from lianxun.kernel.actor import Actor

P = ParamSpec("P")
T = TypeVar("T")
LARGE = 4 << 20  # bytes; what is smaller is checked while the sender waits (about a second)


@dataclass(frozen=True, slots=True)
class Provided:
    """What became of a file. ``checking``: ``id`` is the incoming file's and a job goes on with it;
    otherwise ``id`` is the delivery's and the data is provided."""

    id: UUID
    checking: bool


def receipted(call: Callable[P, T]) -> Callable[P, T]:
    """What the negative list stops leaves its receipt, outside of the submission: the mended text or file
    may go again under the same key."""

    @wraps(call)
    def run(*args: P.args, **given: P.kwargs) -> T:
        try:
            return call(*args, **given)
        except NegativeList as hit:
            with submission(None):
                issue_receipt(
                    actor=cast("Actor", given["actor"]),
                    now=cast("datetime", given["now"]),
                    rule=hit.rule,
                    stage=hit.stage,
                    engagement=cast("UUID | None", given.get("engagement_id")),
                    request_id=cast("UUID | None", given.get("request_id")),
                )
            raise

    return run


@receipted
def provide(
    *,
    actor: Actor,
    now: datetime,
    request_id: UUID,
    revision: int,
    stream: BinaryIO,
    name: str,
    correction: str | None = None,
    delivery_id: UUID | None = None,
    declared_rows: int | None = None,
    declared_sha256: str = "",
) -> Provided:
    """Hand in data, or with ``correction`` what mends the data in use (``delivery_id``: which of several). The
    size decides who checks it.

    The one operation that it leads to makes the record and raises what there is to raise.
    """
    large = stream.seek(0, 2) > LARGE
    stream.seek(0)
    given: dict[str, Any] = {
        "actor": actor,
        "now": now,
        "request_id": request_id,
        "revision": revision,
        "stream": stream,
        "name": name,
        "declared_rows": declared_rows,
        "declared_sha256": declared_sha256,
    }
    if correction is not None:
        given |= {"correction": correction, "delivery_id": delivery_id}
    call = hand_in if large else deliver if correction is None else correct_delivery
    return Provided(call(**given), checking=large)
