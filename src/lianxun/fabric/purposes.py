"""What somebody takes data out for: codes, not free text, for no name may get into the trace."""

from __future__ import annotations

from lianxun.kernel.problems import Invalid

PURPOSES = (
    ("report", "月度或季度通报"),
    ("meeting", "会议材料"),
    ("check", "台账核对"),
    ("superior", "上级或审计调阅"),
    ("archive", "归档"),
)


def stated(purpose: str) -> str:
    """The code, for the record of the export. Raises ``Invalid``."""
    if purpose not in dict(PURPOSES):
        raise Invalid.at("purpose", "请选择导出用途，导出将留痕。")
    return purpose
