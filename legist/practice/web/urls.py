"""The practice's own pages."""

from __future__ import annotations

from django.urls import path

from legist.practice.web import list_pages, teams, views

app_name = "practice"

urlpatterns = [
    path("audit/", views.audit, name="audit"),
    path("audit/verify/", views.verify, name="audit_verify"),
    path("teams/", teams.teams, name="teams"),
    path("teams/new/", teams.new, name="team_new"),
    path("teams/<uuid:team_id>/", teams.team, name="team"),
    path("lists/views/", list_pages.views, name="views"),
    path("lists/views/<uuid:view_id>/", list_pages.view, name="view"),
    path("lists/<slug:list_key>/shown/", list_pages.shown, name="list_shown"),
    path("lists/<slug:list_key>/<slug:act_key>/", list_pages.act, name="list_act"),
    path("settings/", views.preferences, name="settings"),
]
