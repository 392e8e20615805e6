from django.urls import path
from django.views.generic import RedirectView

from lianxun.web.duties import views

app_name = "duties"
urlpatterns = [
    path("boards/", RedirectView.as_view(url="/boards/unit/"), name="boards"),
    path("boards/<slug:name>/", views.board, name="board"),
    path("duties/", views.duty_list, name="list"),
    path("duties/feed.ics", views.feed, name="feed"),
    path("duties/<uuid:duty_id>/", views.detail, name="detail"),
]
