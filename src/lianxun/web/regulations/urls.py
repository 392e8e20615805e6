from django.urls import path

from lianxun.web.regulations import imports, views

app_name = "regulations"
urlpatterns = [
    path("", views.search, name="search"),
    path("works/", views.work_list, name="works"),
    path("works/<uuid:work_id>/", views.work, name="work"),
    path("works/<uuid:work_id>/compare/", views.compare, name="compare"),
    path("versions/<uuid:version_id>/", views.version, name="version"),
    path("versions/<uuid:version_id>/<str:key>/", views.article, name="article"),
    path("imports/", imports.intake_list, name="imports"),
    path("imports/new/", imports.new, name="import-new"),
    path("imports/<uuid:intake_id>/", imports.detail, name="import"),
    path("imports/<uuid:intake_id>/report/", imports.report, name="import-report"),
    path("imports/<uuid:intake_id>/do/<slug:name>/", imports.act, name="import-act"),
]
