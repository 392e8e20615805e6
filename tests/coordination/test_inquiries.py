"""Joint inquiry: the invitation opens nothing; opinions, an outcome, and who answers for what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from lianxun.access import sharing
from lianxun.coordination import operations as do
from lianxun.coordination import queries
from lianxun.coordination.models import AgendaItem, Meeting, Opinion
from lianxun.fabric.identity import acting_as
from lianxun.kernel.ids import new_id
from lianxun.kernel.problems import Invalid, NotFound, Refused, WrongState
from tests.access.test_lapse import ends
from tests.coordination.support import (
    CHAIR,
    OFFICE,
    act,
    decided,
    held,
    judge,
    look,
    minutes_of,
    recuse,
    today,
)
from tests.coordination.test_meetings import errors_of
from tests.leads.support import Desk
from tests.rectification.support import issued
from tests.support.cast import account_id, unit_id
from tests.support.recorded import listen
from tests.web.test_pages import client_of

JW, SJ = unit_id("YL-JW"), unit_id("YL-SJ")
SAID = "账目与合同相互印证，建议立案前先核对供应商。"


@pytest.fixture
def lead(cast: Any) -> UUID:
    """A lead that the discipline inspection has received; nobody else outside of the office knows it."""
    return Desk(cast).at("received")


def inquired(cast: Any, about: UUID, kind: str = "leads.lead", **changes: Any) -> UUID:
    given = {
        "about_kind": kind,
        "about_id": about,
        "body_id": unit_id("YL-CC"),
        "title": "第三次联合研判",
        "question": "拆分采购是否成立、由谁核实",
        "planned_on": today(cast),
        "place": "三号会议室",
        "units": (JW,),
    }
    return do.convene_inquiry(actor=cast[OFFICE], now=cast.now, **{**given, **changes})


def opined(cast: Any, meeting: UUID, who: str = "discipline", **changes: Any) -> None:
    act(cast, do.opine, meeting, who, **{"stance": "agree", "text": SAID, **changes})


def test_from_question_to_shared_responsibility(cast: Any, lead: UUID) -> None:
    meeting = inquired(cast, lead)
    assert look(cast, meeting, "discipline").permitted == {"opinion"}
    opined(cast, meeting, stance="dissent", text="证据不足，暂不认定。")
    opined(cast, meeting)  # said again, it replaces what was said before
    held(cast, meeting, outcome="各方一致：先由纪委核实合同，再会商定性。")
    decided(cast, meeting, unit_id=JW, text="十日内核实八份合同")
    act(cast, do.confirm, meeting, CHAIR)
    found = look(cast, meeting, "discipline")
    assert [(o.unit_name, o.stance_label, o.text) for o in found.opinions] == [
        ("省纪委监委", "同意研判意见", SAID)
    ]
    assert found.outcome == "各方一致：先由纪委核实合同，再会商定性。"
    assert [(d.unit_name, d.state_label) for d in found.decisions] == [("省纪委监委", "办理中")]
    judge(cast, do.report_decision, found.decisions[0].id, "discipline", report="八份合同已核实")
    judge(cast, do.check_decision, found.decisions[0].id, CHAIR, accepts=True)


def test_an_invitation_opens_nothing(cast: Any, lead: UUID) -> None:
    """The audit office does not know the lead: it is not asked until the lead is shared with it."""
    with pytest.raises(Invalid) as problem:
        inquired(cast, lead, units=(JW, SJ))
    assert "省审计厅没有能知悉该事项的人员" in errors_of(problem)["units"]
    assert "省纪委监委" not in errors_of(problem)["units"]
    meeting = inquired(cast, lead)
    with pytest.raises(Invalid):
        act(cast, do.invite, meeting, units=(SJ,))
    share(cast, lead)
    act(cast, do.invite, meeting, units=(SJ,))
    assert look(cast, meeting, "audit").agenda[0].topic == "拆分采购是否成立、由谁核实"


def test_who_is_out_of_office_is_not_asked(cast: Any, lead: UUID) -> None:
    """Their accounts are still open, as no job has run; the database lets them in no more."""
    for who in ("discipline", "discipline_head"):
        ends(cast, who, days=-1)
    with pytest.raises(Invalid) as problem:
        inquired(cast, lead)
    assert "省纪委监委没有能知悉该事项的人员" in errors_of(problem)["units"]


def share(cast: Any, lead: UUID) -> UUID:
    grant = sharing.share(
        actor=cast[OFFICE],
        now=cast.now,
        kind="leads.lead",
        object_id=lead,
        to_unit=SJ,
        to_account=None,
        purpose="联合研判",
        legal_basis="联合研判工作规则",
        valid_to=today(cast) + timedelta(days=30),
        second=account_id("clerk"),
    )
    with acting_as(account_id("clerk")), transaction.atomic():
        from lianxun.access.models import Grant

        row = Grant.objects.get(id=grant)
    if row.second_person_id is not None:
        sharing.consent_share(
            actor=cast["clerk"], now=cast.now, grant_id=grant, revision=row.revision
        )
    return grant


def test_who_loses_the_matter_loses_the_inquiry(cast: Any, lead: UUID) -> None:
    """The grant of the meeting stands; the row of the matter is gone for him, and so is all of the inquiry."""
    grant = share(cast, lead)
    meeting = inquired(cast, lead, units=(JW, SJ))
    opined(cast, meeting)
    assert look(cast, meeting, "audit").opinions
    sharing.revoke(actor=cast[OFFICE], now=cast.now, grant_id=grant, revision=revision(grant))
    assert unseen(cast, meeting, "audit")
    assert look(cast, meeting, "discipline").opinions


def revision(grant: UUID) -> int:
    from lianxun.access.models import Grant

    with acting_as(account_id(OFFICE)), transaction.atomic():
        return Grant.objects.get(id=grant).revision


def unseen(cast: Any, meeting: UUID, who: str) -> bool:
    with acting_as(account_id(who)), transaction.atomic():
        rows = [
            Meeting.objects.filter(id=meeting),
            AgendaItem.objects.filter(meeting=meeting),
            Opinion.objects.filter(meeting=meeting),
        ]
        seen = [list(r) for r in rows]
    with pytest.raises(NotFound):
        look(cast, meeting, who)
    return seen == [[], [], []]


def test_a_recused_person_of_an_invited_unit_sees_nothing(cast: Any, lead: UUID) -> None:
    meeting = inquired(cast, lead)
    recuse(cast, "discipline", "YL-JT")
    assert unseen(cast, meeting, "discipline")
    assert look(cast, meeting, "discipline_head").agenda


def test_a_unit_whose_people_are_recused_is_not_asked(cast: Any, lead: UUID) -> None:
    recuse(cast, "discipline", "YL-JT")
    recuse(cast, "discipline_head", "YL-JT")
    with pytest.raises(Invalid) as problem:
        inquired(cast, lead)
    assert "省纪委监委没有能知悉" in errors_of(problem)["units"]


@pytest.mark.parametrize("who", ["audit", "contact", "neighbour", "city_overseer", "system_admin"])
def test_for_strangers_there_is_no_inquiry(cast: Any, lead: UUID, who: str) -> None:
    meeting = inquired(cast, lead)
    opined(cast, meeting)
    assert unseen(cast, meeting, who)


@pytest.mark.parametrize("kind", ["leads.lead", "documents.file", "nonsense"])
def test_nobody_inquires_into_what_he_does_not_see(cast: Any, kind: str) -> None:
    with pytest.raises(NotFound):
        inquired(cast, new_id(), kind)


def test_only_the_body_and_its_office_inquire(cast: Any, lead: UUID) -> None:
    with pytest.raises(Refused) as refused:
        do.convene_inquiry(
            actor=cast["discipline"],
            now=cast.now,
            about_kind="leads.lead",
            about_id=lead,
            body_id=unit_id("YL-CC"),
            title="研判",
            question="是否成立、由谁核实",
            planned_on=today(cast),
            place="三号会议室",
            units=(JW,),
        )
    assert refused.value.rule == "COO-RUN"


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ("question", "短", "5—200 字"),
        ("question", "长" * 201, "5—200 字"),
        ("units", (), "参加研判"),
    ],
)
def test_an_inquiry_has_a_question_and_units(
    cast: Any, lead: UUID, place: str, value: Any, words: str
) -> None:
    with pytest.raises(Invalid) as problem:
        inquired(cast, lead, **{place: value})
    assert words in errors_of(problem)[place]


def test_every_unit_that_came_has_said_something(cast: Any, lead: UUID) -> None:
    meeting = inquired(cast, lead)
    with pytest.raises(Invalid) as problem:
        held(cast, meeting, outcome="短")
    (row,) = look(cast, meeting).invitations
    assert "请填写研判结论" in errors_of(problem)["outcome"]
    assert "请先由其填写研判意见" in errors_of(problem)[f"attendance_{row.id}"]
    held(
        cast,
        meeting,
        outcome="未到会，另行研判，本次不作结论。",
        attendance={row.id: ("absent", "")},
    )


def test_without_a_unit_that_answers_it_does_not_close(cast: Any, lead: UUID) -> None:
    meeting = inquired(cast, lead)
    opined(cast, meeting)
    held(cast, meeting, outcome="各方一致，先核实合同。")
    with pytest.raises(WrongState, match="由哪个单位负责什么"):
        act(cast, do.confirm, meeting, CHAIR)
    assert look(cast, meeting).state == "held"


def test_opinions_come_from_invited_units_in_time_and_in_words(cast: Any, lead: UUID) -> None:
    meeting = inquired(cast, lead)
    with pytest.raises(Refused, match="参加联合研判的单位"):
        opined(cast, meeting, CHAIR)
    with pytest.raises(Invalid) as problem:
        opined(cast, meeting, stance="maybe")
    assert "请选择态度" in errors_of(problem)["stance"]
    for bad, words in (("好", "不少于 5 个字"), ("长" * 1001, "不超过 1000 字")):
        with pytest.raises(Invalid) as problem:
            opined(cast, meeting, text=bad)
        assert words in errors_of(problem)["text"]
    opined(cast, meeting)
    held(cast, meeting, outcome="各方一致，先核实合同。")
    with pytest.raises(Refused, match="已经提交"):
        opined(cast, meeting)
    other = inquired(cast, lead)
    with pytest.raises(WrongState, match="只议一个问题"):
        act(cast, do.add_item, other, topic="另一个问题")


def test_a_meeting_has_no_opinions(cast: Any) -> None:
    from tests.coordination.support import convened

    meeting = convened(cast)
    with pytest.raises(Refused, match="联合研判"):
        opined(cast, meeting, "audit")


def test_an_inquiry_into_a_rectification_item(cast: Any) -> None:
    """The inspected organisation sees its item; of the inquiry about it nothing."""
    item = issued(cast)
    assert client_of("contact").get(f"/items/{item}/").status_code == 200
    with pytest.raises(Invalid):
        inquired(cast, item, "rectification.item")
    with acting_as(account_id(OFFICE)), transaction.atomic():
        label = queries.inquired(
            actor=cast[OFFICE], now=cast.now, kind="rectification.item", about_id=item
        )
    assert label == "整改事项"


def test_the_database_knows_what_an_inquiry_is(cast: Any, lead: UUID) -> None:
    meeting = inquired(cast, lead)
    with acting_as(account_id(OFFICE)), transaction.atomic():
        for change in (
            {"state": "held", "held_on": today(cast), "minuted_by": account_id(OFFICE)},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                Meeting.objects.filter(id=meeting).update(**change)
        with pytest.raises(IntegrityError, match="written once"), transaction.atomic():
            Meeting.objects.filter(id=meeting).update(about_id=new_id())


def test_the_trace_names_no_words(cast: Any, lead: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = listen(monkeypatch)
    meeting = inquired(cast, lead)
    opined(cast, meeting)
    for name in ("coordination.convene_inquiry", "coordination.opine"):
        (body,) = heard.of(name)
        assert str(meeting) in repr(body)
        assert SAID not in repr(body)
        assert "拆分采购" not in repr(body)


def test_an_inquiry_by_form(cast: Any, lead: UUID) -> None:
    office, member = client_of(OFFICE), client_of("discipline")
    url = f"/coordination/inquire/leads.lead/{lead}/"
    assert url in office.get(f"/leads/{lead}/").content.decode()
    assert url not in member.get(f"/leads/{lead}/").content.decode()
    assert member.get(url).status_code in (403, 404)
    assert client_of("audit").get(url).status_code == 404
    values = {
        "body_id": str(unit_id("YL-CC")),
        "title": "第四次联合研判",
        "question": "拆分采购是否成立",
        "planned_on": f"{today(cast):%Y-%m-%d}",
        "place": "三号会议室",
        "units": [str(SJ)],
    }
    answer = office.post(url, values)
    assert (answer.status_code, "省审计厅没有能知悉" in answer.content.decode()) == (422, True)
    answer = office.post(url, values | {"units": [str(JW)]})
    assert answer.status_code == 302
    page = answer["Location"]
    meeting = UUID(page.rstrip("/").rsplit("/", 1)[-1])
    assert "填写研判意见" in member.get(page).content.decode()
    said = {"revision": look(cast, meeting).revision, "stance": "partly", "text": SAID}
    assert member.post(f"{page}opinion/", said | {"text": ""}).status_code == 422
    assert member.post(f"{page}opinion/", said).status_code == 302
    found = minutes_of(cast, meeting)
    values = {"revision": look(cast, meeting).revision, "held_on": f"{today(cast):%Y-%m-%d}"}
    values |= {f"minutes_{i}": text for i, text in found["minutes"].items()}
    for ident, (came, people) in found["attendance"].items():
        values |= {f"attendance_{ident}": came, f"people_{ident}": people}
    assert office.post(f"{page}record/", values).status_code == 422
    assert (
        office.post(
            f"{page}record/", values | {"outcome": "先核实，再定性。先由纪委办。"}
        ).status_code
        == 302
    )
    shown = member.get(page).content.decode()
    assert "部分同意" in shown
    assert "先核实，再定性。" in shown
