"""Leads that ended long ago, files, and short words for what two people do with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

from django.db import transaction

from lianxun.access.queries import service_actor
from lianxun.documents import operations as do
from lianxun.documents import queries, steps
from lianxun.documents.enums import FileRole, Retention
from lianxun.documents.official import to_pdf
from lianxun.documents.records import DisposalRecord, Official, Paragraph
from lianxun.fabric.identity import acting_as
from lianxun.fabric.labels import Labels
from lianxun.fabric.safefiles import PDF, FileKind
from lianxun.kernel.actor import Actor
from tests.leads.support import Desk
from tests.support.cast import Cast, unit_id

LONG_AGO = timedelta(days=220)


class Earlier(Cast):
    """The same people, more than half a year ago."""

    @property
    def now(self) -> datetime:
        return super().now - LONG_AGO


def service() -> Actor:
    return service_actor(service="retention")


def letter(text: str = "正文。", title: str = "关于示范事项的函", pages: int = 1) -> bytes:
    """A PDF of the platform's own making."""
    return to_pdf(
        Official(
            issuer="联络员办公室",
            number="联函〔2026〕1号",
            title=title,
            addressee="省审计厅",
            blocks=tuple(Paragraph(text * (1 if pages == 1 else 300)) for _ in range(pages)),
            signed_by="联络办",
            signed_on=date(2026, 1, 5),
        )
    )


@dataclass
class Store:
    """What the documents room is asked to do, in the names of the cast."""

    cast: Cast

    def labels(self, *, level: int = 1, subject: str = "", **more: Any) -> Labels:
        from lianxun.organisation.models import Unit

        with acting_as(self.cast["coordinator"].account_id), transaction.atomic():
            own = Unit.objects.get(id=unit_id("YL-LO"))
            about = Unit.objects.get(id=unit_id(subject)) if subject else None
        return Labels(
            level=level,
            region=own.region,
            owner_unit=own.id,
            owner_path=own.path,
            subject_org=about.id if about else None,
            subject_path=about.path if about else None,
            **more,
        )

    def file(
        self,
        who: str = "coordinator",
        *,
        content: bytes = b"",
        kind: str = "documents.memo",
        about: UUID | None = None,
        retention: Retention = Retention.YEARS_10,
        at: datetime | None = None,
        role: FileRole = FileRole.OFFICIAL,
        form: FileKind = PDF,
        **labels: Any,
    ) -> UUID:
        """A stored document of the liaison office."""
        actor = self.cast[who]
        with acting_as(actor.account_id), transaction.atomic():
            from lianxun.trace.door import _note
            from lianxun.trace.records import Note

            mark = _note.set(Note("tests.store"))
            try:
                return steps.store(
                    actor=actor,
                    now=at or self.cast.now,
                    stream=BytesIO(content or letter()),
                    name=f"函{form.suffix}",
                    title="关于示范事项的函",
                    role=role,
                    object_kind=kind,
                    object_id=about or unit_id("YL-LO"),
                    labels=self.labels(**labels),
                    retention=retention,
                    kind=form,
                )
            finally:
                _note.reset(mark)

    def act(self, name: str, who: str, **given: Any) -> Any:
        return getattr(do, name)(actor=self.cast[who], now=self.cast.now, **given)

    def draw(self, who: str = "") -> tuple[UUID, ...]:
        actor = self.cast[who] if who else service()
        return do.draw_lists(actor=actor, now=self.cast.now)

    def see(self, disposal: UUID, who: str = "coordinator") -> DisposalRecord:
        return queries.disposal(actor=self.cast[who], now=self.cast.now, disposal_id=disposal)

    def review(self, disposal: UUID, who: str = "coordinator", **given: Any) -> str:
        given.setdefault("revision", self.see(disposal).revision)
        given.setdefault("opinion", "逐条核对，均已期满。")
        return str(self.act("review_list", who, disposal_id=disposal, **given))

    def destroy(self, disposal: UUID, who: str = "leader", **given: Any) -> int:
        given.setdefault("revision", self.see(disposal).revision)
        return int(self.act("destroy_list", who, disposal_id=disposal, **given))

    def hold(self, kept_by: str, object_id: UUID, who: str = "coordinator", **given: Any) -> UUID:
        values = {"reason": "涉及正在办理的案件。", "basis": "云检保〔2026〕3号", **given}
        return self.act("place_hold", who, kept_by=kept_by, object_id=object_id, **values)  # type: ignore[no-any-return]

    def holds(self, object_id: UUID, who: str = "coordinator") -> list[UUID]:
        """Holds on an object, as its page shows them."""
        actor = self.cast[who]
        with acting_as(actor.account_id), transaction.atomic():
            return [h.id for h in queries.holds_of(actor=actor, object_id=object_id)]

    def sweep(self) -> int:
        return do.sweep(actor=service(), now=self.cast.now)


def ended_long_ago(**given: Any) -> UUID:
    """A lead that was returned more than half a year ago: its time is over."""
    desk = Desk(Earlier())
    lead = desk.register(**given)
    desk.act("return_lead", "coordinator", lead, reason="不属受理范围。")
    return lead
