"""The pages of the measures."""

from __future__ import annotations

from django.urls import path

from legist.insights.web import views

app_name = "insights"

urlpatterns = [path("reports/", views.reports, name="reports")]
