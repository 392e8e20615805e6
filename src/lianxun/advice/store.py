"""Rows of models: which one is in use, and its classifier. Called inside acts of this room."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from lianxun.advice import engine
from lianxun.advice.enums import ReleaseKind, ReleaseState
from lianxun.advice.models import ModelVersion, Release
from lianxun.trace.door import noting

if TYPE_CHECKING:
    from lianxun_insight.triage.classifier.predict import Classifier


def in_use() -> ModelVersion | None:
    """The model of the newest effective release, without its files."""
    row = (
        Release.objects.filter(state=ReleaseState.EFFECTIVE)
        .select_related("model")
        .defer("model__archive")
        .order_by("-effective_at", "-id")
        .first()
    )
    return row.model if row else None


def before_present() -> ModelVersion | None:
    """The model that was in use before the present one; a rollback takes the last step back."""
    rows = Release.objects.filter(state=ReleaseState.EFFECTIVE).select_related("model")
    stack: list[ModelVersion] = []
    for row in rows.defer("model__archive").order_by("effective_at", "id"):
        if row.kind == ReleaseKind.ROLLBACK:
            stack.pop()
        else:
            stack.append(row.model)
    return stack[-2] if len(stack) > 1 else None


def ensure_installed(now: datetime) -> ModelVersion:
    """The model in use; at the first call the one that ships is put in, with its hash on the record."""
    found = in_use()
    if found is not None:
        return found
    model = keep(engine.pack(engine.shipped_folder()), now)
    Release.objects.create(
        created_at=now,
        kind=ReleaseKind.INSTALL,
        state=ReleaseState.EFFECTIVE,
        model=model,
        effective_at=now,
        reason="随平台提供的冷启动模型。",
    )
    noting().detail["installed"] = {"model": model.name, "sha256": model.sha256}
    return model


def keep(packed: engine.Packed, now: datetime) -> ModelVersion:
    """Store a packed model once; the same model is the same row."""
    row, _ = ModelVersion.objects.get_or_create(
        name=packed.name,
        defaults={
            "created_at": now,
            "sha256": packed.sha256,
            "taxonomy_version": packed.taxonomy_version,
            "source": str(packed.about.get("source", ""))[:300],
            "figures": packed.about.get("figures", {}),
            "card": packed.card,
            "archive": packed.archive,
        },
    )
    return row


def classifier(model: ModelVersion) -> Classifier:
    """Open the classifier of a row; files are read only when this process has not opened it yet."""
    archive = b"" if engine.is_open(model.name) else bytes(model.archive)
    return engine.classifier(model.name, archive)
