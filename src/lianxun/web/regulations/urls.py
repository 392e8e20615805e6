from django.urls import path

from lianxun.web.regulations import checks, imports, institutions, keeping, views

app_name = "regulations"
urlpatterns = [
    path("", views.search, name="search"),
    path("works/", views.work_list, name="works"),
    path("works/<uuid:work_id>/", views.work, name="work"),
    path("works/<uuid:work_id>/compare/", views.compare, name="compare"),
    path("works/<uuid:work_id>/do/<slug:name>/", keeping.work_act, name="work-act"),
    path("works/<uuid:work_id>/latest/<str:key>/", keeping.latest, name="latest"),
    path("versions/<uuid:version_id>/", views.version, name="version"),
    path("versions/<uuid:version_id>/<str:key>/", views.article, name="article"),
    path(
        "versions/<uuid:version_id>/<str:key>/do/<slug:name>/",
        keeping.article_act,
        name="article-act",
    ),
    path("notes/<uuid:note_id>/do/<slug:name>/", keeping.note_act, name="note-act"),
    path("collections/", keeping.collection_list, name="collections"),
    path(
        "collections/<uuid:collection_id>/<int:item_id>/do/<slug:name>/",
        keeping.item_act,
        name="item-act",
    ),
    path("imports/", imports.intake_list, name="imports"),
    path("imports/new/", imports.new, name="import-new"),
    path("imports/<uuid:intake_id>/", imports.detail, name="import"),
    path("imports/<uuid:intake_id>/progress/", imports.progress, name="import-progress"),
    path("imports/<uuid:intake_id>/report/", imports.report, name="import-report"),
    path(
        "imports/<uuid:intake_id>/files/<int:file_id>/<int:number>/",
        checks.intake_page,
        name="import-page",
    ),
    path("imports/<uuid:intake_id>/do/<slug:name>/", imports.act, name="import-act"),
    path("checks/", checks.check_list, name="checks"),
    path("checks/new/", checks.new, name="check-new"),
    path("checks/<uuid:check_id>/", checks.detail, name="check"),
    path("checks/<uuid:check_id>/pages/<int:number>/", checks.page, name="check-page"),
    path("institutions/", institutions.institution_list, name="institutions"),
    path("institutions/new/", institutions.new, name="institution-new"),
    path("institutions/<uuid:institution_id>/", institutions.detail, name="institution"),
    path(
        "institutions/<uuid:institution_id>/do/<slug:name>/",
        institutions.act,
        name="institution-act",
    ),
]
