"""Addresses of the shell itself."""

from __future__ import annotations

from django.urls import URLPattern, path
from django.views.i18n import set_language

from legist.core.web import gallery, rail

urlpatterns: list[URLPattern] = [
    path("shell/rail/", rail.rail, name="shell_rail"),
    path("language/", set_language, name="set_language"),
    path("gallery/", gallery.gallery, name="gallery"),
    path("gallery/<slug:page>/", gallery.specimen, name="gallery_page"),
]
