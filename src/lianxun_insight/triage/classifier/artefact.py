"""A trained model as files: ``weights.npz``, ``vocabulary.json``, ``model.json``, ``CARD.md``.

No pickle: nothing in the folder can run. ``model.json`` has the SHA-256 of the others; the id of a
model is made of them, so two models with one id are the same model.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lianxun_insight.triage.classifier.vectors import Vectoriser

FORMAT = "triage-model/1"
HASHED = ("weights.npz", "vocabulary.json", "CARD.md")
COLUMNS = ("model", "cues", "against", "definition")


class BadModelError(ValueError):
    """The folder holds no usable model; the message is a Chinese sentence."""


@dataclass(frozen=True)
class Weights:
    """Arrays of one facet; L leaves, V grams. Stored at half precision, used at single."""

    codes: tuple[str, ...]
    coef: NDArray[np.float32]  # (L, V) linear model, one against the rest
    bias: NDArray[np.float32]  # (L,)
    definitions: NDArray[np.float32]  # (L, V) rows of length 1
    centroids: NDArray[np.float32]  # (L, V) mean training rows of length 1
    stack: NDArray[np.float32]  # (L, 4) weights of COLUMNS
    stack_bias: NDArray[np.float32]  # (L,)
    threshold: NDArray[np.float32]  # (L,) probability; above 1 = always abstain
    trial: NDArray[np.bool_]  # (L,)
    nearness: float  # max cosine to a centroid below which the text is out of domain


@dataclass(frozen=True)
class Model:
    model_id: str
    taxonomy_version: str
    taxonomy_sha256: str
    vectoriser: Vectoriser
    facets: dict[str, Weights]
    about: dict[str, Any]  # training data, seed, figures


_ARRAYS = (
    "coef", "bias", "definitions", "centroids", "stack", "stack_bias", "threshold", "trial",
)  # fmt: skip
_HALF = frozenset({"coef", "definitions", "centroids"})


def save(model: Model, folder: Path, card: str) -> str:
    """Write the model; returns its id, which follows from the files' contents."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, NDArray[Any]] = {"idf": model.vectoriser.idf}
    for facet, weights in model.facets.items():
        for name in _ARRAYS:
            value = getattr(weights, name)
            arrays[f"{facet}.{name}"] = value.astype(np.float16) if name in _HALF else value
    np.savez_compressed(folder / "weights.npz", allow_pickle=False, **arrays)
    _write(folder / "vocabulary.json", model.vectoriser.vocabulary)
    (folder / "CARD.md").write_text(card, encoding="utf-8")
    hashes = {name: _sha256(folder / name) for name in HASHED}
    model_id = "triage-" + hashlib.sha256("".join(hashes.values()).encode()).hexdigest()[:12]
    facets = {
        facet: {"codes": list(w.codes), "nearness": w.nearness} for facet, w in model.facets.items()
    }
    _write(folder / "model.json", {
        "format": FORMAT, "model_id": model_id, "taxonomy_version": model.taxonomy_version,
        "taxonomy_sha256": model.taxonomy_sha256, "facets": facets, "about": model.about,
        "sha256": hashes,
    }, indent=1)  # fmt: skip
    return model_id


def load(folder: Path) -> Model:
    """Read a model; ``BadModelError`` when a file is missing, altered or of another format."""
    try:
        about = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        if about["format"] != FORMAT:
            raise BadModelError(f"模型格式为 {about['format']}，本程序需要 {FORMAT}，请重新训练。")
        for name in HASHED:
            if _sha256(folder / name) != about["sha256"][name]:
                raise BadModelError(
                    f"模型文件 {name} 与登记的校验值不符，已停用；请恢复原文件或回退。"
                )
        with np.load(folder / "weights.npz", allow_pickle=False) as packed:
            arrays = {name: packed[name] for name in packed.files}
        vocabulary = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
    except (OSError, KeyError, json.JSONDecodeError) as error:
        raise BadModelError("模型文件夹不完整或无法读取，请恢复原文件或回退到上一版本。") from error
    facets = {
        facet: Weights(
            codes=tuple(entry["codes"]),
            nearness=float(entry["nearness"]),
            **{n: _single(arrays[f"{facet}.{n}"]) for n in _ARRAYS},
        )
        for facet, entry in about["facets"].items()
    }
    return Model(
        about["model_id"], about["taxonomy_version"], about["taxonomy_sha256"],
        Vectoriser(vocabulary, arrays["idf"]), facets, about["about"],
    )  # fmt: skip


def _single(array: NDArray[Any]) -> NDArray[Any]:
    return array if array.dtype == np.bool_ else array.astype(np.float32)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _write(path: Path, value: object, indent: int | None = None) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=indent), encoding="utf-8")
