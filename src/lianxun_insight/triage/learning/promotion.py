"""A new model is made beside the old one, compared on a frozen set, and promoted by two people."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from lianxun_insight.triage.classifier.artefact import load, save
from lianxun_insight.triage.classifier.evaluation import evaluate
from lianxun_insight.triage.classifier.predict import Classifier
from lianxun_insight.triage.classifier.records import LabelledLead
from lianxun_insight.triage.classifier.training import train
from lianxun_insight.triage.taxonomy import Taxonomy

MACRO_LOSS = 0.005  # macro-F1 a new model may lose on the frozen set
LEAF_LOSS = 0.03  # F1 any leaf may lose
APPROVALS = 2

Figures = Mapping[str, Mapping[str, Any]]


class RefusedError(ValueError):
    """Promotion or rollback refused; the message is a Chinese sentence."""


@dataclass(frozen=True)
class Approval:
    by: str
    at: datetime


@dataclass(frozen=True)
class Candidate:
    """A trained model in a sandbox, and its figures on the frozen set."""

    folder: Path
    model_id: str
    trained_by: str
    figures: Figures


@dataclass(frozen=True)
class GateVerdict:
    passed: bool
    losses: tuple[str, ...]  # Chinese, one sentence per loss


def frozen_figures(
    classifier: Classifier, frozen: Sequence[LabelledLead]
) -> dict[str, dict[str, object]]:
    """Figures per facet on the frozen set."""
    return {facet: evaluate(classifier, frozen, facet) for facet in classifier.model.facets}


def retrain(
    sandbox: Path,
    leads: Sequence[LabelledLead],
    frozen: Sequence[LabelledLead],
    taxonomy: Taxonomy,
    *,
    trained_by: str,
    source: str,
) -> Candidate:
    """Train on decided leads into an empty folder. Frozen leads and their groups are never learnt."""
    if sandbox.exists() and any(sandbox.iterdir()):
        raise RefusedError("沙箱文件夹不为空，请换一个空文件夹再训练。")
    kept_out = {lead.id for lead in frozen} | {lead.group for lead in frozen}
    learnt = [lead for lead in leads if lead.id not in kept_out and lead.group not in kept_out]
    if not learnt:
        raise RefusedError("去除冻结测试集后没有可用于训练的线索。")
    model = train(learnt, taxonomy, source)
    card = (
        f"# Model card\n\nTrained on {len(learnt)} decided leads ({source}); leads of the frozen set "
        f"({len(frozen)}) were kept out. Leaves with fewer than 30 decided leads are on trial (试验).\n"
        "Weak on duty-crime text and on rare leaves; see the figures of the frozen set.\n"
    )
    model_id = save(model, sandbox, card)
    classifier = Classifier(load(sandbox), taxonomy)
    return Candidate(sandbox, model_id, trained_by, frozen_figures(classifier, frozen))


def compare(current: Figures, candidate: Figures) -> GateVerdict:
    """Macro-F1 may not lose more than 0.5 points on the frozen set, no leaf more than 3 points."""
    losses = []
    for facet, before in current.items():
        after = candidate.get(facet)
        if after is None:
            losses.append(f"新模型缺少维度 {facet}。")
            continue
        lost = before["macro_f1"] - after["macro_f1"]
        if lost > MACRO_LOSS + 1e-9:
            losses.append(f"维度 {facet} 的宏平均 F1 下降 {100 * lost:.1f} 个百分点，超过 0.5。")
        for code, value in before["f1"].items():
            lost = value - after["f1"].get(code, 0.0)
            if lost > LEAF_LOSS + 1e-9:
                losses.append(f"类目 {code} 的 F1 下降 {100 * lost:.1f} 个百分点，超过 3。")
    return GateVerdict(not losses, tuple(losses))


class ModelRegistry:
    """Models by id in a folder, and the history of which one was in use; entries are only added."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def history(self) -> list[dict[str, Any]]:
        """Every change, oldest first: action, model_id, by, at."""
        path = self.folder / "history.json"
        if not path.exists():
            return []
        entries: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        return entries

    def current(self) -> str | None:
        """The id of the model in use."""
        entries = self.history()
        return entries[-1]["model_id"] if entries else None

    def open(self, taxonomy: Taxonomy | None = None) -> Classifier:
        """The classifier in use; its hashes are checked."""
        model_id = self.current()
        if model_id is None:
            raise RefusedError("尚未启用任何模型。")
        return Classifier.open(self.folder / model_id, taxonomy)

    def install(self, folder: Path, *, by: str, at: datetime) -> str:
        """Put the first model into an empty registry (the one that ships)."""
        if self.history():
            raise RefusedError("已有启用的模型；更换模型须经比对和两人批准。")
        model_id = self._copy(folder)
        self._note("install", model_id, [by], at)
        return model_id

    def promote(
        self, candidate: Candidate, verdict: GateVerdict, approvals: Sequence[Approval]
    ) -> str:
        """Put a candidate into use. Needs a passed gate and two people, neither of them the trainer."""
        if not verdict.passed:
            raise RefusedError("新模型未通过比对：" + "".join(verdict.losses))
        people = sorted({approval.by for approval in approvals})
        if len(people) < APPROVALS:
            raise RefusedError("启用新模型须由两名不同人员批准。")
        if candidate.trained_by in people:
            raise RefusedError("训练人员不能批准自己训练的模型。")
        if load(candidate.folder).model_id != candidate.model_id:
            raise RefusedError("沙箱中的模型在比对之后被改动，请重新训练和比对。")
        model_id = self._copy(candidate.folder)
        self._note("promote", model_id, people, max(a.at for a in approvals))
        return model_id

    def rollback(self, *, by: str, at: datetime) -> str:
        """Go back to the model that was in use before the present one; returns its id."""
        stack: list[str] = []
        for entry in self.history():
            if entry["action"] == "rollback":
                stack.pop()
            else:
                stack.append(entry["model_id"])
        if len(stack) < 2:
            raise RefusedError("没有更早的模型可以回退。")
        load(self.folder / stack[-2])  # refuses a damaged model before anything changes
        self._note("rollback", stack[-2], [by], at)
        return stack[-2]

    def _copy(self, folder: Path) -> str:
        model_id = load(folder).model_id
        target = self.folder / model_id
        if not target.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            scratch = self.folder / f".{model_id}.new"
            shutil.rmtree(scratch, ignore_errors=True)
            shutil.copytree(folder, scratch)
            scratch.replace(target)
        return model_id

    def _note(self, action: str, model_id: str, by: list[str], at: datetime) -> None:
        entry = {"action": action, "model_id": model_id, "by": by, "at": at.isoformat()}
        scratch = self.folder / ".history.new"
        text = json.dumps([*self.history(), entry], ensure_ascii=False, indent=1)
        with scratch.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(self.folder / "history.json")
