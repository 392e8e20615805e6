"""Ctrl-C at any moment: everything ends within ten seconds, no process stays, the next start is whole."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lianxun.config.launch.cluster import Cluster, postmaster_of
from lianxun.config.launch.stopping import Stopped, Wish
from tests.support.launched import ROOT, Launched, eventually, free_port, processes_naming, put_demo

WITHIN = 10.0  # seconds
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def as_from_a_terminal() -> None:
    """Nothing ignored: whoever runs the tests with `nohup` or in the background hands that down."""
    for kind in SIGNALS:
        signal.signal(kind, signal.SIG_DFL)


@pytest.fixture
def wish() -> Iterator[Wish]:
    before = {kind: signal.getsignal(kind) for kind in SIGNALS}
    as_from_a_terminal()
    found = Wish()
    found.listen()
    yield found
    for kind, handler in before.items():
        signal.signal(kind, handler)


@pytest.mark.parametrize("kind", SIGNALS)
def test_a_wish_is_raised_at_once(wish: Wish, kind: signal.Signals) -> None:
    with pytest.raises(Stopped):
        os.kill(os.getpid(), kind)
    assert wish.asked


def test_who_was_started_with_nohup_stays_when_its_terminal_goes() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    others = {kind: signal.getsignal(kind) for kind in SIGNALS[:2]}
    try:
        found = Wish()
        found.listen()
        os.kill(os.getpid(), signal.SIGHUP)
        found.check()
        assert not found.asked
    finally:
        for kind, handler in {**others, signal.SIGHUP: before}.items():
            signal.signal(kind, handler)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_wish_dropped_inside_a_finaliser_is_raised_at_the_next_wait(wish: Wish) -> None:
    class Finalised:
        def __del__(self) -> None:
            os.kill(os.getpid(), signal.SIGINT)

    thing = Finalised()
    del thing  # Python reports the exception and goes on
    assert wish.asked
    with pytest.raises(Stopped):
        wish.pause(60)


def test_a_wish_waits_while_a_child_is_being_started(wish: Wish) -> None:
    reached = False
    with pytest.raises(Stopped), wish.held():  # noqa: PT012 - the end of the block is what raises
        with wish.held():
            os.kill(os.getpid(), signal.SIGTERM)
            wish.check()
        reached = True
    assert reached


def test_a_pause_ends_with_the_wish_and_not_with_its_time(wish: Wish) -> None:
    signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGINT))
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    began = time.monotonic()
    with pytest.raises(Stopped):
        wish.pause(60)
    assert time.monotonic() - began < 5


def test_impatience_does_not_interrupt_the_tidying_up(wish: Wish) -> None:
    tidied = False
    try:
        os.kill(os.getpid(), signal.SIGINT)
    except Stopped:
        os.kill(os.getpid(), signal.SIGINT)
        wish.end()
        os.kill(os.getpid(), signal.SIGTERM)
        wish.check()
        tidied = True
    assert tidied


def test_who_was_started_with_nohup_stays_when_the_terminal_goes() -> None:
    before = {kind: signal.getsignal(kind) for kind in SIGNALS}
    try:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        wish = Wish()
        wish.listen()
        os.kill(os.getpid(), signal.SIGHUP)
        wish.check()
        assert not wish.asked
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)


# --------------------------------------------------------------------------- the database alone

AT_LAUNCH = """
import os, signal, sys
from pathlib import Path
from lianxun.config.launch import stopping
from lianxun.config.launch.cluster import Cluster
if sys.argv[2] != "9":
    stopping.WISH.listen()
def hit(self, process):
    os.kill(os.getpid(), int(sys.argv[2]))
    stopping.WISH.check()
