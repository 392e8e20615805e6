"""Citation check of a whole document: what is cited, whether it stands, where to look."""

from dataclasses import dataclass
from datetime import date

from lianxun_insight.citations.model import Resolved, Status
from lianxun_insight.citations.resolve import Context, Resolver
from lianxun_insight.read.model import Document, Place


@dataclass(frozen=True, slots=True)
class CheckReport:
    """All references of a text in order; `findings` are those a person has to correct."""

    as_of: date
    references: tuple[Resolved, ...]

    @property
    def findings(self) -> tuple[Resolved, ...]:
        """References that are wrong, repealed, not yet valid or ambiguous."""
        silent = (Status.FOUND, Status.NO_CONTEXT)
        return tuple(r for r in self.references if r.status not in silent)

    def counts(self) -> dict[str, int]:
        """Number of references by outcome (Chinese labels)."""
        out: dict[str, int] = {}
        for resolved in self.references:
            out[resolved.status.value] = out.get(resolved.status.value, 0) + 1
        return out


def check_text(
    resolver: Resolver, text: str, *, as_of: date, context: Context | None = None
) -> CheckReport:
    """Check every citation of a text as of the day. Offsets refer to `text`."""
    return CheckReport(as_of, tuple(resolver.resolve_text(text, as_of=as_of, context=context)))


@dataclass(frozen=True, slots=True)
class PlacedFinding:
    """A reference to correct and where it stands in the document."""

    resolved: Resolved
    places: tuple[Place, ...]


def check_document(
    resolver: Resolver, document: Document, *, as_of: date
) -> tuple[CheckReport, tuple[PlacedFinding, ...]]:
    """Check a document read by `lianxun_insight.read.safe_open`; findings with page and box."""
    report = check_text(resolver, document.text, as_of=as_of)
    placed = tuple(
        PlacedFinding(r, tuple(document.locate(r.reference.start, r.reference.end)))
        for r in report.findings
    )
    return report, placed
