"""The index over several processes: two web workers and a job worker, each with its own; and their deaths."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from tests.regulations.support import LAW

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
ROOT = Path(__file__).resolve().parents[2]


class Child:
    """One process with an index of its own."""

    def __init__(self, folder: Path) -> None:
        settings = connections["default"].settings_dict
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.regulations.index_child"),
                *(str(settings["NAME"]), str(settings["HOST"]), str(folder)),
            ],
            env={**os.environ, "OMP_NUM_THREADS": "1"},
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.answer() == "ready"

    def answer(self) -> Any:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the process ended"
        return json.loads(line)

    def say(self, *words: str) -> Any:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(words) + "\n")
        self.process.stdin.flush()
        return self.answer()

    def kill(self) -> None:
        """SIGKILL, as a machine that runs out of memory gives it."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


Start = Callable[[], Child]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts processes that share one data directory; none stays behind."""
    started: list[Child] = []

    def one() -> Child:
        started.append(Child(tmp_path))
        return started[-1]

    yield one
    for child in started:
        child.kill()


def law(water: str) -> str:
    return LAW.replace("水井", water)


def title(water: str) -> str:
    return f"中华人民共和国{water}保护法"


def test_what_one_process_adds_the_others_find_at_their_next_question(
    start: Start, tmp_path: Path
) -> None:
    job, first, second = start(), start(), start()
    for web in (first, second):
        assert web.say("ask", "污染水碓怎么罚") == []
    job.say("shelve", law("水碓"))
    number = job.say("refresh")
    assert (tmp_path / "index" / "regulations" / str(number) / "mark.json").is_file()
    for web in (first, second):
        assert web.say("ask", "污染水碓怎么罚")[0] == title("水碓")
    first.say("shelve", law("水车"))
    for child in (second, job, start()):
        assert child.say("ask", "污染水车怎么罚")[0] == title("水车")
    second.say("shelve", law("水车").replace("二万元", "九万元").replace("2010", "2012"))
    for child in (first, job):
        assert child.say("ask", "罚款九万元")[0] == title("水车")


def test_a_process_killed_while_it_saves_leaves_the_others_whole(
    start: Start, tmp_path: Path
) -> None:
    web, job = start(), start()
    job.say("shelve", law("水碓"))
    before = job.say("refresh")
    web.say("shelve", law("水车"))
    assert job.say("die_while", "saving") == "half-way"
    place = tmp_path / "index" / "regulations"
    left = [p.name for p in place.glob("building-*")]
    assert len(left) == 1
    job.kill()
    # The old snapshot stands, what changed since is found on the way, by old and new processes.
    assert [p.name for p in place.glob("[0-9]*")] == [str(before)]
    for child in (web, start()):
        assert child.say("ask", "污染水车怎么罚")[0] == title("水车")
    # The lock died with its holder: the next one saves, and clears away what was left.
    third = start()
    third.say("shelve", "\n".join([law("水坝")]))
    third.say("refresh")
    assert third.say("ask", "污染水坝怎么罚")[0] == title("水坝")


def test_a_process_killed_while_it_writes_has_written_nothing_and_holds_nobody_up(
    start: Start,
) -> None:
    web, job = start(), start()
    job.say("shelve", law("水碓"))
    assert web.say("ask", "水碓") != []
    assert job.say("die_while", "writing") == "half-way"
    assert title("水闸") not in web.say("ask", "污染水闸怎么罚")
    job.kill()
    web.say("shelve", law("水车"))  # the lock of the change numbers is free again
    for child in (web, start()):
        assert child.say("ask", "污染水车怎么罚")[0] == title("水车")
        assert title("水闸") not in child.say("ask", "污染水闸怎么罚")
