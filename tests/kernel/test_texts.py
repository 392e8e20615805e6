"""Nothing that somebody wrote is shortened behind his back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxun.kernel.problems import Invalid
from lianxun.kernel.texts import fitting

SOURCE = Path(__file__).resolve().parents[2] / "src" / "lianxun"


@given(st.text(max_size=40), st.integers(0, 40))
def test_a_text_is_kept_whole_or_refused(value: str, most: int) -> None:
    if len(value.strip()) <= most:
        assert fitting("reason", value, most) == value.strip()
    else:
        with pytest.raises(
            Invalid, match=f"不超过 {most} 字（现为 {len(value.strip())} 字）"
        ) as no:
            fitting("reason", value, most)
        assert [e.place for e in no.value.errors] == ["reason"]


def test_no_act_cuts_what_was_typed() -> None:
    """An act keeps its words by ``fitting`` or refuses them; a title made of a text may be its beginning."""
    cut = re.compile(r"\b(\w+)\.strip\(\)\[:")
    found = [
        f"{path.relative_to(SOURCE)}: {name}"
        for path in sorted(SOURCE.glob("*/operations/**/*.py")) + sorted(SOURCE.glob("*/*.py"))
        if path.parts[-2] != "web"
        for name in cut.findall(path.read_text("utf-8"))
    ]
    # The latest word of a request (the whole stands in its statement), a row of a government notice, the title
    # of a check made of its text, and a digest, which is compared and refused where it is not the file's.
    assert sorted(found) == [
        "duties/notice_text.py: source",
        "exchange/common.py: text",
        "exchange/operations/incoming.py: declared_sha256",
        "regulations/operations/checks.py: text",
    ]
