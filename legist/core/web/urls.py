"""Addresses of the shell itself."""

from __future__ import annotations

from django.urls import URLPattern, path

from legist.core.web import definitions, views

urlpatterns: list[URLPattern] = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("shell/rail/", views.rail, name="shell_rail"),
    path("definitions/<slug:definition_kind>/<path:definition>/", definitions.definition, name="definition"),
    path("gallery/", views.gallery, name="gallery"),
    path("gallery/<slug:page>/", views.specimen, name="gallery_page"),
]
