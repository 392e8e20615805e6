from django.urls import path
from django.views.generic import RedirectView

from lianxun.web.duties import (
    acts,
    answering,
    bulletin,
    calendar,
    dispatch,
    notices,
    templates,
    views,
)

app_name = "duties"
urlpatterns = [
    path("boards/", RedirectView.as_view(url="/boards/unit/"), name="boards"),
    path("boards/<slug:name>/", views.board, name="board"),
    path("duties/", views.duty_list, name="list"),
    path("duties/calendar/", calendar.calendar, name="calendar"),
    path("duties/calendar/import/", calendar.import_notice, name="import_notice"),
    path("duties/notices/", notices.notices, name="notices"),
    path("duties/templates/", templates.templates, name="templates"),
    path("duties/templates/<uuid:template_id>/", templates.template, name="template"),
    path("duties/letters/", views.letters, name="letters"),
    path("duties/bulletin/", bulletin.bulletin, name="bulletin"),
    path("duties/chain/", answering.chain, name="chain"),
    path("duties/chain/confirm/<uuid:appointment_id>/", answering.confirm, name="answer"),
    path("duties/chain/<uuid:unit_id>/", answering.history, name="chain_unit"),
    path("duties/dispatch/", dispatch.desk, name="dispatch_desk"),
    path("duties/dispatch/begin/<uuid:engagement_id>/", dispatch.begin, name="dispatch_begin"),
    path("duties/dispatch/lines/<uuid:line_id>/", dispatch.line, name="dispatch_line"),
    path(
        "duties/dispatch/lines/<uuid:line_id>/<slug:name>/",
        dispatch.line_act,
        name="dispatch_line_act",
    ),
    path("duties/dispatch/<uuid:dispatch_id>/", dispatch.detail, name="dispatch"),
    path("duties/dispatch/<uuid:dispatch_id>/<slug:name>/", dispatch.act, name="dispatch_act"),
    path("duties/feed.ics", views.feed, name="feed"),
    path("duties/<uuid:duty_id>/", views.detail, name="detail"),
    path("duties/<uuid:duty_id>/do/<slug:name>/", acts.act, name="act"),
]
