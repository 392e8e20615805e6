from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccessConfig(AppConfig):
    name = "lianxun.access"
    label = "access"
    verbose_name = "权限"

    def ready(self) -> None:
        from lianxun.access import handlers, openings, signin  # noqa: F401 - hear of moves and reads

        signin.install()
        post_migrate.connect(learn_kinds, sender=self)


def learn_kinds(*, using: str, **_: Any) -> None:
    """Note which table each kind of object lies in (``lx.place_of``), and watch its levels."""
    from django.db import connections

    with connections[using].cursor() as cursor:
        cursor.execute("select to_regprocedure('lx.learn_kinds()') is not null")
        if cursor.fetchone() == (True,):  # not so while only lower rooms are there
            cursor.execute("select lx.learn_kinds()")
        cursor.execute("select to_regprocedure('lx.watch_levels()') is not null")
        if cursor.fetchone() == (True,):
            cursor.execute("select lx.watch_levels()")
