"""What somebody wrote, as it is kept: without blank ends, never shortened behind his back; money as it is read."""

from __future__ import annotations

from lianxun.kernel.problems import Invalid


def fitting(place: str, value: str, most: int) -> str:
    """``value`` without blank ends. Raises ``Invalid`` at ``place`` when it has more than ``most``
    characters: who wrote it shortens it, the platform does not."""
    text = value.strip()
    if len(text) > most:
        raise Invalid.at(place, f"不超过 {most} 字（现为 {len(text)} 字），请精简后再提交。")
    return text


def yuan(fen: int) -> str:
    """Money held in 分 as people read it: 元, two places, thousands apart."""
    return f"{fen // 100:,}.{fen % 100:02d} 元"
