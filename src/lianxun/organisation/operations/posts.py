"""Acts on posts: places in a unit that somebody holds or nobody."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid, NotFound, Stale, WrongState
from lianxun.organisation import rules
from lianxun.organisation.models import Appointment, Post
from lianxun.organisation.operations.common import Checks, open_unit
from lianxun.trace.door import noting, operation
from lianxun.trace.rows import require

MOST_SEATS = 200


@operation("organisation.create_post")
def create_post(
    *,
    actor: Actor,
    now: datetime,
    unit_id: UUID,
    title: str,
    leading: bool,
    seats: int,
    valid_from: date,
) -> UUID:
    """Set up a post in a unit of the keeper's area."""
    unit = open_unit(unit_id)
    require(rules.may_keep_people(actor, path=unit.path, region=unit.region))
    checks = Checks()
    title = checks.text("title", title, "职位名称", most=60)
    checks.that("seats", 1 <= seats <= MOST_SEATS, f"职数须为 1—{MOST_SEATS}。")
    checks.that(
        "valid_from", valid_from >= unit.valid_from, f"不能早于单位启用的日期 {unit.valid_from}。"
    )
    checks.done()
    post = Post(
        created_at=now,
        unit=unit,
        title=title,
        leading=leading,
        seats=seats,
        valid_from=valid_from,
    )
    _stored(post)
    noting().about("organisation.post", post.id, revision=1)
    return post.id


@operation("organisation.change_post")
def change_post(
    *,
    actor: Actor,
    now: datetime,
    post_id: UUID,
    title: str,
    leading: bool,
    seats: int,
    revision: int,
) -> None:
    """Another name or another number of seats; not fewer than people hold it."""
    post = _for_change(actor, post_id, revision)
    checks = Checks()
    post.title = checks.text("title", title, "职位名称", most=60)
    terms = list(Appointment.objects.filter(post=post).values_list("valid_from", "valid_to"))
    held = rules.most_at_once(terms, (post.valid_from, None))
    checks.that("seats", 1 <= seats <= MOST_SEATS, f"职数须为 1—{MOST_SEATS}。")
    checks.that("seats", seats >= held, f"这个职位有 {held} 人任职，职数不能少于 {held}。")
    checks.done()
    post.leading, post.seats = leading, seats
    post.revision += 1
    _stored(post)
    noting().about("organisation.post", post.id, revision=post.revision)


@operation("organisation.close_post")
def close_post(
    *, actor: Actor, now: datetime, post_id: UUID, last_day: date, revision: int
) -> None:
    """Abolish a post; who holds it beyond the last day must have ended before."""
    post = _for_change(actor, post_id, revision)
    checks = Checks()
    checks.order("last_day", post.valid_from, last_day)
    held = Appointment.objects.filter(post=post)
    beyond = held.filter(valid_to__isnull=True).count() + held.filter(valid_to__gt=last_day).count()
    checks.that("last_day", beyond == 0, f"还有 {beyond} 人任职到这一天以后，请先结束他们的任职。")
    checks.done()
    post.valid_to = last_day
    post.revision += 1
    _stored(post)
    noting().about("organisation.post", post.id, revision=post.revision)


def _for_change(actor: Actor, post_id: UUID, revision: int) -> Post:
    seen = Post.objects.select_related("unit").filter(id=post_id).first()
    if seen is None:
        raise NotFound
    require(rules.may_keep_people(actor, path=seen.unit.path, region=seen.unit.region))
    post = Post.objects.select_for_update(of=("self",)).select_related("unit").get(id=post_id)
    if post.revision != revision:
        raise Stale
    if post.valid_to is not None:
        raise WrongState(f"这个职位已于 {post.valid_to} 撤销，不能再变更。")
    return post


def _stored(post: Post) -> None:
    try:
        with transaction.atomic():
            post.save()
    except IntegrityError as clash:
        raise Invalid.at(
            "title", f"该单位已有职位“{post.title}”，请修改职数或换一个名称。"
        ) from clash