Cluster._wait_until_ready = hit
Cluster(Path(sys.argv[1]), durable=False).start()
"""


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGKILL])
def test_a_server_that_is_only_just_starting_does_not_stay(
    open_folder: Path, kind: signal.Signals
) -> None:
    """The moment between the start of the server and its first word belongs to somebody too."""
    home = open_folder / "pg"
    with Cluster(home, durable=False) as cluster:
        data = cluster.data
    subprocess.run(
        [sys.executable, "-P", "-c", AT_LAUNCH, str(home), str(int(kind))],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        stderr=subprocess.DEVNULL,
        check=False,
        timeout=60,
    )
    assert eventually(lambda: not processes_naming(home), WITHIN), processes_naming(home)
    assert postmaster_of(data) is None
    with Cluster(home, durable=False):
        pass


# --------------------------------------------------------------------------- the whole launcher


@pytest.fixture(scope="module")
def prepared() -> Iterator[Path]:
    """A demo directory that was started and stopped once."""
    base = Path(tempfile.mkdtemp(prefix="lx-"))
    base.chmod(0o711)
    try:
        put_demo(base / "数据")
        yield base / "数据"
    finally:
        shutil.rmtree(base, ignore_errors=True)


def begin(folder: Path, *words: str) -> subprocess.Popen[bytes]:
    """The launcher as a terminal starts it: leader of a process group of its own."""
    with (folder.parent / "stopped.txt").open("ab") as log:
        return subprocess.Popen(
            [
                *(sys.executable, "-P", *(words or ("-m", "lianxun.config.launch"))),
                *("up", "--data", str(folder), "--port", str(free_port()), "--no-story"),
            ],
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            env={k: v for k, v in os.environ.items() if not k.startswith("DJANGO")},
            start_new_session=True,
            preexec_fn=as_from_a_terminal,  # noqa: PLW1509 - nothing else runs in this process
        )


def gone(process: subprocess.Popen[bytes], folder: Path) -> float:
    """Seconds until the launcher and everything that names its directory are gone."""
    began = time.monotonic()
    try:
        process.wait(60)
        assert eventually(lambda: not processes_naming(folder), 30), processes_naming(folder)
        return time.monotonic() - began
    finally:
        if process.poll() is None:
            process.kill()


AROUND_FORK = """
import os, signal, sys
left = [int(sys.argv.pop(1))]
def hit():
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGINT)
os.register_at_fork(after_in_parent=hit)
from lianxun.config.launch.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("which", ["1", "2", "3"])
def test_ctrl_c_while_a_child_is_being_started_is_heard(prepared: Path, which: str) -> None:
    """Python drops what is raised around a fork: the first web page came, and Ctrl-C did nothing."""
    process = begin(prepared, "-c", AROUND_FORK, which)
    began = time.monotonic()
    seconds = gone(process, prepared)
    assert process.returncode == 0, (prepared.parent / "stopped.txt").read_text("utf-8")
    assert seconds < WITHIN + 10, time.monotonic() - began  # starting is in it


def stop_at(folder: Path, moment: float, kind: signal.Signals, *, group: bool) -> float:
    process = begin(folder)
    time.sleep(moment)
    (os.killpg if group else os.kill)(process.pid, kind)
    return gone(process, folder)


@pytest.mark.parametrize(
    ("moment", "kind", "group"),
    [
        (0.02, signal.SIGINT, True),
        (0.3, signal.SIGTERM, False),
        (0.6, signal.SIGINT, True),
        (0.9, signal.SIGINT, False),
        (1.5, signal.SIGTERM, True),
        (2.5, signal.SIGINT, True),
        (3.5, signal.SIGHUP, False),
        (6.0, signal.SIGINT, True),
    ],
)
def test_a_signal_at_any_moment_ends_everything(
    prepared: Path, moment: float, kind: signal.Signals, group: bool
) -> None:
    assert stop_at(prepared, moment, kind, group=group) < WITHIN


def test_two_hasty_signals_end_everything(prepared: Path) -> None:
    process = begin(prepared)
    time.sleep(2)
    for _ in range(5):
        os.killpg(process.pid, signal.SIGINT)
        time.sleep(0.02)
    assert gone(process, prepared) < WITHIN
    whole(prepared)


def whole(folder: Path) -> None:
    """The directory still starts, shows its first page and ends."""
    again = Launched(folder)
    try:
        again.wait_ready()
        assert again.get("/accounts/login/") == 200
    finally:
        assert again.end(signal.SIGINT) == 0
    assert eventually(lambda: not processes_naming(folder))


@pytest.mark.long
@pytest.mark.parametrize("round_", range(60))
def test_long_a_signal_at_a_random_moment_ends_everything(prepared: Path, round_: int) -> None:
    lot = random.Random(round_)
    moment, kind = lot.uniform(0, 8), lot.choice(SIGNALS)
    seconds = stop_at(prepared, moment, kind, group=lot.random() < 0.5)
    assert seconds < WITHIN, (moment, kind)


@pytest.mark.long
def test_long_a_first_start_may_be_stopped_as_often_as_one_likes() -> None:
    """Half-made databases, tables and sample people are finished by the next start."""
    base = Path(tempfile.mkdtemp(prefix="lx-"))
    base.chmod(0o711)
    lot = random.Random(7)
    try:
        for _ in range(15):
            seconds = stop_at(base / "数据", lot.uniform(0, 20), signal.SIGINT, group=True)
            assert seconds < WITHIN
        whole(base / "数据")
    finally:
        shutil.rmtree(base, ignore_errors=True)
