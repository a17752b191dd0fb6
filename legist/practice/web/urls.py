"""The practice's own pages."""

from __future__ import annotations

from django.urls import path

from legist.practice.web import views

app_name = "practice"

urlpatterns = [
    path("audit/", views.audit, name="audit"),
    path("audit/verify/", views.verify, name="audit_verify"),
    path("settings/", views.preferences, name="settings"),
]
