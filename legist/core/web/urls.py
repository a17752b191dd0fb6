"""Addresses of the shell itself."""

from __future__ import annotations

from django.urls import URLPattern, path

from legist.core.web import gallery, health, sidebar

urlpatterns: list[URLPattern] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("shell/rail/", sidebar.rail, name="shell_rail"),
    path("gallery/", gallery.gallery, name="gallery"),
    path("gallery/<slug:page>/", gallery.specimen, name="gallery_page"),
]
