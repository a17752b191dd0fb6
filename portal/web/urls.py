"""The portal's addresses."""

from __future__ import annotations

from django.urls import path

from portal.web import calendar, views

app_name = "portal"

urlpatterns = [
    path("portal/", views.home, name="home"),
    path("portal/cases/<uuid:case_id>/", views.case, name="case"),
    path("portal/cases/<uuid:case_id>/calendar/<slug:kind>/", calendar.entry, name="calendar"),
    path("portal/cases/<uuid:case_id>/letter/", views.letter, name="letter"),
    path("portal/messages/", views.messages, name="messages"),
    path("portal/messages/write/", views.write, name="write"),
    path("portal/messages/<uuid:message_id>/", views.message, name="message"),
    path("portal/settings/", views.preferences, name="settings"),
    path("portal/settings/news/", views.news_by_mail, name="news_by_mail"),
    path("portal/settings/passkey/", views.passkey, name="passkey"),
    path("portal/settings/passkeys/<int:passkey_id>/remove/", views.passkey_remove, name="passkey_remove"),
    path("portal/settings/leave/", views.leave, name="leave"),
    path("portal/welcome/", views.welcome, name="welcome"),
    path("portal/invite/<uuid:matter_id>/", views.invite, name="invite"),
    path("matters/<uuid:matter_id>/report/", views.report, name="report"),
    path("wording/<slug:code>/preview/", views.wording_preview, name="wording_preview"),
]
