from django.urls import path

from lianxun.web import search, views
from lianxun.web.duties import views as duties

urlpatterns = [
    path("", duties.home, name="home"),
    path("search/", search.search, name="search"),
    path("help/", views.help_page, name="help"),
    path("gallery/", views.gallery, name="gallery"),
]
