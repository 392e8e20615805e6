from django.urls import path

from lianxun.web import gallery, search, views
from lianxun.web.home import views as home

urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("help/", views.help_page, name="help"),
    path("help/<slug:topic>/", views.help_topic, name="help_topic"),
    path("gallery/", gallery.gallery, name="gallery"),
]
