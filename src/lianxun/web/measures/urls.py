from django.urls import path

from lianxun.web.measures import views

app_name = "measures"
urlpatterns = [
    path("", views.first, name="first"),
    path("<slug:name>/", views.measure, name="measure"),
]
