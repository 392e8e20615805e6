"""Keep docs/glossary.toml in step with the code and write docs/glossary.md from it (a house test looks).

`python tools/glossary_page.py` adds models and choices that are new, with the meaning that their docstring
gives, takes over changed names and labels, drops what is gone, and says what still lacks a meaning.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SOURCE, PAGE = ROOT / "docs" / "glossary.toml", ROOT / "docs" / "glossary.md"
HEAD = """# Every word of the domain as the platform uses it: one word, one identifier, one meaning.
# terms: words of the trade. models: kinds of rows. choices: fixed lists with their labels.
# After a change of models or choices run: python tools/glossary_page.py
"""
Entry = dict[str, Any]
Glossary = dict[str, dict[str, Entry]]


def stored() -> Glossary:
    """What the file holds: ``terms``, ``models`` and ``choices`` by their keys."""
    return tomllib.loads(SOURCE.read_text("utf-8"))


def our_models() -> list[type]:
    from django.apps import apps

    found = [m for m in apps.get_models() if m.__module__.startswith("lianxun.")]
    return sorted(found, key=lambda m: m._meta.label)  # type: ignore[attr-defined]


def our_choices() -> list[type]:
    """Every enumeration with labels, wherever a room keeps it."""
    from django.db.models import Choices

    import lianxun

    for module in pkgutil.walk_packages(lianxun.__path__, "lianxun."):
        parts = module.name.split(".")[2:]
        if {"enums", "models"} & set(parts):
            importlib.import_module(module.name)

    def below(cls: type) -> Iterator[type]:
        for sub in cls.__subclasses__():
            yield sub
            yield from below(sub)

    found = {c for c in below(Choices) if c.__module__.startswith("lianxun.") and len(c)}  # type: ignore[arg-type]
    return sorted(found, key=lambda c: (c.__module__, c.__name__))


def in_step(old: Glossary) -> Glossary:
    """The glossary that fits the code: meanings and sources of ``old``, names and labels of the code."""
    models, choices = {}, {}
    for model in our_models():
        meta = model._meta  # type: ignore[attr-defined]
        known = old["models"].get(meta.label, {})
        models[meta.label] = {
            "zh": str(meta.verbose_name),
            "meaning": known.get("meaning") or _meaning(model),
            "source": known.get("source") or _source(old["models"], meta.label),
        }
    for chosen in our_choices():
        key = f"{chosen.__module__.split('.')[1]}.{chosen.__name__}"
        known = old["choices"].get(key, {})
        choices[key] = {
            "zh": known.get("zh") or _of_field(chosen)[0],
            "meaning": known.get("meaning") or _meaning(chosen) or _of_field(chosen)[1],
            "source": known.get("source") or _source(old["choices"], key),
            "values": {str(v): str(label) for v, label in chosen.choices},  # type: ignore[attr-defined]
        }
    return {"terms": old["terms"], "models": models, "choices": choices}


def _meaning(thing: type) -> str:
    text = " ".join((thing.__doc__ or "").split())
    if text in ("", "An enumeration.") or text.startswith(f"{thing.__name__}("):
        return ""
    first = text.split(". ")[0].rstrip(".") + "."
    word, colon, rest = first.partition(": ")
    return rest[:1].upper() + rest[1:] if colon and not word.isascii() else first


def _of_field(chosen: type) -> tuple[str, str]:
    """Word and meaning of choices that only say what one field may hold."""
    wanted = [str(v) for v, _ in chosen.choices]  # type: ignore[attr-defined]
    for model in our_models():
        for field in model._meta.get_fields():  # type: ignore[attr-defined]
            if [str(v) for v, _ in getattr(field, "choices", None) or ()] == wanted:
                meta = model._meta  # type: ignore[attr-defined]
                word = f"{meta.verbose_name}{field.verbose_name}"
                return word, f"What `{field.name}` of {meta.label} may hold."
    return "", ""


def _source(known: dict[str, Entry], key: str) -> str:
    """Words of one room come from the same places."""
    room = key.split(".", maxsplit=1)[0] + "."
    return next((e["source"] for k, e in known.items() if k.startswith(room)), "")


def problems(glossary: Glossary) -> list[str]:
    """What lacks a Chinese word, a meaning or a source."""
    return [
        f"{part}.{key}: {word}"
        for part, entries in glossary.items()
        for key, entry in entries.items()
        for word in ("zh", "meaning", "source")
        if not entry.get(word)
    ]


def text_of(glossary: Glossary) -> str:
    """The file, entries in a fixed order."""
    lines = [HEAD]
    for part in ("terms", "models", "choices"):
        for key, entry in glossary[part].items():
            name = key if part == "terms" else json.dumps(key)
            lines.append(f"[{part}.{name}]")
            lines += [f"{k} = {_quoted(v)}" for k, v in entry.items() if k != "values"]
            if "values" in entry:
                lines.append(f"[{part}.{name}.values]")
                lines += [f"{_quoted(k)} = {_quoted(v)}" for k, v in entry["values"].items()]
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def page(glossary: Glossary) -> str:
    """The glossary for readers."""

    def row(*cells: str) -> str:
        return "| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |"

    lines = ["# Glossary", "", "Generated from `glossary.toml`. One term for one thing.", ""]
    lines += ["## Terms", "", row("term", "pinyin", "identifier", "meaning"), "|---|---|---|---|"]
    lines += [
        row(e["zh"], e["pinyin"], f"`{e['identifier']}`", e["meaning"])
        for e in glossary["terms"].values()
    ]
    lines += [
        "",
        "## Kinds of rows",
        "",
        row("name", "model", "meaning", "source"),
        "|---|---|---|---|",
    ]
    lines += [
        row(e["zh"], f"`{k}`", e["meaning"], e["source"]) for k, e in glossary["models"].items()
    ]
    lines += ["", "## Choices", ""]
    for key, entry in glossary["choices"].items():
        values = " · ".join(f"{label} `{value}`" for value, label in entry["values"].items())
        lines += [
            f"**{entry['zh']}** `{key}` — {entry['meaning']} ({entry['source']})  ",
            values,
            "",
        ]
    return "\n".join(lines).rstrip() + "\n"


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianxun.config.settings")
    sys.path.insert(0, str(ROOT / "src"))
    import django

    django.setup()
    glossary = in_step(stored())
    SOURCE.write_text(text_of(glossary), "utf-8")
    PAGE.write_text(page(glossary), "utf-8")
    for line in problems(glossary):
        sys.stderr.write(f"docs/glossary.toml lacks {line}\n")
    return 1 if problems(glossary) else 0


if __name__ == "__main__":
    sys.exit(main())
