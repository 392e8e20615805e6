"""《巡视协调对接工作评估报告》: figures that were counted, two opinions, a month to write it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.db import transaction
from docx import Document

from lianxun.documents import queries as documents
from lianxun.documents import steps as stored
from lianxun.duties import queries as duties
from lianxun.fabric.identity import acting_as
from lianxun.inspection import operations as do
from lianxun.kernel.problems import Invalid, NotFound, Refused, Stale, WrongState
from tests.inspection.support import Play
from tests.support.cast import account_id
from tests.web.test_pages import client_of

SAID = {
    "effects": "会商发现三个风险点，组外单位印证两件，移交线索按周办理。",
    "problems": "个别成员单位信息提供逾期，投资台账口径不一，影响核对进度。",
    "internal": "协调机制运转总体顺畅，节点基本按期，建议固化会商做法。",
    "third_party_name": "云岭省社会治理研究院",
    "third_party": "经访谈十二家成员单位，协同满意度较上一轮有所提高。",
    "measures": "修订信息共享清单，逐家通报提供时限，下一轮提前十五日会商。",
}


def evaluate(play: Play, who: str = "coordinator", **more: Any) -> Any:
    values = {"round_id": play.round_id, "revision": play.round().revision, **SAID, **more}
    return play.act(who, do.issue_evaluation, **values)


def words(play: Play, file: Any) -> str:
    """Everything that stands in the DOCX, tables included."""
    with acting_as(account_id("coordinator")), transaction.atomic():
        data = stored.open_bytes(file).read()
    found = Document(BytesIO(data))
    cells = [c.text for t in found.tables for row in t.rows for c in row.cells]
    return "\n".join([*(p.text for p in found.paragraphs), *cells])


def test_the_report_holds_the_figures_of_the_round_and_both_opinions(play: Play) -> None:
    play.on_site()
    paper = play.paper()
    play.sign(paper, "inspector", "team_deputy", "team_head")
    stuck = play.act(
        "coordinator",
        do.record_obstacle,
        engagement_id=play.id,
        text="投资台账口径不一",
        between="省国资委、集团",
    )
    play.act("coordinator", do.remove_obstacle, obstacle_id=stuck, revision=1, how="统一口径")
    docx, _ = evaluate(play)
    said = words(play, docx)
    for part in SAID.values():
        assert part in said
    for figure in ("1 次", "登记 1 个，打通 1 个", "1 份", "登记 0 件，移交 0 件", "下达 0 件"):
        assert figure in said, figure
    assert "示范投资集团" in said
    assert "第三方评估意见（云岭省社会治理研究院）" in said


def test_each_report_has_its_own_number_and_is_kept_with_the_round(play: Play) -> None:
    play.approved()
    evaluate(play)
    evaluate(play)
    files = play.see(
        "coordinator",
        lambda actor, now: documents.of_object(
            actor=actor, object_kind="inspection.round", object_id=play.round_id
        ),
    )
    assert len(files) == 4
    assert len({f.number for f in files}) == 2
    assert {f.suffix for f in files} == {".docx", ".pdf"}


def test_there_is_nothing_to_evaluate_before_the_round_is_approved(play: Play) -> None:
    play.open_round()
    play.plan()
    with pytest.raises(WrongState, match="批准并实施之后"):
        evaluate(play)


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"effects": "很好"}, "effects"),
        ({"third_party": " "}, "third_party"),
        ({"third_party_name": ""}, "third_party_name"),
        ({"third_party_name": "院" * 81}, "third_party_name"),
        ({"measures": "改" * 4001}, "measures"),
    ],
)
def test_a_report_without_one_of_its_parts_is_not_printed(
    play: Play, more: dict[str, str], place: str
) -> None:
    play.approved()
    with pytest.raises(Invalid) as problem:
        evaluate(play, **more)
    assert [e.place for e in problem.value.errors] == [place]


def test_only_the_office_evaluates_and_on_the_present_state(play: Play) -> None:
    play.approved()
    with pytest.raises(Refused):
        evaluate(play, "leader")
    with pytest.raises(NotFound):  # who may not see the round learns nothing of it
        evaluate(play, "audit")
    with pytest.raises(Stale):
        evaluate(play, revision=99)


def clocks(play: Play) -> list[Any]:
    return list(
        play.see(
            "coordinator",
            duties.duties_of,
            object_kind="inspection.round",
            object_id=play.round_id,
        )
    )


def close(play: Play) -> None:
    for phase in ("run", "close"):
        play.answer_checks(phase)
    play.act(
        "coordinator",
        do.close_round,
        round_id=play.round_id,
        revision=play.round().revision,
        result="采购和投资两个方面的问题已整改到位，形成制度两项。",
    )


def test_the_month_of_the_summary_runs_from_the_end_of_the_round(play: Play) -> None:
    play.on_site().archived()
    close(play)
    [clock] = clocks(play)
    assert (clock.code, clock.state) == ("DT-IN-EVALUATE", "open")
    assert 27 <= (clock.due_on - play.today).days <= 34
    evaluate(play)
    [clock] = clocks(play)
    assert clock.state == "fulfilled"


def test_a_report_printed_before_the_end_needs_no_clock(play: Play) -> None:
    play.on_site().archived()
    evaluate(play)
    close(play)
    assert clocks(play) == []


def test_the_report_is_printed_from_the_page_of_the_round(play: Play) -> None:
    play.approved()
    client = client_of("coordinator")
    page = f"/rounds/{play.round_id}/"
    assert "印制评估报告" in client.get(page).content.decode()
    form = client.get(f"{page}do/evaluate/")
    assert form.status_code == 200
    key = form.context["form"]["submission_key"].value()
    sent = {**SAID, "submission_key": key, "revision": play.round().revision}
    bad = client.post(f"{page}do/evaluate/", {**sent, "effects": "好"})
    assert bad.status_code == 422
    answer = client.post(f"{page}do/evaluate/", sent, follow=True)
    assert "评估报告已印制" in answer.content.decode()
    assert "巡视协调对接工作评估报告" in answer.content.decode()
    assert client_of("audit").get(f"{page}do/evaluate/").status_code in (403, 404)
