"""The addresses of the machine interface: its own operations, and the acts of the pages.

``api`` and ``web`` know nothing of each other; here, above both, the acts of the one become operations of
the other.
"""

from django.urls import path

from lianxun.api import (  # noqa: F401 - registers the operations
    appraisal_routes,
    ask_routes,
    coordination_routes,
    joint_routes,
    keeping_routes,
    more_routes,
    organisation_routes,
    read_routes,
    routes,
    sharing_routes,
    support_routes,
)
from lianxun.api.acts import register, register_making
from lianxun.api.service import api
from lianxun.web.machine import TABLES
from lianxun.web.makings import MAKINGS

for table in TABLES:
    register(path=table.path, tag=table.tag, room=table.room, view=table.view, acts=table.acts)
for making in MAKINGS:
    register_making(making)

urlpatterns = [path("", api.urls)]
