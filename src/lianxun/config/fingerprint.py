"""What a database and a folder of static files were made from. Standard library only."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1]
# Packages that bring migrations or static files of their own.
PACKAGES = ("django", "procrastinate", "django-allauth", "django-htmx", "whitenoise")


def of_database(rooms: Iterable[str]) -> str:
    """Changes with a migration, the SQL or data it reads, or a package that brings migrations."""
    digest = _packages()
    files: set[Path] = set()
    for room in rooms:
        folder = SOURCE.joinpath(*room.split(".")[1:])
        for pattern in ("migrations/*.py", "**/*.sql", "data/**/*.*", "steps.py", "sample*.py"):
            files.update(folder.glob(pattern))
    # What the preparation itself does, and the SQL operations that migrations are made of.
    files.update(SOURCE.glob("fabric/**/*.py"))
    files.update(SOURCE.glob("demo/**/*.*"))
    files.add(SOURCE / "config" / "prepare.py")
    for file in sorted(files):
        if file.is_file() and file.suffix != ".pyc":
            digest.update(str(file.relative_to(SOURCE)).encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def of_static() -> str:
    """Changes when a static file is added, removed or written; reads no contents."""
    digest = _packages()
    for file in sorted(SOURCE.glob("*/static/**/*")):
        state = file.stat()
        line = f"{file.relative_to(SOURCE)} {state.st_size} {state.st_mtime_ns}"
        digest.update(line.encode())
    return digest.hexdigest()


def _packages() -> hashlib._Hash:
    digest = hashlib.sha256()
    for package in PACKAGES:
        try:
            digest.update(f"{package} {version(package)}\n".encode())
        except PackageNotFoundError:
            digest.update(f"{package} -\n".encode())
    return digest
