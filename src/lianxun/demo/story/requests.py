"""Information requests of the story: one late, one objected to, one to be accepted, one refused."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from lianxun.demo.people import unit_id
from lianxun.demo.story.teller import Teller, table_of
from lianxun.exchange import operations as acts
from lianxun.exchange import queries
from lianxun.exchange.catalogue import data_class


def ask(  # noqa: PLR0917 - reads like a sentence at each of its calls
    t: Teller, task: UUID, code: str, provider: str, subject: str, purpose: str
) -> UUID:
    """Drafted by the office, checked by the committee's chair, served on the provider."""
    fields = [f.name for f in data_class(code).tables[0].fields if f.key or f.required][:5]
    made = t.do(
        "coordinator",
        acts.draft_request,
        engagement_id=task,
        subject_org=unit_id(subject),
        provider_id=unit_id(provider),
        data_class_code=code,
        fields=tuple(fields),
        purpose=purpose,
        basis="巡视协调对接工作办法、协作清单",
        period_from=t.day(1100),
        period_to=t.now.date(),
    )
    act(t, "coordinator", acts.submit_request, made)
    act(t, "chair", acts.check_request, made, passes=True)
    return made


def act(t: Teller, who: str, step: object, request: UUID, **fields: object) -> None:
    found = t.see(who, queries.request, request_id=request)
    t.do(who, step, request_id=request, revision=found.revision, **fields)  # type: ignore[arg-type]


def deliver(t: Teller, request: UUID, who: str, code: str) -> None:
    act(
        t,
        who,
        acts.deliver,
        request,
        stream=table_of(code, [{}, {}, {}]),
        name=f"{data_class(code).name_zh}.csv",
    )


def judge(t: Teller, request: UUID, *, accepts: bool, note: str = "") -> None:
    last = t.see("coordinator", queries.request, request_id=request).deliveries[-1]
    t.do(
        "coordinator",
        acts.judge_delivery,
        delivery_id=last.id,
        revision=last.revision,
        accepts=accepts,
        note=note,
        expires_on=t.day(-180) if accepts else None,
    )


def of_group(t: Teller, task: UUID) -> Iterator[int]:
    """The six requests around the group; yields the days on which they move."""
    yield 33
    late = ask(t, task, "D20", "YL-FG", "YL-JT", "核查采购项目是否按规定招标")
    good = ask(t, task, "D14", "YL-CZ", "YL-JT", "核查预算执行和专项资金支付")
    doubt = ask(t, task, "D08", "YL-SJ", "YL-JT", "核对审计发现问题整改")
    yield 31
    act(t, "finance", acts.accept_request, good)
    act(t, "development", acts.accept_request, late)
    yield 30
    deliver(t, good, "finance", "D14")
    yield 29
    judge(t, good, accepts=False, note="缺少采购方式列，请补充。")
    yield 28
    deliver(t, good, "finance", "D14")
    judge(t, good, accepts=True)
    yield 5
    act(t, "audit", acts.object_request, doubt, reason="涉及未公开审计项目，建议只提供问题清单。")
    ask(t, task, "D17", "YL-SC", "YL-JT", "核查关联企业股权")
