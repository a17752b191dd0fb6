"""Where everything is."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from legist.practice.web.views import switch

APPS = (
    "legist.core.web.urls",
    "legist.practice.web.urls",
    "tracking.web.urls",
    "workflows.web.urls",
    "portal.web.urls",
    "legist.insights.web.urls",
)

handler429 = "legist.core.web.middleware.too_many"  # allauth asks for it
handler500 = "legist.core.web.middleware.server_error"
urlpatterns: list[URLPattern | URLResolver] = [
    path("language/", switch, name="set_language"),
    path("accounts/", include("legist.practice.web.account_urls")),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    *(path("", include(app)) for app in APPS),
]
