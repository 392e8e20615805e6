"""The list of rooms, settings and start-up that every room relies on."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.test import Client

from lianxun.config import fingerprint
from lianxun.config.launch.processes import CHILDREN
from lianxun.config.rooms import ROOM_URLS, ROOMS

SOURCE = Path(importlib.import_module("lianxun").__file__ or "").parent


def test_every_room_with_an_app_is_listed_once() -> None:
    present = {f"lianxun.{file.parent.name}" for file in SOURCE.glob("*/apps.py")}
    assert present == set(ROOMS)
    assert len(ROOMS) == len(set(ROOMS))


def test_every_url_module_exists() -> None:
    for _, module in ROOM_URLS:
        assert importlib.import_module(module).__name__ == module


def test_django_finds_nothing_wrong() -> None:
    assert run_checks() == []


def test_only_the_owner_migrates() -> None:
    from django.db import router

    assert [alias for alias in settings.DATABASES if router.allow_migrate(alias, "access")] == [
        "owner"
    ]


def test_children_have_distinct_names_and_chinese_titles() -> None:
    assert len({child.name for child in CHILDREN}) == len(CHILDREN)
    assert {"web", "worker"} <= {child.name for child in CHILDREN}


@pytest.mark.django_db
def test_health_says_nothing_but_health(client: Client) -> None:
    answer = client.get("/healthz/")
    assert answer.status_code == 200
    assert answer.content.decode() == "正常\n"
    assert client.post("/healthz/").status_code == 405


@pytest.mark.django_db
def test_policy_forbids_everything_inline(client: Client) -> None:
    policy = client.get("/accounts/login/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.django_db
def test_nobody_registers_himself(client: Client) -> None:
    answer = client.get("/accounts/signup/")
    assert answer.status_code in {302, 404}


def test_fingerprint_changes_with_a_migration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = tmp_path / "room" / "migrations"
    room.mkdir(parents=True)
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "prepare.py").write_text("")
    monkeypatch.setattr(fingerprint, "SOURCE", tmp_path)
    before = fingerprint.of_database(["lianxun.room"])
    assert fingerprint.of_database(["lianxun.room"]) == before
    (room / "0001_first.py").write_text("x")
    assert fingerprint.of_database(["lianxun.room"]) != before


def test_fingerprint_of_static_files_changes_with_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    static = tmp_path / "web" / "static" / "web"
    static.mkdir(parents=True)
    monkeypatch.setattr(fingerprint, "SOURCE", tmp_path)
    before = fingerprint.of_static()
    (static / "a.css").write_text("a{}")
    assert fingerprint.of_static() != before
