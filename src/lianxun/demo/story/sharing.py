"""The standing agreement with the audit office: signed once, then its files reach the joint team at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from lianxun.demo.people import unit_id
from lianxun.demo.story.teller import Teller
from lianxun.exchange import operations as acts
from lianxun.exchange import queries
from lianxun.exchange.catalogue import data_class, needed_fields
from lianxun.kernel.actor import Actor

FINDINGS, LEDGER = "D08", "D10"
ORG = "91970100MA0000015M"
THEMES = ("采购管理", "投资决策", "资金管理", "公务接待", "资产出租")
PROJECT = "示范投资集团主要领导人员经济责任审计"


def agree(t: Teller, task: UUID) -> UUID:
    """Drafted by the head of the team, signed by the office and by the audit office, which names its project."""
    made = t.do(
        "team_head",
        acts.draft_sharing,
        engagement_id=task,
        subject_org=unit_id("YL-JT"),
        provider_id=unit_id("YL-SJ"),
        classes=(FINDINGS, LEDGER),
        purpose="巡审联动期间核查审计查出问题及其整改",
        basis="巡视协调对接工作办法、巡审联动协作方案",
        valid_from=t.now.date(),
        valid_to=t.day(-45),
    )
    t.do("coordinator", acts.sign_sharing, sharing_id=made, revision=1)
    t.do(
        "audit",
        acts.countersign_sharing,
        sharing_id=made,
        revision=2,
        project_number="云审企〔2026〕7 号",
        project_title=PROJECT,
        project_lead="卓越然",
    )
    return made


def provide(t: Teller, sharing: UUID) -> UUID:
    """Both classes; the findings are opened after an hour and a half, the ledger nobody has opened yet."""
    findings = _deliver(t, sharing, FINDINGS)
    _deliver(t, sharing, LEDGER)
    _read(t, findings, after=timedelta(minutes=95))
    return findings


def mend(t: Teller, sharing: UUID, first: UUID) -> None:
    """The audit office finds two rows more; the team opens the corrected file within the hour."""
    request, revision = _request(t, sharing, FINDINGS)
    mended = t.do(
        "audit",
        acts.correct_delivery,
        request_id=request,
        revision=revision,
        stream=_file(FINDINGS, THEMES),
        name="审计问题清单（更正）.csv",
        correction="补报下属置业公司两项问题，其余未变。",
        delivery_id=first,
    )
    _read(t, mended, after=timedelta(minutes=40))


def _deliver(t: Teller, sharing: UUID, code: str) -> UUID:
    request, revision = _request(t, sharing, code)
    return t.do(
        "audit",
        acts.deliver,
        request_id=request,
        revision=revision,
        stream=_file(code, THEMES[:3]),
        name=f"{data_class(code).name_zh}.csv",
    )


def _file(code: str, themes: Sequence[str]) -> io.BytesIO:
    """What was agreed and nothing else: one row for each theme."""
    labels = {f.name: f.label_zh for f in data_class(code).tables[0].fields}
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(labels[name] for name in needed_fields(code))
    for number, theme in enumerate(themes, start=1):
        values = {
            "issue_id": f"YL-SJ-2026-{number:03d}",
            "audit_project": PROJECT,
            "unit_code": ORG,
            "theme": theme,
            "found_on": "2026-06-30",
            "stat_month": "2026-09",
            "status": "整改中",
        }
        writer.writerow(values[name] for name in needed_fields(code))
    return io.BytesIO(out.getvalue().encode("utf-8-sig"))


def _request(t: Teller, sharing: UUID, code: str) -> tuple[UUID, int]:
    found = t.see("audit", queries.sharing, sharing_id=sharing)
    ident = next(c.request_id for c in found.classes if c.code == code and c.request_id)
    return ident, t.see("audit", queries.request, request_id=ident).revision


def _read(t: Teller, delivery: UUID, *, after: timedelta) -> None:
    def later(*, actor: Actor, now: datetime) -> None:
        acts.hand_out(actor=actor, now=now + after, delivery_id=delivery).stream.close()

    t.see("inspector", later)
