"""Every address of the platform. Rooms register theirs in `config.rooms`."""

from django.urls import include, path

from lianxun.config.health import health
from lianxun.config.rooms import ROOM_URLS

handler400 = "lianxun.web.problems.bad_request"
handler404 = "lianxun.web.problems.page_not_found"
handler500 = "lianxun.web.problems.fault"

urlpatterns = [
    path("healthz/", health, name="healthz"),
    *(path(prefix, include(module)) for prefix, module in ROOM_URLS),
]
