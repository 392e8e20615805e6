from django.urls import path

from lianxun.api import more_routes, routes  # noqa: F401 - registers the operations
from lianxun.api.service import api

urlpatterns = [path("", api.urls)]
