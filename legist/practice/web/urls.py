"""The practice's own pages."""

from __future__ import annotations

from django.urls import path

from legist.practice.web import teams, views

app_name = "practice"

urlpatterns = [
    path("audit/", views.audit, name="audit"),
    path("audit/verify/", views.verify, name="audit_verify"),
    path("teams/", teams.teams, name="teams"),
    path("teams/new/", teams.new, name="team_new"),
    path("teams/<uuid:team_id>/", teams.team, name="team"),
    path("settings/", views.preferences, name="settings"),
]
