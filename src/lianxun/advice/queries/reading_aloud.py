"""What is said about a text that is being typed: gaps, facts, urgency. No model, no search, no trace of
the text (settled.md 24: free text is never answered with "a similar lead exists")."""

from __future__ import annotations

from datetime import datetime

from lianxun.advice.reading import read
from lianxun.advice.records import Reading
from lianxun.kernel.actor import Actor, Denied
from lianxun.kernel.problems import Invalid, Refused
from lianxun.trace.door import noting, query

LONGEST = 10_120  # characters of title and summary together


@query("advice.check_text")
def check_text(*, actor: Actor, now: datetime, title: str, summary: str) -> Reading:
    """Read what a clerk has typed so far; nothing is kept."""
    if not ("leads" in actor.duties or actor.engagements) or actor.has_role("contact", "expert"):
        raise Refused(Denied("本人职责不含问题线索登记。", "LEAD-REGISTER"))
    if len(title) + len(summary) > LONGEST:
        raise Invalid.at("summary", "问题摘要不超过 10000 字，详细材料请作为附件。")
    noting().about("advice.text", actor.account_id, characters=len(title) + len(summary))
    return read(f"{title}\n{summary}", today=now.date())
