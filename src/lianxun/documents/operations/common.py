"""Words of a form and the rows of the room, for every act of it."""

from __future__ import annotations

from lianxun.documents.enums import MACHINES
from lianxun.documents.models import DisposalList, LegalHold, PrintOrder
from lianxun.kernel.problems import FieldError, Invalid
from lianxun.trace.rows import Rows

HOLDS = Rows(
    LegalHold, kind="documents.hold", noun="法律保全", machine=MACHINES["documents_legalhold"]
)
LISTS = Rows(
    DisposalList,
    kind="documents.disposal",
    noun="销毁清册",
    machine=MACHINES["documents_disposallist"],
)
ORDERS = Rows(
    PrintOrder, kind="documents.print", noun="打印任务", machine=MACHINES["documents_printorder"]
)


def text(place: str, value: str, *, least: int, most: int, missing: str) -> str:
    """``value`` without blank ends. Raises ``Invalid`` at ``place``: nothing is cut off silently."""
    problem = ill_worded(place, value, least=least, most=most, missing=missing)
    if problem is not None:
        raise Invalid(problem)
    return value.strip()


def ill_worded(place: str, value: str, *, least: int, most: int, missing: str) -> FieldError | None:
    found = value.strip()
    if len(found) < least:
        return FieldError(place, missing)
    if len(found) > most:
        return FieldError(place, f"不超过 {most} 字（现为 {len(found)} 字），请精简后再提交。")
    if "\x00" in found:
        return FieldError(place, "含有无法保存的字符，请删除后重新输入。")
    return None
