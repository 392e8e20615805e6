from django.urls import path

from lianxun.api import (  # noqa: F401 - registers the operations
    keeping_routes,
    more_routes,
    organisation_routes,
    routes,
)
from lianxun.api.service import api

urlpatterns = [path("", api.urls)]
