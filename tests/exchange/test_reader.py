"""The child that reads what strangers send: what it tells, and that its limits are really hit."""

from __future__ import annotations

import json
import os
import sys
import time
from io import BytesIO
from typing import Any

import pytest

from lianxun.exchange import reader
from lianxun.exchange.catalogue import needed_fields
from tests.exchange.support import CLASS, LABELS, good_csv, good_row, rows_csv

ENDED = "超过了时间或内存限制，没有接收；请另存为 CSV"
WISH: dict[str, Any] = {
    "name": "采购.csv",
    "kind": "csv",
    "code": CLASS,
    "asked": list(needed_fields(CLASS)),
    "declared_rows": None,
}


def apart(data: bytes, **changes: Any) -> dict[str, Any]:
    return reader.read_apart(BytesIO(data), **{**WISH, **changes})


def play(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Another program in the child's place."""
    monkeypatch.setattr(reader, "COMMAND", [sys.executable, "-I", "-c", program])


def test_the_child_says_what_this_process_would_say() -> None:
    here = reader.read(BytesIO(good_csv()), **WISH)
    assert apart(good_csv()) == json.loads(json.dumps(here, default=str))


def test_what_it_cannot_take_comes_back_as_a_sentence() -> None:
    with pytest.raises(reader.Unreadable, match="列名"):
        apart(rows_csv([["一", "二"]], ["甲", "乙"]))


def test_half_a_delivery_comes_back_as_a_sentence() -> None:
    with pytest.raises(reader.Unreadable, match="9"):
        apart(good_csv(3), declared_rows=9)


@pytest.mark.parametrize(
    "program",
    [
        "import os; os.abort()",
        "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
        "raise SystemExit(1)",
        "print('not json')",
        "import sys; sys.stdin.buffer.read()",
    ],
    ids=["abort", "segmentation-fault", "error", "nonsense", "silence"],
)
def test_a_child_that_breaks_is_a_sentence(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    play(monkeypatch, program)
    with pytest.raises(reader.Unreadable, match=ENDED) as problem:
        apart(good_csv())
    assert str(problem.value).startswith("文件 采购.csv")


def test_a_child_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    play(monkeypatch, "import time; time.sleep(60)")
    monkeypatch.setattr(reader, "WALL_SECONDS", 0.3)
    began = time.monotonic()
    with pytest.raises(reader.Unreadable, match=ENDED):
        apart(good_csv())
    assert time.monotonic() - began < 20


def test_no_child_is_left_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    note = tmp_path / "pid"
    play(
        monkeypatch,
        f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(60)",
    )
    monkeypatch.setattr(reader, "WALL_SECONDS", 5)
    with pytest.raises(reader.Unreadable):
        apart(good_csv())
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text()), 0)


LIMITED = (
    "import json, sys\n"
    "from lianxun.exchange import reader\n"
    "reader._limit(**json.loads(sys.stdin.buffer.readline())['limits'])\n"
)


@pytest.mark.parametrize(("mebibytes", "ends"), [(64, False), (2048, True)])
def test_the_limit_of_memory_is_really_hit(
    monkeypatch: pytest.MonkeyPatch, mebibytes: int, ends: bool
) -> None:
    """What fits is answered, what does not is a sentence."""
    play(
        monkeypatch,
        LIMITED + f"held = bytearray({mebibytes} << 20)\n"
        "sys.stdout.write(json.dumps({'found': {'held': len(held)}}))",
    )
    monkeypatch.setattr(reader, "MEMORY_BYTES", 1 << 30)
    if not ends:
        assert apart(good_csv()) == {"held": mebibytes << 20}
        return
    with pytest.raises(reader.Unreadable, match=ENDED):
        apart(good_csv())


def test_the_limit_of_time_is_really_hit(monkeypatch: pytest.MonkeyPatch) -> None:
    """CPU seconds, whatever the child does with them; the wall clock is far away."""
    play(monkeypatch, LIMITED + "while True: pass")
    monkeypatch.setattr(reader, "CPU_SECONDS", 2)
    began = time.monotonic()
    with pytest.raises(reader.Unreadable, match=ENDED):
        apart(good_csv())
    assert time.monotonic() - began < reader.WALL_SECONDS


def test_a_name_with_odd_characters_is_said_back_whole() -> None:
    with pytest.raises(reader.Unreadable, match="😀表"):
        apart(rows_csv([["一"]], ["甲"]), name="😀表.csv")


def test_rows_never_reach_the_command_line_or_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The data goes over a nameless file: nobody sees it in the list of processes."""
    seen: list[list[str]] = []
    real = reader.subprocess.Popen

    def watched(command: list[str], **more: Any) -> Any:
        seen.append(list(command))
        return real(command, **more)

    monkeypatch.setattr(reader.subprocess, "Popen", watched)
    apart(rows_csv([good_row()], LABELS))
    assert seen == [reader.COMMAND]
    assert not any("YL-2025" in part for part in seen[0])


def test_a_child_says_how_far_it_is_and_then_answers_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What it says on the way never gets into the answer, however large that is."""
    program = (
        "import sys, time\n"
        "for at in (10, 55):\n"
        "    sys.stdout.write(f'AT {at}\\n'); sys.stdout.flush()\n"
        "sys.stdout.write('{\"found\": {\"issues\": \"' + 'x' * 200_000 + '\"}}\\n')\n"
    )
    monkeypatch.setattr(reader, "COMMAND", [sys.executable, "-c", program])
    heard: list[int] = []
    with reader.anonymous() as stream:
        stream.write(b"a,b\n1,2\n")
        stream.seek(0)
        found = reader.read_apart(stream, follow=heard.append, name="甲.csv")  # type: ignore[arg-type]
    assert heard == [10, 55]
    assert len(found["issues"]) == 200_000


def test_a_child_that_dies_after_speaking_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        reader, "COMMAND", [sys.executable, "-c", "print('{\"found\": {}}'); raise SystemExit(3)"]
    )
    with (
        reader.anonymous() as stream,
        pytest.raises(reader.Unreadable, match="过于复杂或已损坏"),
    ):
        reader.read_apart(stream, name="甲.csv")  # type: ignore[arg-type]
