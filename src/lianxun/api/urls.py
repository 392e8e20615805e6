from django.urls import path

<<<<<<< HEAD
from lianxun.api import (  # noqa: F401 - registers the operations
    more_routes,
    organisation_routes,
    routes,
)
=======
from lianxun.api import keeping_routes, more_routes, routes  # noqa: F401 - registers the operations
>>>>>>> f8acab8 (api: Holds and lists of what ran out for systems; remarks on matters.)
from lianxun.api.service import api

urlpatterns = [path("", api.urls)]
