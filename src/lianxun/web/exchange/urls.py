from django.urls import path

from lianxun.web.exchange import acts, keys, packs, questions, sharing, views

app_name = "exchange"
urlpatterns = [
    path("requests/", views.request_list, name="requests"),
    path("requests/pack/", packs.pack, name="pack"),
    path("requests/receipts/", views.receipt_list, name="receipts"),
    path("requests/new/<str:code>/", views.draft, name="draft"),
    path("requests/<uuid:request_id>/", views.detail, name="detail"),
    path("requests/<uuid:request_id>/progress/", views.progress, name="progress"),
    path("requests/<uuid:request_id>/try/", views.try_file, name="try"),
    path(
        "requests/<uuid:request_id>/data/<uuid:delivery_id>/<slug:form>/",
        views.data,
        name="data",
    ),
    path("requests/<uuid:request_id>/<slug:name>/", acts.act, name="act"),
    path("questions/", questions.question_list, name="questions"),
    path("questions/new/<str:code>/", questions.ask, name="ask"),
    path("questions/<uuid:question_id>/", questions.detail, name="question"),
    path("questions/<uuid:question_id>/subject/", questions.subject, name="subject"),
    path("questions/<uuid:question_id>/<slug:name>/", questions.act, name="question_act"),
    path("sharings/", sharing.sharing_list, name="sharings"),
    path("sharings/<uuid:sharing_id>/", sharing.detail, name="sharing"),
    path("sharings/<uuid:sharing_id>/<slug:name>/", sharing.act, name="sharing_act"),
    path("unit-keys/", keys.key_list, name="keys"),
    path("unit-keys/<uuid:key_id>/<slug:name>/", keys.act, name="key_act"),
    path("catalogue/", views.catalogue_page, name="catalogue"),
]
