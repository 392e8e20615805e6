"""What a stored file is for, how long it stays, what the scanner said."""

from __future__ import annotations

from django.db import models

from lianxun.kernel.machine import Machine


class Retention(models.TextChoices):
    """档案保管期限 (国家档案局令第 8 号: 永久、30 年、10 年); ``MATTER`` = until the matter is archived."""

    PERMANENT = "permanent", "永久"
    YEARS_30 = "years_30", "30年"
    YEARS_10 = "years_10", "10年"
    MATTER = "matter", "随事项"


class Scan(models.TextChoices):
    NOT_CONFIGURED = "not_configured", "未配置查毒"
    CLEAN = "clean", "未发现病毒"


class FileRole(models.TextChoices):
    MATERIAL = "material", "材料"
    EVIDENCE = "evidence", "佐证"
    OFFICIAL = "official", "公文"
    DELIVERY = "delivery", "数据"
    EXPORT = "export", "导出"


class HoldState(models.TextChoices):
    HELD = "held", "保全中"
    LIFTED = "lifted", "已解除"


class DisposalState(models.TextChoices):
    """Two people: one reviews what ran out, another destroys it."""

    DRAWN = "drawn", "待审核"
    REVIEWED = "reviewed", "待监销"
    DESTROYED = "destroyed", "已销毁"
    KEPT = "kept", "全部留存"


class LineState(models.TextChoices):
    LISTED = "listed", "拟销毁"
    KEPT = "kept", "留存"
    DESTROYED = "destroyed", "已销毁"


class PrintState(models.TextChoices):
    WAITING = "waiting", "待放行"
    READY = "ready", "可打印"
    REFUSED = "refused", "不予打印"
    PRINTED = "printed", "已打印"
    SETTLED = "settled", "纸质件已清退"


class PrintPurpose(models.TextChoices):
    """Codes, not free text: what a copy is for stands in the trace."""

    MEETING = "meeting", "会议使用"
    SIGN = "sign", "签字用印"
    SERVE = "serve", "送达"
    LEADER = "leader", "领导审阅"
    ARCHIVE = "archive", "归档"


class CopyState(models.TextChoices):
    OUT = "out", "在外"
    RETURNED = "returned", "已收回"
    DESTROYED = "destroyed", "已销毁"
    LOST = "lost", "下落不明"


MACHINES = {
    "documents_legalhold": Machine.of(HoldState.HELD, moves=((HoldState.HELD, HoldState.LIFTED),)),
    "documents_disposallist": Machine.of(
        DisposalState.DRAWN,
        moves=(
            (DisposalState.DRAWN, DisposalState.REVIEWED),
            (DisposalState.DRAWN, DisposalState.KEPT),
            (DisposalState.REVIEWED, DisposalState.DRAWN),
            (DisposalState.REVIEWED, DisposalState.DESTROYED),
        ),
    ),
    "documents_disposalline": Machine.of(
        LineState.LISTED,
        moves=((LineState.LISTED, LineState.KEPT), (LineState.LISTED, LineState.DESTROYED)),
    ),
    "documents_printorder": Machine.of(
        PrintState.WAITING,
        PrintState.READY,
        moves=(
            (PrintState.WAITING, PrintState.READY),
            (PrintState.WAITING, PrintState.REFUSED),
            (PrintState.READY, PrintState.PRINTED),
            (PrintState.PRINTED, PrintState.SETTLED),
        ),
    ),
    "documents_printedcopy": Machine.of(
        CopyState.OUT,
        moves=(
            (CopyState.OUT, CopyState.RETURNED),
            (CopyState.OUT, CopyState.DESTROYED),
            (CopyState.OUT, CopyState.LOST),
            (CopyState.LOST, CopyState.RETURNED),
            (CopyState.RETURNED, CopyState.DESTROYED),
        ),
    ),
}
