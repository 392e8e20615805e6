"""What the acts of this room share."""

from __future__ import annotations

from lianxun.fabric.labels import Labels
from lianxun.fabric.models import Level
from lianxun.kernel.actor import Actor
from lianxun.kernel.problems import Invalid
from lianxun.organisation.models import Unit
from lianxun.regulations.rules import require


def labels_of(actor: Actor, *, level: int = Level.PUBLIC) -> Labels:
    """Labels of a row the actor's unit owns."""
    if level not in Level.values:
        raise Invalid.at("level", "请选择级别。")
    if level > actor.clearance:
        raise Invalid.at("level", "不能高于本人的知悉级别。")
    owner = Unit.objects.get(id=actor.unit_id)
    return Labels(level=level, region=owner.region, owner_unit=owner.id, owner_path=owner.path)


def written(text: str, *, place: str, most: int, words: str) -> str:
    """A text that must be there and fit. Raises ``Invalid`` at ``place``."""
    found = text.replace("\x00", "").strip()
    if not found:
        raise Invalid.at(place, words)
    if len(found) > most:
        raise Invalid.at(place, f"不超过 {most} 字，现有 {len(found)} 字。")
    return found


__all__ = ["labels_of", "require", "written"]
