"""A database in which the sample province's story was told, made once for each checkout and day.

The suite's template stays quick and empty; a test that wants the story asks for the fixture ``story``
and gets its process's database cloned from the told one. Afterwards the usual clone comes back by itself
(``transaction=True``).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from psycopg import sql

from lianxun.config.launch.locks import alone
from tests.support import cluster

STORY = cluster.ROOT / "src/lianxun"


def template_name(today: date) -> str:
    """Dates of the story count from today, so yesterday's is not used again."""
    digest = hashlib.sha256(cluster.template_name().encode())
    for file in sorted([*STORY.glob("demo/story/*.py"), *STORY.glob("*/operations*/*.py")]):
        digest.update(file.read_bytes())
    return f"story_{today:%Y%m%d}_{digest.hexdigest()[:12]}"


def files_of(template: str) -> Path:
    """Where the story's documents and the keys of what was delivered lie."""
    return cluster.home().parent / "files" / template


def clone_into(name: str) -> None:
    """(Re)create the database ``name`` with the story told, and put its files where this process looks."""
    cluster.start()
    template = template_name(timezone.localdate())
    with alone(cluster.home() / "story.lock"):
        _make(template)
    with cluster.superuser() as server:
        cluster._drop(server, name)
        server.execute(
            sql.SQL("create database {} owner lx_owner template {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        server.execute(
            sql.SQL("grant connect, temporary on database {} to lx_app").format(
                sql.Identifier(name)
            )
        )
    for kept, place in (("files", settings.MEDIA_ROOT), ("keystore", settings.LIANXUN_KEYSTORE)):
        shutil.copytree(files_of(template) / kept, place, dirs_exist_ok=True)


def _make(template: str) -> None:
    with cluster.superuser() as server:
        found = {str(row[0]) for row in server.execute("select datname from pg_database")}
        if template in found and files_of(template).is_dir():
            return
        for old in found:
            if old.startswith("story_") or cluster._left_over(old):
                cluster._drop(server, old)
    shutil.rmtree(files_of(template).parent, ignore_errors=True)
    building = f"building_{os.getpid()}"
    cluster.clone(building)
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "lianxun.config.settings_test",
        "LIANXUN_TEST_DB": building,
        "LIANXUN_TEST_PG_HOST": cluster.start().host,
        "LIANXUN_TEST_FILES": str(files_of(template)),
    }
    told = subprocess.run(
        [sys.executable, "-P", "-m", "django", "story"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(cluster.ROOT),
    )
    if told.returncode:
        raise RuntimeError(f"the story could not be told:\n{told.stdout}\n{told.stderr}")
    with cluster.superuser() as server:
        server.execute(
            sql.SQL("alter database {} rename to {}").format(
                sql.Identifier(building), sql.Identifier(template)
            )
        )
