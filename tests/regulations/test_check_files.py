"""A file of a citation check: stored at once, read by a job with progress, scans recognised, words in place."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid, NotFound, Refused
from lianxun.regulations import checking, operations, queries
from lianxun.regulations.models import CitationCheck
from lianxun.regulations.operations import checks
from lianxun.regulations.queries.checks import CheckRecord
from lianxun_insight.read import UnreadableError
from lianxun_insight.read.ocr import available
from lianxun_insight.text.evals.pages import typeset
from tests.regulations.support import TODAY, reading
from tests.support.recorded import Recorded, listen

LINES = (
    "关于水井的报告",
    "依照《云岭省水井管理条例》第四条处罚。",
    "根据《中华人民共和国水井保护法》第九条，应予处罚。",
)


def word(*lines: str) -> bytes:
    from docx import Document

    made = Document()
    for line in lines:
        made.add_paragraph(line)
    data = BytesIO()
    made.save(data)
    return data.getvalue()


def sent(actor: Actor, now: datetime, data: bytes, name: str, **more: Any) -> UUID:
    """Received and not read yet."""
    given: dict[str, Any] = {"queue": False, **more}
    return operations.check(
        actor=actor, now=now, as_of=TODAY, stream=BytesIO(data), name=name, **given
    )


def seen(actor: Actor, now: datetime, check: UUID) -> CheckRecord:
    with reading(actor):
        return queries.check(actor=actor, now=now, check_id=check)


def run(actor: Actor, now: datetime, check: UUID) -> CheckRecord:
    checking.read(actor=actor, check_id=check, clock=lambda: now)
    return seen(actor, now, check)


@pytest.fixture
def audit(cast: Any) -> Actor:
    found: Actor = cast["audit"]
    return found


def test_a_file_waits_for_its_job_and_is_not_read_in_the_request(
    shelf: None, audit: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "safe_open", lambda *_, **__: pytest.fail("read in the request"))
    before = ProcrastinateJob.objects.filter(task_name="regulations.check").count()
    check = sent(audit, now, word(*LINES), "报告.docx", queue=True)
    found = seen(audit, now, check)
    assert (found.state, found.running, found.total) == ("waiting", True, 0)
    jobs = ProcrastinateJob.objects.filter(task_name="regulations.check")
    assert jobs.count() == before + 1
    assert jobs.order_by("-id").values_list("args", flat=True)[0] == {
        "check": str(check),
        "account": str(audit.account_id),
    }
    with reading(audit), pytest.raises(NotFound):
        queries.check_page(actor=audit, now=now, check_id=check, number=1)


def test_the_job_reads_it_and_leaves_three_records(
    shelf: None, audit: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: Recorded = listen(monkeypatch)
    check = sent(audit, now, word(*LINES), "报告.docx")
    found = run(audit, now, check)
    assert (found.state, found.format, found.title) == ("done", "docx", "报告")
    assert [(f["status"], f["place"]) for f in found.wrong] == [("条号不存在", "第3段")]
    for name in ("check_citations", "begin_check", "finish_check"):
        assert len(heard.of(f"regulations.{name}")) == 1, name
    assert heard.of("regulations.finish_check")[0]["detail"]["wrong"] == 1
    with reading(audit):
        _, view = queries.check_page(actor=audit, now=now, check_id=check, number=1)
    assert [t for line in view.lines for t, m in line.parts if m] == ["第九条"]


def test_a_second_run_of_the_job_does_nothing(shelf: None, audit: Actor, now: datetime) -> None:
    check = sent(audit, now, word(*LINES), "报告.docx")
    first = run(audit, now, check)
    assert run(audit, now, check) == first


def test_a_worker_that_was_killed_begins_again(
    shelf: None, audit: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = sent(audit, now, word(*LINES), "报告.docx")

    def killed(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(checking, "safe_open", killed)
        with pytest.raises(KeyboardInterrupt):
            run(audit, now, check)
    assert seen(audit, now, check).state == "reading"
    assert run(audit, now, check).state == "done"


def test_progress_is_shown_while_it_is_read(
    shelf: None, audit: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = sent(audit, now, word(*LINES), "报告.docx")
    shown: list[tuple[int, int, int]] = []

    def slowly(path: Path, *, name: str, ocr_pages: int, follow: Any) -> Any:
        for page in (1, 2, 30):
            monkeypatch.setattr(follow, "_last", 0.0)
            follow(page, 40)
            record = seen(audit, now, check)
            shown.append((record.read, record.of, record.percent))
        raise UnreadableError("文件解析超过时限，已停止，请拆分后再读。")

    monkeypatch.setattr(checking, "safe_open", slowly)
    found = run(audit, now, check)
    assert shown == [(1, 40, 2), (2, 40, 5), (30, 40, 75)]
    assert (found.state, found.message) == ("failed", "文件解析超过时限，已停止，请拆分后再读。")


def test_progress_is_not_written_for_every_page(
    audit: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    monkeypatch.setattr(checking, "acting_as", lambda *_, **__: written.append(1) or _Nothing())
    progress = checking._Progress(audit, uuid4())
    for page in range(1, 200):
        progress(page, 200)
    assert len(written) == 1


class _Nothing:
    def __enter__(self) -> None: ...
    def __exit__(self, *_: object) -> None: ...


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"%PDF-1.4 nonsense", "坏.pdf", "PDF 文件已损坏"),
        (word(""), "空白.docx", "没有读到文字"),
        (b"\x89PNG\r\n\x1a\nbroken", "坏.png", "图片已损坏"),
    ],
)
def test_what_cannot_be_read_ends_with_a_sentence(
    cast: Any, audit: Actor, now: datetime, data: bytes, name: str, words: str
) -> None:
    if name.endswith("png") and not available():
        words = "没有安装文字识别组件"
    found = run(audit, now, sent(audit, now, data, name))
    assert found.state == "failed"
    assert words in found.message
    assert (found.total, found.running) == (0, False)


def test_a_document_that_is_too_long_is_refused_after_reading(
    cast: Any, audit: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "MAX_TEXT", 20)
    found = run(audit, now, sent(audit, now, word("字" * 21), "长.docx"))
    assert found.message == "正文超过 20 字，请拆分后核查。"


def test_the_job_acts_with_the_rights_of_its_person(
    shelf: None, cast: Any, audit: Actor, now: datetime
) -> None:
    check = sent(audit, now, word(*LINES), "报告.docx")
    with pytest.raises(Refused) as refused:
        checking.read(actor=cast["contact"], check_id=check, clock=lambda: now)
    assert refused.value.rule == "REG-READ"
    with pytest.raises(NotFound):
        checking.read(actor=cast["other_city"], check_id=check, clock=lambda: now)
    with pytest.raises(NotFound):
        checking.read(actor=audit, check_id=uuid4(), clock=lambda: now)
    assert seen(audit, now, check).state == "waiting"


def test_an_unsuitable_file_is_refused_at_the_door_and_leaves_no_row(
    cast: Any, audit: Actor, now: datetime
) -> None:
    with pytest.raises(Invalid, match="不是允许的文件类型"):
        sent(audit, now, b"MZ\x00\x00", "a.exe")
    with reading(audit):
        assert not CitationCheck.objects.exists()


@pytest.mark.long
@pytest.mark.skipif(not available(), reason="the extra ocr is not installed")
def test_a_scanned_page_is_recognised_and_marked_where_the_words_stand(
    shelf: None, audit: Actor, now: datetime, tmp_path: Path
) -> None:
    from PIL import Image

    page = typeset(tmp_path / "p.png", list(LINES), 14)
    with Image.open(page) as picture:
        picture.convert("RGB").save(tmp_path / "scan.pdf", resolution=200)
    check = sent(audit, now, (tmp_path / "scan.pdf").read_bytes(), "扫描件.pdf")
    found = run(audit, now, check)
    assert (found.state, found.read, found.of) == ("done", 1, 1)
    (wrong,) = found.wrong
    assert (wrong["status"], wrong["page"]) == ("条号不存在", 1)
    with reading(audit):
        _, view = queries.check_page(actor=audit, now=now, check_id=check, number=1)
    assert view.recognised
    (line,) = [line for line in view.lines if line.marks]
    assert "第九条" in "".join(t for t, m in line.parts if m)
    x, y, width, height = line.marks[0]
    assert 0 < x < x + width < view.width
    assert 0 < y < y + height < view.height / 3, "the third line stands in the upper third"
