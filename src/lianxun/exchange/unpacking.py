"""`./lianxun package-key` and `./lianxun package-open`: run on the unit's own machine, without the platform."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from pathlib import Path

from lianxun.exchange import sealing
from lianxun.kernel import keybox
from lianxun.kernel.crypto import DoesNotOpen


def make_key(arguments: list[str]) -> int:
    """Make a key pair: the private half into a file under a passphrase, the public half on the screen."""
    parser = argparse.ArgumentParser(
        prog="./lianxun package-key", description="生成本单位的公钥和私钥"
    )
    parser.add_argument("--out", type=Path, required=True, help="私钥文件（新建，不覆盖）")
    parser.add_argument("--passphrase-file", type=Path, help="从文件读口令（缺省在屏幕上询问）")
    wishes = parser.parse_args(arguments)
    private, public = keybox.new_pair()
    try:
        locked = keybox.lock_private(private, _passphrase(wishes.passphrase_file))
        handle = os.open(wishes.out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except ValueError as short:
        return _stop(str(short))
    except FileExistsError:
        return _stop(f"{wishes.out} 已存在，没有覆盖；请换一个文件名。")
    with os.fdopen(handle, "wb") as file:
        file.write(locked)
    _say(f"公钥（在平台登记）：{public.hex()}")
    _say(f"指纹（念给核对人）：{keybox.fingerprint(public)}")
    return 0


def open_package(arguments: list[str]) -> int:
    """Open a package with the unit's private key; the data goes into a folder, checked against its manifest."""
    parser = argparse.ArgumentParser(prog="./lianxun package-open", description="打开收到的加密包")
    parser.add_argument("package", type=Path)
    parser.add_argument("--key", type=Path, required=True, help="私钥文件")
    parser.add_argument("--out", type=Path, required=True, help="放数据的文件夹")
    parser.add_argument("--passphrase-file", type=Path)
    wishes = parser.parse_args(arguments)
    try:
        private = keybox.unlock_private(
            wishes.key.read_bytes(), _passphrase(wishes.passphrase_file)
        )
    except DoesNotOpen:
        return _stop("口令不正确，或这不是私钥文件。")
    except OSError as missing:
        return _stop(f"不能读取 {missing.filename}。")
    try:
        with wishes.package.open("rb") as file:
            found = sealing.unpack(file, private=private)
    except DoesNotOpen:
        return _stop("打不开：加密包不是发给本单位的，或已损坏、被改动。")
    except OSError as missing:
        return _stop(f"不能读取 {missing.filename}。")
    wishes.out.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = wishes.out / Path(found.name.replace("\\", "/")).name
    with found.data as data, target.open("xb") as out:
        while part := data.read(sealing.CHUNK):
            out.write(part)
    _say(f"已打开 {target}，行数 {found.manifest.get('rows')}，摘要与清单一致。")
    return 0


def _passphrase(file: Path | None) -> str:
    return file.read_text("utf-8").rstrip("\n") if file else getpass.getpass("口令：")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def _stop(line: str) -> int:
    sys.stderr.write(line + "\n")
    return 2
