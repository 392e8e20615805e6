"""What touches the negative list is stopped, and leaves a receipt: rule, date and desk, nothing of its text."""

from __future__ import annotations

from lianxun.exchange.catalogue import NegativeHit, negative_hits
from lianxun.exchange.enums import ReceiptStage
from lianxun.kernel.problems import FieldError, Invalid


class NegativeList(Invalid):
    """Stopped by the negative list. Whoever catches it calls ``operations.issue_receipt``."""

    def __init__(
        self, rule: str, name: str, words: tuple[str, ...], *, place: str, stage: ReceiptStage
    ) -> None:
        refused = {
            ReceiptStage.REQUEST: "不得通过平台索取；系统只留拒绝回执，未保存填写的内容。",
            ReceiptStage.QUESTION: "不得通过平台核验；系统只留拒绝回执，未保存填写的内容。",
            ReceiptStage.DELIVERY: "不得通过平台提供；请删去这些列后重新上传，文件没有保存。",
        }[stage]
        super().__init__(
            FieldError(place, f"触及负面清单 {rule}“{name}”（{'、'.join(words)}），{refused}")
        )
        self.rule, self.stage = rule, stage


def stop_at(*texts: str, place: str, stage: ReceiptStage) -> None:
    """Raise ``NegativeList`` when one of the texts touches one of the twelve kinds."""
    hits: tuple[NegativeHit, ...] = negative_hits(*texts)
    if hits:
        raise NegativeList(hits[0].rule, hits[0].name, hits[0].words, place=place, stage=stage)
