"""The child process that parses: `python -m lianxun_insight.read.child REQUEST`.

Sets its own limits before it imports any parser; says each page it has read in a line of its own, and
answers one JSON object in the last line of standard output.
"""

import json
import resource
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

from lianxun_insight.read.model import UnreadableError
from lianxun_insight.read.safe import Limits

_FILES = 64


def _confine(*, cpu_seconds: int, memory_bytes: int) -> None:
    """Processor seconds, address space, no written files, no core dumps, few open files."""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 5))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_FILES, _FILES))


def _say(page: int, of: int) -> None:
    """One line of progress; the last line of all is the answer."""
    sys.stdout.write(f'{{"page": {page}, "of": {of}}}\n')
    sys.stdout.flush()


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    names = {f.name for f in fields(Limits)}
    limits = Limits(**{k: v for k, v in request["limits"].items() if k in names})
    _confine(cpu_seconds=request["cpu_seconds"], memory_bytes=request["memory_bytes"])
    try:
        from lianxun_insight.read.document import read_in_process

        document = read_in_process(
            Path(request["path"]), limits=limits, ocr=request["ocr"], follow=_say
        )
    except UnreadableError as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": "文件解析所需内存超过限制，请拆分后再读。"}
    except Exception as error:  # noqa: BLE001 - a parser may raise anything on a hostile file
        return {
            "error": "文件内容异常，无法解析，请用办公软件另存后再读。",
            "cause": repr(error)[:500],
        }
    return {"document": document.to_json()}


def main() -> int:
    """Read the request from the command line, write the answer."""
    answer = _answer(json.loads(sys.argv[1]))
    sys.stdout.write(json.dumps(answer, ensure_ascii=False))
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
