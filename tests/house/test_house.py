"""House rules as tests: what a review comment would repeat (style-examples §15)."""

from __future__ import annotations

import json
import re
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest
from django.apps import apps
from django.template import engines
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parents[2]
ORDER = [
    "kernel",
    "fabric",
    "trace",
    "organisation",
    "access",
    "documents",
    "duties",
    "approvals",
    "exchange",
    "regulations",
    "inspection",
    "coordination",
    "leads",
    "rectification",
    "contingency",
    "advice",
    "appraisal",
    "jobs",
    "api",
    "web",
    "demo",
    "config",
]


def tracked(pattern: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", pattern], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\n")
    return [ROOT / name for name in listed if name and (ROOT / name).is_file()]


def our_models() -> list[type]:
    return [m for m in apps.get_models() if m.__module__.startswith("lianxun.")]


def test_relations_point_down_or_stay() -> None:
    """Import-linter does not see string foreign keys."""
    wrong = []
    for model in our_models():
        for field in model._meta.get_fields():  # type: ignore[attr-defined]
            target = getattr(field, "related_model", None)
            if not getattr(field, "concrete", False) or not isinstance(target, type):
                continue
            if not target.__module__.startswith("lianxun."):
                continue
            here, there = model._meta.app_label, target._meta.app_label  # type: ignore[attr-defined]
            if ORDER.index(there) > ORDER.index(here):
                wrong.append(f"{model.__name__}.{field.name} → {target.__name__}")
    assert wrong == []


def test_every_model_has_chinese_names_and_an_order() -> None:
    chinese = re.compile(r"[\u4e00-\u9fff]")
    wrong = [
        m.__name__
        for m in our_models()
        if not chinese.search(str(m._meta.verbose_name)) or not m._meta.ordering  # type: ignore[attr-defined]
    ]
    # The queries of these three state their order themselves.
    assert sorted(wrong) == ["Account", "Grant", "Recusal"]


def test_every_template_compiles() -> None:
    folder = ROOT / "src" / "lianxun" / "web" / "templates"
    for path in sorted(folder.rglob("*.html")):
        engines["django"].get_template(str(path.relative_to(folder)))


def test_no_inline_script_or_style() -> None:
    bad = re.compile(
        r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE
    )
    folder = ROOT / "src" / "lianxun" / "web" / "templates"
    assert [str(p) for p in folder.rglob("*.html") if bad.search(p.read_text("utf-8"))] == []


def test_every_address_has_a_name() -> None:
    """The trace names pages by their view; an unnamed address would be one nobody can look up."""
    unnamed: list[str] = []

    def walk(patterns: list[URLPattern | URLResolver], prefix: str) -> None:
        for pattern in patterns:
            where = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, where)
            elif not pattern.name:
                unnamed.append(where)

    walk(get_resolver().url_patterns, "")
    assert [u for u in unnamed if not u.startswith(("accounts/", "api/"))] == []


def test_vendored_files_are_what_the_manifest_says() -> None:
    rows = json.loads((ROOT / "frontend" / "MANIFEST.json").read_text("utf-8"))
    assert rows
    for row in rows:
        assert sha256((ROOT / row["file"]).read_bytes()).hexdigest() == row["sha256"], row["file"]


# Written in parts, so that this file holds none of the names itself.
HOSTS = (("pypi", "org"), ("python", "hosted"), ("registry", "npmjs"), ("deb", "debian"))


@pytest.mark.parametrize(
    "words", ["|".join(r"\.?".join(parts) for parts in HOSTS), r"(?<![\w/.])/(?:work|farm)/"]
)
def test_no_machine_or_registry_stands_in_the_tree(words: str) -> None:
    pattern = re.compile(words)
    files = [
        p
        for p in tracked("*")
        if p.suffix
        in {".py", ".md", ".toml", ".lock", ".json", ".sh", ".html", ".js", ".yaml", ".in"}
        and p.name != Path(__file__).name
        and p.name != "package-lock.json"
    ]
    found = [
        str(p.relative_to(ROOT)) for p in files if pattern.search(p.read_text("utf-8", "ignore"))
    ]
    assert found == []
