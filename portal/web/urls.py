"""The portal's addresses."""

from __future__ import annotations

from django.urls import path

from portal.web import cases, invitations, preferences

app_name = "portal"

urlpatterns = [
    path("portal/", cases.home, name="home"),
    path("portal/cases/<uuid:case_id>/", cases.case, name="case"),
    path("portal/messages/", cases.messages, name="messages"),
    path("portal/messages/<uuid:message_id>/", cases.message, name="message"),
    path("portal/settings/", preferences.preferences, name="settings"),
    path("portal/settings/passkey/", preferences.passkey, name="passkey"),
    path(
        "portal/settings/passkeys/<int:passkey_id>/remove/", preferences.passkey_remove, name="passkey_remove"
    ),
    path("portal/settings/leave/", preferences.leave, name="leave"),
    path("portal/welcome/", invitations.welcome, name="welcome"),
    path("portal/invite/<uuid:matter_id>/", invitations.invite, name="invite"),
    path("wording/<slug:code>/preview/", cases.wording_preview, name="wording_preview"),
]
