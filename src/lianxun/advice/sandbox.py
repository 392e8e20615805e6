"""The child process that trains: ``python -m lianxun.advice.sandbox FOLDER``.

Knows neither Django nor the database: it reads ``request.json`` from its folder, sets its own limits,
trains, compares on the frozen set and writes ``model/`` and ``answer.json``. Each line of standard
output is one JSON object ``{"progress": per cent, "stage": words}``. Its environment carries no secret.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from typing import Any


def confine(*, cpu_seconds: int, memory_bytes: int) -> None:
    """Processor seconds, address space, no core dump, no large files."""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 5))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (256 * 2**20, 256 * 2**20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def say(progress: int, stage: str) -> None:
    sys.stdout.write(json.dumps({"progress": progress, "stage": stage}, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def work(folder: Path, request: dict[str, Any]) -> dict[str, Any]:
    """Train beside the model in use and compare the two; the answer as plain data."""
    from lianxun_insight.triage.classifier.artefact import load
    from lianxun_insight.triage.classifier.predict import Classifier
    from lianxun_insight.triage.classifier.records import LabelledLead
    from lianxun_insight.triage.coldstart import synthetic
    from lianxun_insight.triage.learning.promotion import compare, frozen_figures, retrain
    from lianxun_insight.triage.synthetic import HELD_OUT, TRAINED
    from lianxun_insight.triage.taxonomy import load as load_taxonomy

    def leads(rows: list[list[Any]]) -> list[LabelledLead]:
        return [LabelledLead(i, text, frozenset(codes), group) for i, text, codes, group in rows]

    taxonomy = load_taxonomy()
    base, frozen_base = request["base"], request["frozen_base"]
    say(5, "准备训练数据")
    # Invented leads keep the leaves alive that nobody has decided yet; wordings never mix.
    learnt = [*synthetic(base, 1, TRAINED), *leads(request["decided"])]
    frozen = [*synthetic(frozen_base, 2, HELD_OUT), *leads(request["frozen"])]
    say(10, "训练新模型")
    source = f"{base} invented leads and {len(request['decided'])} decided ones"
    candidate = retrain(
        folder / "model", learnt, frozen, taxonomy, trained_by=request["by"], source=source
    )
    say(75, "在冻结测试集上评测现用模型")
    current = Classifier(load(folder / "current"), taxonomy)
    before = frozen_figures(current, frozen)
    say(95, "比对")
    verdict = compare(before, candidate.figures)
    return {
        "model": candidate.model_id,
        "before": before,
        "after": candidate.figures,
        "losses": list(verdict.losses),
    }


def main() -> int:
    """Read the request, work within its limits, write the answer or the reason why there is none."""
    folder = Path(sys.argv[1])
    request = json.loads((folder / "request.json").read_text("utf-8"))
    confine(cpu_seconds=request["cpu_seconds"], memory_bytes=request["memory_mib"] * 2**20)
    try:
        answer = work(folder, request)
    except MemoryError:
        answer = {"error": "训练所需内存超过限制，请联系系统管理员调整限额。"}
    except ValueError as problem:  # the engine's refusals are Chinese sentences
        answer = {"error": str(problem)}
    (folder / "answer.json").write_text(json.dumps(answer, ensure_ascii=False), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
