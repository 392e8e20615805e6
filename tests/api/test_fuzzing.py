"""T9: schemathesis against the product's own server: no fault, nothing that the description does not say.

The server is the launcher's, with its processes, pool and middleware; each of three units has a system
token. Everyday a few seconds for each, in the long run twenty minutes together.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.launched import Launched, put_demo

# A unit of the office, one that receives leads, one that is asked for data; contacts have no system.
UNITS = {"coordinator": "联络办", "discipline": "省纪委", "finance": "省财政厅"}
CHECKS = (
    *("not_a_server_error", "status_code_conformance", "content_type_conformance"),
    *("response_schema_conformance", "ignored_auth"),
)
SCHEMATHESIS = """
import schemathesis.transport.asgi
from schemathesis.cli import schemathesis as main
main()
"""
ISSUE = """
from datetime import timedelta
from lianxun.access import operations, queries
from lianxun.demo.province import account_id
admin, now = queries.actor_for(account_id=account_id("security_admin")), queries.database_now()
for who in {who!r}:
    print("TOKEN", who, operations.issue_token(actor=admin, now=now, account_id=account_id(who),
        purpose="接口测试", expires_on=now.date() + timedelta(days=30)))
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Launched]:
    folder = Path(tempfile.mkdtemp(prefix="lx-"))
    folder.chmod(0o711)
    put_demo(folder / "data")
    launched = Launched(folder / "data")
    try:
        launched.wait_ready(400)
        yield launched
    finally:
        launched.process.terminate()
        launched.process.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def tokens(server: Launched) -> dict[str, str]:
    """Issued as a security administrator issues them, by the product's own management command."""
    made = subprocess.run(
        [
            *(sys.executable, "-P", "-m", "lianxun.config.launch", "manage"),
            *("--data", str(server.folder), "shell", "-c", ISSUE.format(who=tuple(UNITS))),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    said = [line.split() for line in made.stdout.splitlines() if line.startswith("TOKEN ")]
    assert len(said) == len(UNITS), made.stdout
    return {who: token for _, who, token in said}


def fuzz(server: Launched, token: str, *, seconds: int, only: str = "") -> str:
    """What schemathesis reports; fails with its report when it found anything. ``only``: paths that match.

    Its libraries are imported ahead: in the middle of a run Python 3.11 trips over one that compiles itself
    ("AST constructor recursion depth mismatch").
    """
    done = subprocess.run(
        [
            *(sys.executable, "-P", "-c", SCHEMATHESIS, "run"),
            f"http://127.0.0.1:{server.port}/api/v1/openapi.json",
            *("-H", f"Authorization: Bearer {token}"),
            *("--checks", ",".join(CHECKS), "--phases", "examples,coverage,fuzzing"),
            *("--max-time", str(seconds), "--workers", "1", "--seed", "20261122"),
            *("--request-timeout", "30", "--suppress-health-check", "all", "--no-color"),
            *("--generation-database", "none", "--max-failures", "5", "--warnings", "off"),
            *(("--include-path-regex", only) if only else ()),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=server.folder.parent,
        timeout=seconds * 3 + 240,
    )
    report = done.stdout + done.stderr
    assert done.returncode == 0, report[-6000:]
    return report


@pytest.mark.parametrize("who", UNITS)
def test_no_fault_and_nothing_undescribed(
    server: Launched, tokens: dict[str, str], who: str
) -> None:
    report = fuzz(server, tokens[who], seconds=8)
    assert "No issues found" in report, report[-2000:]


# What is made and moved by machine, and the unit whose system does it: a run over everything hardly
# comes to them in its seconds.
ROOMS = {
    "/(rounds|engagements)": "coordinator",
    "/(assessments|items)": "coordinator",
    "/leads": "discipline",
    "/requests": "finance",
}


@pytest.mark.long
@pytest.mark.parametrize(("only", "who"), ROOMS.items())
def test_no_fault_where_things_are_made_and_moved(
    server: Launched, tokens: dict[str, str], only: str, who: str
) -> None:
    report = fuzz(server, tokens[who], seconds=8, only=only)
    assert "No issues found" in report, report[-2000:]
    reached = re.search(r"Tested: (\d+)", report)
    assert reached, report[-2000:]
    assert int(reached[1]) >= 10


@pytest.mark.long
@pytest.mark.parametrize("who", UNITS)
def test_no_fault_and_nothing_undescribed_in_twenty_minutes(
    server: Launched, tokens: dict[str, str], who: str
) -> None:
    fuzz(server, tokens[who], seconds=400)
    assert server.process.poll() is None
