"""Applying a migration and remembering it, in one transaction."""

from __future__ import annotations

from contextlib import nullcontext

from django.db import transaction
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState


class Executor(MigrationExecutor):
    """A step whose keys and indexes come last is recorded by Django after the transaction that made its tables:
    killed between the two, the next start would make them again and fail. Here both are one transaction.
    """

    def apply_migration(
        self,
        state: ProjectState,
        migration: Migration,
        fake: bool = False,
        fake_initial: bool = False,
    ) -> ProjectState:
        whole = transaction.atomic(using=self.connection.alias)
        with whole if migration.atomic else nullcontext():
            return super().apply_migration(state, migration, fake=fake, fake_initial=fake_initial)
