"""Copies of the key store: made each night, read again, tried out by a custodian, brought back.

A copy holds wrapped keys only: without a custodian's passphrase it opens nothing.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.conf import settings

from lianxun.kernel.actor import Actor, Denied
from lianxun.kernel.problems import Invalid, Refused, Unavailable, WrongState
from lianxun.leads import sources
from lianxun.leads.operations.identity import custodian
from lianxun.trace.door import noting, operation

SERVICE = "retention"


def folder() -> Path:
    """Where copies lie; a site puts it on another disk (``LIANXUN_KEYSTORE_COPIES``)."""
    return Path(settings.LIANXUN_KEYSTORE_COPIES)


def _service(actor: Actor) -> None:
    if actor.service != SERVICE:
        raise Refused(Denied("由后台作业或运维命令办理。", "LEAD-KEY-COPY"))


@operation("leads.copy_keys")
def copy_keys(*, actor: Actor, now: datetime, to: Path | None = None) -> Path:
    """A dated copy, compared with what it was made from; copies older than 35 days go."""
    _service(actor)
    try:
        made = sources.copy_keys(to or folder(), now=now)
    except OSError as full:
        raise Unavailable(
            f"密钥库副本没有写成（{to or folder()}），请检查磁盘空间和目录权限后重做。"
        ) from full
    noting().about("leads.key_copy", actor.account_id, files=len(list(made.glob("*.json"))))
    return made


@operation("leads.restore_keys")
def restore_keys(*, actor: Actor, now: datetime, source: Path) -> tuple[int, int]:
    """Bring back keys that are missing here, never those that were erased: (brought back, kept out)."""
    _service(actor)
    if not source.is_dir():
        raise Invalid.at("source", f"没有这个目录：{source}。请填写副本目录 keys-日期时间。")
    wrong = sources.damaged_copy(source)
    if wrong:
        raise WrongState(f"副本 {source.name} 有 {len(wrong)} 个文件损坏或缺失，请换一份副本。")
    back, out = sources.restore_keys(source)
    noting().about("leads.key_copy", actor.account_id, back=back, kept_out=out)
    return back, out


@operation("leads.check_copy")
def check_copy(*, actor: Actor, now: datetime, passphrase: str) -> sources.Checked:
    """A custodian tries out the newest copy with his passphrase; no identity is opened on the way."""
    custodian(actor)
    found = sources.copies(folder())
    if not found:
        raise WrongState("还没有密钥库副本；平台每夜自动复制，也可以请系统管理员运行 copy-keys。")
    try:
        checked = sources.check_copy(
            place=found[0], account=actor.account_id, passphrase=passphrase
        )
    except sources.CustodyError as problem:
        raise Invalid.at("passphrase", str(problem)) from problem
    noting().about(
        "leads.key_copy",
        actor.account_id,
        opens=checked.opens,
        broken=checked.broken,
        missing=checked.missing,
        others=checked.others,
        damaged=checked.damaged,
    )
    return checked
