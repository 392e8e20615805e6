"""The gates of a stage, passed one by one as a person would."""

from __future__ import annotations

import re

from lianxun.demo.rehearsal.stage import UUID, Stage


def pass_gates(stage: Stage, who: str, work: str, stage_word: str) -> None:
    """Pass every open gate of one stage, each with its evidence."""
    while True:
        form = stage[who].get(f"{work}do/gate/")
        found = re.search(rf'<option value="({UUID})">{stage_word}', form.text)
        if not found:
            return
        stage.do(
            who, f"{work}do/gate/", gate_id=found.group(1), evidence="已核对会议纪要和批准文件"
        )
