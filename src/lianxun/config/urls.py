"""Every address of the platform. Rooms register theirs in `config.rooms`."""

from django.urls import include, path

from lianxun.config.health import health
from lianxun.config.rooms import ROOM_URLS

urlpatterns = [
    path("healthz/", health, name="healthz"),
    *(path(prefix, include(module)) for prefix, module in ROOM_URLS),
]
