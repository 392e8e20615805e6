"""The heavy part: classes and terms. Imported where it runs, never at start; absent without the extra.

The web workers load none of it: suggestions are made by the job and stored, pages show what is stored.
"""

from __future__ import annotations

import importlib.util
import io
import tempfile
import threading
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lianxun_insight.triage.classifier.predict import Classifier

NEEDED = ("sklearn", "scipy", "rensa")
#: Files of a model folder; nothing else is taken out of an archive.
FILES = ("model.json", "weights.npz", "vocabulary.json", "CARD.md")
MISSING = "本机未安装智能分析组件（insight），只提供要素核对和紧急程度提示，类别由人工认定。"
_lock = threading.Lock()
_open: dict[str, Classifier] = {}


@lru_cache(maxsize=1)
def installed() -> bool:
    """Whether the extra ``insight`` is there."""
    return all(importlib.util.find_spec(name) is not None for name in NEEDED)


@dataclass(frozen=True, slots=True)
class Packed:
    """A model as it is stored: name, digest of its register, files in one archive."""

    name: str
    sha256: str
    taxonomy_version: str
    about: dict[str, Any]
    card: str
    archive: bytes


def pack(folder: Path) -> Packed:
    """Read, check and pack a model folder. Raises ``BadModelError`` when it is damaged."""
    import hashlib

    from lianxun_insight.triage.classifier.artefact import load

    model = load(folder)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in FILES:
            # A fixed moment: the same model gives the same archive.
            entry = zipfile.ZipInfo(name, date_time=(2025, 1, 1, 0, 0, 0))
            archive.writestr(entry, (folder / name).read_bytes())
    return Packed(
        name=model.model_id,
        sha256=hashlib.sha256((folder / "model.json").read_bytes()).hexdigest(),
        taxonomy_version=model.taxonomy_version,
        about=model.about,
        card=(folder / "CARD.md").read_text("utf-8"),
        archive=buffer.getvalue(),
    )


def unpack(archive: bytes, folder: Path) -> None:
    """Write the known files of an archive into ``folder``; names are ours, never the archive's."""
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        for name in FILES:
            (folder / name).write_bytes(packed.read(name))


def classifier(name: str, archive: bytes) -> Classifier:
    """The classifier of a stored model, opened once in this process; its hashes are checked."""
    with _lock:
        if name not in _open:
            from lianxun_insight.triage.classifier.predict import Classifier

            with tempfile.TemporaryDirectory(prefix="lianxun-model-") as scratch:
                unpack(archive, Path(scratch))
                found = Classifier.open(Path(scratch))
            if found.model.model_id != name:
                raise ValueError(f"模型文件与编号 {name} 不符，已停用。")
            _open.clear()  # one model is in use at a time; an old one needs no memory
            _open[name] = found
        return _open[name]


def is_open(name: str) -> bool:
    return name in _open


def shipped_folder() -> Path:
    """The model that comes with the package."""
    from lianxun_insight.triage.coldstart import shipped

    return shipped()


def classify(found: Classifier, text: str) -> dict[str, Any]:
    """Suggestions of both facets as plain data (``Advice.content["facets"]``)."""
    out: dict[str, Any] = {}
    for facet in found.model.facets:
        prediction = found.predict(text, facet)
        out[facet] = {
            "abstained": prediction.abstained,
            "reason": prediction.reason,
            "leaves": [_leaf(s) for s in prediction.suggestions],
        }
    return out


def _leaf(suggestion: Any) -> dict[str, Any]:
    return {
        "code": suggestion.code,
        "p": round(suggestion.calibrated_p, 4),
        "trial": suggestion.trial,
        "rules": list(suggestion.rules),
        "definition": suggestion.definition,
        # Offsets into title + line break + summary; the words themselves stay on the lead.
        "evidence": [[e.start, e.end, round(e.weight, 3), e.source] for e in suggestion.evidence],
        "neighbours": [],
    }
