"""Every address of the platform. Rooms register theirs in `config.rooms`."""

from django.urls import include, path

from lianxun.config.health import health
from lianxun.config.rooms import ROOM_URLS

handler404 = "lianxun.web.problems.page_not_found"

urlpatterns = [
    path("healthz/", health, name="healthz"),
    *(path(prefix, include(module)) for prefix, module in ROOM_URLS),
]
