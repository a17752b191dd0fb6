"""The pages of the measures."""

from __future__ import annotations

from django.urls import path

from legist.insights.web import operations, views

app_name = "insights"

urlpatterns = [
    path("reports/", views.reports, name="reports"),
    path("metrics", operations.metrics, name="metrics"),
    path("incidents/", operations.listing, name="incidents"),
    path("incidents/trial/", operations.try_mail, name="incident_trial"),
    path("incidents/<uuid:incident_id>/acknowledge/", operations.acknowledge, name="incident_acknowledge"),
    path("incidents/<uuid:incident_id>/resolve/", operations.resolve, name="incident_resolve"),
]
