"""The model that ships: trained on invented leads, so that the first day has suggestions at all.

Reproduce it with ``python -m lianxun_insight.triage.coldstart --out FOLDER``; the same code gives
the same files, hence the same model id.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

from lianxun_insight.triage.classifier.artefact import load, save
from lianxun_insight.triage.classifier.evaluation import evaluate
from lianxun_insight.triage.classifier.faithful import faithfulness
from lianxun_insight.triage.classifier.predict import Classifier
from lianxun_insight.triage.classifier.records import LabelledLead
from lianxun_insight.triage.classifier.training import train
from lianxun_insight.triage.synthetic import HELD_OUT, TRAINED, make_leads
from lianxun_insight.triage.taxonomy import load as load_taxonomy

SIZE, SEED = 3000, 1
TEST_SIZE, TEST_SEED = 1000, 2
SOURCE = f"synthetic: {SIZE} invented leads, seed {SEED}, wordings 0 and 1"
# Shown on every screen that shows a suggestion of this model.
SCREEN_NOTE = (
    "本模型为冷启动模型，仅用虚构线索训练，未使用任何真实线索。对职务犯罪类文字和少见类目把握较弱，"
    "建议仅供参考，须由承办人逐条判断；标“试验”的类目只依据定义和规则。系统不评价反映人，不作任何决定。"
)


def shipped() -> Path:
    """The folder of the model inside the package."""
    return Path(str(files("lianxun_insight.triage").joinpath("models", "cold-start")))


def open_shipped() -> Classifier:
    """The classifier that needs no training."""
    return Classifier.open(shipped())


def synthetic(size: int, seed: int, wordings: tuple[int, ...]) -> list[LabelledLead]:
    """Invented leads as decided ones; one wording is one group."""
    return [
        LabelledLead(s.id, s.text, frozenset({s.nature, s.field}), str(s.wording))
        for s in make_leads(size, seed=seed, wordings=wordings)
    ]


def build(folder: Path) -> dict[str, object]:
    """Train, measure on wordings never trained on, write model and card; returns the figures."""
    model = train(synthetic(SIZE, SEED, TRAINED), load_taxonomy(), SOURCE)
    with TemporaryDirectory() as scratch:  # measured as it will be read: at half precision
        save(model, Path(scratch), "")
        classifier = Classifier(load(Path(scratch)))
    tested = synthetic(TEST_SIZE, TEST_SEED, HELD_OUT)
    figures: dict[str, object] = {}
    for facet in model.facets:
        row = evaluate(classifier, tested, facet)
        row["faithful"], row["faithful_cases"] = faithfulness(
            classifier, [lead.text for lead in tested[:300]], facet
        )
        figures[facet] = row
    about = model.about | {"test": f"{TEST_SIZE} invented leads, seed {TEST_SEED}, wording 2",
                           "figures": figures}  # fmt: skip
    save(replace(model, about=about), folder, card(figures))
    return figures


def card(figures: dict[str, object]) -> str:
    """The model card: English for developers, one Chinese paragraph for screens."""
    rows = []
    for facet, row in figures.items():
        assert isinstance(row, dict)
        rows.append(
            f"| {facet} | {row['top1']} | {row['top3']} | {row['macro_f1']} | "
            f"{row['precision_of_suggestions']} | {row['coverage']} | {row['ece']} | "
            f"{row['faithful']:.3f} ({row['faithful_cases']}) |"
        )
    table = "\n".join(rows)
    return f"""# Model card: cold start

**What it does.** Suggests leaves of facets TP-1 (nature) and TP-2 (field) of the taxonomy for a lead,
with the words, rules and definition sentence each rests on. It decides nothing. Leaf S1 (private
life) and facet TP-3 (disposal) are never suggested.

**How.** Per leaf: cue rules, a linear model on character 1-2-grams and the cosine to the leaf's
definition, stacked by a logistic regression (which calibrates at once) on wordings the linear model
had not seen. Below the leaf's threshold (precision at least 0.95 on the tuning rows, probability at
least 0.6) or outside its domain it abstains. Names of persons, units and places and all identifiers
are masked first.

**Trained on.** {SOURCE}. SYNTHETIC: sentences, cues and definitions were written by the same people,
so the figures below are far better than what real leads will give.

**Figures** on {TEST_SIZE} invented leads whose sentences were never trained on (one true leaf per
facet; a second leaf that would be defensible counts as wrong):

| facet | top-1 | top-3 | macro-F1 | precision of suggestions | coverage | ECE | faithful (cases) |
|---|---|---|---|---|---|---|---|
{table}

**Weak where.**
- No figure on real leads exists. Measure with your own decided leads before trusting it.
- Duty-crime text: on public case facts simple models reach F1 about 0.8 for "duty-related" and one
  keyword rule as much; telling bribery from gifts, or abuse from neglect, needs facts a letter rarely has.
- Neighbouring leaves share words: C7 and V1, C4 and M2, O4 and L3, C5 and L6.
- Rare leaves: fewer than 30 decided leads means rules and definition only, marked 试验.
- A lead about several matters: at most five leaves are suggested, a text about more is for a person.
- Dialect, irony, hints without cue words, and text copied from the internet.

**Must not be used** to judge a petitioner, to rank persons, to close, transfer or merge a lead.

**屏幕提示：** {SCREEN_NOTE}
"""


def main() -> int:
    """Build into ``--out`` and print the figures as JSON."""
    parser = argparse.ArgumentParser(description="训练冷启动模型（仅用虚构线索）")
    parser.add_argument("--out", type=Path, required=True, help="模型文件夹")
    figures = build(parser.parse_args().out)
    sys.stdout.write(json.dumps(figures, ensure_ascii=False, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
