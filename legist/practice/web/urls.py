"""The practice's own pages."""

from __future__ import annotations

from django.urls import path

from legist.practice.web import audit, preferences

app_name = "practice"

urlpatterns = [
    path("audit/", audit.audit, name="audit"),
    path("audit/verify/", audit.verify, name="audit_verify"),
    path("settings/", preferences.preferences, name="settings"),
]
