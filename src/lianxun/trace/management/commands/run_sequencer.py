"""``./lianxun manage run_sequencer``: the sequencer and the pusher to the witnesses, until SIGTERM."""

from __future__ import annotations

import signal
import threading
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lianxun.kernel import crypto
from lianxun.trace import places, pusher, sequencer
from lianxun.trace.publish import Publisher


class Command(BaseCommand):
    help = "把收件箱中的留痕排入日志、签检查点并送交见证方；一直运行到被停止。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--publish", type=Path, help="另把日志写成静态文件的目录")
        parser.add_argument("--once", action="store_true", help="排完现有的留痕即退出")

    def handle(self, *_: Any, **options: Any) -> None:
        crypto.check_all()
        where = places.conninfo("seq")
        worker = sequencer.Sequencer(where, places.log_signer())
        publisher = Publisher(where, options["publish"]) if options["publish"] else None
        after = publisher.publish if publisher else (lambda: 0)
        try:
            if options["once"]:
                self._once(worker, after)
            else:
                self._for_ever(worker, where, after)
        except sequencer.LogDamaged as damage:
            raise CommandError(
                f"留痕日志与已签名的检查点不符，排序程序停止：{damage}。"
                "请勿继续使用，运行 ./lianxun audit-trace 核查并联系审计管理员。"
            ) from damage

    def _once(self, worker: sequencer.Sequencer, after: Any) -> None:
        if not worker.open():
            raise CommandError("另一个排序程序正在运行。")
        while worker.step():
            pass
        after()
        self.stdout.write(f"日志现有 {worker.size} 条。")
        worker.close()

    @staticmethod
    def _for_ever(worker: sequencer.Sequencer, where: str, after: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        push = threading.Thread(
            target=pusher.run,
            args=(pusher.Pusher(where),),
            kwargs={"stopped": stop.is_set},
            name="trace-pusher",
        )
        push.start()
        try:
            sequencer.run(worker, stopped=stop.is_set, after=after)
        finally:
            stop.set()
            push.join()
            worker.close()
