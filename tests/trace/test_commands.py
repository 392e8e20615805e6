"""What the machine room does with the log is itself on record."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from tests.trace.support import committed_inbox

pytestmark = pytest.mark.usefixtures("committing")


def test_auditing_the_log_leaves_one_record() -> None:
    said = StringIO()
    call_command("audit_trace", stdout=said)
    assert "结论：留痕完好。" in said.getvalue()
    (row,) = committed_inbox()
    assert (row.record["act"], row.record["rule"]) == ("trace.audit", "TRACE-OPERATOR")
    call_command("audit_trace", stdout=said)
    assert "待排 1 条" in said.getvalue()
